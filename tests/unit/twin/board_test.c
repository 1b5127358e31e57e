/* SPDX-License-Identifier: Apache-2.0
 * The board as a whole: cause and effect between inputs, pins, rails and nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hal/errors.h"
#include "twin/board.h"

#define SECOND_US UINT64_C(1000000)
#define PSU2      4
#define PMIC2     27

static struct twin_board board;
static struct hal_gpio gpio;
static struct hal_i2c i2c;
static unsigned datagram_count;

static void hear(void *ctx, unsigned node, const char *data, size_t size) {
    (void)ctx;
    (void)node;
    (void)data;
    (void)size;
    datagram_count++;
}

static int fresh(void **state) {
    (void)state;
    struct twin_config config = twin_config_default();
    config.node_events.netconsole = hear;
    datagram_count = 0;
    twin_board_init(&board, &config, SECOND_US);
    twin_board_gpio(&board, &gpio);
    twin_board_i2c(&board, &i2c);
    return 0;
}

static void run_ms(uint64_t ms) { twin_board_advance(&board, board.now_us + ms * 1000); }

static int running(void **state) {
    (void)fresh(state);
    run_ms(12000);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) assert_int_equal(twin_board_node_view(&board, n).state, TWIN_NODE_UP);
    return 0;
}

static void drive(uint8_t pin, bool level, enum hal_gpio_mode mode) {
    assert_int_equal(gpio.set_level(gpio.ctx, pin, level), HAL_OK);
    assert_int_equal(gpio.set_mode(gpio.ctx, pin, mode), HAL_OK);
}

static void the_hardware_staggers_its_rails(void **state) {
    (void)state;
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        twin_board_advance(&board, SECOND_US + (n + 1) * 500000 - 1);
        assert_false(twin_board_rail_on(&board, n));
        run_ms(1);
        assert_true(twin_board_rail_on(&board, n));
        assert_int_equal(twin_board_rail_changed_us(&board, n), SECOND_US + (n + 1) * 500000);
    }
}

static void a_rail_whose_pin_is_high_at_its_turn_waits_for_the_pin(void **state) {
    (void)state;
    run_ms(100);
    drive(PSU2, true, HAL_GPIO_INPUT_OUTPUT);
    run_ms(5000);
    assert_false(twin_board_rail_on(&board, 1));
    assert_true(twin_board_rail_on(&board, 2));
    assert_int_equal(gpio.set_level(gpio.ctx, PSU2, false), HAL_OK);
    assert_true(twin_board_rail_on(&board, 1));
}

static void pins_switch_rail_and_module_of_their_node_alone(void **state) {
    (void)state;
    drive(PMIC2, false, HAL_GPIO_INPUT_OUTPUT_OD);
    run_ms(2);
    assert_int_equal(twin_board_node_view(&board, 1).state, TWIN_NODE_OFF);
    assert_in_range(twin_board_rail_ma(&board, 1), 1, 59); /* its channel still has power */
    drive(PSU2, true, HAL_GPIO_INPUT_OUTPUT);
    assert_int_equal(twin_board_rail_ma(&board, 1), 0);
    run_ms(250);
    assert_in_range(twin_board_rail_mv(&board, 1), 10, 300);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        if (n != 1) assert_int_equal(twin_board_node_view(&board, n).boot_count, 1);
    }
    assert_int_equal(board.recorder.recorded_count, 2);
}

static void held_pins_make_no_edge_when_the_firmware_crashes(void **state) {
    (void)state;
    drive(PMIC2, false, HAL_GPIO_INPUT_OUTPUT_OD);
    drive(PSU2, true, HAL_GPIO_INPUT_OUTPUT);
    assert_int_equal(gpio.set_hold(gpio.ctx, PMIC2, true), HAL_OK);
    assert_int_equal(gpio.set_hold(gpio.ctx, PSU2, true), HAL_OK);
    uint64_t edge_count = board.recorder.recorded_count;
    twin_board_controller_reset(&board, HAL_RESET_WATCHDOG);
    run_ms(1000);
    assert_int_equal(board.recorder.recorded_count, edge_count);
    assert_int_equal(twin_board_controller_boot(&board), HAL_RESET_WATCHDOG);
    twin_board_controller_reset(&board, HAL_RESET_EXTERNAL); /* the EN pin drops the holds: everything returns to on */
    assert_int_equal(board.recorder.recorded_count, edge_count + 2);
    run_ms(1000);
    assert_int_equal(twin_board_node_view(&board, 1).state, TWIN_NODE_BOOTING);
}

static void pins_not_held_fall_back_when_the_firmware_crashes(void **state) {
    (void)state;
    drive(PMIC2, false, HAL_GPIO_INPUT_OUTPUT_OD);
    uint64_t edge_count = board.recorder.recorded_count;
    twin_board_controller_reset(&board, HAL_RESET_PANIC);
    assert_int_equal(board.recorder.recorded_count, edge_count + 1);
}

