/* SPDX-License-Identifier: Apache-2.0
 * What was measured on one supply line: the only evidence from which a power state is told. */
#ifndef CORE_RAIL_H
#define CORE_RAIL_H

#include <stdbool.h>
#include <stdint.h>

struct rail_sample {
    bool valid;        /* false: the sensor does not answer; the figures are the last known ones */
    uint64_t taken_ms; /* monotonic, when the sensor was read; 0 before the first reading */
    int32_t mv;        /* bus voltage */
    int32_t ma;        /* current, positive towards the load */
};

#endif
