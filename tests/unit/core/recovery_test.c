/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "board/super4c.h"

static struct recovery recovery;
static struct recovery_settings settings;
static struct inputs inputs;
static struct health health[NODE_COUNT];
static struct baseline baseline[NODE_COUNT];
static struct recovery_in in;
static struct recovery_out out;
static unsigned counted[200]; /* events by code */
static uint32_t last_task;

static void be(unsigned index, enum health_state state) {
    if (health[index].state != state) health[index].since_ms = in.now_ms;
    health[index].state = (uint8_t)state;
    health[index].reason = HEALTH_BY_REPORTS;
}

static enum recovery_act step(void) {
    in.now_ms += 100;
    for (unsigned i = 0; i < NODE_COUNT; i++) health[i].others_since_ms = 1;
    recovery_step(&recovery, &in, &out);
    for (size_t i = 0; i < out.event_count; i++) counted[out.events[i].code]++;
    return out.act;
}

/* Lets time pass until something is wanted, at most so long; the seconds it took, or -1. */
static int act_within(unsigned s) {
    for (unsigned i = 0; i < s * 10; i++)
        if (step()) return (int)(i / 10);
    return -1;
}

static void carry_out(enum power_failure failure) {
    unsigned index = out.index;
    recovery_ordered(&recovery, index, ++last_task, in.now_ms);
    in.node[index].power.act = POWER_FORCE_RESTART;
    in.node[index].power.task_id = last_task;
    be(index, HEALTH_STARTING);
    assert_int_equal(act_within(2), -1);
    in.node[index].power.act = POWER_ACT_NONE;
    in.node[index].power.last_failed = failure != POWER_OK;
    in.node[index].power.last_failure = failure;
    assert_int_equal(step(), RECOVERY_NONE);
}

static int setup(void **state) {
    (void)state;
    memset(&settings, 0, sizeof settings);
    memset(health, 0, sizeof health);
    memset(&in, 0, sizeof in);
    memset(counted, 0, sizeof counted);
    in = (struct recovery_in){.now_ms = 1000, .settings = &settings, .inputs = &inputs};
    inputs_init(&inputs, &board_limits.inputs);
    inputs.carrier = 0;
    inputs.view[0] = (struct input_view){
        .known = true, .present = true, .in_range = true, .carrying = true, .sample = {.valid = true, .mv = 19000, .ma = 1200}};
    settings.budget = 1;
    settings.input_mw = 90000;
    recovery_init(&recovery, &board_limits.recovery, in.now_ms);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        baseline_init(&baseline[i]);
        for (unsigned boots = 0; boots < 12; boots++) baseline_booted(&baseline[i], 12000);
        settings.node[i].mode = RECOVERY_FULL;
        in.node[i] = (struct recovery_node_in){.health = &health[i], .baseline = &baseline[i], .text_kept = true};
        be(i, HEALTH_UP);
    }
    assert_int_equal(act_within(120), -1);
    return 0;
}

static void who_lives_is_never_touched(void **state) {
    (void)state;
    static const enum health_state states[] = {HEALTH_UP,    HEALTH_BUSY,   HEALTH_DEGRADED,   HEALTH_OFF,     HEALTH_UNKNOWN,
                                               HEALTH_EMPTY, HEALTH_HALTED, HEALTH_MODULE_OFF, HEALTH_STARTING};
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++) {
        be(0, states[i]);
        assert_int_equal(act_within(1800), -1);
    }
    assert_int_equal(counted[EVENT_RECOVERY_NEEDED], 0);
}

static void a_hang_that_passes_is_left_alone(void **state) {
    (void)state;
    be(0, HEALTH_HUNG);
    assert_int_equal(act_within(59), -1);
    be(0, HEALTH_UP);
    assert_int_equal(act_within(600), -1);
}

