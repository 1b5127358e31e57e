/* SPDX-License-Identifier: Apache-2.0
 * The ladder of the controller's own network: when it climbs, and above all when it must not. Random walks play every kind of
 * network and hold it to its promises at each step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "board/super4c.h"

#define LIMITS  (&board_netguard_limits)
#define STEP_MS 1000

static struct netguard guard;
static struct netguard_in in;
static struct netguard_out out;
static unsigned acts[NETGUARD_ACT_COUNT];
static struct event told;

static enum netguard_act step(void) {
    in.now_ms += STEP_MS;
    out = netguard_step(&guard, LIMITS, &in);
    acts[out.act]++;
    if (out.event.code != EVENT_NONE) told = out.event;
    return out.act;
}

/* Somebody speaks each period_s; 0: nobody does. Stops at an act. */
static enum netguard_act pass(unsigned seconds, unsigned others_s, unsigned gateway_s) {
    for (unsigned i = 0; i < seconds; i++) {
        if (others_s > 0 && i % others_s == 0) in.others_ms = in.now_ms;
        if (gateway_s > 0 && i % gateway_s == 0) in.gateway_ms = in.now_ms;
        if (step() != NETGUARD_NONE) return out.act;
    }
    return NETGUARD_NONE;
}

/* What a step of the ladder does to the link. */
static void flap(void) {
    in.link_up = false;
    pass(3, 0, 0);
    in.link_up = true;
}

static int setup(void **state) {
    (void)state;
    netguard_init(&guard, NULL);
    memset(acts, 0, sizeof acts);
    memset(&told, 0, sizeof told);
    in = (struct netguard_in){.now_ms = 1000, .link_up = true};
    return 0;
}

static void a_network_that_is_heard_is_left_alone(void **state) {
    (void)state;
    assert_int_equal(pass(100000, 10, 10), NETGUARD_NONE);
    assert_int_equal(told.code, EVENT_NONE);
}

static void the_ladder_climbs_when_nothing_is_heard_any_more(void **state) {
    (void)state;
    pass(600, 10, 10);
    assert_int_equal(pass(70, 0, 0), NETGUARD_RESTART_DRIVER);
    assert_int_equal(told.code, EVENT_NETWORK_REPAIR);
    assert_in_range(told.arg[0], 60, 70);
    assert_string_equal(told.text, "the driver is restarted");
    flap();
    assert_int_equal(pass(70, 0, 0), NETGUARD_RESET_CHIP);
    flap();
    assert_int_equal(pass(70, 0, 0), NETGUARD_RESTART_CONTROLLER);
    assert_int_equal(guard.past.restart_count, 1);
}

static void what_helps_ends_it_and_is_told(void **state) {
    (void)state;
    pass(600, 10, 10);
    assert_int_equal(pass(70, 0, 0), NETGUARD_RESTART_DRIVER);
    flap();
    assert_int_equal(pass(LIMITS->stable_ms / 1000 + 5, 10, 0), NETGUARD_NONE);
    assert_int_equal(told.code, EVENT_NETWORK_REPAIRED);
    assert_int_equal(pass(400, 0, 0), NETGUARD_RESTART_DRIVER); /* from the foot */
}

static void deaf_again_soon_goes_on_where_it_was(void **state) {
    (void)state;
    pass(600, 10, 10);
    assert_int_equal(pass(70, 0, 0), NETGUARD_RESTART_DRIVER);
    assert_int_equal(pass(60, 10, 0), NETGUARD_NONE);
    assert_int_equal(pass(70, 0, 0), NETGUARD_RESET_CHIP);
}

static void the_gateway_alone_may_be_down(void **state) {
    (void)state;
    pass(600, 20, 10);
    assert_int_equal(pass(100000, 20, 0), NETGUARD_NONE);
    setup(NULL);
    pass(600, 0, 10); /* nobody else was ever there */
    assert_int_equal(pass(100000, 0, 0), NETGUARD_NONE);
    assert_int_equal(told.code, EVENT_NONE);
}

