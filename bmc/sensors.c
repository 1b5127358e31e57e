/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/sensors.h"

#include <string.h>

#define LOST_AFTER_COUNT 2

static void tell(struct bmc *bmc, unsigned chip, enum event_code code, const char *text) {
    struct event event = event_make(code, 0, text);
    event.arg[0] = (int32_t)chip + 1;
    core_log(&bmc->core, &event);
}

static void watch_chip(struct bmc *bmc, unsigned chip, bool read) {
    enum ina3221_state state = bmc->sensor[chip].state;
    if (read && bmc->sensor_said_lost[chip]) {
        bmc->sensor_said_lost[chip] = false;
        tell(bmc, chip, EVENT_SENSOR_RESTORED, NULL);
    }
    bool failing = state != INA3221_OK;
    if (!failing)
        bmc->sensor_failures[chip] = 0;
    else if (bmc->sensor_failures[chip] < LOST_AFTER_COUNT)
        bmc->sensor_failures[chip]++;
    if (bmc->sensor_failures[chip] < LOST_AFTER_COUNT || bmc->sensor_said_lost[chip]) return;
    bmc->sensor_said_lost[chip] = true;
    tell(bmc, chip, EVENT_SENSOR_LOST, ina3221_state_text(state));
}

static void take(struct rail_sample *sample, bool valid, uint64_t now_ms, int32_t mv, int32_t ma) {
    sample->valid = valid;
    if (!valid) return; /* the last figures stay, with their age */
    *sample = (struct rail_sample){.valid = true, .taken_ms = now_ms, .mv = mv, .ma = ma};
}

static void remember(struct core *core, const struct rail_sample input[INPUT_COUNT]) {
    struct rail_sample lines[HISTORY_LINE_COUNT];
    memcpy(lines, input, INPUT_COUNT * sizeof lines[0]);
    memcpy(&lines[INPUT_COUNT], core->rail, sizeof core->rail);
    history_add(&core->history, lines, core->now_ms);
}

void sensors_sample(struct bmc *bmc) {
    struct core *core = &bmc->core;
    struct ina3221_reading reading[BOARD_INA3221_COUNT];
    bool valid[BOARD_INA3221_COUNT];
    memset(reading, 0, sizeof reading);
    for (unsigned chip = 0; chip < BOARD_INA3221_COUNT; chip++) {
        valid[chip] = ina3221_read(&bmc->sensor[chip], bmc->hal.i2c, &reading[chip]);
        watch_chip(bmc, chip, valid[chip]);
    }
    struct rail_sample input[INPUT_COUNT];
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        struct board_sensor at = board_input_sensor[i];
        input[i] = core->inputs.view[i].sample;
        take(&input[i], valid[at.chip], core->now_ms, reading[at.chip].mv[at.channel], reading[at.chip].ma[at.channel]);
        energy_step(&core->energy.input[i], &input[i]);
    }
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct board_sensor at = board_rail_sensor[i];
        take(&core->rail[i], valid[at.chip], core->now_ms, reading[at.chip].mv[at.channel], reading[at.chip].ma[at.channel]);
        energy_step(&core->energy.rail[i], &core->rail[i]);
    }
    remember(core, input);
    struct event events[INPUT_EVENT_COUNT];
    size_t count = inputs_step(&core->inputs, input, events);
    for (size_t i = 0; i < count; i++) core_log(core, &events[i]);
}
