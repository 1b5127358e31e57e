/* SPDX-License-Identifier: Apache-2.0
 * commands - what super4c-twinctl can ask for, as one table: faults to inject and the board's truth to read. */
#ifndef TWIN_COMMANDS_H
#define TWIN_COMMANDS_H

#include <stdio.h>

struct twin_process;

/* Carries the line out and writes "ok", "error: reason" or "usage: how to say it", a newline, and what the command prints. */
void twin_command(struct twin_process *twin, char *line, FILE *out);

#endif
