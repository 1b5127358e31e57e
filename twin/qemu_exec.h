/* SPDX-License-Identifier: Apache-2.0
 * qemu_exec - starts one QEMU with the right wires: a datagram socket for each Ethernet, a stream socket for its second serial
 * port. Whatever happens to the twin, SIGKILL included, the kernel takes the child with it. */
#ifndef TWIN_QEMU_EXEC_H
#define TWIN_QEMU_EXEC_H

#include <sys/types.h>

#include "twin/qemu_wire.h"

struct twin_qemu_options;

struct twin_qemu_child {
    pid_t pid;
    int net_fd[TWIN_NETWORK_COUNT], serial_fd; /* our ends; they do not block */
};

/* Serial console and messages of QEMU go to node-N-console.log and node-N-qemu.log in the state directory. 0, or -1 with errno.
 */
int twin_qemu_exec(const struct twin_qemu_options *options, const char *state_dir, unsigned node, struct twin_qemu_child *child);

#endif
