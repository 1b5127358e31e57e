/* SPDX-License-Identifier: Apache-2.0
 * Orders that ask the node's own system: what is believed, what is not, and that a node which does not obey is never cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/unit/core/power_bench.h"

#define TIMEOUT_MS (POWER_GRACEFUL_S * 1000)
#define OLD_BOOT   0x1111
#define NEW_BOOT   0x2222

/* Four nodes with agents that are heard, and as yet do nothing. */
static int setup_agents(void **state) {
    setup(state);
    for (unsigned i = 0; i < NODE_COUNT; i++)
        bench.in.node[i].agent = (struct power_agent){.able = true, .reachable = true, .boot = OLD_BOOT};
    run(10);
    return 0;
}

static struct power_agent *agent(unsigned index) { return &bench.in.node[index].agent; }

static void answer(unsigned index, enum agent_order_state order_state) {
    agent(index)->order_id = bench.out.ask[index].id;
    agent(index)->order_state = (uint8_t)order_state;
}

static bool is_on(unsigned index) { return bench.in.node[index].pads.module_on && bench.in.node[index].pads.channel_on; }
static bool is_off(unsigned index) { return !bench.in.node[index].pads.module_on && !bench.in.node[index].pads.channel_on; }

static enum power_failure failure_of(uint32_t id, unsigned index) {
    const struct power_task *task = power_task(&bench.power, id);
    assert_non_null(task);
    assert_int_not_equal(task->state, TASK_RUNNING);
    return task->failure[index];
}

static enum power_refusal try_order(enum power_act act, uint8_t mask) {
    uint32_t id;
    return power_order(&bench.power, act, mask, &admin, bench.in.now_ms, &id);
}

/* ---- shutting down ---- */

static void a_shutdown_is_asked_then_proven_then_cut(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    run(100);
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_SHUT_DOWN);
    assert_int_equal(bench.out.ask[0].id, id);
    assert_int_equal(bench.out.ask[1].act, AGENT_ACT_NONE);
    assert_int_equal(power_view(&bench.power, 0).phase, PHASE_ASKING);
    answer(0, AGENT_ORDER_TAKEN);
    run(30000);
    assert_true(is_on(0)); /* word alone cuts nothing */
    answer(0, AGENT_ORDER_DONE);
    agent(0)->reachable = false; /* as any system that goes down */
    run(10000);
    assert_true(is_on(0));
    bench.halted[0] = true;
    run(2000);
    assert_true(is_off(0));
    assert_int_equal(failure_of(id, 0), POWER_OK);
    assert_int_equal(power_view(&bench.power, 0).state, POWER_STATE_OFF);
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_NONE);
    assert_int_equal(logged(EVENT_POWER_DONE), 1);
    assert_true(is_on(1));
    id = order(POWER_GRACEFUL_SHUTDOWN, 1); /* already so */
    assert_int_equal(failure_of(id, 0), POWER_OK);
}

static void nothing_is_asked_before_it_is_journaled(void **state) {
    (void)state;
    bench.store_full = true;
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    for (unsigned turn = 0; turn < 20; turn++) {
        run(10);
        assert_int_equal(bench.out.ask[0].act, AGENT_ACT_NONE);
    }
    assert_int_equal(failure_of(id, 0), POWER_FAIL_STORE);
    assert_true(is_on(0));
}

/* At its time-out, and through every later restart of the controller: it was not obeyed, so nobody may carry it on. */
static void a_node_that_does_not_obey_is_left_as_it_is(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    run(TIMEOUT_MS - 1000);
    assert_int_equal(task_state(id), TASK_RUNNING);
    run(2000);
    assert_int_equal(failure_of(id, 0), POWER_FAIL_NO_SHUTDOWN);
    assert_string_equal(power_failure_text(POWER_FAIL_NO_SHUTDOWN), "it did not shut down in 120 s; it still runs");
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_NONE); /* taken back */
    assert_int_equal(logged(EVENT_POWER_NOT_OBEYED), 1);
    assert_true(power_view(&bench.power, 0).last_failed);
    for (unsigned life = 0; life < 3; life++) {
        adopt(false, true);
        run(5000);
        assert_true(is_on(0));
    }
    adopt(true, true); /* the latest order that had effect left it on */
    run(5000);
    assert_true(is_on(0));
}

static void a_running_current_refutes_the_halt(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    for (unsigned i = 0; i < 100; i++) {
        run(10);
        bench.in.node[0].halted = true; /* somebody errs */
    }
    assert_true(is_on(0));
    bench.halted[0] = bench.sensor_lost[0] = true; /* and without a sensor there is no proof */
    run(TIMEOUT_MS);
    assert_true(is_on(0));
    assert_int_equal(failure_of(id, 0), POWER_FAIL_NOT_MEASURED);
}

