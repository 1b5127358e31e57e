/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/bytes.h"
#include "tests/unit/core/power_bench.h"

static void adopting_moves_nothing(void **state) {
    (void)state;
    bench.in.node[1].pads.module_on = false;
    bench.in.node[2].pads = (struct power_pins){false, false};
    adopt(false, false);
    run(5000);
    assert_true(bench.in.node[0].pads.module_on && bench.in.node[0].pads.channel_on);
    assert_false(bench.in.node[1].pads.module_on);
    assert_true(bench.in.node[1].pads.channel_on);
    assert_false(bench.in.node[2].pads.channel_on);
    assert_int_equal(bench.rise_count, 0);
}

static void force_off_is_done_when_the_rail_is_dead(void **state) {
    (void)state;
    uint32_t id = order(POWER_FORCE_OFF, 1);
    run(20);
    assert_false(bench.in.node[0].pads.module_on);
    assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_ON); /* not yet proven */
    run(1000);
    assert_int_equal(task_state(id), TASK_COMPLETED);
    assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_OFF);
    assert_int_equal(logged(EVENT_POWER_ORDERED), 1);
    assert_int_equal(logged(EVENT_POWER_DONE), 1);
    assert_string_equal(bench.events[bench.event_count - 1].origin.actor, "admin");
    assert_true(bench.in.node[1].pads.module_on); /* nobody else */
}

static void a_stuck_rail_is_a_failure(void **state) {
    (void)state;
    bench.stuck_on[0] = true;
    uint32_t id = order(POWER_FORCE_OFF, 1);
    run(3000);
    assert_int_equal(task_state(id), TASK_FAILED);
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_RAIL_STUCK_ON);
    assert_int_equal(power_task(&bench.power, id)->mv[0], 5180);
    assert_int_equal(logged(EVENT_POWER_FAILED), 1);
    assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_ON);
    bench.stuck_on[0] = false;
    run(1000);
    id = order(POWER_FORCE_OFF, 1); /* the rail has died by now: proven anew, and no longer failed */
    run(1000);
    assert_int_equal(task_state(id), TASK_COMPLETED);
    assert_false(power_view(&bench.power, 0).last_failed);
    bench.stuck_off[0] = true;
    run(1000);
    id = order(POWER_ON, 1);
    run(9000);
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_RAIL_STUCK_OFF);
    assert_false(bench.in.node[0].pads.module_on); /* never released on a dead rail */
    assert_false(bench.in.node[0].pads.channel_on);
}

static void a_lost_sensor_proves_nothing(void **state) {
    (void)state;
    bench.sensor_lost[0] = true;
    measure(0);
    uint32_t id = order(POWER_FORCE_OFF, 1);
    run(3000);
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_NOT_MEASURED);
    assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_UNKNOWN);
    id = order(POWER_ON, 1);
    run(9000);
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_NOT_MEASURED);
    assert_true(bench.in.node[0].pads.module_on); /* but it is not kept dark for want of a sensor */
}

static void rails_rise_apart(void **state) {
    (void)state;
    order(POWER_CYCLE, 15);
    run(12000);
    assert_int_equal(bench.rise_count, 4);
    for (unsigned i = 1; i < 4; i++) assert_true(bench.rise_ms[i] - bench.rise_ms[i - 1] > 500);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_true(bench.in.node[i].pads.module_on);
}

static void orders_in_the_way(void **state) {
    (void)state;
    uint32_t cycle = order(POWER_CYCLE, 1), other;
    run(50);
    assert_int_equal(power_order(&bench.power, POWER_FORCE_RESTART, 1, &admin, bench.in.now_ms, &other), POWER_REFUSED_BUSY);
    assert_int_equal(order(POWER_CYCLE, 1), cycle); /* the same wish joins */
    uint32_t off = order(POWER_FORCE_OFF, 1);
    assert_int_equal(power_task(&bench.power, cycle)->failure[0], POWER_FAIL_SUPERSEDED);
    uint32_t group_off = order(POWER_FORCE_OFF, 3);
    run(2000);
    assert_int_equal(task_state(off), TASK_COMPLETED);
    assert_int_equal(task_state(group_off), TASK_COMPLETED);
    assert_int_equal(power_order(&bench.power, POWER_MODULE_OFF, 1, &admin, bench.in.now_ms, &other), POWER_REFUSED_NOT_ON);
    assert_int_equal(power_order(&bench.power, POWER_ON, 16, &admin, bench.in.now_ms, &other), POWER_REFUSED_ARGUMENT);
    assert_int_equal(power_order(&bench.power, POWER_ON, 0, &admin, bench.in.now_ms, &other), POWER_REFUSED_ARGUMENT);
    assert_int_equal(task_state(order(POWER_FORCE_OFF, 1)), TASK_COMPLETED); /* already so */
}

