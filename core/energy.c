/* SPDX-License-Identifier: Apache-2.0 */
#include "core/energy.h"

void energy_step(struct energy_meter *meter, const struct rail_sample *sample) {
    if (!sample->valid || sample->taken_ms <= meter->taken_ms) return;
    uint64_t elapsed_ms = sample->taken_ms - meter->taken_ms;
    bool counts = meter->taken_ms != 0 && elapsed_ms <= ENERGY_GAP_MAX_MS;
    meter->taken_ms = sample->taken_ms;
    /* An idle line can read a step below zero: that is the meter's offset, not energy. */
    if (!counts || sample->mv <= 0 || sample->ma <= 0) return;
    uint64_t uw = (uint64_t)sample->mv * (uint64_t)sample->ma;
    meter->uj += uw * elapsed_ms / 1000; /* the sample is the mean of the time just before it */
}
