/* SPDX-License-Identifier: Apache-2.0
 * The one loop on the simulated board: what it keeps, and what reaches it from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "hal/errors.h"
#include "tests/sim/world.h"

static struct world world;
static const uint8_t node_2[4] = {127, 0, 0, 12}, stranger[4] = {127, 0, 0, 99};
#define PANIC "[   18.2] Kernel panic - not syncing: sysrq triggered crash\n[   18.3] Call Trace:\n"

static int setup(void **state) {
    (void)state;
    world_init(&world, 3);
    assert_true(world_boot(&world));
    world_run_ms(&world, 5000, 100);
    return 0;
}

static void hear(const uint8_t address[4], const char *text) {
    bmc_netconsole(&world.bmc, address, (const uint8_t *)text, strlen(text));
}

static void restart(void) {
    world_kill(&world, HAL_RESET_WATCHDOG);
    assert_true(world_boot(&world));
}

/* The age-th newest text as a GET would load it. */
static const char *stored_crash(unsigned index, unsigned age) {
    static uint8_t record[CRASH_RECORD_SIZE];
    struct crash_view crash;
    char key[CRASH_KEY_SIZE];
    size_t size = sizeof record;
    const struct hal_store *store = world.bmc.hal.store;
    int slot = crash_slot(&world.bmc.core.crashes[index], age);
    assert_true(slot >= 0);
    crash_key(key, index, (unsigned)slot);
    assert_int_equal(store->get(store->ctx, key, record, &size), HAL_OK);
    assert_true(crash_decode(&crash, record, size));
    return crash.text;
}

static unsigned crashes_of(unsigned index) { return crash_count(&world.bmc.core.crashes[index]); }

static void a_panic_is_logged_and_outlives_reset_and_restart(void **state) {
    (void)state;
    hear(node_2, PANIC);
    assert_int_equal(crashes_of(1), 0); /* it may go on */
    uint32_t task;
    assert_int_equal(world_order(&world, POWER_FORCE_RESTART, 2, &task), POWER_ACCEPTED);
    world_run_ms(&world, 200, 100); /* less than the second of quiet: kept because the reset was near */
    assert_non_null(strstr(stored_crash(1, 0), "Call Trace"));
    struct eventlog_entry entry;
    assert_int_equal(world_logged(&world, EVENT_NODE_PANICKED, &entry), 1);
    assert_int_equal(entry.event.node, 2);
    assert_string_equal(entry.event.text, "sysrq triggered crash");
    restart();
    assert_int_equal(crashes_of(1), 1);
    assert_non_null(strstr(stored_crash(1, 0), "sysrq triggered crash"));
    assert_int_equal(crashes_of(0), 0);
}

/* The oldest makes room; which they are is known again after a restart. */
static void the_latest_panics_are_kept(void **state) {
    (void)state;
    for (unsigned i = 1; i <= CRASH_COUNT + 2; i++) {
        char text[80];
        snprintf(text, sizeof text, "Kernel panic - not syncing: number %u\n", i);
        hear(node_2, text);
        world_run_ms(&world, 2000, 100);
    }
    for (unsigned life = 0; life < 2; life++) {
        assert_int_equal(crashes_of(1), CRASH_COUNT);
        assert_non_null(strstr(stored_crash(1, 0), "number 6"));
        assert_non_null(strstr(stored_crash(1, CRASH_COUNT - 1), "number 3"));
        assert_int_equal(crashes_of(0) + crashes_of(2) + crashes_of(3), 0);
        restart();
    }
}

static void a_flood_of_panics_is_few_events(void **state) {
    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        hear(node_2, PANIC);
        world_run_ms(&world, 50, 100);
    }
    unsigned count = world_logged(&world, EVENT_NODE_PANICKED, NULL);
    assert_true(count >= 1 && count <= 3); /* 25 s of it */
}

static void strangers_are_not_heard(void **state) {
    (void)state;
    hear(stranger, PANIC);
    world_run_ms(&world, 2000, 100);
    assert_int_equal(world_logged(&world, EVENT_NODE_PANICKED, NULL), 0);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_true(world.bmc.core.console[i].panic_ms == 0);
}