static void the_ladder_climbs_and_holds(void **state) {
    (void)state;
    be(1, HEALTH_HUNG);
    assert_in_range(act_within(90), 59, 61);
    assert_int_equal(out.act, RECOVERY_RESTART);
    assert_int_equal(out.index, 1);
    carry_out(POWER_OK);
    be(1, HEALTH_HUNG); /* its grace is over */
    assert_in_range(act_within(60), 14, 16);
    assert_int_equal(out.act, RECOVERY_CYCLE);
    carry_out(POWER_OK);
    be(1, HEALTH_HUNG);
    assert_int_equal(act_within(3590), -1);
    assert_int_equal(counted[EVENT_RECOVERY_GAVE_UP], 1);
    struct recovery_view view = recovery_view(&recovery, 1, &baseline[1]);
    char next[RECOVERY_NEXT_SIZE];
    assert_int_equal(view.phase, RECOVERY_HOLD);
    assert_true(view.gave_up && strstr(recovery_next(&view, in.now_ms, next), "PowerCycle in "));
    assert_in_range(act_within(30), 0, 20);
    assert_int_equal(out.act, RECOVERY_CYCLE);
    carry_out(POWER_OK);
    be(1, HEALTH_UP);
    step();
    assert_int_equal(counted[EVENT_RECOVERY_DONE], 1);
    assert_false(recovery_view(&recovery, 1, &baseline[1]).gave_up);
}

static void who_falls_again_goes_on_where_it_was_and_not_without_end(void **state) {
    (void)state;
    unsigned acts = 0;
    for (unsigned i = 0; i < 3000 * 10; i++) {
        if (recovery.node[0].phase == RECOVERY_IDLE && health[0].state == HEALTH_UP && i % 300 == 0) be(0, HEALTH_PANICKED);
        if (!step()) continue;
        assert_int_equal(out.act, acts == 0 ? RECOVERY_RESTART : RECOVERY_CYCLE);
        acts++;
        carry_out(POWER_OK);
        be(0, HEALTH_UP);
    }
    assert_int_equal(acts, RECOVERY_ATTEMPT_COUNT);
    assert_true(counted[EVENT_RECOVERY_WAITS] > 0);
    assert_int_equal(recovery_view(&recovery, 0, NULL).wait, RECOVERY_WAIT_ATTEMPTS);
}

static void the_agent_is_asked_where_it_is_heard(void **state) {
    (void)state;
    be(0, HEALTH_HUNG);
    in.node[0].reachable = true;
    assert_true(act_within(90) >= 0);
    assert_int_equal(out.act, RECOVERY_ASK);
    carry_out(POWER_FAIL_NO_RESTART);
    be(0, HEALTH_HUNG);
    assert_true(act_within(30) >= 0);
    assert_int_equal(out.act, RECOVERY_RESTART);
}

static void only_so_many_are_down_at_once(void **state) {
    (void)state;
    be(0, HEALTH_HUNG);
    be(2, HEALTH_HUNG);
    assert_true(act_within(90) >= 0);
    assert_int_equal(out.index, 0);
    carry_out(POWER_OK);
    assert_int_equal(act_within(170), -1);
    assert_int_equal(recovery_view(&recovery, 2, &baseline[2]).wait, RECOVERY_WAIT_BUDGET);
    be(0, HEALTH_UP);
    assert_in_range(act_within(5), 0, 1);
    assert_int_equal(out.index, 2);
    be(3, HEALTH_STARTING); /* somebody's own restart counts as well */
    setup(NULL);
    be(3, HEALTH_STARTING);
    be(0, HEALTH_HUNG);
    assert_int_equal(act_within(300), -1);
    settings.budget = 2;
    assert_in_range(act_within(5), 0, 1);
}

static void a_start_that_people_ordered_is_not_ours(void **state) {
    (void)state;
    be(3, HEALTH_STARTING);
    in.node[3].power.reset_cause = POWER_RESET_COMMAND;
    be(1, HEALTH_STARTING); /* and one that somebody restarted on the node itself */
    health[1].reason = HEALTH_BY_LEAVING;
    assert_int_equal(recovery_down_count(&recovery, &in), 2); /* a rolling restart waits for them all the same */
    be(0, HEALTH_HUNG);
    assert_in_range(act_within(90), 59, 61);
    setup(NULL);
    be(3, HEALTH_STARTING);
    in.node[3].power.reset_cause = POWER_RESET_RECOVERY;
    be(0, HEALTH_HUNG);
    assert_int_equal(act_within(300), -1);
}

