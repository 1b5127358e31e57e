/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "driver/ina3221.h"
#include "hal/errors.h"

/* A chip with registers, and a bus that can fail. The register-level model of the twin is tested beside it in the simulator. */
static struct {
    uint16_t reg[256];
    int error; /* of every transfer */
    int recover_count, write_count;
} chip;

static int transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    (void)ctx;
    if (chip.error) return chip.error;
    if (address != 0x40 || tx_size == 0) return HAL_ERR_NACK;
    if (tx_size == 3) {
        chip.reg[tx[0]] = (uint16_t)(tx[1] << 8 | tx[2]);
        chip.write_count++;
    }
    if (rx_size == 2) {
        rx[0] = (uint8_t)(chip.reg[tx[0]] >> 8);
        rx[1] = (uint8_t)chip.reg[tx[0]];
    }
    return HAL_OK;
}

static int recover(void *ctx) {
    (void)ctx;
    chip.recover_count++;
    return HAL_OK;
}

static const struct hal_i2c bus = {.transfer = transfer, .recover = recover};
static struct ina3221 sensor;
static struct ina3221_reading reading;

static int setup(void **state) {
    (void)state;
    memset(&chip, 0, sizeof chip);
    chip.reg[0x00] = 0x7127;
    chip.reg[0x0f] = 0x0003; /* conversion ready */
    chip.reg[0xfe] = 0x5449;
    chip.reg[0xff] = 0x3220;
    ina3221_init(&sensor, 0x40, 20000);
    return 0;
}

static void figures_as_the_datasheet_has_them(void **state) {
    (void)state;
    assert_false(ina3221_read(&sensor, &bus, &reading)); /* configures first */
    assert_int_equal(chip.reg[0], 0x7527);
    chip.reg[1] = 0x3E80; /* 2000 steps of 40 uV = 80 mV, the datasheet's example: 4 A at 20 mOhm */
    chip.reg[2] = 5184 / 8 * 8;
    chip.reg[3] = (uint16_t)-8; /* one step backwards */
    chip.reg[4] = 0;
    chip.reg[5] = 0x7FF8; /* full scale */
    chip.reg[6] = 26000;
    assert_true(ina3221_read(&sensor, &bus, &reading));
    assert_int_equal(reading.ma[0], 4000);
    assert_int_equal(reading.mv[0], 5184);
    assert_true(reading.ma[1] == -2);
    assert_int_equal(reading.ma[2], 8190);
    assert_int_equal(reading.mv[2], 26000);
}

static void nothing_before_a_conversion_is_done(void **state) {
    (void)state;
    chip.reg[0x0f] = 0;
    ina3221_read(&sensor, &bus, &reading);
    assert_false(ina3221_read(&sensor, &bus, &reading));
    assert_int_equal(sensor.state, INA3221_OK);
    chip.reg[0x0f] = 1;
    assert_true(ina3221_read(&sensor, &bus, &reading));
}

static void a_foreign_chip_is_not_written_to(void **state) {
    (void)state;
    chip.reg[0xff] = 0x2260;
    assert_false(ina3221_read(&sensor, &bus, &reading));
    assert_int_equal(sensor.state, INA3221_FOREIGN);
    assert_int_equal(chip.write_count, 0);
}

static void a_reset_chip_is_configured_again(void **state) {
    (void)state;
    ina3221_read(&sensor, &bus, &reading);
    assert_true(ina3221_read(&sensor, &bus, &reading));
    chip.reg[0x00] = 0x7127;
    assert_false(ina3221_read(&sensor, &bus, &reading));
    assert_int_equal(chip.reg[0], 0x7527);
    assert_true(ina3221_read(&sensor, &bus, &reading));
}

static void bus_errors_have_names_and_heal(void **state) {
    (void)state;
    static const struct {
        int error;
        enum ina3221_state state;
    } cases[] = {{HAL_ERR_NACK, INA3221_NOT_FOUND}, {HAL_ERR_TIMEOUT, INA3221_BUS_STUCK}, {HAL_ERR_IO, INA3221_BUS_ERROR}};
    for (unsigned i = 0; i < 3; i++) {
        setup(state);
        ina3221_read(&sensor, &bus, &reading);
        assert_true(ina3221_read(&sensor, &bus, &reading));
        chip.error = cases[i].error;
        assert_false(ina3221_read(&sensor, &bus, &reading));
        assert_int_equal(sensor.state, cases[i].state);
        assert_false(ina3221_read(&sensor, &bus, &reading));
        assert_int_equal(chip.recover_count, cases[i].error == HAL_ERR_TIMEOUT);
        chip.error = 0;
        assert_false(ina3221_read(&sensor, &bus, &reading));
        assert_true(ina3221_read(&sensor, &bus, &reading));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(figures_as_the_datasheet_has_them, setup),
        cmocka_unit_test_setup(nothing_before_a_conversion_is_done, setup),
        cmocka_unit_test_setup(a_foreign_chip_is_not_written_to, setup),
        cmocka_unit_test_setup(a_reset_chip_is_configured_again, setup),
        cmocka_unit_test_setup(bus_errors_have_names_and_heal, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
