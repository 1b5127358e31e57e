/* SPDX-License-Identifier: Apache-2.0
 * The SSD1306 as a driver meets it, byte by byte, and what a person would see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "hal/errors.h"
#include "twin/ssd1306_emul.h"

static struct ssd1306_emul chip;

#define SEND(...)                                                                                                                \
    do {                                                                                                                         \
        const uint8_t bytes[] = {__VA_ARGS__};                                                                                   \
        assert_int_equal(ssd1306_emul_transfer(&chip, bytes, sizeof bytes, NULL, 0), HAL_OK);                                    \
    } while (0)

static unsigned lit_count(void) {
    unsigned count = 0;
    for (unsigned y = 0; y < SSD1306_EMUL_HEIGHT; y++)
        for (unsigned x = 0; x < SSD1306_EMUL_WIDTH; x++) count += ssd1306_emul_point(&chip, x, y);
    return count;
}

static void clear(void) {
    uint8_t page[1 + SSD1306_EMUL_WIDTH] = {0x40};
    for (uint8_t number = 0; number < SSD1306_EMUL_PAGE_COUNT; number++) {
        SEND(0x00, 0xB0 | number, 0x00, 0x10);
        assert_int_equal(ssd1306_emul_transfer(&chip, page, sizeof page, NULL, 0), HAL_OK);
    }
}

static int fresh(void **state) {
    (void)state;
    ssd1306_emul_power(&chip, true);
    return 0;
}

/* Set up as its panel wants it, blank and on. */
static int ready(void **state) {
    fresh(state);
    SEND(0x00, 0x8D, 0x14, 0x20, 0x02, 0xA1, 0xC8, 0xDA, 0x12, 0xAF);
    clear();
    return 0;
}

static int no_fault(void **state) {
    (void)state;
    if (chip.fault_count) print_error("fault: %s\n", chip.fault);
    return chip.fault_count ? -1 : 0;
}

static void fresh_from_power_it_holds_noise_and_shows_nothing(void **state) {
    (void)state;
    uint8_t status;
    assert_int_equal(lit_count(), 0);
    SEND(0x00, 0xAF); /* without its charge pump */
    assert_int_equal(lit_count(), 0);
    SEND(0x00, 0x8D, 0x14);
    assert_in_range(lit_count(), 2000, 6000);
    assert_int_equal(ssd1306_emul_transfer(&chip, NULL, 0, &status, 1), HAL_OK);
    assert_int_equal(status & 0x40, 0);
    SEND(0x00, 0xAE);
    ssd1306_emul_transfer(&chip, NULL, 0, &status, 1);
    assert_int_equal(status & 0x40, 0x40);
    ssd1306_emul_power(&chip, false);
    assert_int_equal(ssd1306_emul_transfer(&chip, NULL, 0, &status, 1), HAL_ERR_NACK);
}

static void a_byte_is_eight_points_downwards(void **state) {
    (void)state;
    SEND(0x80, 0xB2, 0x80, 0x03, 0x80, 0x11, 0x40, 0x81, 0x01); /* page 2, column 0x13 */
    assert_int_equal(lit_count(), 3);
    assert_true(ssd1306_emul_point(&chip, 0x13, 16));
    assert_true(ssd1306_emul_point(&chip, 0x13, 23));
    assert_true(ssd1306_emul_point(&chip, 0x14, 16));
}

static void after_the_last_column_comes_the_first_of_the_same_page(void **state) {
    (void)state;
    SEND(0x00, 0xB7, 0x0F, 0x17);
    SEND(0x40, 0x01, 0x80);
    assert_true(ssd1306_emul_point(&chip, 127, 56));
    assert_true(ssd1306_emul_point(&chip, 0, 63));
    assert_int_equal(lit_count(), 2);
}

