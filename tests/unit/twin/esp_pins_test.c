/* SPDX-License-Identifier: Apache-2.0
 * The ESP32's pads: each hazard of the board as the chip would show it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hal/errors.h"
#include "twin/esp_pins.h"

#define PMIC1 14
#define PSU1  2
#define PSU3  16

static struct twin_esp_pins pins;

static int fresh(void **state) {
    (void)state;
    twin_esp_pins_power_on(&pins);
    return 0;
}

static int level(uint8_t pin) { return twin_esp_pins_get_level(&pins, pin); }

static void everything_rests_at_on(void **state) {
    (void)state;
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        assert_false(twin_esp_pins_net(&pins, twin_net_psu(n)));
        assert_true(twin_esp_pins_net(&pins, twin_net_pmic(n)));
    }
}

static void an_output_enabled_at_its_reset_value_pulls_pmic_low(void **state) {
    (void)state;
    assert_int_equal(twin_esp_pins_set_mode(&pins, PMIC1, HAL_GPIO_INPUT_OUTPUT), HAL_OK);
    assert_int_equal(level(PMIC1), 0);
}

static void level_first_makes_no_edge(void **state) {
    (void)state;
    assert_int_equal(twin_esp_pins_set_level(&pins, PMIC1, true), HAL_OK);
    assert_int_equal(level(PMIC1), 1);
    assert_int_equal(twin_esp_pins_set_mode(&pins, PMIC1, HAL_GPIO_INPUT_OUTPUT_OD), HAL_OK);
    assert_int_equal(level(PMIC1), 1);
    assert_false(twin_esp_pins_net_pushed_high(&pins, twin_net_pmic(0)));
    assert_int_equal(twin_esp_pins_set_mode(&pins, PMIC1, HAL_GPIO_INPUT_OUTPUT), HAL_OK);
    assert_true(twin_esp_pins_net_pushed_high(&pins, twin_net_pmic(0)));
}

static void open_drain_only_pulls_down(void **state) {
    (void)state;
    assert_int_equal(twin_esp_pins_set_level(&pins, PSU1, true), HAL_OK);
    assert_int_equal(twin_esp_pins_set_pull(&pins, PSU1, HAL_GPIO_PULL_NONE), HAL_OK);
    assert_int_equal(twin_esp_pins_set_mode(&pins, PSU1, HAL_GPIO_INPUT_OUTPUT_OD), HAL_OK);
    assert_int_equal(level(PSU1), 0); /* released, and the transistor's base sinks */
}

static void a_pull_up_on_an_undriven_psu_pin_switches_the_rail_off(void **state) {
    (void)state;
    assert_int_equal(twin_esp_pins_set_pull(&pins, PSU3, HAL_GPIO_PULL_UP), HAL_OK);
    assert_int_equal(level(PSU3), 1);
    assert_int_equal(twin_esp_pins_set_mode(&pins, PSU3, HAL_GPIO_INPUT_OUTPUT), HAL_OK); /* driven: the pull no longer matters */
    assert_int_equal(level(PSU3), 0);
}

static void a_held_pad_ignores_its_registers_until_released(void **state) {
    (void)state;
    assert_int_equal(twin_esp_pins_set_level(&pins, PSU1, true), HAL_OK);
    assert_int_equal(twin_esp_pins_set_mode(&pins, PSU1, HAL_GPIO_INPUT_OUTPUT), HAL_OK);
    assert_int_equal(twin_esp_pins_set_hold(&pins, PSU1, true), HAL_OK);
    assert_int_equal(twin_esp_pins_set_level(&pins, PSU1, false), HAL_OK);
    assert_int_equal(level(PSU1), 1);
    assert_int_equal(twin_esp_pins_set_hold(&pins, PSU1, true), HAL_OK); /* holding what is held latches nothing new */
    assert_int_equal(level(PSU1), 1);
    assert_int_equal(twin_esp_pins_set_hold(&pins, PSU1, false), HAL_OK);
    assert_int_equal(level(PSU1), 0);
}

