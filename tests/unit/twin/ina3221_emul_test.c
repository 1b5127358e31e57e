/* SPDX-License-Identifier: Apache-2.0
 * The INA3221 as a driver meets it, register by register. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hal/errors.h"
#include "twin/ina3221_emul.h"

#define CYCLE_RESET_US  6600   /* 0x7127: 3 x (1.1 + 1.1 ms) x 1 */
#define CONFIG_16       0x7527 /* 16 averages */
#define CYCLE_16_US     105600
#define CONFIG_ONE_SHOT 0x7523
#define CONFIG_DOWN     0x7520

static struct ina3221_emul chip;
static uint64_t now_us;

static int fresh(void **state) {
    (void)state;
    now_us = 1000;
    ina3221_emul_power(&chip, true, now_us);
    return 0;
}

static uint16_t get(uint8_t number) {
    uint8_t rx[2];
    assert_int_equal(ina3221_emul_transfer(&chip, now_us, &number, 1, rx, 2), HAL_OK);
    return (uint16_t)(rx[0] << 8 | rx[1]);
}

static void put(uint8_t number, uint16_t value) {
    const uint8_t tx[3] = {number, (uint8_t)(value >> 8), (uint8_t)value};
    assert_int_equal(ina3221_emul_transfer(&chip, now_us, tx, 3, NULL, 0), HAL_OK);
}

/* Lets the chip measure the same values until then. */
static void run(uint64_t until_us, int32_t bus_mv, int32_t shunt_uv) {
    const struct ina3221_emul_sample sample = {{bus_mv, bus_mv + 80, bus_mv + 160}, {shunt_uv, shunt_uv + 400, shunt_uv + 800}};
    while (ina3221_emul_next_us(&chip) <= until_us) ina3221_emul_sample(&chip, &sample);
    now_us = until_us;
}

static void reset_values_are_the_data_sheets(void **state) {
    (void)state;
    assert_int_equal(get(0x00), 0x7127);
    assert_int_equal(get(0x01), 0);
    assert_int_equal(get(0x07), 0x7FF8);
    assert_int_equal(get(0x0C), 0x7FF8);
    assert_int_equal(get(0x0E), 0x7FFE);
    assert_int_equal(get(0x0F), 0x0002);
    assert_int_equal(get(0x10), 0x2710);
    assert_int_equal(get(0x11), 0x2328);
    assert_int_equal(get(0xFE), 0x5449);
    assert_int_equal(get(0xFF), 0x3220);
}

static void results_come_at_the_end_of_a_cycle_and_not_before(void **state) {
    (void)state;
    uint64_t start_us = now_us;
    put(0x00, CONFIG_16);
    run(start_us + CYCLE_16_US - 1, 5184, 13000);
    assert_int_equal(get(0x02), 0);
    run(start_us + CYCLE_16_US, 5184, 13000);
    assert_int_equal(get(0x02), 5184 / 8 << 3);
    assert_int_equal(get(0x01), 13000 / 40 << 3);
    assert_int_equal(get(0x06), (5184 + 160) / 8 << 3);
    assert_int_equal(get(0x05), (13000 + 800) / 40 << 3);
}

static void a_step_inside_a_cycle_shows_as_a_mixture(void **state) {
    (void)state;
    uint64_t start_us = now_us;
    put(0x00, CONFIG_16);
    run(start_us + CYCLE_16_US / 2, 4000, 0);
    run(start_us + CYCLE_16_US, 0, 0);
    assert_int_equal(get(0x02), 2000 / 8 << 3);
}

static void negative_and_overflowing_currents(void **state) {
    (void)state;
    run(now_us + CYCLE_RESET_US, 5000, -4000);
    assert_int_equal((int16_t)get(0x01), -100 * 8);
    run(now_us + CYCLE_RESET_US, 40000, 400000);
    assert_int_equal(get(0x01), 0x7FF8); /* 163.8 mV is the end of the scale */
    assert_int_equal(get(0x02), 0x7FF8);
    run(now_us + CYCLE_RESET_US, -500, -400000);
    assert_int_equal(get(0x01), 0x8000);
    assert_int_equal(get(0x02), 0);
}

static void ready_flag_is_cleared_by_reading_it(void **state) {
    (void)state;
    assert_int_equal(get(0x0F) & 1, 0);
    run(now_us + CYCLE_RESET_US, 5184, 0);
    assert_int_equal(get(0x0F) & 1, 1);
    assert_int_equal(get(0x0F) & 1, 0);
    run(now_us + CYCLE_RESET_US, 5184, 0);
    put(0x00, CONFIG_16); /* writing the configuration clears it too */
    assert_int_equal(get(0x0F) & 1, 0);
}

