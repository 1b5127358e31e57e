/* SPDX-License-Identifier: Apache-2.0
 * What a start of a node leaves in the store: its one-time boot override is used up, and stays so when the controller restarts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bmc/records.h"
#include "tests/sim/world.h"

static struct world world;

static int setup(void **state) {
    (void)state;
    world_init(&world, 7);
    assert_true(world_boot(&world));
    world_run_ms(&world, 5000, 100);
    return 0;
}

static void restart(void) {
    world_kill(&world, HAL_RESET_WATCHDOG);
    assert_true(world_boot(&world));
}

static void choose(enum boot_override enabled, enum boot_target target) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        world.bmc.core.settings.node[i].boot_override = (uint8_t)enabled;
        world.bmc.core.settings.node[i].boot_target = (uint8_t)target;
    }
    assert_true(records_save_settings(&world.bmc));
}

static enum boot_override boot_of(unsigned index) {
    return (enum boot_override)world.bmc.core.settings.node[index].boot_override;
}

static void once_is_used_up_in_the_store_too(void **state) {
    (void)state;
    uint32_t task;
    choose(BOOT_ONCE, BOOT_PXE);
    assert_int_equal(world_order(&world, POWER_FORCE_RESTART, 2, &task), POWER_ACCEPTED);
    world_run_ms(&world, 5000, 100);
    restart();
    assert_int_equal(boot_of(1), BOOT_DISABLED);
    assert_int_equal(world.bmc.core.settings.node[1].boot_target, BOOT_NONE);
    assert_int_equal(boot_of(0), BOOT_ONCE); /* it has not started */
    assert_int_equal(world_logged(&world, EVENT_BOOT_OVERRIDE_SPENT, NULL), 1);
}

/* An order that the controller did not live to see the end of is ended, and counted, by the next one. */
static void a_death_on_the_way_changes_nothing(void **state) {
    for (unsigned death_ms = 50; death_ms < 6000; death_ms += 450) {
        uint32_t task;
        setup(state);
        choose(BOOT_ONCE, BOOT_CD);
        assert_int_equal(world_order(&world, POWER_CYCLE, 4, &task), POWER_ACCEPTED);
        world_run_ms(&world, death_ms, 100);
        restart();
        world_run_ms(&world, 10000, 100);
        assert_int_equal(boot_of(2), BOOT_DISABLED);
        restart();
        assert_int_equal(boot_of(2), BOOT_DISABLED);
        assert_int_equal(boot_of(3), BOOT_ONCE);
    }
}

static void returned_input_power_is_a_start(void **state) {
    (void)state;
    choose(BOOT_ONCE, BOOT_USB);
    world_kill(&world, HAL_RESET_POWER_ON);
    assert_true(world_boot(&world));
    world_run_ms(&world, 3000, 100);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(boot_of(i), BOOT_DISABLED);
    choose(BOOT_CONTINUOUS, BOOT_HDD);
    world_kill(&world, HAL_RESET_POWER_ON);
    assert_true(world_boot(&world));
    world_run_ms(&world, 3000, 100);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(boot_of(i), BOOT_CONTINUOUS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(once_is_used_up_in_the_store_too, setup),
        cmocka_unit_test_setup(a_death_on_the_way_changes_nothing, setup),
        cmocka_unit_test_setup(returned_input_power_is_a_start, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