static void hold_psu1_high(void) {
    (void)twin_esp_pins_set_level(&pins, PSU1, true);
    (void)twin_esp_pins_set_mode(&pins, PSU1, HAL_GPIO_INPUT_OUTPUT);
    (void)twin_esp_pins_set_hold(&pins, PSU1, true);
}

static void holds_survive_some_resets_and_not_others(void **state) {
    static const struct {
        enum hal_reset_cause cause;
        bool kept;
    } cases[] = {
        {HAL_RESET_SOFTWARE, true},  {HAL_RESET_PANIC, true},     {HAL_RESET_WATCHDOG, true},      {HAL_RESET_POWER_ON, false},
        {HAL_RESET_EXTERNAL, false}, {HAL_RESET_BROWNOUT, false}, {HAL_RESET_RTC_WATCHDOG, false}, {HAL_RESET_UNKNOWN, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)fresh(state);
        hold_psu1_high();
        twin_esp_pins_reset(&pins, cases[i].cause);
        assert_int_equal(level(PSU1), cases[i].kept);
        assert_int_equal(twin_esp_pins_set_hold(&pins, PSU1, false), HAL_OK);
        assert_int_equal(level(PSU1), 0); /* the registers were reset beneath the hold */
    }
}

static void a_reset_lets_go_of_what_was_driven_and_not_held(void **state) {
    (void)state;
    (void)twin_esp_pins_set_level(&pins, PSU1, true);
    (void)twin_esp_pins_set_mode(&pins, PSU1, HAL_GPIO_INPUT_OUTPUT);
    twin_esp_pins_reset(&pins, HAL_RESET_WATCHDOG);
    assert_int_equal(level(PSU1), 0);
}

static void pins_that_do_not_exist_are_refused(void **state) {
    (void)state;
    static const uint8_t wrong[] = {6, 11, 20, 24, 28, 31, 40, 255};
    for (size_t i = 0; i < sizeof wrong; i++) {
        assert_int_equal(twin_esp_pins_get_level(&pins, wrong[i]), HAL_ERR_ARGUMENT);
        assert_int_equal(twin_esp_pins_set_level(&pins, wrong[i], true), HAL_ERR_ARGUMENT);
        assert_int_equal(twin_esp_pins_set_hold(&pins, wrong[i], true), HAL_ERR_ARGUMENT);
    }
    assert_int_equal(twin_esp_pins_set_mode(&pins, 34, HAL_GPIO_INPUT_OUTPUT), HAL_ERR_ARGUMENT); /* input only */
    assert_int_equal(twin_esp_pins_set_mode(&pins, PSU1, (enum hal_gpio_mode)9), HAL_ERR_ARGUMENT);
    assert_int_equal(twin_esp_pins_set_pull(&pins, PSU1, (enum hal_gpio_pull)9), HAL_ERR_ARGUMENT);
    assert_int_equal(twin_esp_pins_set_drive(&pins, PSU1, 4), HAL_ERR_ARGUMENT);
    assert_int_equal(level(PSU1), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(everything_rests_at_on, fresh),
        cmocka_unit_test_setup(an_output_enabled_at_its_reset_value_pulls_pmic_low, fresh),
        cmocka_unit_test_setup(level_first_makes_no_edge, fresh),
        cmocka_unit_test_setup(open_drain_only_pulls_down, fresh),
        cmocka_unit_test_setup(a_pull_up_on_an_undriven_psu_pin_switches_the_rail_off, fresh),
        cmocka_unit_test_setup(a_held_pad_ignores_its_registers_until_released, fresh),
        cmocka_unit_test_setup(holds_survive_some_resets_and_not_others, fresh),
        cmocka_unit_test_setup(a_reset_lets_go_of_what_was_driven_and_not_held, fresh),
        cmocka_unit_test_setup(pins_that_do_not_exist_are_refused, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
