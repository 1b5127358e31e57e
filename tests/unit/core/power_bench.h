/* SPDX-License-Identifier: Apache-2.0
 * power_bench - four nodes under the power core, with nothing between: every pin moves at once, every record is stored. */
#ifndef TESTS_UNIT_CORE_POWER_BENCH_H
#define TESTS_UNIT_CORE_POWER_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "board/super4c.h"

/* A board that does what it is told: rails follow their channel after 60 ms, measured every 110 ms. */
struct bench {
    struct power power;
    struct power_in in;
    struct power_out out;
    uint64_t changed_ms[NODE_COUNT];
    bool stuck_on[NODE_COUNT], stuck_off[NODE_COUNT], sensor_lost[NODE_COUNT], store_full;
    bool halted[NODE_COUNT]; /* its system has shut down: the module draws next to nothing */
    uint8_t record[NODE_COUNT][POWER_RECORD_SIZE];
    struct power_delays delays[NODE_COUNT]; /* as the settings have them */
    uint64_t wall_ms;
    struct event events[64];
    unsigned event_count;
    uint64_t rise_ms[16];
    unsigned rise_count;
};

static struct bench bench;
static const struct origin admin = {.actor = "admin", .via = VIA_REDFISH};

static inline void measure(unsigned i) {
    struct power_node_in *node = &bench.in.node[i];
    bool on = (node->pads.channel_on || bench.stuck_on[i]) && !bench.stuck_off[i];
    bool moved_just_now = bench.in.now_ms < bench.changed_ms[i] + 60;
    node->rail.valid = !bench.sensor_lost[i];
    if (bench.sensor_lost[i] || moved_just_now) return;
    node->rail.taken_ms = bench.in.now_ms;
    node->rail.mv = on ? 5180 : 16;
    node->rail.ma = on && node->pads.module_on && !bench.halted[i] ? 650 : on ? 36 : 0;
    node->halted = bench.halted[i];
}

static inline void step(void) {
    for (unsigned turn = 0; turn < 8; turn++) {
        bool again = false;
        power_step(&bench.power, &bench.in, bench.wall_ms, &bench.out);
        for (unsigned i = 0; i < bench.out.event_count && bench.event_count < 64; i++)
            bench.events[bench.event_count++] = bench.out.events[i];
        for (unsigned i = 0; i < NODE_COUNT; i++) {
            struct power_pins *pads = &bench.in.node[i].pads, want = bench.out.pins[i];
            if (want.channel_on && !pads->channel_on && bench.rise_count < 16)
                bench.rise_ms[bench.rise_count++] = bench.in.now_ms;
            if (want.channel_on != pads->channel_on) bench.changed_ms[i] = bench.in.now_ms;
            if (memcmp(&want, pads, sizeof want) != 0) {
                *pads = want;
                bench.in.pins_done_ms = bench.in.now_ms;
                again = true;
            }
            if (!bench.out.save[i]) continue;
            if (!bench.store_full) power_record(&bench.power, i, bench.record[i]);
            power_saved(&bench.power, i, !bench.store_full);
            again = true;
        }
        if (!again) return;
    }
}

static inline void run(uint64_t ms) {
    for (uint64_t end_ms = bench.in.now_ms + ms; bench.in.now_ms < end_ms; bench.in.now_ms += 10) {
        if (bench.in.now_ms % 110 == 0)
            for (unsigned i = 0; i < NODE_COUNT; i++) measure(i);
        step();
    }
}

static inline void adopt(bool power_on, bool with_records) {
    struct power_adopted adopted = {.now_ms = bench.in.now_ms, .wall_ms = bench.wall_ms, .power_on = power_on};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        adopted.node[i].pads = bench.in.node[i].pads;
        adopted.node[i].record = with_records ? bench.record[i] : NULL;
        adopted.node[i].delays = bench.delays[i];
    }
    bench.event_count = 0;
    power_adopt(&bench.power, &board_limits.power, &adopted);
}

static inline int setup(void **state) {
    (void)state;
    memset(&bench, 0, sizeof bench);
    bench.in.now_ms = 11000;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        bench.in.node[i].pads = (struct power_pins){true, true};
        bench.in.node[i].pads_valid = true;
        measure(i);
    }
    adopt(false, false);
    run(1000);
    return 0;
}

static inline uint32_t order(enum power_act act, uint8_t mask) {
    uint32_t id = 0;
    assert_int_equal(power_order(&bench.power, act, mask, &admin, bench.in.now_ms, &id), POWER_ACCEPTED);
    return id;
}

static inline enum power_task_state task_state(uint32_t id) {
    const struct power_task *task = power_task(&bench.power, id);
    assert_non_null(task);
    return task->state;
}

static inline unsigned logged(enum event_code code) {
    unsigned count = 0;
    for (unsigned i = 0; i < bench.event_count; i++) count += bench.events[i].code == code;
    return count;
}

#endif
