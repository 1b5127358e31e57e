/* SPDX-License-Identifier: Apache-2.0
 * control - the socket where super4c-twinctl talks to the twin: one line with a command, then "ok", "error: reason" or "usage:
 * ..." on a line and whatever the command prints, then the end of the connection. */
#ifndef TWIN_CONTROL_H
#define TWIN_CONTROL_H

#include <stddef.h>

#include "twin/loop.h"

#define TWIN_CONTROL_CONNECTION_COUNT 8   /* people and tests at a time */
#define TWIN_CONTROL_LINE_SIZE        128 /* the longest command is far below */

struct twin_process;

struct twin_control_connection {
    struct twin_watch watch;
    struct twin_process *twin;
    char line[TWIN_CONTROL_LINE_SIZE];
    size_t line_size;
    char *reply; /* NULL until the command is complete */
    size_t reply_size, sent_size;
};

struct twin_control {
    struct twin_watch listener;
    struct twin_control_connection connection[TWIN_CONTROL_CONNECTION_COUNT];
};

/* 0, or -1 with errno. */
int twin_control_open(struct twin_process *twin);
void twin_control_close(struct twin_process *twin);

#endif