static void a_single_shot_ends_in_power_down(void **state) {
    (void)state;
    uint64_t start_us = now_us;
    put(0x00, CONFIG_ONE_SHOT);
    run(start_us + CYCLE_16_US, 5184, 0);
    assert_int_equal(get(0x02), 5184);
    assert_true(ina3221_emul_next_us(&chip) == UINT64_MAX);
    put(0x00, CONFIG_ONE_SHOT); /* the same value again asks for another */
    assert_true(ina3221_emul_next_us(&chip) < UINT64_MAX);
    put(0x00, CONFIG_DOWN);
    assert_true(ina3221_emul_next_us(&chip) == UINT64_MAX);
}

static void a_channel_left_out_keeps_its_old_result_and_shortens_the_cycle(void **state) {
    (void)state;
    run(now_us + CYCLE_RESET_US, 5184, 0);
    uint64_t start_us = now_us;
    put(0x00, 0x4127); /* channel 1 alone */
    run(start_us + CYCLE_RESET_US / 3, 1600, 0);
    assert_int_equal(get(0x02), 1600);
    assert_int_equal(get(0x04), 5184 + 80);
}

static void reset_bit_restores_everything(void **state) {
    (void)state;
    run(now_us + CYCLE_RESET_US, 5184, 0);
    put(0x08, 0x1238);
    put(0x00, 0x8000 | CONFIG_16);
    reset_values_are_the_data_sheets(state);
}

static void power_loss_forgets_everything_and_answers_nothing(void **state) {
    (void)state;
    const uint8_t pointer = 0xFE;
    uint8_t rx[2];
    put(0x00, CONFIG_16);
    ina3221_emul_power(&chip, false, now_us);
    assert_int_equal(ina3221_emul_transfer(&chip, now_us, &pointer, 1, rx, 2), HAL_ERR_NACK);
    assert_true(ina3221_emul_next_us(&chip) == UINT64_MAX);
    ina3221_emul_power(&chip, true, now_us);
    reset_values_are_the_data_sheets(state);
}

static void wrong_operations_change_nothing(void **state) {
    (void)state;
    const uint8_t half[2] = {0x00, 0x75};
    assert_int_equal(ina3221_emul_transfer(&chip, now_us, half, 2, NULL, 0), HAL_OK);
    put(0x01, 0x1234);                                                                /* a result */
    put(0xFE, 0x1234);                                                                /* the identity */
    put(0x42, 0x1234);                                                                /* nothing at all */
    assert_int_equal(ina3221_emul_transfer(&chip, now_us, NULL, 0, NULL, 0), HAL_OK); /* a probe */
    reset_values_are_the_data_sheets(state);
    assert_int_equal(get(0x42), 0);
}

static void the_pointer_stays_where_it_was_written(void **state) {
    (void)state;
    uint8_t rx[4];
    assert_int_equal(get(0xFE), 0x5449);
    assert_int_equal(ina3221_emul_transfer(&chip, now_us, NULL, 0, rx, 4), HAL_OK);
    assert_memory_equal(rx, ((const uint8_t[]){0x54, 0x49, 0x54, 0x49}), 4);
}

static void limits_raise_their_flags(void **state) {
    (void)state;
    put(0x07, 0x0320);                         /* critical on channel 1 above 4 mV */
    put(0x0F, 0x7000);                         /* all three in the sum */
    run(now_us + CYCLE_RESET_US, 12000, 8000); /* 8.0, 8.4, 8.8 mV */
    assert_int_equal(get(0x0D), (200 + 210 + 220) << 1);
    run(now_us + CYCLE_RESET_US, 12000, 8000);
    uint16_t flags = get(0x0F);
    assert_int_equal(flags & 0x0380, 0x0200); /* CF1 alone */
    assert_int_equal(flags & 0x0004, 0x0004); /* PVF: all rails above 10 V */
    run(now_us + CYCLE_RESET_US, 5000, 0);
    assert_int_equal(get(0x0F) & 0x0384, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reset_values_are_the_data_sheets, fresh),
        cmocka_unit_test_setup(results_come_at_the_end_of_a_cycle_and_not_before, fresh),
        cmocka_unit_test_setup(a_step_inside_a_cycle_shows_as_a_mixture, fresh),
        cmocka_unit_test_setup(negative_and_overflowing_currents, fresh),
        cmocka_unit_test_setup(ready_flag_is_cleared_by_reading_it, fresh),
        cmocka_unit_test_setup(a_single_shot_ends_in_power_down, fresh),
        cmocka_unit_test_setup(a_channel_left_out_keeps_its_old_result_and_shortens_the_cycle, fresh),
        cmocka_unit_test_setup(reset_bit_restores_everything, fresh),
        cmocka_unit_test_setup(power_loss_forgets_everything_and_answers_nothing, fresh),
        cmocka_unit_test_setup(wrong_operations_change_nothing, fresh),
        cmocka_unit_test_setup(the_pointer_stays_where_it_was_written, fresh),
        cmocka_unit_test_setup(limits_raise_their_flags, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