static void an_agent_that_says_no_ends_it_at_once(void **state) {
    static const struct {
        enum agent_order_state said;
        enum power_failure failure;
    } cases[] = {{AGENT_ORDER_REFUSED, POWER_FAIL_AGENT_REFUSED}, {AGENT_ORDER_FAILED, POWER_FAIL_AGENT_FAILED}};
    static const enum power_act acts[] = {POWER_GRACEFUL_SHUTDOWN, POWER_GRACEFUL_RESTART};
    for (unsigned i = 0; i < 4; i++) {
        setup_agents(state);
        uint32_t id = order(acts[i / 2], 4);
        run(100);
        answer(2, cases[i % 2].said);
        run(100);
        assert_int_equal(failure_of(id, 2), cases[i % 2].failure);
        assert_true(is_on(2));
        id = order(acts[i / 2], 4); /* what was said of the last order is not said of this one */
        run(1000);
        assert_int_equal(task_state(id), TASK_RUNNING);
    }
}

static void who_cannot_be_asked_is_refused_at_once(void **state) {
    (void)state;
    static const enum power_act acts[] = {POWER_GRACEFUL_SHUTDOWN, POWER_GRACEFUL_RESTART};
    for (unsigned i = 0; i < 2; i++) {
        *agent(0) = (struct power_agent){0};
        run(10);
        assert_int_equal(try_order(acts[i], 1), POWER_REFUSED_NO_AGENT);
        assert_false(power_view(&bench.power, 0).can_ask);
        *agent(0) = (struct power_agent){.able = true, .boot = OLD_BOOT};
        run(10);
        assert_int_equal(try_order(acts[i], 1), POWER_REFUSED_NO_AGENT);
        assert_true(power_view(&bench.power, 0).can_ask);
        *agent(0) = (struct power_agent){.reachable = true, .boot = OLD_BOOT}; /* it can read sensors, and no more */
        run(10);
        assert_int_equal(try_order(acts[i], 1), POWER_REFUSED_NO_AGENT);
        assert_int_equal(try_order(acts[i], 15), POWER_REFUSED_NO_AGENT); /* one that cannot: none is asked */
    }
    *agent(0) = (struct power_agent){.able = true, .reachable = true};
    run(10);
    assert_int_equal(try_order(POWER_GRACEFUL_RESTART, 1), POWER_REFUSED_NO_AGENT); /* what would prove it? */
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(bench.out.ask[i].act, AGENT_ACT_NONE);
    assert_int_equal(logged(EVENT_POWER_ORDERED), 0);
}

/* Nobody is left on it to be asked, and nobody who could lose anything. */
static void a_node_that_stopped_by_itself_is_switched_off(void **state) {
    (void)state;
    bench.halted[0] = true;
    agent(0)->reachable = false;
    run(200);
    assert_true(power_view(&bench.power, 0).halted);
    assert_int_equal(try_order(POWER_GRACEFUL_RESTART, 1), POWER_REFUSED_NO_AGENT);
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    run(2000);
    assert_int_equal(failure_of(id, 0), POWER_OK);
    assert_true(is_off(0));
    order(POWER_MODULE_OFF, 2);
    run(5000);
    assert_int_equal(try_order(POWER_GRACEFUL_RESTART, 2), POWER_REFUSED_NOT_ON);
    id = order(POWER_GRACEFUL_SHUTDOWN, 2);
    run(2000);
    assert_int_equal(failure_of(id, 1), POWER_OK);
    assert_true(is_off(1));
}

static void a_shutdown_waits_the_owners_delay(void **state) {
    (void)state;
    bench.delays[0] = (struct power_delays){.off_ms = 5000};
    power_set_delays(&bench.power, 0, bench.delays[0]);
    order(POWER_GRACEFUL_SHUTDOWN, 1);
    run(4900);
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_NONE);
    run(200);
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_SHUT_DOWN);
}

static void a_stuck_rail_is_a_failure_here_too(void **state) {
    (void)state;
    bench.stuck_on[0] = true;
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    run(1000);
    bench.halted[0] = true;
    run(5000);
    assert_int_equal(failure_of(id, 0), POWER_FAIL_RAIL_STUCK_ON);
}

/* ---- other orders ---- */

static void one_order_at_a_time(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 1);
    run(1000);
    assert_int_equal(try_order(POWER_GRACEFUL_RESTART, 1), POWER_REFUSED_BUSY);
    assert_int_equal(try_order(POWER_ON, 1), POWER_REFUSED_BUSY);
    assert_int_equal(order(POWER_GRACEFUL_SHUTDOWN, 1), id);
    uint32_t off = order(POWER_FORCE_OFF, 1);
    run(10);
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_NONE);
    run(2000);
    assert_int_equal(failure_of(id, 0), POWER_FAIL_SUPERSEDED);
    assert_int_equal(failure_of(off, 0), POWER_OK);
    assert_true(is_off(0));
}

