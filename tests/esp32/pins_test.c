/* SPDX-License-Identifier: Apache-2.0
 * The ESP32's pin code on the twin's pads, under the whole firmware: no edge over any reset that holds survive; after the others
 * the documented default, then the restore policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <driver/gpio.h>

#include "bmc/records.h"
#include "hal/errors.h"
#include "idf_gpio.h"
#include "port/esp32/main/pins.h"
#include "tests/sim/world.h"

#define NODE2       (1u << 1)
#define CHANGE_MS   12000 /* any order is done and proven by then */
#define RANDOM_RUNS 200

static struct world world;

static void start(uint64_t seed) {
    world_init(&world, seed);
    world.twin_gpio = pins_hal();
    idf_gpio_attach(&world.board);
    assert_true(world_boot(&world));
    world_run_ms(&world, 5000, 100);
}

static int setup(void **state) {
    (void)state;
    start(7);
    return 0;
}

static int no_fault_that_no_edge_shows(void **state) {
    (void)state;
    struct idf_faults faults = idf_gpio_faults();
    assert_int_equal(faults.pushed_count, 0);
    assert_int_equal(faults.released_count, 0);
    return 0;
}

static uint64_t edges(void) { return world.board.recorder.recorded_count; }

static bool is_of_another(void *ctx, const struct twin_edge *edge) {
    if (edge->net != twin_net_psu(1) && edge->net != twin_net_pmic(1)) *(unsigned *)ctx += 1;
    return true;
}

static unsigned edges_of_nodes_but_2(void) {
    unsigned count = 0;
    twin_recorder_each(&world.board.recorder, 0, is_of_another, &count);
    return count;
}

static void order(enum power_act act, uint8_t nodes) {
    uint32_t task;
    assert_int_equal(world_order(&world, act, nodes, &task), POWER_ACCEPTED);
    world_run_ms(&world, CHANGE_MS, 100);
}

static bool is_on(unsigned node) {
    return twin_board_rail_on(&world.board, node) && twin_board_net(&world.board, twin_net_pmic(node));
}

static void assert_nodes_on(unsigned mask) {
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(is_on(i), mask >> i & 1);
}

static void reset(enum hal_reset_cause cause) {
    world_kill(&world, cause);
    assert_true(world_boot(&world));
}

static void every_pad_is_held_and_no_pull_is_left(void) {
    for (unsigned net = 0; net < TWIN_NET_COUNT; net++) {
        const struct twin_pad *pad = &world.board.pins.pad[twin_nets[net].pin];
        assert_true(pad->held);
        assert_int_equal(pad->latched.pull, HAL_GPIO_PULL_NONE);
        assert_int_equal(pad->latched.drive, GPIO_DRIVE_CAP_0);
        assert_int_equal(pad->latched.mode, net < TWIN_NODE_COUNT ? HAL_GPIO_INPUT_OUTPUT : HAL_GPIO_INPUT_OUTPUT_OD);
    }
}

/* ---- resets ---- */

static const enum hal_reset_cause held_causes[] = {HAL_RESET_SOFTWARE, HAL_RESET_PANIC, HAL_RESET_WATCHDOG};
static const enum hal_reset_cause lost_causes[] = {HAL_RESET_POWER_ON, HAL_RESET_BROWNOUT, HAL_RESET_EXTERNAL,
                                                   HAL_RESET_RTC_WATCHDOG};
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void a_first_start_leaves_all_on(void **state) {
    (void)state;
    assert_int_equal(edges(), 0);
    assert_nodes_on(0xf);
    every_pad_is_held_and_no_pull_is_left();
}

static void a_reset_that_holds_survive_makes_no_edge(void **state) {
    (void)state;
    order(POWER_FORCE_OFF, NODE2);
    assert_nodes_on(0xf & ~NODE2);
    uint64_t before = edges();
    for (unsigned i = 0; i < COUNT_OF(held_causes); i++) {
        reset(held_causes[i]);
        world_run_ms(&world, CHANGE_MS, 100);
        assert_int_equal(edges(), before);
        assert_nodes_on(0xf & ~NODE2);
        every_pad_is_held_and_no_pull_is_left();
    }
    order(POWER_ON, NODE2); /* and the pads still obey */
    assert_nodes_on(0xf);
}

static void two_resets_in_a_row_make_no_edge(void **state) {
    (void)state;
    order(POWER_FORCE_OFF, 0xf & ~NODE2);
    uint64_t before = edges();
    for (unsigned i = 0; i < 10; i++) world_kill(&world, HAL_RESET_PANIC); /* before the firmware has touched a pad */
    assert_int_equal(edges(), before);
    assert_true(world_boot(&world));
    world_run_ms(&world, CHANGE_MS, 100);
    assert_int_equal(edges(), before);
    assert_nodes_on(NODE2);
}

static void a_reset_that_drops_holds_rests_at_on_then_the_last_state_returns(void **state) {
    for (unsigned i = 0; i < COUNT_OF(lost_causes); i++) {
        setup(state);
        order(POWER_FORCE_OFF, NODE2);
        world_kill(&world, lost_causes[i]);
        for (unsigned node = 0; node < NODE_COUNT; node++) {
            assert_false(twin_board_net(&world.board, twin_net_psu(node)));
            assert_true(twin_board_net(&world.board, twin_net_pmic(node)));
        }
        uint64_t before = edges();
        assert_true(world_boot(&world));
        assert_int_equal(edges(), before); /* adopting moves nothing */
        world_run_ms(&world, CHANGE_MS, 100);
        assert_nodes_on(0xf & ~NODE2);
        assert_int_equal(edges(), before + 2); /* module and channel of node 2, nothing else */
    }
}

