/* SPDX-License-Identifier: Apache-2.0
 * status - the board's truth as one JSON object, for tests and people: true values, not what sensors make of them. */
#ifndef TWIN_STATUS_H
#define TWIN_STATUS_H

#include <stdio.h>

struct twin_process;

void twin_status_write(const struct twin_process *twin, FILE *out);

#endif