static void a_group_goes_down_each_at_its_own_pace(void **state) {
    (void)state;
    order(POWER_FORCE_OFF, 8);
    run(2000);
    uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 15);
    run(100);
    bench.halted[0] = true;
    run(3000);
    assert_true(is_off(0) && is_on(1) && is_on(2));
    bench.halted[1] = true;
    run(3000);
    assert_true(is_off(1) && is_on(2));
    assert_int_equal(task_state(id), TASK_RUNNING);
    run(TIMEOUT_MS);
    assert_int_equal(task_state(id), TASK_FAILED);
    assert_int_equal(failure_of(id, 2), POWER_FAIL_NO_SHUTDOWN);
    assert_int_equal(failure_of(id, 3), POWER_OK);
    assert_true(is_on(2));
}

/* ---- restarting ---- */

static void a_restart_is_another_boot_and_moves_no_pin(void **state) {
    (void)state;
    bench.wall_ms = 1000000;
    uint32_t id = order(POWER_GRACEFUL_RESTART, 2);
    for (unsigned ms = 0; ms < 40000; ms += 10) {
        run(10);
        if (ms == 1000) assert_int_equal(bench.out.ask[1].act, AGENT_ACT_REBOOT);
        if (ms == 2000) answer(1, AGENT_ORDER_TAKEN);
        if (ms == 3000) agent(1)->reachable = false;
        if (ms == 6000) bench.halted[1] = true; /* between two systems it may draw little: a reboot is no halt */
        if (ms == 20000) bench.halted[1] = false;
        if (ms < 30000) assert_int_equal(task_state(id), TASK_RUNNING);
        if (ms == 30000) *agent(1) = (struct power_agent){.able = true, .reachable = true, .boot = NEW_BOOT};
        assert_true(is_on(1));
    }
    assert_int_equal(failure_of(id, 1), POWER_OK);
    assert_true(power_take_start(&bench.power, 1));
    assert_int_equal(power_view(&bench.power, 1).last_reset_wall_ms, 1000000);
    assert_int_equal(power_view(&bench.power, 1).reset_cause, POWER_RESET_COMMAND);
}

static void a_restart_without_another_boot_fails(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_RESTART, 2);
    run(TIMEOUT_MS + 1000);
    assert_int_equal(failure_of(id, 1), POWER_FAIL_NO_RESTART);
    assert_false(power_take_start(&bench.power, 1));
    assert_true(is_on(1));
}

/* ---- the end of the controller's life ---- */

/* At any time: the same number is asked again, and the node has its whole time anew. */
static void a_shutdown_goes_on_after_a_restart_of_the_controller(void **state) {
    for (unsigned death_ms = 10; death_ms < 100000; death_ms = death_ms * 3 + 10) {
        setup_agents(state);
        uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 2);
        run(death_ms);
        adopt(false, true);
        run(100);
        assert_int_equal(bench.out.ask[1].act, AGENT_ACT_SHUT_DOWN);
        assert_int_equal(bench.out.ask[1].id, id);
        run(TIMEOUT_MS - 1000);
        assert_int_equal(task_state(id), TASK_RUNNING);
        bench.halted[1] = true;
        run(3000);
        assert_int_equal(failure_of(id, 1), POWER_OK);
        assert_true(is_off(1));
    }
}

/* Through the cut itself, 10 ms by 10 ms: it is off in the end, and stays so with the next controller. */
static void a_cut_that_was_interrupted_is_finished(void **state) {
    for (unsigned death_ms = 10; death_ms < 1500; death_ms += 10) {
        setup_agents(state);
        uint32_t id = order(POWER_GRACEFUL_SHUTDOWN, 2);
        run(1000);
        bench.halted[1] = true;
        run(death_ms);
        adopt(false, true);
        run(3000);
        assert_true(is_off(1));
        if (power_task(&bench.power, id)) assert_int_equal(failure_of(id, 1), POWER_OK);
        adopt(false, true);
        run(1000);
        assert_true(is_off(1));
        assert_int_equal(logged(EVENT_POWER_RESUMED), 0);
    }
}

/* Lost holds start a node that had been proven halted: now it runs, and is to be asked like any other. */
static void a_node_that_lost_holds_started_is_asked_again(void **state) {
    (void)state;
    order(POWER_GRACEFUL_SHUTDOWN, 2);
    run(1000);
    bench.halted[1] = true;
    while (!is_off(1)) run(10);
    bench.in.node[1].pads = (struct power_pins){true, true};
    bench.halted[1] = bench.in.node[1].halted = false; /* the next controller has seen nothing yet */
    adopt(false, true);
    for (unsigned ms = 0; ms < TIMEOUT_MS + 10000; ms += 1000) {
        run(1000);
        assert_true(is_on(1));
    }
    for (unsigned life = 0; life < 3; life++) { /* nor does any later life take up what was not obeyed */
        adopt(false, true);
        run(5000);
        assert_true(is_on(1));
    }
}