static void an_abrupt_silence_is_confirmed_sooner(void **state) {
    (void)state;
    health[0].abrupt = true;
    be(0, HEALTH_HUNG);
    assert_in_range(act_within(90), 29, 31);
}

static void policies_hold_it_back(void **state) {
    (void)state;
    settings.node[0].mode = RECOVERY_NOTIFY;
    settings.node[1].mode = RECOVERY_OFF;
    settings.node[2].shielded = true;
    for (unsigned i = 0; i < 3; i++) be(i, HEALTH_HUNG);
    assert_int_equal(act_within(3600), -1);
    assert_int_equal(counted[EVENT_RECOVERY_NEEDED], 2); /* not of the one that is off */
    settings.node[0].mode = RECOVERY_FULL;
    assert_in_range(act_within(5), 0, 1);
}

static void maintenance_ends_by_either_clock(void **state) {
    (void)state;
    recovery_maintain(&recovery, 0, 600000, 5000000, in.now_ms);
    be(0, HEALTH_HUNG);
    assert_int_equal(act_within(300), -1);
    in.wall_ms = 4999999;
    assert_int_equal(act_within(10), -1);
    in.wall_ms = 5000000;
    assert_in_range(act_within(10), 0, 1);
    assert_int_equal(counted[EVENT_MAINTENANCE_ENDED], 1);
    setup(NULL);
    recovery_maintain(&recovery, 0, 600000, 5000000, in.now_ms);
    be(0, HEALTH_HUNG);
    assert_in_range(act_within(700), 599, 601); /* no wall clock */
    setup(NULL);
    recovery_maintain(&recovery, 0, UINT64_MAX / 2, 0, in.now_ms);
    assert_true(recovery_view(&recovery, 0, NULL).maintenance_ms <= in.now_ms + board_limits.recovery.maintenance_max_ms);
    recovery_maintain(&recovery, 0, 0, 0, in.now_ms);
    assert_int_equal(recovery_view(&recovery, 0, NULL).maintenance_ms, 0);
}

static void the_supply_holds_it_back(void **state) {
    (void)state;
    be(0, HEALTH_HUNG);
    inputs.view[0].in_range = false; /* browning out */
    assert_int_equal(act_within(600), -1);
    inputs.view[0].in_range = true; /* just back */
    assert_in_range(act_within(60), 29, 31);
    setup(NULL);
    be(0, HEALTH_HUNG);
    inputs.view[0].sample.ma = 4400; /* 83.6 of 90 W */
    assert_int_equal(act_within(600), -1);
    assert_int_equal(recovery_view(&recovery, 0, NULL).wait, RECOVERY_WAIT_POWER);
    inputs.view[0].sample.ma = 4200;
    assert_in_range(act_within(5), 0, 1);
}

static void a_young_controller_waits_a_minute(void **state) {
    (void)state;
    recovery_init(&recovery, &board_limits.recovery, in.now_ms);
    be(0, HEALTH_PANICKED);
    assert_in_range(act_within(120), 59, 61);
}

static void a_panics_text_is_awaited_but_not_for_ever(void **state) {
    (void)state;
    be(0, HEALTH_PANICKED);
    in.node[0].text_kept = false;
    assert_in_range(act_within(60), 19, 21);
    setup(NULL);
    be(0, HEALTH_PANICKED);
    assert_in_range(act_within(60), 11, 13);
}

static void an_old_panic_of_a_node_without_a_voice_is_left_to_people(void **state) {
    (void)state;
    health[0].mute = true;
    settings.node[0].shielded = true;
    be(0, HEALTH_PANICKED);
    assert_int_equal(act_within(19), -1);
    health[0].figure[0] = 20; /* seconds since the panic */
    settings.node[0].shielded = false;
    assert_int_equal(act_within(600), -1); /* it may have restarted itself by now */
    assert_int_equal(recovery_view(&recovery, 0, NULL).wait, RECOVERY_WAIT_UNSURE);
    setup(NULL);
    health[0].mute = true;
    be(0, HEALTH_PANICKED);
    assert_in_range(act_within(60), 11, 13);
}

