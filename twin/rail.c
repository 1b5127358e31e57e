/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/rail.h"

#include <math.h>

#define FULL_MV    5190.0  /* FW screenshots: 5.17-5.22 V */
#define SOFT_UV_US 1038.0  /* 5 ms to full: usual soft start of such converters (guessed) */
#define DECAY_US   80000.0 /* output capacitors into the channel's own load (guessed) */
#define DEAD_MV    15.0    /* FW: 10-20 mV at a rail that is off */
#define RUN_MV     4600.0  /* CM5 asks for 4.75 V; its PMIC lets go a little lower (guessed) */
#define DROOP_MOHM 15      /* converter, shunt behind its sense point and connector (guessed) */

void twin_rail_init(struct twin_rail *rail, uint64_t now_us) {
    *rail = (struct twin_rail){.changed_us = now_us, .crossing_us = UINT64_MAX, .from_mv = DEAD_MV};
}

static double unloaded_mv(const struct twin_rail *rail, uint64_t now_us) {
    double elapsed_us = now_us > rail->changed_us ? (double)(now_us - rail->changed_us) : 0.0;
    if (rail->on) return fmin(FULL_MV, rail->from_mv + elapsed_us * SOFT_UV_US / 1000.0);
    return fmax(DEAD_MV, rail->from_mv * exp(-elapsed_us / DECAY_US));
}

/* From the switching on, until the run threshold is passed. */
static uint64_t crossing_after_us(const struct twin_rail *rail) {
    if (rail->on) return rail->from_mv >= RUN_MV ? 0 : (uint64_t)ceil((RUN_MV - rail->from_mv) * 1000.0 / SOFT_UV_US);
    return rail->from_mv <= RUN_MV ? 0 : (uint64_t)ceil(DECAY_US * log(rail->from_mv / RUN_MV));
}

void twin_rail_switch(struct twin_rail *rail, bool on, uint64_t now_us) {
    if (on == rail->on) return;
    rail->from_mv = unloaded_mv(rail, now_us);
    rail->changed_us = now_us;
    rail->on = on;
    rail->crossing_us = rail->good == on ? UINT64_MAX : now_us + crossing_after_us(rail);
    twin_rail_step(rail, now_us);
}

void twin_rail_step(struct twin_rail *rail, uint64_t now_us) {
    if (now_us < rail->crossing_us) return;
    rail->good = rail->on;
    rail->crossing_us = UINT64_MAX;
}

uint64_t twin_rail_next_us(const struct twin_rail *rail) { return rail->crossing_us; }

int32_t twin_rail_mv(const struct twin_rail *rail, int32_t load_ma, uint64_t now_us) {
    double droop_mv = rail->on ? (double)load_ma * DROOP_MOHM / 1000.0 : 0.0;
    return (int32_t)fmax(0.0, unloaded_mv(rail, now_us) - droop_mv);
}