static void the_gateway_or_a_request_is_sign_enough(void **state) {
    (void)state;
    pass(600, 10, 10);
    assert_int_equal(pass(5000, 0, 30), NETGUARD_NONE);
    for (unsigned i = 0; i < 100; i++) {
        in.served_ms = in.now_ms;
        assert_int_equal(pass(50, 0, 0), NETGUARD_NONE);
    }
}

static void a_quiet_network_is_known_as_one(void **state) {
    (void)state;
    pass(20000, 900, 10);                              /* others every 15 minutes, the gateway always */
    assert_int_equal(pass(3590, 0, 0), NETGUARD_NONE); /* four times that */
    assert_int_equal(pass(1000, 0, 0), NETGUARD_RESTART_DRIVER);
}

static void no_cable_is_no_trouble(void **state) {
    (void)state;
    pass(600, 10, 10);
    in.link_up = false;
    assert_int_equal(pass(100000, 0, 0), NETGUARD_NONE);
    in.link_up = true;
    assert_int_equal(pass(50, 0, 0), NETGUARD_NONE); /* a silence counts from when there is a link */
}

static void a_chip_that_does_not_answer_counts_without_a_link(void **state) {
    (void)state;
    in.link_up = false;
    in.chip_fault = true;
    assert_int_equal(pass(20, 0, 0), NETGUARD_RESTART_DRIVER);
    assert_int_equal(pass(60, 0, 0), NETGUARD_RESET_CHIP);
    in.chip_fault = false;
    assert_int_equal(pass(10000, 0, 0), NETGUARD_NONE);
}

static void a_fault_that_others_disprove_is_none(void **state) {
    (void)state;
    in.chip_fault = true;
    assert_int_equal(pass(10000, 50, 0), NETGUARD_NONE);
}

static void it_waits_for_orders_and_updates(void **state) {
    (void)state;
    pass(600, 10, 10);
    in.busy = true;
    assert_int_equal(pass(5000, 0, 0), NETGUARD_NONE);
    in.busy = false;
    assert_int_equal(pass(2, 0, 0), NETGUARD_RESTART_DRIVER);
}

/* A restart forgets all but the past. */
static void restart(void) {
    struct netguard_past past = guard.past;
    netguard_init(&guard, &past);
    in = (struct netguard_in){.now_ms = 1000, .link_up = true};
    pass(600, 10, 10);
}

static void restarts_are_counted_over_restarts_and_end(void **state) {
    (void)state;
    restart();
    for (unsigned i = 0; i < 200; i++) {
        enum netguard_act act = pass(300, 0, 0);
        flap();
        if (act == NETGUARD_RESTART_CONTROLLER) restart();
        if (guard.past.day_ms > 80000000) break;
    }
    assert_int_equal(acts[NETGUARD_RESTART_CONTROLLER], LIMITS->restart_count);
    assert_int_equal(told.code, EVENT_NETWORK_REPAIR); /* the milder steps go on, each ladder later than the last */
    assert_true(acts[NETGUARD_RESET_CHIP] > LIMITS->restart_count);
    pass(87000, 10, 0); /* another day */
    assert_int_equal(guard.past.restart_count, 0);
}

static void giving_up_is_told_once_and_backs_off(void **state) {
    unsigned said = 0, count = 0;
    uint64_t last_ms = 0, gap_ms = 0;
    (void)state;
    const struct netguard_past spent = {.restart_count = LIMITS->restart_count};
    netguard_init(&guard, &spent);
    pass(600, 10, 10);
    while (guard.past.day_ms < 80000000) {
        step();
        said += out.event.code == EVENT_NETWORK_GIVEN_UP;
        if (out.act != NETGUARD_RESTART_DRIVER) continue;
        uint64_t this_ms = in.now_ms - last_ms;
        if (count++ > 1) assert_true(this_ms >= gap_ms);
        gap_ms = this_ms;
        last_ms = in.now_ms;
    }
    assert_int_equal(said, 1);
    assert_int_equal(acts[NETGUARD_RESTART_CONTROLLER], 0);
    assert_in_range(count, 3, 12);
}

/* ---- random walks ---- */

static uint32_t seed;

static uint32_t draw(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(seed >> 8) * below) >> 24);
}

