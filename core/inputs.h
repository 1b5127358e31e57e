/* SPDX-License-Identifier: Apache-2.0
 * inputs - what the two DC inputs are doing: present, in range, which one carries, redundant or not.
 * The board passes on the higher one by itself; this only watches and tells. A change is believed after confirm_count samples in
 * a row, so a flapping plug is a few events, not hundreds. After a controller restart the first samples are taken as found,
 * without events. */
#ifndef CORE_INPUTS_H
#define CORE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "core/limits.h"
#include "core/rail.h"

struct input_limits {
    int32_t present_mv;     /* at or above: a supply is there (a floating input reads up to 8.6 V) */
    int32_t min_mv, max_mv; /* what the board is rated for */
    int32_t carrying_ma;    /* at or above: this input feeds the board */
    uint8_t confirm_count;  /* samples that must agree */
};

enum input_class { INPUT_CLASS_UNKNOWN = 0, INPUT_CLASS_12V, INPUT_CLASS_19V, INPUT_CLASS_OTHER };

struct input_view {
    struct rail_sample sample;
    bool known; /* measured at least once and the sensor answers */
    bool present, in_range, carrying;
    enum input_class nominal; /* 12 V: 10.8-13.2 V; 19 V: 17.1-20.9 V (both 10 %) */
};

struct inputs {
    struct input_limits limits;
    struct input_view view[INPUT_COUNT];
    uint8_t disagree_count[INPUT_COUNT];
    int8_t carrier; /* 0, 1, or -1 while unknown */
    int8_t carrier_candidate;
    uint8_t carrier_count;
    bool settled; /* the first picture is complete; from now on changes are events */
    bool redundant;
};

#define INPUT_EVENT_COUNT 6

void inputs_init(struct inputs *inputs, const struct input_limits *limits);
/* One set of fresh samples. Writes at most INPUT_EVENT_COUNT events, returns how many. */
size_t inputs_step(struct inputs *inputs, const struct rail_sample samples[INPUT_COUNT], struct event events[INPUT_EVENT_COUNT]);

#endif
