/* SPDX-License-Identifier: Apache-2.0 */
#include "core/history.h"

#include <string.h>

static int32_t limited(int32_t value, int32_t least, int32_t most) { return value < least ? least : value > most ? most : value; }

/* The period under way is complete: its means go into its slots. */
static void close_period(struct history *history) {
    unsigned at = history->period % HISTORY_SLOT_COUNT;
    for (unsigned line = 0; line < HISTORY_LINE_COUNT; line++) {
        int32_t count = history->now[line].count;
        history->slot[line][at].mv_plus_1 = 0;
        if (count == 0) continue;
        history->slot[line][at].mv_plus_1 = (uint16_t)(history->now[line].mv_sum / count + 1);
        history->slot[line][at].ma = (int16_t)(history->now[line].ma_sum / count);
    }
    memset(history->now, 0, sizeof history->now);
    history->period++;
}

void history_add(struct history *history, const struct rail_sample samples[HISTORY_LINE_COUNT], uint64_t now_ms) {
    uint32_t period = (uint32_t)(now_ms / HISTORY_PERIOD_MS);
    /* After a silence of more than an hour every slot is a gap: no need to count through all that was missed. */
    if (period > history->period + HISTORY_SLOT_COUNT) {
        memset(history->now, 0, sizeof history->now);
        history->period = period - HISTORY_SLOT_COUNT;
    }
    while (history->period < period) close_period(history);
    for (unsigned line = 0; line < HISTORY_LINE_COUNT; line++) {
        if (!samples[line].valid || history->now[line].count == UINT16_MAX) continue;
        history->now[line].mv_sum += limited(samples[line].mv, 0, INT16_MAX);
        history->now[line].ma_sum += limited(samples[line].ma, INT16_MIN, INT16_MAX);
        history->now[line].count++;
    }
}

bool history_at(const struct history *history, unsigned line, unsigned age, struct history_mean *mean) {
    if (line >= HISTORY_LINE_COUNT || age >= HISTORY_SLOT_COUNT || age >= history->period) return false;
    uint32_t period = history->period - 1 - age;
    unsigned at = period % HISTORY_SLOT_COUNT;
    if (history->slot[line][at].mv_plus_1 == 0) return false;
    *mean = (struct history_mean){.mv = history->slot[line][at].mv_plus_1 - 1,
                                  .ma = history->slot[line][at].ma,
                                  .end_ms = (uint64_t)(period + 1) * HISTORY_PERIOD_MS};
    return true;
}
