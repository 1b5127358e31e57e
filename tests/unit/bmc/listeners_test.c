/* SPDX-License-Identifier: Apache-2.0
 * Event subscriptions over the lives of the controller, on the simulated board's store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "hal/errors.h"
#include "tests/sim/world.h"

static struct world world;
static struct delivery delivery;
static uint64_t wake_ms;

static void put(const char *key, const uint8_t *record, size_t size) {
    assert_int_equal(world.hal_store.put(world.hal_store.ctx, key, record, size), HAL_OK);
}

static bool is_stored(const char *key) {
    uint8_t record[SUBSCRIPTION_HEADERS_RECORD_MAX];
    size_t size = sizeof record;
    return world.hal_store.get(world.hal_store.ctx, key, record, &size) == HAL_OK;
}

/* A subscription as an earlier life has stored it, with headers, from the log's beginning. */
static void store_subscription(enum retry_policy policy) {
    uint8_t record[SUBSCRIPTION_RECORD_SIZE], headers[SUBSCRIPTION_HEADERS_RECORD_MAX];
    const struct subscription stored = {
        .id = 5, .next_sequence = 1, .policy = (uint8_t)policy, .destination = "http://192.0.2.50/events"};
    subscription_encode(&stored, record);
    put("sub3", record, sizeof record);
    put("subh3", headers, subscription_headers_encode(5, "X-Key: value\n", headers));
}

static int setup(void **state) {
    (void)state;
    world_init(&world, 3);
    return 0;
}

static void boot(void) {
    assert_true(world_boot(&world));
    world_run_ms(&world, 1000, 100);
}

static bool next(void) { return bmc_delivery(&world.bmc, &delivery, &wake_ms); }

static void a_stored_subscription_is_told_of_the_start(void **state) {
    (void)state;
    store_subscription(RETRY_FOREVER);
    boot();
    assert_true(next());
    assert_int_equal(delivery.id, 5);
    assert_string_equal(delivery.headers, "X-Key: value\n");
    assert_non_null(strstr(delivery.body, "ControllerStarted"));
}

static void what_was_told_is_not_told_again(void **state) {
    (void)state;
    store_subscription(RETRY_FOREVER);
    boot();
    while (next()) bmc_delivered(&world.bmc, &delivery, NULL);
    uint32_t told = world.bmc.core.subscriptions.push[3].next_sequence;
    world_run_ms(&world, POSITIONS_SAVE_MS + 1000, 100);
    world_kill(&world, HAL_RESET_WATCHDOG);
    assert_true(world_boot(&world));
    assert_int_equal(world.bmc.core.subscriptions.push[3].next_sequence, told);
    world_run_ms(&world, 1000, 100);
    assert_true(next());
    assert_int_equal(delivery.sequence_next, told + 1);
    bmc_delivered(&world.bmc, &delivery, NULL);
    bmc_deliveries_end(&world.bmc); /* an orderly end needs no ten seconds */
    told = world.bmc.core.subscriptions.push[3].next_sequence;
    world_kill(&world, HAL_RESET_SOFTWARE);
    assert_true(world_boot(&world));
    assert_int_equal(world.bmc.core.subscriptions.push[3].next_sequence, told);
}

static void fail_to_the_end(void) {
    for (unsigned i = 0; i <= DELIVERY_RETRY_COUNT; i++) {
        assert_true(next());
        bmc_delivered(&world.bmc, &delivery, "no connection");
        world_run_ms(&world, DELIVERY_RETRY_MS, 100);
    }
}

static void a_terminated_one_leaves_nothing_in_the_store(void **state) {
    (void)state;
    store_subscription(RETRY_TERMINATE);
    boot();
    assert_true(is_stored("sub3") && is_stored("subh3"));
    fail_to_the_end();
    assert_false(is_stored("sub3") || is_stored("subh3"));
    assert_false(next());
}

static void a_suspended_one_stays_so_over_a_restart(void **state) {
    (void)state;
    store_subscription(RETRY_SUSPEND);
    boot();
    fail_to_the_end();
    world_kill(&world, HAL_RESET_WATCHDOG);
    boot();
    assert_true(world.bmc.core.subscriptions.push[3].suspended);
    assert_false(next());
}

static void a_damaged_record_is_told_and_left_out(void **state) {
    (void)state;
    static const uint8_t nonsense[SUBSCRIPTION_RECORD_SIZE] = {1, 2, 3};
    put("sub0", nonsense, sizeof nonsense);
    put("sub.next", nonsense, 10);
    store_subscription(RETRY_FOREVER);
    boot();
    struct eventlog_entry entry;
    assert_int_equal(world_logged(&world, EVENT_RECORD_DISCARDED, &entry), 1);
    assert_string_equal(entry.event.text, "sub0");
    assert_int_equal(world.bmc.core.subscriptions.push[0].id, 0);
    assert_true(next());
    assert_int_equal(delivery.id, 5);
}

static void sampling_fills_the_history(void **state) {
    (void)state;
    struct history_mean mean;
    boot();
    world_run_ms(&world, 2 * HISTORY_PERIOD_MS, 100);
    assert_true(history_at(&world.bmc.core.history, INPUT_COUNT + 1, 0, &mean)); /* node 2's rail */
    assert_in_range(mean.mv, 5000, 5400);
    assert_true(history_at(&world.bmc.core.history, 0, 0, &mean));
    assert_in_range(mean.mv, 11000, 21000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stored_subscription_is_told_of_the_start, setup),
        cmocka_unit_test_setup(what_was_told_is_not_told_again, setup),
        cmocka_unit_test_setup(a_terminated_one_leaves_nothing_in_the_store, setup),
        cmocka_unit_test_setup(a_suspended_one_stays_so_over_a_restart, setup),
        cmocka_unit_test_setup(a_damaged_record_is_told_and_left_out, setup),
        cmocka_unit_test_setup(sampling_fills_the_history, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