static void a_wrong_set_up_is_seen(void **state) {
    (void)state;
    SEND(0x00, 0xB0, 0x00, 0x10);
    SEND(0x40, 0x02); /* the point 0, 1 */
    assert_true(ssd1306_emul_point(&chip, 0, 1));
    SEND(0x00, 0xA0, 0xC0);
    assert_true(ssd1306_emul_point(&chip, 127, 62)); /* upside down */
    SEND(0x00, 0xA1, 0xC8, 0xDA, 0x02);
    assert_true(ssd1306_emul_point(&chip, 0, 2)); /* torn */
    SEND(0x00, 0xDA, 0x12, 0xD3, 0x01);
    assert_true(ssd1306_emul_point(&chip, 0, 0)); /* shifted */
    SEND(0x00, 0xD3, 0x00, 0xA7);
    assert_int_equal(lit_count(), SSD1306_EMUL_WIDTH * SSD1306_EMUL_HEIGHT - 1);
    SEND(0x00, 0xA8, 0x1F); /* half the rows */
    assert_int_equal(lit_count(), SSD1306_EMUL_WIDTH * SSD1306_EMUL_HEIGHT / 2 - 1);
    SEND(0x00, 0xA6, 0xA5);
    assert_int_equal(lit_count(), SSD1306_EMUL_WIDTH * SSD1306_EMUL_HEIGHT / 2);
}

static void each_wrong_sequence_is_a_fault_in_words(void **state) {
    static const struct {
        uint8_t size, tx[4];
        const char *words;
    } cases[] = {
        {2, {0x00, 0x81}, "a command without its argument"},
        {4, {0x80, 0x81, 0x40, 0x01}, "data where a command's argument was due"},
        {2, {0x00, 0x2F}, "a command that there is not, or that is not modelled"},
        {2, {0x00, 0xBF}, "a command that there is not, or that is not modelled"},
        {2, {0x05, 0xAE}, "a control byte that there is not"},
        {1, {0x40}, "a control byte with nothing behind it"},
        {1, {0x80}, "a control byte with nothing behind it"},
        {3, {0x00, 0x20, 0x00}, "an addressing mode that is not modelled"},
        {3, {0x00, 0xA8, 0x07}, "a multiplex ratio that there is not"},
        {3, {0x00, 0xD3, 0x40}, "an offset beyond the rows"},
        {3, {0x00, 0xDA, 0x00}, "a wiring of rows that this panel has not"},
        {3, {0x00, 0x8D, 0x01}, "a charge pump setting that there is not"},
        {3, {0x00, 0xD9, 0x01}, "a precharge of 0 clocks"},
        {3, {0x00, 0xDB, 0x81}, "a VCOMH level that there is not"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fresh(state);
        assert_int_equal(ssd1306_emul_transfer(&chip, cases[i].tx, cases[i].size, NULL, 0), HAL_OK);
        assert_int_equal(chip.fault_count, 1);
        assert_string_equal(chip.fault, cases[i].words);
    }
}

/* Any bytes leave a chip that works. */
static void noise_on_the_bus_does_no_harm(void **state) {
    (void)state;
    uint32_t random = 1;
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t tx[9];
        for (unsigned i = 0; i < sizeof tx; i++) tx[i] = (uint8_t)((random = random * 1664525u + 1013904223u) >> 24);
        assert_int_equal(ssd1306_emul_transfer(&chip, tx, random % 10, NULL, 0), HAL_OK);
    }
    (void)lit_count();
    assert_true(chip.fault_count > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fresh_from_power_it_holds_noise_and_shows_nothing, fresh, no_fault),
        cmocka_unit_test_setup_teardown(a_byte_is_eight_points_downwards, ready, no_fault),
        cmocka_unit_test_setup_teardown(after_the_last_column_comes_the_first_of_the_same_page, ready, no_fault),
        cmocka_unit_test_setup_teardown(a_wrong_set_up_is_seen, ready, no_fault),
        cmocka_unit_test(each_wrong_sequence_is_a_fault_in_words),
        cmocka_unit_test_setup(noise_on_the_bus_does_no_harm, ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
