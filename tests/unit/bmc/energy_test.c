/* SPDX-License-Identifier: Apache-2.0
 * Energy as the loop measures it on the simulated board, through the monitors' registers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/world.h"

static struct world world;
static const struct core *core = &world.bmc.core;

static int setup(void **state) {
    (void)state;
    world_init(&world, 5);
    assert_true(world_boot(&world));
    world_run_ms(&world, 30000, 100);
    return 0;
}

static uint64_t counted_mj(unsigned node) { return core->energy.rail[node].uj / 1000; }

/* Between nothing and twice what the latest sample would make of the time: the load moves, but not that much. */
static void a_running_node_counts_and_one_that_is_off_does_not(void **state) {
    (void)state;
    uint32_t task;
    assert_int_equal(world_order(&world, POWER_FORCE_OFF, 1u << 2, &task), POWER_ACCEPTED);
    world_run_ms(&world, 5000, 100);
    uint64_t before_mj[NODE_COUNT];
    for (unsigned i = 0; i < NODE_COUNT; i++) before_mj[i] = counted_mj(i);
    world_run_ms(&world, 60000, 100);
    uint64_t steady_mj = (uint64_t)core->rail[0].mv * (uint64_t)core->rail[0].ma / 1000 * 60;
    uint64_t measured_mj = counted_mj(0) - before_mj[0];
    assert_true(measured_mj > steady_mj / 2 && measured_mj < steady_mj * 2);
    assert_true(counted_mj(2) - before_mj[2] < 1000);
}

/* What the rails get comes out of the inputs, and the board takes its share. */
static void the_inputs_deliver_more_than_the_rails_get(void **state) {
    (void)state;
    uint64_t in_uj = 0, out_uj = 0;
    for (unsigned i = 0; i < INPUT_COUNT; i++) in_uj += core->energy.input[i].uj;
    for (unsigned i = 0; i < NODE_COUNT; i++) out_uj += core->energy.rail[i].uj;
    assert_true(out_uj > 0 && in_uj > out_uj && in_uj < 2 * out_uj);
}

static void a_restart_begins_anew(void **state) {
    (void)state;
    assert_true(counted_mj(0) > 0);
    world_kill(&world, HAL_RESET_WATCHDOG);
    assert_true(world_boot(&world));
    assert_int_equal(core->energy.rail[0].uj, 0);
}

/* No reading, no energy: not the last figure carried on. */
static void a_lost_sensor_counts_nothing(void **state) {
    (void)state;
    twin_board_chip_missing(&world.board, 0, true);
    world_run_ms(&world, 1000, 100);
    uint64_t before_uj = core->energy.rail[0].uj;
    world_run_ms(&world, 10000, 100);
    assert_int_equal(core->energy.rail[0].uj, before_uj);
    twin_board_chip_missing(&world.board, 0, false);
    world_run_ms(&world, 1000, 100);
    uint64_t after_mj = (core->energy.rail[0].uj - before_uj) / 1000;
    assert_true(after_mj > 0 && after_mj < 10000); /* the second since, not the ten before */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_running_node_counts_and_one_that_is_off_does_not, setup),
        cmocka_unit_test_setup(the_inputs_deliver_more_than_the_rails_get, setup),
        cmocka_unit_test_setup(a_restart_begins_anew, setup),
        cmocka_unit_test_setup(a_lost_sensor_counts_nothing, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