static void orders_of_people_win(void **state) {
    (void)state;
    be(0, HEALTH_HUNG);
    assert_true(act_within(90) >= 0);
    recovery_ordered(&recovery, 0, 77, in.now_ms);
    in.node[0].power.act = POWER_FORCE_OFF; /* superseded ours */
    in.node[0].power.task_id = 78;
    step();
    assert_int_equal(recovery_view(&recovery, 0, NULL).phase, RECOVERY_IDLE);
    in.node[0].power.act = POWER_ACT_NONE;
    be(0, HEALTH_OFF);
    assert_int_equal(act_within(7200), -1);
}

static void what_was_refused_is_tried_again(void **state) {
    (void)state;
    be(0, HEALTH_HUNG);
    assert_true(act_within(90) >= 0);
    recovery_ordered(&recovery, 0, 0, in.now_ms);
    assert_in_range(act_within(30), 14, 16);
    assert_int_equal(out.act, RECOVERY_RESTART);
    assert_in_range(act_within(60), 19, 21); /* and what the caller never answers */
}

static void a_node_left_dark_by_a_stuck_rail_is_cycled(void **state) {
    (void)state;
    be(0, HEALTH_FAILED);
    in.node[0].power.last_failed = true;
    in.node[0].power.last_failure = POWER_FAIL_RAIL_STUCK_ON;
    assert_int_equal(act_within(600), -1); /* it was to be off */
    in.node[0].power.last_failure = POWER_FAIL_RAIL_STUCK_OFF;
    assert_true(act_within(60) >= 0);
    assert_int_equal(out.act, RECOVERY_CYCLE);
}

static void drawing_current_alone_proves_nothing_at_once(void **state) {
    (void)state;
    be(0, HEALTH_PANICKED);
    assert_true(act_within(60) >= 0);
    carry_out(POWER_OK);
    be(0, HEALTH_UP);
    health[0].reason = HEALTH_BY_CURRENT;
    act_within(50);
    assert_int_equal(counted[EVENT_RECOVERY_DONE], 0);
    act_within(20);
    assert_int_equal(counted[EVENT_RECOVERY_DONE], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_lives_is_never_touched, setup),
        cmocka_unit_test_setup(a_hang_that_passes_is_left_alone, setup),
        cmocka_unit_test_setup(the_ladder_climbs_and_holds, setup),
        cmocka_unit_test_setup(who_falls_again_goes_on_where_it_was_and_not_without_end, setup),
        cmocka_unit_test_setup(the_agent_is_asked_where_it_is_heard, setup),
        cmocka_unit_test_setup(only_so_many_are_down_at_once, setup),
        cmocka_unit_test_setup(a_start_that_people_ordered_is_not_ours, setup),
        cmocka_unit_test_setup(an_abrupt_silence_is_confirmed_sooner, setup),
        cmocka_unit_test_setup(policies_hold_it_back, setup),
        cmocka_unit_test_setup(maintenance_ends_by_either_clock, setup),
        cmocka_unit_test_setup(the_supply_holds_it_back, setup),
        cmocka_unit_test_setup(a_young_controller_waits_a_minute, setup),
        cmocka_unit_test_setup(a_panics_text_is_awaited_but_not_for_ever, setup),
        cmocka_unit_test_setup(an_old_panic_of_a_node_without_a_voice_is_left_to_people, setup),
        cmocka_unit_test_setup(orders_of_people_win, setup),
        cmocka_unit_test_setup(what_was_refused_is_tried_again, setup),
        cmocka_unit_test_setup(a_node_left_dark_by_a_stuck_rail_is_cycled, setup),
        cmocka_unit_test_setup(drawing_current_alone_proves_nothing_at_once, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
