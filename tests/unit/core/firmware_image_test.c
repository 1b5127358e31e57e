/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/bytes.h"
#include "core/firmware_image.h"
#include "core/limits.h"

static const struct firmware_place place = {"esp32", 1000, 3};
static uint8_t header[FIRMWARE_HEADER_SIZE];

/* As docs/update.md has it. */
static int setup(void **state) {
    (void)state;
    struct bytes_writer writer = bytes_writer(header, sizeof header);
    static const char board[16] = "super4c", target[16] = "esp32", version[32] = "1.2.3-rc.1";
    memset(header, 0, sizeof header);
    bytes_put(&writer, "S4C-FW\r\n", 8);
    bytes_put_u32(&writer, 1);
    bytes_put_u32(&writer, 1000);
    bytes_put_u32(&writer, 3);
    bytes_put(&writer, board, sizeof board);
    bytes_put(&writer, target, sizeof target);
    bytes_put(&writer, version, sizeof version);
    memset(&header[writer.used], 0xd1, FIRMWARE_DIGEST_SIZE);
    assert_int_equal(writer.used, 84);
    return 0;
}

static enum firmware_fault with(size_t at, const char *bytes, size_t size) {
    struct firmware_image image;
    uint8_t changed[FIRMWARE_HEADER_SIZE];
    memcpy(changed, header, sizeof changed);
    memcpy(&changed[at], bytes, size);
    return firmware_image_read(&image, changed, &place);
}

static void what_fits_is_read(void **state) {
    struct firmware_image image;
    (void)state;
    assert_int_equal(firmware_image_read(&image, header, &place), FIRMWARE_OK);
    assert_int_equal(image.payload_size, 1000);
    assert_int_equal(image.security_version, 3);
    assert_string_equal(image.version, "1.2.3-rc.1");
    assert_int_equal(image.digest[0], 0xd1);
    assert_int_equal(image.digest[31], 0xd1);
}

static void each_misfit_has_its_own_reason(void **state) {
    (void)state;
    assert_int_equal(with(0, "S4C-FW\n\n", 8), FIRMWARE_NO_IMAGE);
    assert_int_equal(with(8, "\2\0\0\0", 4), FIRMWARE_UNKNOWN_FORMAT);
    assert_int_equal(with(12, "\0\0\0\0", 4), FIRMWARE_NO_IMAGE);
    assert_int_equal(with(12, "\xe9\3\0\0", 4), FIRMWARE_TOO_LARGE);
    assert_int_equal(with(12, "\xff\xff\xff\xff", 4), FIRMWARE_TOO_LARGE);
    assert_int_equal(with(16, "\2\0\0\0", 4), FIRMWARE_TOO_OLD);
    assert_int_equal(with(16, "\4\0\0\0", 4), FIRMWARE_OK);
    assert_int_equal(with(20, "super4d", 7), FIRMWARE_OTHER_BOARD);
    assert_int_equal(with(36, "linux", 5), FIRMWARE_OTHER_TARGET);
}

static void texts_are_terminated_and_padded_with_zeros(void **state) {
    (void)state;
    static const size_t at[] = {20, 36, 52}, size[] = {16, 16, 32};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(with(at[i], "\0\0", 2), FIRMWARE_NO_IMAGE);
        assert_int_equal(with(at[i] + 2, " ", 1), FIRMWARE_NO_IMAGE);
        assert_int_equal(with(at[i] + 2, "\x80", 1), FIRMWARE_NO_IMAGE);
        assert_int_equal(with(at[i] + size[i] - 1, "x", 1), FIRMWARE_NO_IMAGE);
        assert_int_equal(with(at[i], "0123456789abcdef0123456789abcdef", size[i]), FIRMWARE_NO_IMAGE);
    }
}

static void each_reason_fits_an_event(void **state) {
    (void)state;
    for (unsigned fault = 0; fault <= FIRMWARE_FAULT_COUNT; fault++) {
        const char *text = firmware_fault_text((enum firmware_fault)fault);
        assert_non_null(text);
        assert_true(strlen(text) > 0 && strlen(text) < EVENT_TEXT_SIZE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_fits_is_read, setup),
        cmocka_unit_test_setup(each_misfit_has_its_own_reason, setup),
        cmocka_unit_test_setup(texts_are_terminated_and_padded_with_zeros, setup),
        cmocka_unit_test(each_reason_fits_an_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
