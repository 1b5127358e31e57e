/* SPDX-License-Identifier: Apache-2.0
 * listeners - the stored side of event subscriptions: what is read of them at start, the headers that a delivery needs, and what
 * a delivery's end writes. Keys: "sub0".. the subscription, "subh0".. its headers, which are kept in the store alone, "sub.next"
 * how far each was told. */
#ifndef BMC_LISTENERS_H
#define BMC_LISTENERS_H

#include "bmc/bmc.h"

/* After the log was loaded, and before anything new is in it that is saved. */
void listeners_load(struct bmc *bmc);
void listeners_load_headers(struct bmc *bmc, struct delivery *delivery);
/* How a delivery ended, see delivery_done(). */
void listeners_settle(struct bmc *bmc, const struct delivery *delivery, const char *problem);
/* Positions, when it is time; or at_once. */
void listeners_save_positions(struct bmc *bmc, bool at_once);

#endif
