/* SPDX-License-Identifier: Apache-2.0 */
#include "core/inputs.h"

#include <string.h>

void inputs_init(struct inputs *inputs, const struct input_limits *limits) {
    memset(inputs, 0, sizeof *inputs);
    inputs->limits = *limits;
    inputs->carrier = -1;
    inputs->carrier_candidate = -1;
}

static enum input_class classify(int32_t mv) {
    if (mv >= 10800 && mv <= 13200) return INPUT_CLASS_12V;
    if (mv >= 17100 && mv <= 20900) return INPUT_CLASS_19V;
    return INPUT_CLASS_OTHER;
}

struct report {
    struct event *events;
    size_t count;
    bool silent; /* the first picture is no news */
};

static void say(struct report *report, enum event_code code, int32_t arg0, int32_t arg1, int32_t arg2) {
    if (report->silent || report->count == INPUT_EVENT_COUNT) return;
    struct event event = event_make(code, 0, NULL);
    event.arg[0] = arg0;
    event.arg[1] = arg1;
    event.arg[2] = arg2;
    report->events[report->count++] = event;
}

/* Present and in range, once confirm_count samples agree on it. */
static void watch_input(struct inputs *inputs, unsigned index, struct report *report) {
    struct input_view *view = &inputs->view[index];
    int32_t mv = view->sample.mv;
    bool present = mv >= inputs->limits.present_mv;
    bool in_range = present && mv >= inputs->limits.min_mv && mv <= inputs->limits.max_mv;
    bool agrees = view->known && present == view->present && in_range == view->in_range;
    inputs->disagree_count[index] = agrees ? 0 : (uint8_t)(inputs->disagree_count[index] + 1);
    if (inputs->disagree_count[index] < inputs->limits.confirm_count) {
        if (present) view->nominal = classify(mv);
        return;
    }
    bool was_present = view->present, was_in_range = view->in_range;
    *view = (struct input_view){.sample = view->sample, .known = true, .present = present, .in_range = in_range};
    if (present) view->nominal = classify(mv);
    inputs->disagree_count[index] = 0;
    int32_t number = (int32_t)index + 1;
    if (was_present && !present) say(report, EVENT_INPUT_LOST, number, mv, 0);
    if (!was_present && present) say(report, EVENT_INPUT_RESTORED, number, mv, 0);
    if (present && !in_range && (was_in_range || !was_present)) say(report, EVENT_INPUT_OUT_OF_RANGE, number, mv, 0);
}

/* The input that delivers current; with both delivering, the one that delivers more. -1 when neither shows any. */
static int8_t carrier_of(const struct inputs *inputs) {
    int32_t ma[INPUT_COUNT];
    for (unsigned i = 0; i < INPUT_COUNT; i++) ma[i] = inputs->view[i].sample.ma;
    int8_t more = ma[1] > ma[0];
    return ma[more] >= inputs->limits.carrying_ma ? more : -1;
}

static void watch_carrier(struct inputs *inputs, struct report *report) {
    int8_t carrier = carrier_of(inputs);
    if (carrier != inputs->carrier_candidate) {
        inputs->carrier_candidate = carrier;
        inputs->carrier_count = 0;
    }
    if (inputs->carrier_count < inputs->limits.confirm_count) inputs->carrier_count++;
    if (inputs->carrier_count < inputs->limits.confirm_count || carrier < 0 || carrier == inputs->carrier) return;
    if (inputs->carrier >= 0)
        say(report, EVENT_INPUT_FAILOVER, carrier + 1, inputs->view[0].sample.mv, inputs->view[1].sample.mv);
    inputs->carrier = carrier;
}

static void watch_redundancy(struct inputs *inputs, struct report *report) {
    bool redundant = inputs->view[0].in_range && inputs->view[1].in_range;
    if (inputs->redundant && !redundant) say(report, EVENT_REDUNDANCY_LOST, 0, 0, 0);
    if (!inputs->redundant && redundant) say(report, EVENT_REDUNDANCY_RESTORED, 0, 0, 0);
    inputs->redundant = redundant;
}

size_t inputs_step(struct inputs *inputs, const struct rail_sample samples[INPUT_COUNT], struct event events[INPUT_EVENT_COUNT]) {
    struct report report = {.events = events, .silent = !inputs->settled};
    bool all_valid = true;
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        inputs->view[i].sample = samples[i];
        all_valid = all_valid && samples[i].valid;
    }
    if (!all_valid) { /* a lost sensor is no lost input: nothing is concluded, and SENSOR_LOST is said elsewhere */
        for (unsigned i = 0; i < INPUT_COUNT; i++) inputs->view[i].known = false;
        inputs->settled = inputs->settled && inputs->carrier >= 0;
        return 0;
    }
    for (unsigned i = 0; i < INPUT_COUNT; i++) watch_input(inputs, i, &report);
    watch_carrier(inputs, &report);
    for (unsigned i = 0; i < INPUT_COUNT; i++) inputs->view[i].carrying = inputs->carrier == (int8_t)i;
    bool both_known = inputs->view[0].known && inputs->view[1].known;
    if (both_known) watch_redundancy(inputs, &report);
    inputs->settled = inputs->settled || (both_known && inputs->carrier_count >= inputs->limits.confirm_count);
    return report.count;
}