static void losing_one_input_under_load_touches_no_node(void **state) {
    (void)state;
    assert_int_equal(twin_board_carrying_input(&board), 0);
    twin_board_set_input(&board, 0, 0);
    run_ms(1000);
    assert_int_equal(twin_board_carrying_input(&board), 1);
    assert_in_range(twin_board_input(&board, 0).mv, 2900, 3100);
    assert_true(twin_board_input(&board, 1).ma > 900);
    twin_board_set_input(&board, 0, 19000);
    run_ms(1000);
    assert_int_equal(twin_board_carrying_input(&board), 0);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        assert_int_equal(twin_board_node_view(&board, n).state, TWIN_NODE_UP);
        assert_int_equal(twin_board_node_view(&board, n).boot_count, 1);
    }
    assert_int_equal(board.recorder.recorded_count, 0);
}

static void losing_both_kills_everything_and_starts_anew(void **state) {
    (void)state;
    drive(PSU2, true, HAL_GPIO_INPUT_OUTPUT);
    assert_int_equal(gpio.set_hold(gpio.ctx, PSU2, true), HAL_OK);
    uint32_t reset_count = twin_board_controller(&board).reset_count;
    twin_board_power_loss(&board);
    assert_false(twin_board_controller(&board).powered);
    assert_int_equal(twin_board_controller_boot(&board), HAL_RESET_UNKNOWN);
    assert_int_equal(gpio.get_level(gpio.ctx, PSU2), HAL_ERR_IO);
    assert_int_equal(gpio.set_level(gpio.ctx, PSU2, true), HAL_ERR_IO);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, NULL, 0, NULL, 0), HAL_ERR_IO);
    run_ms(300);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        assert_true(twin_board_rail_mv(&board, n) < 500);
        assert_int_equal(twin_board_node_view(&board, n).state, TWIN_NODE_OFF);
    }
    run_ms(100);
    assert_true(twin_board_controller(&board).powered);
    assert_int_equal(twin_board_controller(&board).reset_count, reset_count + 1);
    assert_int_equal(twin_board_controller_boot(&board), HAL_RESET_POWER_ON);
    assert_int_equal(gpio.get_level(gpio.ctx, PSU2), 0); /* the hold is lost */
    run_ms(1999);
    assert_false(twin_board_rail_on(&board, 3));
    run_ms(1);
    assert_true(twin_board_rail_on(&board, 3));
}

static void both_inputs_unplugged_stay_dark_until_one_returns(void **state) {
    (void)state;
    twin_board_set_input(&board, 0, 0);
    twin_board_set_input(&board, 1, 0);
    run_ms(3600000);
    assert_false(twin_board_powered(&board));
    assert_true(twin_board_next_us(&board) == UINT64_MAX);
    twin_board_set_input(&board, 1, 12000);
    assert_true(twin_board_powered(&board));
}

static uint16_t get(uint8_t address, uint8_t number) {
    uint8_t rx[2];
    assert_int_equal(i2c.transfer(i2c.ctx, address, &number, 1, rx, 2), HAL_OK);
    return (uint16_t)(rx[0] << 8 | rx[1]);
}

static void sensors_see_what_the_schematic_wires_to_them(void **state) {
    (void)state;
    drive(PSU2, true, HAL_GPIO_INPUT_OUTPUT);
    twin_board_set_input(&board, 1, 15000);
    run_ms(1000);
    assert_in_range(get(0x40, 0x02), 18900, 19000); /* DC1: 8 mV steps shifted by 3 are millivolts */
    assert_in_range(get(0x40, 0x04), 14992, 15008);
    assert_in_range(get(0x40, 0x06), 5100, 5200); /* rail 1 */
    assert_in_range(get(0x41, 0x02), 8, 24);      /* rail 2, off */
    assert_int_equal(get(0x41, 0x01), 0);
    assert_in_range(get(0x41, 0x04), 5100, 5200);
    assert_in_range(get(0x41, 0x05) / 8 * 2, 700, 850); /* rail 4: 40 uV steps across 20 mOhm are 2 mA */
}

static void bus_faults_are_errors_and_never_readings(void **state) {
    (void)state;
    const uint8_t pointer = 0xFE;
    uint8_t rx[2];
    assert_int_equal(i2c.transfer(i2c.ctx, 0x42, &pointer, 1, rx, 2), HAL_ERR_NACK);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x80, &pointer, 1, rx, 2), HAL_ERR_ARGUMENT);
    twin_board_chip_missing(&board, 1, true);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x41, &pointer, 1, rx, 2), HAL_ERR_NACK);
    assert_int_equal(get(0x40, 0xFE), 0x5449);
    twin_board_i2c_fault(&board, TWIN_I2C_STUCK);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, &pointer, 1, rx, 2), HAL_ERR_TIMEOUT);
    assert_int_equal(i2c.recover(i2c.ctx), HAL_ERR_TIMEOUT);
    twin_board_i2c_fault(&board, TWIN_I2C_STUCK_TRANSIENT);
    assert_int_equal(i2c.transfer(i2c.ctx, 0x40, &pointer, 1, rx, 2), HAL_ERR_TIMEOUT);
    assert_int_equal(i2c.recover(i2c.ctx), HAL_OK);
    assert_int_equal(get(0x40, 0xFE), 0x5449);
}

