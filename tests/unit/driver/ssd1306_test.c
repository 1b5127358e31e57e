/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "driver/ssd1306.h"
#include "hal/errors.h"

/* A bus that remembers the latest transfer. What the bytes mean to a chip is tested against the twin's, in tests/unit/bmc. */
static struct {
    uint8_t tx[256];
    size_t tx_size;
    int error;
    uint8_t status;
    unsigned count;
} bus;

static int transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    (void)ctx;
    assert_int_equal(address, 0x3C);
    assert_true(tx_size <= SSD1306_TRANSFER_MAX && rx_size <= 1);
    bus.count++;
    if (tx_size) memcpy(bus.tx, tx, tx_size);
    bus.tx_size = tx_size;
    if (rx_size) rx[0] = bus.status;
    return bus.error;
}

static const struct hal_i2c i2c = {.transfer = transfer};
static struct ssd1306 display;

static int setup(void **state) {
    (void)state;
    memset(&bus, 0, sizeof bus);
    ssd1306_init(&display, 0x3C);
    return 0;
}

static void begun_it_is_off(void **state) {
    (void)state;
    assert_false(display.begun);
    assert_int_equal(ssd1306_begin(&display, &i2c), HAL_OK);
    assert_true(display.begun);
    assert_false(display.lit);
    assert_int_equal(bus.tx[0], 0x00);
    assert_int_equal(bus.tx[1], 0xAE);
    assert_null(memchr(&bus.tx[1], 0xAF, bus.tx_size - 1));
}

static void a_page_is_one_transfer_with_its_address(void **state) {
    (void)state;
    static const uint8_t head[] = {0x80, 0xB5, 0x80, 0x00, 0x80, 0x10, 0x40};
    uint8_t columns[SSD1306_COLUMN_COUNT];
    for (unsigned i = 0; i < sizeof columns; i++) columns[i] = (uint8_t)(i ^ 0x5A);
    assert_int_equal(ssd1306_write_page(&display, &i2c, 5, columns), HAL_OK);
    assert_int_equal(bus.count, 1);
    assert_int_equal(bus.tx_size, sizeof head + sizeof columns);
    assert_memory_equal(bus.tx, head, sizeof head);
    assert_memory_equal(&bus.tx[sizeof head], columns, sizeof columns);
    assert_int_equal(ssd1306_write_page(&display, &i2c, 8, columns), HAL_ERR_ARGUMENT);
    assert_int_equal(bus.count, 1);
}

static void light_and_contrast_go_together(void **state) {
    (void)state;
    static const uint8_t on[] = {0x00, 0x81, 0x42, 0xAF}, off[] = {0x00, 0x81, 0x00, 0xAE};
    assert_int_equal(ssd1306_light(&display, &i2c, true, 0x42), HAL_OK);
    assert_memory_equal(bus.tx, on, sizeof on);
    assert_true(display.lit && display.contrast == 0x42);
    assert_int_equal(ssd1306_light(&display, &i2c, false, 0), HAL_OK);
    assert_memory_equal(bus.tx, off, sizeof off);
    assert_false(display.lit);
}

static void one_that_was_without_supply_is_found_out(void **state) {
    (void)state;
    ssd1306_begin(&display, &i2c);
    bus.status = 0x40;
    assert_int_equal(ssd1306_check(&display, &i2c), HAL_OK); /* off, as ordered */
    ssd1306_light(&display, &i2c, true, 1);
    bus.status = 0x03; /* the low bits differ between makers */
    assert_int_equal(ssd1306_check(&display, &i2c), HAL_OK);
    bus.status = 0x43;
    assert_int_equal(ssd1306_check(&display, &i2c), HAL_ERR_IO);
    assert_false(display.begun);
}

static void any_error_is_a_loss(void **state) {
    (void)state;
    static const uint8_t columns[SSD1306_COLUMN_COUNT];
    for (unsigned call = 0; call < 4; call++) {
        setup(state);
        ssd1306_begin(&display, &i2c);
        bus.error = HAL_ERR_TIMEOUT;
        int error = call == 0   ? ssd1306_begin(&display, &i2c)
                    : call == 1 ? ssd1306_write_page(&display, &i2c, 0, columns)
                    : call == 2 ? ssd1306_light(&display, &i2c, true, 1)
                                : ssd1306_check(&display, &i2c);
        assert_int_equal(error, HAL_ERR_TIMEOUT);
        assert_false(display.begun || display.lit);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(begun_it_is_off, setup),
        cmocka_unit_test_setup(a_page_is_one_transfer_with_its_address, setup),
        cmocka_unit_test_setup(light_and_contrast_go_together, setup),
        cmocka_unit_test_setup(one_that_was_without_supply_is_found_out, setup),
        cmocka_unit_test_setup(any_error_is_a_loss, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