static void restart_pulses_the_module_alone(void **state) {
    (void)state;
    uint32_t id = order(POWER_FORCE_RESTART, 4);
    run(20);
    uint64_t low_ms = bench.in.now_ms;
    assert_false(bench.in.node[2].pads.module_on);
    while (!bench.in.node[2].pads.module_on && bench.in.now_ms < low_ms + 5000) {
        assert_true(bench.in.node[2].pads.channel_on);
        run(10);
    }
    assert_true(bench.in.now_ms - low_ms >= 970 && bench.in.now_ms - low_ms < 2000);
    run(1000);
    assert_int_equal(task_state(id), TASK_COMPLETED);
}

static void a_module_that_ignores_its_pin_is_told(void **state) {
    (void)state;
    order(POWER_FORCE_RESTART, 1);
    uint32_t id = power_task_at(&bench.power, 0)->id;
    for (unsigned i = 0; i < 300; i++) { /* a jumper holds PMIC_ENABLE: the current does not drop */
        run(10);
        if (bench.in.node[0].rail.valid) bench.in.node[0].rail.ma = 650;
    }
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_MODULE_NO_EFFECT);
    assert_true(bench.in.node[0].pads.module_on);
}

/* Ends the controller's life at each phase of a power cycle: the next one brings the node back and answers the order. */
static void a_cut_short_order_goes_on(void **state) {
    for (unsigned death_ms = 10; death_ms < 5000; death_ms += 70) {
        setup(state);
        uint32_t id = order(POWER_CYCLE, 2);
        run(death_ms);
        bool ended = task_state(id) == TASK_COMPLETED;
        struct power_pins before = bench.in.node[1].pads;
        adopt(false, true);
        assert_memory_equal(&before, &bench.in.node[1].pads, sizeof before);
        unsigned rises = bench.rise_count;
        run(10000);
        assert_true(bench.in.node[1].pads.module_on && bench.in.node[1].pads.channel_on);
        assert_int_equal(bench.rise_count, ended ? rises : 1); /* cut once, never twice */
        if (!ended) assert_int_equal(task_state(id), TASK_COMPLETED);
        if (!ended) assert_int_equal(logged(EVENT_POWER_RESUMED), 1);
    }
}

static void lost_input_power_applies_the_policy(void **state) {
    (void)state;
    order(POWER_FORCE_OFF, 1);
    run(1500);
    order(POWER_CYCLE, 2);
    run(700);
    for (unsigned i = 0; i < NODE_COUNT; i++) bench.in.node[i].pads = (struct power_pins){true, true}; /* holds are gone */
    adopt(true, true);
    run(1500);
    assert_false(bench.in.node[0].pads.channel_on); /* last state: off */
    assert_true(bench.in.node[1].pads.module_on);
    assert_int_equal(logged(EVENT_POWER_FAILED), 1); /* the cycle that the outage cut short */
}

static void a_full_store_refuses_before_any_pin(void **state) {
    (void)state;
    bench.store_full = true;
    uint32_t id = order(POWER_CYCLE, 1);
    run(100);
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_STORE);
    assert_true(bench.in.node[0].pads.module_on && bench.in.node[0].pads.channel_on);
}

static void a_damaged_record_is_told_and_harmless(void **state) {
    (void)state;
    order(POWER_FORCE_OFF, 1);
    run(1500);
    bench.record[0][9] ^= 4;
    adopt(false, true);
    run(3000);
    assert_int_equal(logged(EVENT_RECORD_DISCARDED), 4); /* three nodes never had one: a blank is no record either */
    assert_false(bench.in.node[0].pads.channel_on);
}

static void a_rail_lost_without_order_is_one_event(void **state) {
    (void)state;
    run(3000);
    bench.stuck_off[3] = true;
    run(3000);
    assert_int_equal(logged(EVENT_RAIL_LOST), 1);
    bench.stuck_off[3] = false;
    run(3000);
    assert_int_equal(logged(EVENT_RAIL_LOST), 1);
    assert_int_equal(logged(EVENT_RAIL_RETURNED), 1);
    assert_true(bench.in.node[3].pads.channel_on);
}

/* ---- the owner's delays ---- */

static void set_delays(unsigned index, struct power_delays delays) {
    bench.delays[index] = delays;
    power_set_delays(&bench.power, index, delays);
}