/* The node may have gone and come back while nobody looked: its new boot is the proof, and it is not sent down again. */
static void a_restart_is_not_asked_of_the_next_boot(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_RESTART, 2);
    run(1000);
    *agent(1) = (struct power_agent){0}; /* a new controller has heard nobody yet */
    adopt(false, true);
    for (unsigned i = 0; i < 200; i++) {
        run(10);
        assert_int_equal(bench.out.ask[1].act, AGENT_ACT_NONE);
    }
    *agent(1) = (struct power_agent){.able = true, .reachable = true, .boot = NEW_BOOT};
    for (unsigned i = 0; i < 100; i++) {
        run(10);
        assert_int_equal(bench.out.ask[1].act, AGENT_ACT_NONE);
    }
    assert_int_equal(failure_of(id, 1), POWER_OK);
}

static void a_restart_is_asked_again_of_the_same_boot(void **state) {
    (void)state;
    uint32_t id = order(POWER_GRACEFUL_RESTART, 2);
    run(1000);
    *agent(1) = (struct power_agent){0};
    adopt(false, true);
    run(1000);
    *agent(1) = (struct power_agent){.able = true, .reachable = true, .boot = OLD_BOOT};
    run(100);
    assert_int_equal(bench.out.ask[1].act, AGENT_ACT_REBOOT);
    assert_int_equal(bench.out.ask[1].id, id);
}

static void lost_input_power_ends_it(void **state) {
    (void)state;
    order(POWER_GRACEFUL_SHUTDOWN, 1);
    order(POWER_GRACEFUL_SHUTDOWN, 2);
    run(1000);
    bench.halted[1] = true;
    while (!is_off(1)) run(10); /* the second had obeyed: off is what was ordered of it */
    for (unsigned i = 0; i < NODE_COUNT; i++) bench.in.node[i].pads = (struct power_pins){true, true};
    bench.halted[1] = false;
    adopt(true, true);
    run(5000);
    assert_true(is_on(0));
    assert_true(is_off(1));
    assert_int_equal(bench.out.ask[0].act, AGENT_ACT_NONE);
    assert_true(logged(EVENT_POWER_FAILED) >= 1);
}

/* While a node is only asked, its rail is nobody's doing. */
static void a_rail_lost_while_asking_is_told(void **state) {
    (void)state;
    run(3000);
    order(POWER_GRACEFUL_RESTART, 8);
    run(3000);
    bench.stuck_off[3] = true;
    run(3000);
    assert_int_equal(logged(EVENT_RAIL_LOST), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_shutdown_is_asked_then_proven_then_cut, setup_agents),
        cmocka_unit_test_setup(nothing_is_asked_before_it_is_journaled, setup_agents),
        cmocka_unit_test_setup(a_node_that_does_not_obey_is_left_as_it_is, setup_agents),
        cmocka_unit_test_setup(a_running_current_refutes_the_halt, setup_agents),
        cmocka_unit_test_setup(an_agent_that_says_no_ends_it_at_once, setup_agents),
        cmocka_unit_test_setup(who_cannot_be_asked_is_refused_at_once, setup_agents),
        cmocka_unit_test_setup(a_node_that_stopped_by_itself_is_switched_off, setup_agents),
        cmocka_unit_test_setup(a_shutdown_waits_the_owners_delay, setup_agents),
        cmocka_unit_test_setup(a_stuck_rail_is_a_failure_here_too, setup_agents),
        cmocka_unit_test_setup(one_order_at_a_time, setup_agents),
        cmocka_unit_test_setup(a_group_goes_down_each_at_its_own_pace, setup_agents),
        cmocka_unit_test_setup(a_restart_is_another_boot_and_moves_no_pin, setup_agents),
        cmocka_unit_test_setup(a_restart_without_another_boot_fails, setup_agents),
        cmocka_unit_test_setup(a_shutdown_goes_on_after_a_restart_of_the_controller, setup_agents),
        cmocka_unit_test_setup(a_cut_that_was_interrupted_is_finished, setup_agents),
        cmocka_unit_test_setup(a_node_that_lost_holds_started_is_asked_again, setup_agents),
        cmocka_unit_test_setup(a_restart_is_not_asked_of_the_next_boot, setup_agents),
        cmocka_unit_test_setup(a_restart_is_asked_again_of_the_same_boot, setup_agents),
        cmocka_unit_test_setup(lost_input_power_ends_it, setup_agents),
        cmocka_unit_test_setup(a_rail_lost_while_asking_is_told, setup_agents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
