/* SPDX-License-Identifier: Apache-2.0
 * rail - one channel's 5 V output: soft start, droop under load, decay after it is switched off. It follows what it is told and
 * decides nothing; closed formulas, so any spacing of calls gives the same curve. */
#ifndef TWIN_RAIL_H
#define TWIN_RAIL_H

#include <stdbool.h>
#include <stdint.h>

struct twin_rail {
    bool on;              /* the converter runs */
    bool good;            /* above what a module needs to run, as of the last step */
    uint64_t changed_us;  /* when the converter was last switched */
    uint64_t crossing_us; /* when good follows on; UINT64_MAX when it already did */
    double from_mv;       /* voltage at changed_us */
};

void twin_rail_init(struct twin_rail *rail, uint64_t now_us);
void twin_rail_switch(struct twin_rail *rail, bool on, uint64_t now_us);
/* Brings good up to date; due at twin_rail_next_us(). */
void twin_rail_step(struct twin_rail *rail, uint64_t now_us);
uint64_t twin_rail_next_us(const struct twin_rail *rail);
int32_t twin_rail_mv(const struct twin_rail *rail, int32_t load_ma, uint64_t now_us);

#endif