static void rails_can_be_stuck(void **state) {
    (void)state;
    twin_board_rail_fault(&board, 1, TWIN_RAIL_STUCK_ON);
    drive(PSU2, true, HAL_GPIO_INPUT_OUTPUT);
    run_ms(3000);
    assert_true(twin_board_rail_mv(&board, 1) > 5000);
    twin_board_rail_fault(&board, 1, TWIN_RAIL_OK);
    assert_false(twin_board_rail_on(&board, 1));
    twin_board_rail_fault(&board, 1, TWIN_RAIL_STUCK_OFF);
    assert_int_equal(gpio.set_level(gpio.ctx, PSU2, false), HAL_OK);
    run_ms(3000);
    assert_true(twin_board_rail_mv(&board, 1) < 100);
}

static void a_jumpered_pmic_net_moves_nothing(void **state) {
    (void)state;
    twin_board_pmic_stuck(&board, 1, true);
    drive(PMIC2, false, HAL_GPIO_INPUT_OUTPUT_OD);
    run_ms(3000);
    assert_int_equal(gpio.get_level(gpio.ctx, PMIC2), 0);
    assert_int_equal(twin_board_node_view(&board, 1).state, TWIN_NODE_UP);
    twin_board_pmic_stuck(&board, 1, false);
    run_ms(2);
    assert_int_equal(twin_board_node_view(&board, 1).state, TWIN_NODE_OFF);
}

static void the_button_drops_a_rail_while_held(void **state) {
    (void)state;
    twin_board_button(&board, 1, 1500);
    assert_false(twin_board_rail_on(&board, 1));
    run_ms(1499);
    assert_false(twin_board_rail_on(&board, 1));
    run_ms(1);
    assert_true(twin_board_rail_on(&board, 1));
    run_ms(10);
    assert_int_equal(twin_board_node_view(&board, 1).state, TWIN_NODE_BOOTING);
    assert_int_equal(board.recorder.recorded_count, 0); /* no pin of ours moved */
}

static void no_words_arrive_over_a_dead_link(void **state) {
    (void)state;
    unsigned heard_count = datagram_count;
    assert_true(heard_count > 0);
    twin_board_link(&board, false);
    assert_int_equal(twin_board_node(&board, 0, TWIN_NODE_PANIC), TWIN_NODE_OK);
    assert_int_equal(datagram_count, heard_count);
    twin_board_link(&board, true);
    assert_int_equal(twin_board_node(&board, 1, TWIN_NODE_PANIC), TWIN_NODE_OK);
    assert_true(datagram_count > heard_count);
    assert_int_equal(twin_board_node(&board, 4, TWIN_NODE_PANIC), TWIN_NODE_NO_SUCH);
}

static void next_us_misses_nothing(void **state) {
    (void)state;
    twin_board_power_loss(&board);
    unsigned step_count = 0;
    for (; twin_board_next_us(&board) != UINT64_MAX && step_count < 1000; step_count++) {
        uint64_t next_us = twin_board_next_us(&board);
        assert_true(next_us > board.now_us);
        twin_board_advance(&board, next_us);
        assert_int_equal(board.now_us, next_us);
    }
    assert_in_range(step_count, 80, 200); /* stagger, rails and the words of four boots */
    assert_int_equal(twin_board_node_view(&board, 3).state, TWIN_NODE_UP);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_hardware_staggers_its_rails, fresh),
        cmocka_unit_test_setup(a_rail_whose_pin_is_high_at_its_turn_waits_for_the_pin, fresh),
        cmocka_unit_test_setup(pins_switch_rail_and_module_of_their_node_alone, running),
        cmocka_unit_test_setup(held_pins_make_no_edge_when_the_firmware_crashes, running),
        cmocka_unit_test_setup(pins_not_held_fall_back_when_the_firmware_crashes, running),
        cmocka_unit_test_setup(losing_one_input_under_load_touches_no_node, running),
        cmocka_unit_test_setup(losing_both_kills_everything_and_starts_anew, running),
        cmocka_unit_test_setup(both_inputs_unplugged_stay_dark_until_one_returns, running),
        cmocka_unit_test_setup(sensors_see_what_the_schematic_wires_to_them, running),
        cmocka_unit_test_setup(bus_faults_are_errors_and_never_readings, running),
        cmocka_unit_test_setup(rails_can_be_stuck, running),
        cmocka_unit_test_setup(a_jumpered_pmic_net_moves_nothing, running),
        cmocka_unit_test_setup(the_button_drops_a_rail_while_held, running),
        cmocka_unit_test_setup(no_words_arrive_over_a_dead_link, running),
        cmocka_unit_test_setup(next_us_misses_nothing, running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
