/* SPDX-License-Identifier: Apache-2.0
 * history - the last hour of each supply line, as means over 30 s of its voltage and its current. A bounded ring in RAM: it never
 * asks for storage and never guesses; a period in which the line was not measured is a gap. Memory of zeros is an empty history.
 * After a controller restart it begins anew. */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/rail.h"

#define HISTORY_LINE_COUNT (INPUT_COUNT + NODE_COUNT) /* inputs first, then the nodes' rails */
#define HISTORY_PERIOD_MS  30000
#define HISTORY_SLOT_COUNT 120 /* an hour, in 2.9 KB; finer does not fit an answer of 16 KiB either */

struct history_mean {
    int32_t mv, ma;
    uint64_t end_ms; /* monotonic, of its 30 s */
};

struct history {
    struct {
        uint16_t mv_plus_1; /* 0: a gap */
        int16_t ma;         /* the sensors reach 8.19 A */
    } slot[HISTORY_LINE_COUNT][HISTORY_SLOT_COUNT];
    struct {
        int32_t mv_sum, ma_sum; /* 32 767 mV some 300 times a period */
        uint16_t count;
    } now[HISTORY_LINE_COUNT];
    uint32_t period; /* the one under way: monotonic time / HISTORY_PERIOD_MS */
};

/* One sampling of all lines at this time, not earlier than the one before. Invalid samples count for nothing. */
void history_add(struct history *history, const struct rail_sample samples[HISTORY_LINE_COUNT], uint64_t now_ms);
/* The mean of the line in the period that ended age periods before the latest complete one; false for a gap. */
bool history_at(const struct history *history, unsigned line, unsigned age, struct history_mean *mean);

#endif
