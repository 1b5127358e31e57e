/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/pace.h"

void pace_init(struct pace *pace, uint64_t now_ms) {
    *pace = (struct pace){.next_ms = now_ms, .heard_ms = now_ms, .interval_ms = PACE_INTERVAL_MS};
}

bool pace_due(const struct pace *pace, uint64_t now_ms) { return now_ms >= pace->next_ms; }

void pace_sent(struct pace *pace, uint64_t now_ms) {
    if (now_ms - pace->heard_ms > PACE_PATIENCE_MS) {
        pace->interval_ms = pace->interval_ms * 2 < PACE_INTERVAL_MAX_MS ? pace->interval_ms * 2 : PACE_INTERVAL_MAX_MS;
    }
    pace->sent_ms = now_ms;
    pace->sent_once = true;
    pace->next_ms += pace->interval_ms; /* keeps the beat, unless that is already over */
    if (pace->next_ms < now_ms + PACE_GAP_MIN_MS || pace->next_ms > now_ms + pace->interval_ms)
        pace->next_ms = now_ms + pace->interval_ms;
}

void pace_heard(struct pace *pace, uint64_t now_ms) {
    pace->heard_ms = now_ms;
    pace->interval_ms = PACE_INTERVAL_MS;
    if (pace->next_ms > now_ms + PACE_INTERVAL_MS) pace->next_ms = now_ms + PACE_INTERVAL_MS;
}

void pace_hurry(struct pace *pace, uint64_t now_ms) {
    uint64_t soonest_ms = pace->sent_once ? pace->sent_ms + PACE_GAP_MIN_MS : now_ms;
    if (soonest_ms < now_ms) soonest_ms = now_ms;
    if (soonest_ms < pace->next_ms) pace->next_ms = soonest_ms;
    pace->interval_ms = PACE_INTERVAL_MS;
}
