/* SPDX-License-Identifier: Apache-2.0
 * drive - says when a node's NVMe drive gets too warm or has used up what it endures, and when that is over. What its agent
 * reports must hold for a while, and be passed the other way by a hysteresis, before anything is said. It acts on nothing, and
 * concludes nothing from a value that is missing, old or out of range. After a controller restart what is wrong is found, and
 * told, anew. Memory of zeros is a drive that is well. */
#ifndef CORE_DRIVE_H
#define CORE_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/event.h"

enum drive_heat { DRIVE_NORMAL = 0, DRIVE_WARM, DRIVE_HOT };

struct drive_limits {
    int16_t caution_deci_c, critical_deci_c, hysteresis_deci_c;
    uint32_t hold_ms;  /* a temperature must hold that long */
    uint32_t fresh_ms; /* older readings are none */
    uint8_t worn_percent, hysteresis_percent;
};

struct drive {
    uint8_t heat; /* enum drive_heat, as told last */
    bool worn;
    uint64_t report_ms; /* the latest report looked at */
    uint64_t other_ms;  /* its temperature is another one's than heat says since, 0 when it is not */
};

struct drive_in {
    uint64_t now_ms;
    const struct agent_report *report; /* NULL: none */
    uint64_t report_ms;                /* when it came, 0 never */
    uint64_t epoch_ms;                 /* when the node was last switched on: what was told before is void */
};

#define DRIVE_EVENT_COUNT 2
/* Writes at most DRIVE_EVENT_COUNT events, without their node, which the caller fills in. Returns how many. */
size_t drive_step(struct drive *drive, const struct drive_limits *limits, const struct drive_in *in,
                  struct event events[DRIVE_EVENT_COUNT]);

#endif