/* Runs until the pin is at the level, and says how long that took. */
static uint64_t until(const bool *pin, bool level) {
    uint64_t begin_ms = bench.in.now_ms;
    while (*pin != level && bench.in.now_ms < begin_ms + 60000) run(10);
    assert_int_equal(*pin, level);
    return bench.in.now_ms - begin_ms;
}

static void on_waits_its_delay(void **state) {
    (void)state;
    const struct power_pins *pads = &bench.in.node[0].pads;
    order(POWER_FORCE_OFF, 1);
    run(3000);
    set_delays(0, (struct power_delays){.on_ms = 10000, .cycle_ms = 30000});
    uint32_t id = order(POWER_ON, 1);
    assert_in_range(until(&pads->channel_on, true), 10000, 10050);
    assert_int_equal(task_state(id), TASK_RUNNING);
    run(3000);
    assert_int_equal(task_state(id), TASK_COMPLETED);
    assert_int_equal(task_state(order(POWER_ON, 1)), TASK_COMPLETED); /* it is on: nothing to wait for */
}

/* What the hardware needs and what the owner wants run at the same time. */
static void a_cycle_is_off_for_its_delay(void **state) {
    (void)state;
    const struct power_pins *pads = &bench.in.node[1].pads;
    set_delays(1, (struct power_delays){.on_ms = 50000, .cycle_ms = 8000});
    order(POWER_CYCLE, 2);
    until(&pads->channel_on, false);
    assert_in_range(until(&pads->channel_on, true), 7900, 8100);
    run(5000);
    set_delays(1, (struct power_delays){.on_ms = 50000, .cycle_ms = 1000});
    order(POWER_CYCLE, 2);
    until(&pads->channel_on, false);
    assert_in_range(until(&pads->channel_on, true), 1990, 2100);
}

static void off_waits_its_delay_and_a_restart_both(void **state) {
    (void)state;
    const struct power_pins *pads = &bench.in.node[0].pads;
    set_delays(0, (struct power_delays){.on_ms = 4000, .off_ms = 6000});
    order(POWER_FORCE_RESTART, 1);
    assert_in_range(until(&pads->module_on, false), 6000, 6050);
    assert_in_range(until(&pads->module_on, true), 3900, 4100);
    run(2000);
    assert_true(pads->channel_on);
    uint32_t id = order(POWER_FORCE_OFF, 1);
    run(5000);
    assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_ON);
    assert_int_equal(power_view(&bench.power, 0).phase, PHASE_OFF_DELAY);
    run(2000);
    assert_int_equal(task_state(id), TASK_COMPLETED);
    uint64_t begin_ms = bench.in.now_ms;
    id = order(POWER_ON, 1);
    run(1000);
    order(POWER_FORCE_OFF, 1); /* there is nothing to switch off: at once */
    run(500);
    assert_int_equal(power_task(&bench.power, id)->failure[0], POWER_FAIL_SUPERSEDED);
    assert_int_equal(power_view(&bench.power, 0).act, POWER_ACT_NONE);
    assert_true(bench.in.now_ms < begin_ms + 2000);
}

static void module_off_waits_for_nothing(void **state) {
    (void)state;
    set_delays(2, (struct power_delays){.on_ms = 9000, .off_ms = 9000, .cycle_ms = 9000});
    order(POWER_MODULE_OFF, 4);
    run(50);
    assert_false(bench.in.node[2].pads.module_on);
}

static void an_order_keeps_the_delays_it_was_given_with(void **state) {
    (void)state;
    const struct power_pins *pads = &bench.in.node[0].pads;
    set_delays(0, (struct power_delays){.off_ms = 5000});
    order(POWER_FORCE_OFF, 1);
    run(100);
    set_delays(0, (struct power_delays){0});
    assert_in_range(until(&pads->module_on, false), 4800, 5000);
}

/* Deaths of the controller anywhere in a delayed cycle: the delay is longer, never shorter, and the node is cut once. */
static void a_delay_cut_short_begins_anew(void **state) {
    for (unsigned death_ms = 10; death_ms < 16000; death_ms += 330) {
        setup(state);
        const struct power_pins *pads = &bench.in.node[1].pads;
        set_delays(1, (struct power_delays){.off_ms = 4000, .cycle_ms = 6000});
        uint64_t begin_ms = bench.in.now_ms, cut_ms = 0, back_ms = 0;
        uint32_t id = order(POWER_CYCLE, 2);
        bool died = false;
        while (bench.in.now_ms < begin_ms + 40000) {
            if (!died && bench.in.now_ms >= begin_ms + death_ms) {
                bench.delays[1] = (struct power_delays){0}; /* the order knows its own */
                adopt(false, true);
                died = true;
            }
            run(10);
            if (!cut_ms && !pads->module_on) cut_ms = bench.in.now_ms;
            if (cut_ms && !back_ms && pads->channel_on && pads->module_on) back_ms = bench.in.now_ms;
            if (back_ms) assert_true(pads->module_on && pads->channel_on);
        }
        assert_true(cut_ms >= begin_ms + 4000 && cut_ms <= begin_ms + 8100);
        assert_true(back_ms >= cut_ms + 6000 && back_ms <= cut_ms + 16000);
        assert_int_equal(bench.rise_count, 1);
        const struct power_task *task = power_task(&bench.power, id);
        if (task) assert_int_equal(task->state, TASK_COMPLETED);
        assert_int_equal(power_view(&bench.power, 1).act, POWER_ACT_NONE);
    }
}

