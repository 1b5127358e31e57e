/* SPDX-License-Identifier: Apache-2.0
 * qemu_node - a node that is a real Linux kernel in QEMU: started when the simulated module has power, killed when it has not.
 * Its Ethernet frames come to the twin, which is both networks' switch; on a second serial port its user space reports
 * boot id and uptime each second and takes orders. What it is said to be rests on that evidence: up when user space speaks,
 * panicked when the kernel says so over netconsole, halted when QEMU ends by itself. A node outlives every restart of the
 * firmware, and never the twin. */
#ifndef TWIN_QEMU_NODE_H
#define TWIN_QEMU_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "twin/loop.h"
#include "twin/node_model.h"
#include "twin/qemu_wire.h"

struct twin_process;

#define TWIN_PATH_SIZE      4096 /* PATH_MAX of Linux */
#define TWIN_QEMU_LINE_SIZE 96   /* "up", a boot id, an uptime: 60 characters at most */

struct twin_qemu_options {
    char kernel[TWIN_PATH_SIZE];
    char initramfs[TWIN_PATH_SIZE];
};

struct twin_qemu_node {
    struct twin_process *twin;
    unsigned index;
    pid_t pid;             /* 0: not running */
    bool user_space_spoke; /* the guest reads our orders */
    struct twin_qemu_wire wire[TWIN_NETWORK_COUNT];
    struct twin_watch serial;
    char line[TWIN_QEMU_LINE_SIZE];
    size_t line_size;
};

/* Fills in whatever is "": the newest cloud kernel under /boot, the initramfs beside this program. NULL, or what is missing, in
 * words. */
const char *twin_qemu_find(struct twin_qemu_options *options);
void twin_qemu_init(struct twin_process *twin);
/* The board's order (twin_node_events.power). */
void twin_qemu_power(struct twin_process *twin, unsigned index, bool on);
/* Hang, panic or halt. NULL: done; else the reason why not. */
const char *twin_qemu_act(struct twin_process *twin, unsigned index, enum twin_node_action action);
/* A word for the guest's init, which does what twin/qemu/fault has under it. NULL: handed over; else the reason why not. */
const char *twin_qemu_fault(struct twin_process *twin, unsigned index, const char *word);
/* What the kernel says over netconsole. */
void twin_qemu_listen(struct twin_qemu_node *node, const struct twin_payload *payload);
/* False when the physics since the last event cut its power: what was read is then the word of a dead kernel. */
bool twin_qemu_survived(const struct twin_qemu_node *node);
/* A child has ended. */
void twin_qemu_reap(struct twin_process *twin);
void twin_qemu_kill_all(struct twin_process *twin);

#endif
