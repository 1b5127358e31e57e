/* SPDX-License-Identifier: Apache-2.0
 * care - what the controller does for the nodes of itself: after each sampling it works out how each node is, what its links and
 * its fan are like, and gives the orders that recovery, cooling and a rolling restart want. They are orders like those of people,
 * journaled, refused while another runs, and logged as the controller's.
 * After a controller restart: what is usual for each node is loaded ("base1"..); all else is worked out anew. */
#ifndef BMC_CARE_H
#define BMC_CARE_H

#include "bmc/bmc.h"

/* At start, after settings and agents. */
void care_begin(struct bmc *bmc);
/* After each sampling. */
void care_step(struct bmc *bmc);

#endif