/* Over a second death too: a delay that the restore policy gave is the order's own, and outlives the controller. */
static void restored_power_waits_the_start_delay(void **state) {
    (void)state;
    set_delays(0, (struct power_delays){.on_ms = 12000, .off_ms = 7000, .cycle_ms = 1000});
    adopt(true, false);
    run(100);
    assert_false(bench.in.node[0].pads.channel_on); /* off at once: the hardware had raised it too early */
    assert_true(bench.in.node[1].pads.channel_on);
    run(10000);
    adopt(false, true);
    run(11000);
    assert_false(bench.in.node[0].pads.channel_on);
    run(8000);
    assert_true(bench.in.node[0].pads.module_on && bench.in.node[0].pads.channel_on);
    assert_int_equal(power_view(&bench.power, 0).reset_cause, POWER_RESET_RESTORE);
}

static void a_record_of_an_earlier_version_is_understood(void **state) {
    static const size_t ends[] = {59, 68}; /* where version 1 and 2 ended */
    for (unsigned version = 1; version <= 2; version++) {
        setup(state);
        order(POWER_FORCE_OFF, 1);
        run(1500);
        struct bytes_writer writer = {.data = bench.record[0], .size = POWER_RECORD_SIZE, .used = ends[version - 1]};
        bench.record[0][0] = (uint8_t)version;
        bytes_seal(&writer);
        adopt(false, true);
        assert_int_equal(power_view(&bench.power, 0).reset_cause, POWER_RESET_NONE);
        run(1000);
        assert_false(bench.in.node[0].pads.channel_on);
        assert_int_equal(logged(EVENT_RECORD_DISCARDED), 3); /* the other nodes' blanks */
    }
    bench.record[0][0] = 4; /* a later firmware's */
    bytes_seal(&(struct bytes_writer){.data = bench.record[0], .size = POWER_RECORD_SIZE, .used = 72});
    adopt(false, true);
    run(1000);
    assert_int_equal(logged(EVENT_RECORD_DISCARDED), 4);
}

/* ---- what is on, and since when ---- */

/* Redfish Resource, ResetType: ForceRestart and PowerCycle end in "On" also where they began in "Off". */
static void restart_and_cycle_switch_on_what_is_off(void **state) {
    (void)state;
    static const enum power_act acts[] = {POWER_FORCE_RESTART, POWER_CYCLE};
    for (unsigned i = 0; i < 2; i++) {
        order(POWER_FORCE_OFF, 3);
        run(3000);
        uint32_t id = order(acts[i], 3);
        run(8000);
        assert_int_equal(task_state(id), TASK_COMPLETED);
        assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_ON);
        assert_int_equal(power_view(&bench.power, 1).state, POWER_STATE_ON);
        order(POWER_MODULE_OFF, 1);
        run(3000);
        order(acts[i], 1);
        run(8000);
        assert_true(bench.in.node[0].pads.module_on && bench.in.node[0].pads.channel_on);
    }
    for (unsigned i = 1; i < bench.rise_count; i++) assert_true(bench.rise_ms[i] - bench.rise_ms[i - 1] > 500);
}

