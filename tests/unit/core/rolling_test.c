/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "board/super4c.h"

static struct recovery recovery;
static struct rolling rolling;
static struct recovery_settings settings;
static struct inputs inputs;
static struct health health[NODE_COUNT];
static struct recovery_in in;
static struct rolling_out out;
static struct event told;

static void be(unsigned index, enum health_state state) {
    if (health[index].state != state) health[index].since_ms = in.now_ms;
    health[index].state = (uint8_t)state;
    health[index].reason = HEALTH_BY_REPORTS;
}

static bool act_within(unsigned s) {
    for (unsigned i = 0; i < s * 10; i++) {
        struct recovery_out recovery_out;
        in.now_ms += 100;
        for (unsigned n = 0; n < NODE_COUNT; n++) in.node[n].down_by_us = rolling_has_down(&rolling, n);
        recovery_step(&recovery, &in, &recovery_out);
        rolling_step(&rolling, &board_limits.rolling, &recovery, &in, &out);
        if (out.event.code) told = out.event;
        if (out.act) return true;
    }
    return false;
}

static void carry_out(enum health_state end) {
    static uint32_t task;
    unsigned index = out.index;
    rolling_ordered(&rolling, ++task, in.now_ms);
    in.node[index].power.act = POWER_FORCE_RESTART;
    in.node[index].power.task_id = task;
    be(index, HEALTH_STARTING);
    assert_false(act_within(2));
    in.node[index].power.act = POWER_ACT_NONE;
    assert_false(act_within(20)); /* it boots, and nobody else is touched meanwhile */
    be(index, end);
}

static int setup(void **state) {
    (void)state;
    memset(&rolling, 0, sizeof rolling);
    memset(&told, 0, sizeof told);
    memset(health, 0, sizeof health);
    memset(&settings, 0, sizeof settings);
    in = (struct recovery_in){.now_ms = 1000, .settings = &settings, .inputs = &inputs};
    inputs_init(&inputs, &board_limits.inputs);
    recovery_init(&recovery, &board_limits.recovery, in.now_ms);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        in.node[i] = (struct recovery_node_in){.health = &health[i], .text_kept = true};
        settings.node[i].mode = RECOVERY_FULL;
        be(i, HEALTH_UP);
    }
    assert_false(act_within(200));
    assert_true(rolling_start(&rolling, NODE_ALL, in.now_ms));
    return 0;
}

static void one_after_another_each_proven(void **state) {
    (void)state;
    be(1, HEALTH_OFF);
    settings.node[2].shielded = true;
    in.node[3].reachable = true;
    assert_true(act_within(1));
    assert_int_equal(out.index, 0);
    assert_int_equal(out.act, RECOVERY_RESTART);
    assert_false(rolling_start(&rolling, NODE_ALL, in.now_ms)); /* one at a time */
    carry_out(HEALTH_UP);
    assert_false(act_within(9)); /* it must stay up for a while */
    assert_true(act_within(3));
    assert_int_equal(out.index, 3);
    assert_int_equal(out.act, RECOVERY_ASK);
    carry_out(HEALTH_DEGRADED);
    assert_false(act_within(30));
    assert_int_equal(told.code, EVENT_ROLLING_DONE);
    assert_int_equal(told.arg[0], 2);
    assert_int_equal(told.arg[1], 2);
    assert_int_equal(rolling.result, ROLLING_COMPLETE);
}

static void it_stops_at_the_first_that_fails(void **state) {
    (void)state;
    assert_true(act_within(1));
    carry_out(HEALTH_HUNG);
    assert_false(act_within(600));
    assert_int_equal(rolling.result, ROLLING_STOPPED);
    assert_int_equal(told.node, 1);
    assert_string_equal(rolling.failure, "Hung");
    setup(NULL);
    assert_true(act_within(1));
    carry_out(HEALTH_UP);
    act_within(5);
    be(0, HEALTH_PANICKED); /* up, but not for long */
    assert_false(act_within(60));
    assert_string_equal(rolling.failure, "it did not stay up");
}

static void it_waits_for_a_board_at_rest(void **state) {
    (void)state;
    be(2, HEALTH_STARTING);
    assert_false(act_within(300));
    be(2, HEALTH_UP);
    assert_true(act_within(1));
    setup(NULL);
    be(2, HEALTH_STARTING);
    in.node[2].power.act = POWER_ON;
    assert_false(act_within(700));
    assert_int_equal(rolling.result, ROLLING_STOPPED);
}

static void an_agent_that_does_not_manage_is_followed_by_the_pin(void **state) {
    (void)state;
    in.node[0].reachable = true;
    assert_true(act_within(1));
    rolling_ordered(&rolling, 5, in.now_ms);
    in.node[0].power.last_failed = true;
    in.node[0].power.last_failure = POWER_FAIL_NO_RESTART;
    assert_true(act_within(1));
    assert_int_equal(out.act, RECOVERY_RESTART);
    rolling_ordered(&rolling, 6, in.now_ms);
    in.node[0].power.last_failure = POWER_FAIL_MODULE_NO_EFFECT;
    assert_false(act_within(5));
    assert_int_equal(rolling.result, ROLLING_STOPPED);
}

static void people_take_over(void **state) {
    (void)state;
    assert_true(act_within(1));
    rolling_ordered(&rolling, 5, in.now_ms);
    in.node[0].power.act = POWER_FORCE_OFF;
    in.node[0].power.task_id = 6;
    assert_false(act_within(5));
    assert_int_equal(rolling.result, ROLLING_STOPPED);
    setup(NULL);
    assert_true(act_within(1));
    rolling_cancel(&rolling);
    assert_false(act_within(600));
    assert_int_equal(rolling.result, ROLLING_CANCELLED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_after_another_each_proven, setup),
        cmocka_unit_test_setup(it_stops_at_the_first_that_fails, setup),
        cmocka_unit_test_setup(it_waits_for_a_board_at_rest, setup),
        cmocka_unit_test_setup(an_agent_that_does_not_manage_is_followed_by_the_pin, setup),
        cmocka_unit_test_setup(people_take_over, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