static uint64_t last_heard_ms(void) {
    uint64_t latest_ms = in.others_ms > in.gateway_ms ? in.others_ms : in.gateway_ms;
    return latest_ms > in.served_ms ? latest_ms : in.served_ms;
}

static void a_walk(unsigned steps) {
    unsigned others_s = draw(4) ? 1 + draw(400) : 0, gateway_s = draw(3) ? 1 + draw(60) : 0;
    uint64_t last_act_ms = 0, silent_since_ms = 0, ran_ms = 0;
    unsigned restarts = 0;
    for (unsigned i = 0; i < steps; i++) {
        if (draw(200) == 0) others_s = draw(3) ? 1 + draw(400) : 0;
        if (draw(200) == 0) gateway_s = draw(2) ? 1 + draw(60) : 0;
        if (draw(300) == 0) in.link_up = !in.link_up;
        if (draw(500) == 0) in.chip_fault = !in.chip_fault;
        if (draw(100) == 0) in.busy = !in.busy;
        if (in.link_up && others_s > 0 && draw(others_s) == 0) in.others_ms = in.now_ms;
        if (in.link_up && gateway_s > 0 && draw(gateway_s) == 0) in.gateway_ms = in.now_ms;
        if (in.link_up && draw(3000) == 0) in.served_ms = in.now_ms;
        if (!in.link_up) silent_since_ms = in.now_ms + STEP_MS;
        enum netguard_act act = step();
        ran_ms += STEP_MS;
        if (act == NETGUARD_NONE) continue;
        assert_false(in.busy);
        assert_true(in.now_ms - last_heard_ms() > LIMITS->silent_ms || last_heard_ms() == 0);
        assert_true(in.chip_fault || (in.link_up && in.now_ms - silent_since_ms > LIMITS->silent_ms && in.others_ms > 0));
        assert_true(last_act_ms == 0 || in.now_ms - last_act_ms >= LIMITS->settle_ms);
        assert_int_equal(out.event.code, EVENT_NETWORK_REPAIR);
        last_act_ms = in.now_ms;
        if (act == NETGUARD_RESTART_CONTROLLER && draw(2)) {
            struct netguard_past past = guard.past;
            netguard_init(&guard, &past);
            last_act_ms = 0;
        }
        restarts += act == NETGUARD_RESTART_CONTROLLER;
        assert_true(restarts <= LIMITS->restart_count * (ran_ms / 86000000 + 1));
    }
}

static void random_walks_keep_the_promises(void **state) {
    (void)state;
    unsigned total[NETGUARD_ACT_COUNT] = {0};
    for (unsigned walk = 1; walk <= 40; walk++) {
        setup(NULL);
        seed = walk;
        a_walk(20000);
        for (unsigned i = 0; i < NETGUARD_ACT_COUNT; i++) total[i] += acts[i];
    }
    for (unsigned i = 0; i < NETGUARD_ACT_COUNT; i++) assert_true(total[i] > 0); /* or the walks would prove nothing */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_network_that_is_heard_is_left_alone, setup),
        cmocka_unit_test_setup(the_ladder_climbs_when_nothing_is_heard_any_more, setup),
        cmocka_unit_test_setup(what_helps_ends_it_and_is_told, setup),
        cmocka_unit_test_setup(deaf_again_soon_goes_on_where_it_was, setup),
        cmocka_unit_test_setup(the_gateway_alone_may_be_down, setup),
        cmocka_unit_test_setup(the_gateway_or_a_request_is_sign_enough, setup),
        cmocka_unit_test_setup(a_quiet_network_is_known_as_one, setup),
        cmocka_unit_test_setup(no_cable_is_no_trouble, setup),
        cmocka_unit_test_setup(a_chip_that_does_not_answer_counts_without_a_link, setup),
        cmocka_unit_test_setup(a_fault_that_others_disprove_is_none, setup),
        cmocka_unit_test_setup(it_waits_for_orders_and_updates, setup),
        cmocka_unit_test_setup(restarts_are_counted_over_restarts_and_end, setup),
        cmocka_unit_test_setup(giving_up_is_told_once_and_backs_off, setup),
        cmocka_unit_test_setup(random_walks_keep_the_promises, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
