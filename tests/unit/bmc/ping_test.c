/* SPDX-License-Identifier: Apache-2.0
 * Whom the controller pings, and what it makes of the answers, on the simulated board with a network of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "hal/errors.h"
#include "tests/sim/world.h"

static struct world world;
#define GATEWAY NODE_COUNT

static unsigned asked_count[NODE_COUNT + 1], taken_count;
static uint8_t answering, address_of[NODE_COUNT + 1][4];
static int answered; /* mask, or the error */

static int ping_send(void *ctx, unsigned peer, const uint8_t address[4]) {
    (void)ctx;
    asked_count[peer]++;
    memcpy(address_of[peer], address, sizeof address_of[peer]);
    if (answered < 0) return answered;
    answered |= answering & 1 << peer;
    return HAL_OK;
}

static int ping_take(void *ctx) {
    (void)ctx;
    int mask = answered;
    if (answered > 0) answered = 0;
    taken_count++;
    return mask;
}
static const struct hal_ping ping = {.send = ping_send, .take = ping_take};

static void run_s(unsigned s) { world_run_ms(&world, s * 1000, 100); }

/* 0: never. */
static uint64_t heard_ms(unsigned index) { return world.bmc.ping_ms[index]; }
static bool is_fresh(unsigned index) { return heard_ms(index) != 0 && world.bmc.core.now_ms - heard_ms(index) < 1300; }
static const struct health *health(unsigned index) { return &world.bmc.core.health[index]; }

static int setup(void **state) {
    (void)state;
    world_init(&world, 7);
    assert_true(world_boot(&world));
    world.bmc.hal.ping = &ping;
    memset(asked_count, 0, sizeof asked_count);
    answering = 0x0F;
    answered = 0;
    run_s(30);
    return 0;
}

static void each_node_is_asked_once_a_second_at_its_address(void **state) {
    (void)state;
    unsigned before = asked_count[1];
    taken_count = 0;
    run_s(100);
    assert_in_range(asked_count[1] - before, 85, 100); /* on the next sampling after a second */
    assert_in_range(taken_count, 170, 200);            /* all answered at once: two looks a round, not ten */
    assert_memory_equal(address_of[1], world.bmc.core.settings.node[1].service_address, 4);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_true(is_fresh(i));
    assert_int_equal(asked_count[GATEWAY], 0); /* there is none */
}

static void a_node_without_an_address_is_not_asked(void **state) {
    (void)state;
    memset(world.bmc.core.settings.node[1].service_address, 0, 4);
    unsigned before = asked_count[1], others_before = asked_count[2];
    run_s(10);
    assert_int_equal(asked_count[1], before);
    assert_true(asked_count[2] > others_before);
}

static void the_gateway_is_asked_too_and_bears_witness(void **state) {
    (void)state;
    const uint8_t gateway[4] = {192, 0, 2, 1};
    memcpy(world.bmc.core.network.ipv4_gateway, gateway, sizeof gateway);
    answering = 0;
    run_s(100);
    assert_memory_equal(address_of[GATEWAY], gateway, sizeof gateway);
    assert_in_range(asked_count[GATEWAY], 85, 100);
    assert_int_equal(health(0)->reason, HEALTH_BY_NETWORK_DOWN); /* nobody at all answers */
    answering = 1 << GATEWAY;
    run_s(60);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(health(i)->state, HEALTH_HUNG);
}

static void an_answer_says_that_the_node_is_up(void **state) {
    (void)state;
    assert_int_equal(health(0)->state, HEALTH_UP);
    assert_int_equal(health(0)->reason, HEALTH_BY_PING);
}

static void a_node_that_stops_to_answer_among_others_that_do_is_hung(void **state) {
    (void)state;
    answering = 0x0D;
    run_s(30);
    assert_false(is_fresh(1));
    assert_true(is_fresh(2));
    assert_int_not_equal(health(1)->state, HEALTH_HUNG);
    run_s(20);
    assert_int_equal(health(1)->state, HEALTH_HUNG);
    assert_int_equal(health(2)->state, HEALTH_UP);
}

static void when_nobody_answers_nobody_is_hung(void **state) {
    (void)state;
    answering = 0;
    run_s(200);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        assert_int_equal(health(i)->state, HEALTH_DEGRADED);
        assert_int_equal(health(i)->reason, HEALTH_BY_NETWORK_DOWN);
    }
}

static void a_node_that_is_off_is_not_asked_and_no_answer_of_it_counts(void **state) {
    (void)state;
    uint32_t task;
    assert_int_equal(world_order(&world, POWER_FORCE_OFF, 4, &task), POWER_ACCEPTED);
    run_s(5);
    unsigned before = asked_count[2], others_before = asked_count[3];
    uint64_t last_ms = heard_ms(2);
    for (unsigned i = 0; i < 10; i++) {
        answered |= 4;
        run_s(1);
    }
    assert_int_equal(asked_count[2], before);
    assert_true(asked_count[3] > others_before);
    assert_true(heard_ms(2) == last_ms);
}

static void an_error_is_no_answer(void **state) {
    (void)state;
    uint64_t last_ms = heard_ms(0);
    answered = HAL_ERR_IO;
    run_s(10);
    assert_in_range(world.bmc.core.now_ms - heard_ms(0), 9000, 11500);
    assert_true(heard_ms(0) - last_ms < 1300);
    answered = 0;
    run_s(3);
    assert_true(is_fresh(0));
}

static void a_restart_forgets_and_a_port_without_pings_hears_nothing(void **state) {
    (void)state;
    world_kill(&world, HAL_RESET_WATCHDOG);
    assert_true(world_boot(&world));
    run_s(30);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(heard_ms(i), 0);
    assert_int_equal(health(0)->state, HEALTH_UP); /* by its current, as before */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_node_is_asked_once_a_second_at_its_address, setup),
        cmocka_unit_test_setup(a_node_without_an_address_is_not_asked, setup),
        cmocka_unit_test_setup(the_gateway_is_asked_too_and_bears_witness, setup),
        cmocka_unit_test_setup(an_answer_says_that_the_node_is_up, setup),
        cmocka_unit_test_setup(a_node_that_stops_to_answer_among_others_that_do_is_hung, setup),
        cmocka_unit_test_setup(when_nobody_answers_nobody_is_hung, setup),
        cmocka_unit_test_setup(a_node_that_is_off_is_not_asked_and_no_answer_of_it_counts, setup),
        cmocka_unit_test_setup(an_error_is_no_answer, setup),
        cmocka_unit_test_setup(a_restart_forgets_and_a_port_without_pings_hears_nothing, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
