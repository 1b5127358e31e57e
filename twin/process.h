/* SPDX-License-Identifier: Apache-2.0
 * process - what the parts of the super4c-twin process share: the board in real time and everything that hangs on it.
 * Edges and events carry CLOCK_MONOTONIC microseconds, so they compare with what other processes of this machine saw. */
#ifndef TWIN_PROCESS_H
#define TWIN_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "twin/board.h"
#include "twin/control.h"
#include "twin/firmware_link.h"
#include "twin/kernel_words.h"
#include "twin/loop.h"
#include "twin/ping.h"
#include "twin/qemu_node.h"

struct twin_process {
    struct twin_board board;
    int loop_fd;
    const char *state_dir;
    struct twin_watch signals;
    bool ending;
    struct twin_firmware_link firmware;
    struct twin_control control;
    struct twin_kernel_words words;
    uint16_t agent_port; /* of the firmware on 127.0.0.1; 0: it does not listen to agents */
    struct twin_ping ping;
    struct twin_qemu_node qemu[TWIN_NODE_COUNT]; /* of model nodes only whether a wire is cut */
    struct twin_qemu_options qemu_options;
};

/* The board's physics, brought to the present. */
void twin_process_advance(struct twin_process *twin);
/* Something happens to a node, of whichever kind. NULL: done; else the reason why not, in words. */
const char *twin_process_node(struct twin_process *twin, unsigned node, enum twin_node_action action);

#endif
