/* SPDX-License-Identifier: Apache-2.0
 * firmware - the outside work of core/update.h: the slots, the record, the log. Writes what was let in, reads it back, has it
 * started, and ends a trial either way. The order: the record says what is meant before a slot is marked, so that after a cut the
 * next start can tell what has come of it. Moves no pin: a restart here is the restart that Manager.Reset orders. */
#ifndef BMC_FIRMWARE_H
#define BMC_FIRMWARE_H

#include "bmc/bmc.h"

/* At the start, once accounts are loaded. */
void firmware_begin(struct bmc *bmc);
/* HTTP_FIRMWARE. */
void firmware_do(struct bmc *bmc, struct http_exchange *x);
/* The exchange has its answer, or its connection has gone. */
void firmware_leave(struct bmc *bmc, struct http_exchange *x);
/* A turn of the loop. True when the next one is due at once. */
bool firmware_step(struct bmc *bmc);

#endif