static void a_reset_has_a_time_and_a_cause(void **state) {
    (void)state;
    bench.wall_ms = 1000000;
    assert_int_equal(power_view(&bench.power, 0).reset_cause, POWER_RESET_NONE);
    assert_false(power_take_start(&bench.power, 0));
    order(POWER_FORCE_RESTART, 1);
    run(500);
    assert_false(power_take_start(&bench.power, 0)); /* not yet */
    run(2500);
    assert_int_equal(power_view(&bench.power, 0).last_reset_wall_ms, 1000000);
    assert_int_equal(power_view(&bench.power, 0).reset_cause, POWER_RESET_COMMAND);
    assert_true(power_take_start(&bench.power, 0));
    assert_false(power_take_start(&bench.power, 0)); /* told once */
    bench.wall_ms = 2000000;
    order(POWER_FORCE_OFF, 1);
    run(2000);
    assert_false(power_take_start(&bench.power, 0));
    assert_int_equal(power_view(&bench.power, 0).last_reset_wall_ms, 1000000);
    order(POWER_ON, 1);
    run(5000);
    assert_true(power_take_start(&bench.power, 0));
    assert_int_equal(power_view(&bench.power, 0).last_reset_wall_ms, 2000000);
    adopt(false, true); /* the record of the order's end has it */
    assert_int_equal(power_view(&bench.power, 0).last_reset_wall_ms, 2000000);
    assert_int_equal(power_view(&bench.power, 0).reset_cause, POWER_RESET_COMMAND);
    assert_false(power_take_start(&bench.power, 0));
}

static void what_starts_without_an_order_is_told_too(void **state) {
    (void)state;
    bench.wall_ms = 3000000;
    order(POWER_CYCLE, 15);
    run(9000);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_true(power_take_start(&bench.power, i));
    bench.wall_ms = 4000000;
    adopt(true, true); /* input power came back, and the nodes with it */
    run(3000);
    assert_true(power_take_start(&bench.power, 2));
    assert_int_equal(power_view(&bench.power, 2).last_reset_wall_ms, 4000000);
    assert_int_equal(power_view(&bench.power, 2).reset_cause, POWER_RESET_RESTORE);
    bench.wall_ms = 5000000;
    bench.stuck_off[3] = true; /* the button at the board */
    run(1000);
    bench.stuck_off[3] = false;
    run(1000);
    assert_true(power_take_start(&bench.power, 3));
    adopt(false, true);
    assert_int_equal(power_view(&bench.power, 2).last_reset_wall_ms, 4000000);
    assert_int_equal(power_view(&bench.power, 3).last_reset_wall_ms, 5000000);
    assert_int_equal(power_view(&bench.power, 3).reset_cause, POWER_RESET_UNEXPLAINED);
}

/* An order cut short by an outage is over: no later restart of the controller may find it and carry it on. */
static void a_lost_order_is_not_resumed_later(void **state) {
    (void)state;
    order(POWER_CYCLE, 2);
    run(700);
    bench.in.node[1].pads = (struct power_pins){true, true};
    adopt(true, true);
    run(5000);
    adopt(false, true);
    run(5000);
    assert_int_equal(logged(EVENT_POWER_RESUMED), 0);
    assert_true(bench.in.node[1].pads.module_on && bench.in.node[1].pads.channel_on);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(adopting_moves_nothing, setup),
        cmocka_unit_test_setup(force_off_is_done_when_the_rail_is_dead, setup),
        cmocka_unit_test_setup(a_stuck_rail_is_a_failure, setup),
        cmocka_unit_test_setup(a_lost_sensor_proves_nothing, setup),
        cmocka_unit_test_setup(rails_rise_apart, setup),
        cmocka_unit_test_setup(orders_in_the_way, setup),
        cmocka_unit_test_setup(restart_pulses_the_module_alone, setup),
        cmocka_unit_test_setup(a_module_that_ignores_its_pin_is_told, setup),
        cmocka_unit_test_setup(a_cut_short_order_goes_on, setup),
        cmocka_unit_test_setup(lost_input_power_applies_the_policy, setup),
        cmocka_unit_test_setup(a_full_store_refuses_before_any_pin, setup),
        cmocka_unit_test_setup(a_damaged_record_is_told_and_harmless, setup),
        cmocka_unit_test_setup(a_rail_lost_without_order_is_one_event, setup),
        cmocka_unit_test_setup(on_waits_its_delay, setup),
        cmocka_unit_test_setup(a_cycle_is_off_for_its_delay, setup),
        cmocka_unit_test_setup(off_waits_its_delay_and_a_restart_both, setup),
        cmocka_unit_test_setup(module_off_waits_for_nothing, setup),
        cmocka_unit_test_setup(an_order_keeps_the_delays_it_was_given_with, setup),
        cmocka_unit_test_setup(a_delay_cut_short_begins_anew, setup),
        cmocka_unit_test_setup(restored_power_waits_the_start_delay, setup),
        cmocka_unit_test_setup(a_record_of_an_earlier_version_is_understood, setup),
        cmocka_unit_test_setup(restart_and_cycle_switch_on_what_is_off, setup),
        cmocka_unit_test_setup(a_reset_has_a_time_and_a_cause, setup),
        cmocka_unit_test_setup(what_starts_without_an_order_is_told_too, setup),
        cmocka_unit_test_setup(a_lost_order_is_not_resumed_later, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