static void the_setup_code_stays_until_it_is_used(void **state) {
    (void)state;
    char code[SETUP_CODE_SIZE];
    memcpy(code, world.bmc.core.setup_code, sizeof code);
    assert_int_equal(strlen(code), SETUP_CODE_SIZE - 1);
    struct password_hash hash = {.iterations = 1, .key = {7}};
    assert_int_equal(bmc_seed_admin(&world.bmc, &hash, true), 0);
    restart();
    assert_string_equal(world.bmc.core.setup_code, code);
    assert_false(bmc_is_fresh(&world.bmc));
    world_init(&world, 4);
    assert_true(world_boot(&world));
    assert_string_not_equal(world.bmc.core.setup_code, code); /* another board, another code */
    assert_int_equal(bmc_seed_admin(&world.bmc, &hash, false), 0);
    assert_string_equal(world.bmc.core.setup_code, "");
    restart();
    assert_string_equal(world.bmc.core.setup_code, "");
    struct password_hash other = {.iterations = 1, .key = {8}};
    assert_int_equal(bmc_seed_admin(&world.bmc, &other, false), 0); /* not fresh: nothing happens */
    assert_memory_equal(world.bmc.core.accounts.slot[0].hash.key, hash.key, PASSWORD_KEY_SIZE);
}

static void a_refusing_store_is_told_and_nothing_moves(void **state) {
    (void)state;
    uint64_t edges = world.board.recorder.recorded_count;
    uint32_t task;
    world.store_full = true;
    assert_int_equal(world_order(&world, POWER_CYCLE, 1, &task), POWER_ACCEPTED);
    world_run_ms(&world, 1000, 100);
    assert_int_equal(power_task(&world.bmc.core.power, task)->failure[0], POWER_FAIL_STORE);
    assert_true(world.board.recorder.recorded_count == edges);
    assert_int_equal(world_logged(&world, EVENT_STORE_FAILED, NULL), 1);
    world.store_full = false;
    assert_int_equal(world_order(&world, POWER_CYCLE, 1, &task), POWER_ACCEPTED);
    world_run_ms(&world, 8000, 100);
    assert_int_equal(power_task(&world.bmc.core.power, task)->state, TASK_COMPLETED);
}

static void a_stuck_bus_is_an_alarm_and_heals(void **state) {
    (void)state;
    twin_board_i2c_fault(&world.board, TWIN_I2C_STUCK);
    world_run_ms(&world, 1000, 100);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(power_view(&world.bmc.core.power, i).state, POWER_STATE_UNKNOWN);
    assert_int_equal(world_logged(&world, EVENT_SENSOR_LOST, NULL), BOARD_INA3221_COUNT);
    twin_board_i2c_fault(&world.board, TWIN_I2C_OK);
    world_run_ms(&world, 1000, 100);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(power_view(&world.bmc.core.power, i).state, POWER_STATE_ON);
    assert_int_equal(world_logged(&world, EVENT_SENSOR_RESTORED, NULL), BOARD_INA3221_COUNT);
    assert_int_equal(world_logged(&world, EVENT_RAIL_LOST, NULL), 0);
    assert_int_equal(world_logged(&world, EVENT_INPUT_LOST, NULL), 0);
}

static void a_pulled_supply_is_one_failover(void **state) {
    (void)state;
    twin_board_set_input(&world.board, 0, 0);
    world_run_ms(&world, 2000, 100);
    struct eventlog_entry entry;
    assert_int_equal(world_logged(&world, EVENT_INPUT_FAILOVER, &entry), 1);
    assert_int_equal(entry.event.arg[0], 2);
    assert_true(entry.event.arg[1] < 11000 && entry.event.arg[2] > 17000);
    assert_int_equal(world_logged(&world, EVENT_REDUNDANCY_LOST, NULL), 1);
    assert_int_equal(world_logged(&world, EVENT_RAIL_LOST, NULL), 0);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_true(twin_board_rail_on(&world.board, i));
}

static void the_link_is_told_when_it_changes(void **state) {
    (void)state;
    bmc_link(&world.bmc, true); /* as found */
    bmc_link(&world.bmc, false);
    bmc_link(&world.bmc, false);
    bmc_link(&world.bmc, true);
    world_run_ms(&world, 200, 100);
    assert_int_equal(world_logged(&world, EVENT_LINK_DOWN, NULL), 1);
    assert_int_equal(world_logged(&world, EVENT_LINK_UP, NULL), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_panic_is_logged_and_outlives_reset_and_restart, setup),
        cmocka_unit_test_setup(the_latest_panics_are_kept, setup),
        cmocka_unit_test_setup(a_flood_of_panics_is_few_events, setup),
        cmocka_unit_test_setup(strangers_are_not_heard, setup),
        cmocka_unit_test_setup(the_setup_code_stays_until_it_is_used, setup),
        cmocka_unit_test_setup(a_refusing_store_is_told_and_nothing_moves, setup),
        cmocka_unit_test_setup(a_stuck_bus_is_an_alarm_and_heals, setup),
        cmocka_unit_test_setup(a_pulled_supply_is_one_failover, setup),
        cmocka_unit_test_setup(the_link_is_told_when_it_changes, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