static void input_power_that_returns_applies_the_policy(void **state) {
    (void)state;
    struct settings *settings = &world.bmc.core.settings;
    settings->node[0].restore = RESTORE_ALWAYS_OFF;
    settings->node[1].restore = RESTORE_ALWAYS_ON;
    assert_true(records_save_settings(&world.bmc));
    order(POWER_FORCE_OFF, NODE2 | 1u << 2);
    twin_board_power_loss(&world.board);
    world_run_ms(&world, 2 * CHANGE_MS, 100);
    assert_nodes_on(1u << 1 | 1u << 3); /* node 1 by policy off, node 2 by policy on, node 3 as it was */
    every_pad_is_held_and_no_pull_is_left();
}

/* Orders under way, and a reset at any instant of them. */
static void a_reset_at_any_instant_makes_no_edge(void **state) {
    static const enum power_act acts[] = {POWER_ON, POWER_FORCE_OFF, POWER_FORCE_RESTART, POWER_CYCLE};
    for (unsigned i = 0; i < RANDOM_RUNS; i++) {
        uint32_t task;
        if (i % 20 == 0) start(100 + i);
        (void)world_order(&world, acts[world_random(&world, COUNT_OF(acts))], (uint8_t)(1 + world_random(&world, 15)), &task);
        world_run_ms(&world, 1 + world_random(&world, 4000), 100);
        uint64_t before = edges();
        reset(held_causes[world_random(&world, COUNT_OF(held_causes))]);
        assert_int_equal(edges(), before);
    }
    no_fault_that_no_edge_shows(state);
}

/* The firmware dies inside a call into its pins, any call. */
static void a_death_inside_any_pin_call_is_survived(void **state) {
    for (unsigned fuse = 1; fuse < 160; fuse += 3) {
        uint32_t task;
        setup(state);
        assert_int_equal(world_order(&world, POWER_CYCLE, NODE2, &task), POWER_ACCEPTED);
        world.fuse = fuse;
        world_run_ms(&world, 2 * CHANGE_MS, 100);
        assert_int_equal(world.death_count, 1);
        assert_nodes_on(0xf);
        assert_true(edges() <= 8); /* none when it died before the journal; twice the cycle's four at the most */
        assert_int_equal(edges_of_nodes_but_2(), 0);
    }
}

/* ---- what pins.c has to know of the chip ---- */

static void a_pad_whose_input_is_off_after_reset_is_read_right(void **state) {
    (void)state;
    struct hal_gpio gpio = pins_hal();
    twin_esp_pins_power_on(&world.board.pins);
    assert_int_equal(gpio_get_level(25), 0); /* as the chip has it: the module is on, and the pad reads 0 */
    assert_int_equal(gpio.get_level(gpio.ctx, 25), 1);
    assert_int_equal(gpio_get_level(25), 1);
}

/* The replay can tell: IDF's plain way to open drain pushes the net, and a hold let go in the open is seen. */
static void the_wrong_way_is_found(void **state) {
    (void)state;
    twin_esp_pins_power_on(&world.board.pins);
    world.board.controller.reset_count++;
    assert_int_equal(gpio_set_level(14, 1), ESP_OK);
    assert_int_equal(gpio_set_direction(14, GPIO_MODE_INPUT_OUTPUT_OD), ESP_OK);
    assert_int_not_equal(idf_gpio_faults().pushed_count, 0);
    assert_int_equal(gpio_hold_dis(14), ESP_OK);
    assert_int_equal(idf_gpio_faults().released_count, 1);
}

static void what_the_chip_does_not_have_is_refused(void **state) {
    (void)state;
    struct hal_gpio gpio = pins_hal();
    assert_int_equal(gpio.set_mode(gpio.ctx, 40, HAL_GPIO_INPUT), HAL_ERR_ARGUMENT);
    assert_int_equal(gpio.set_mode(gpio.ctx, 2, (enum hal_gpio_mode)9), HAL_ERR_ARGUMENT);
    assert_int_equal(gpio.set_pull(gpio.ctx, 200, HAL_GPIO_PULL_UP), HAL_ERR_ARGUMENT);
    assert_int_equal(gpio.set_drive(gpio.ctx, 2, 4), HAL_ERR_ARGUMENT);
    assert_int_equal(gpio.set_level(gpio.ctx, 34, true), HAL_ERR_ARGUMENT);
    assert_int_equal(gpio.get_level(gpio.ctx, 20), HAL_ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_first_start_leaves_all_on, setup, no_fault_that_no_edge_shows),
        cmocka_unit_test_setup_teardown(a_reset_that_holds_survive_makes_no_edge, setup, no_fault_that_no_edge_shows),
        cmocka_unit_test_setup_teardown(two_resets_in_a_row_make_no_edge, setup, no_fault_that_no_edge_shows),
        cmocka_unit_test_teardown(a_reset_that_drops_holds_rests_at_on_then_the_last_state_returns, no_fault_that_no_edge_shows),
        cmocka_unit_test_setup_teardown(input_power_that_returns_applies_the_policy, setup, no_fault_that_no_edge_shows),
        cmocka_unit_test_teardown(a_reset_at_any_instant_makes_no_edge, no_fault_that_no_edge_shows),
        cmocka_unit_test_teardown(a_death_inside_any_pin_call_is_survived, no_fault_that_no_edge_shows),
        cmocka_unit_test_setup(a_pad_whose_input_is_off_after_reset_is_read_right, setup),
        cmocka_unit_test_setup(the_wrong_way_is_found, setup),
        cmocka_unit_test_setup(what_the_chip_does_not_have_is_refused, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
