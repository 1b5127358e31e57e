/* SPDX-License-Identifier: Apache-2.0
 * energy - how much each supply line has delivered since the controller started, summed from its samples. A meter never runs
 * backwards and never guesses: a time without samples counts for nothing, so what it shows is measured, and at most too little.
 * Memory of zeros is a new meter. After a controller restart it begins anew: the store is not worn out for it. */
#ifndef CORE_ENERGY_H
#define CORE_ENERGY_H

#include <stdint.h>

#include "core/limits.h"
#include "core/rail.h"

#define ENERGY_GAP_MAX_MS 1000 /* nine samplings; a sample is not taken to stand for more than that */

struct energy_meter {
    uint64_t uj;       /* microjoules: full after five thousand years at 100 W */
    uint64_t taken_ms; /* of the latest sample; 0: there was none yet */
};

struct energy {
    struct energy_meter input[INPUT_COUNT], rail[NODE_COUNT];
};

/* A sample seen already, or an invalid one, changes nothing. */
void energy_step(struct energy_meter *meter, const struct rail_sample *sample);

#endif
