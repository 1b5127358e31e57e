/* SPDX-License-Identifier: Apache-2.0
 * defaults - carries out a reset to defaults (core/defaults.h) at the start that follows its order, before anything is loaded
 * and before anyone is served. Each step can be done twice, so a power cut in the middle only means that the next start does it
 * again; the order is erased last, by bmc_defaults_done(). It touches no pin, no power journal and not the board's UUID. */
#ifndef BMC_DEFAULTS_H
#define BMC_DEFAULTS_H

#include "bmc/bmc.h"

/* Erases what the stored order names, if there is one; bmc->defaults says which. Call it first of all that reads the store but
 * the event log, whose entries it hides. */
void defaults_carry_out(struct bmc *bmc);

#endif
