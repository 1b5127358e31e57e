/* SPDX-License-Identifier: Apache-2.0
 * The slots as files, and how the boot loader chooses. Real signatures are for tests/e2e/test_update.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hal/errors.h"
#include "port/linux/firmware.h"
#include "tests/unit/port/scratch.h"

static struct scratch scratch;
static struct firmware firmware;
static struct hal_firmware hal;

static void open_as(unsigned slot) {
    assert_int_equal(firmware_open(&firmware, scratch.fd, slot), 0);
    hal = firmware_hal(&firmware);
}

static int setup(void **state) {
    (void)state;
    scratch_make(&scratch);
    open_as(0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    close(firmware.dir_fd);
    scratch_remove(&scratch);
    return 0;
}

static enum hal_firmware_state state_of(unsigned slot) {
    struct hal_firmware_slot found;
    assert_int_equal(hal.describe(hal.ctx, slot, &found), 0);
    return found.state;
}

/* What a start does to the marks; the slot that it chooses. */
static int boot(void) {
    struct firmware_marks marks;
    firmware_marks_read(firmware.dir_fd, &marks);
    int slot = firmware_marks_choose(&marks);
    assert_int_equal(firmware_marks_write(firmware.dir_fd, &marks), 0);
    close(firmware.dir_fd);
    open_as(slot < 0 ? 0 : (unsigned)slot);
    return slot;
}

static void update(const char *payload) {
    uint8_t digest[32];
    assert_int_equal(hal.begin(hal.ctx, (uint32_t)strlen(payload), "2.0"), 0);
    assert_int_equal(hal.write(hal.ctx, (const uint8_t *)payload, strlen(payload)), 0);
    assert_int_equal(hal.end(hal.ctx), 0);
    assert_int_equal(hal.digest_add(hal.ctx, 0, 2), 0);
    assert_int_equal(hal.digest_add(hal.ctx, 2, strlen(payload) - 2), 0);
    assert_int_equal(hal.digest_end(hal.ctx, digest), 0);
    assert_int_equal(hal.set_boot(hal.ctx), 0);
}

static void without_marks_the_built_program_runs(void **state) {
    (void)state;
    assert_int_equal(boot(), -1);
    assert_int_equal(state_of(1), HAL_FIRMWARE_EMPTY);
}

static void what_is_kept_stays(void **state) {
    (void)state;
    update("#!/bin/sh\n");
    assert_int_equal(state_of(1), HAL_FIRMWARE_NEW);
    assert_int_equal(state_of(0), HAL_FIRMWARE_VALID);
    assert_int_equal(boot(), 1);
    assert_int_equal(state_of(1), HAL_FIRMWARE_TRIAL);
    assert_int_equal(hal.keep(hal.ctx), 0);
    assert_int_equal(boot(), 1);
    assert_int_equal(state_of(1), HAL_FIRMWARE_VALID);
    update("#!/bin/sh\n\n"); /* and now the other way round */
    assert_int_equal(boot(), 0);
    assert_int_equal(boot(), 1);
    assert_int_equal(state_of(0), HAL_FIRMWARE_FAILED);
}

static void a_trial_is_used_up_by_its_start(void **state) {
    (void)state;
    update("#!/bin/sh\n");
    assert_int_equal(boot(), 1);
    assert_int_equal(boot(), -1);
    assert_int_equal(state_of(1), HAL_FIRMWARE_FAILED);
    assert_int_equal(boot(), -1);
}

static void given_up_it_is_not_started_again(void **state) {
    (void)state;
    update("#!/bin/sh\n");
    assert_int_equal(boot(), 1);
    assert_int_equal(hal.give_up(hal.ctx), 0);
    assert_int_equal(boot(), -1);
}

static void what_is_half_written_is_never_started(void **state) {
    (void)state;
    update("#!/bin/sh\n");
    assert_int_equal(boot(), 1);
    assert_int_equal(hal.keep(hal.ctx), 0);
    assert_int_equal(hal.begin(hal.ctx, 100, "3.0"), 0);
    assert_int_equal(hal.write(hal.ctx, (const uint8_t *)"#!", 2), 0);
    assert_int_equal(boot(), 1);
    assert_int_equal(state_of(0), HAL_FIRMWARE_EMPTY);
    assert_int_equal(hal.begin(hal.ctx, 100, "3.0"), 0);
    hal.abort(hal.ctx);
    assert_int_equal(faccessat(firmware.dir_fd, "a", F_OK, 0), -1);
}

static void what_is_no_program_is_no_firmware(void **state) {
    (void)state;
    assert_int_equal(hal.begin(hal.ctx, 100, "3.0"), 0);
    assert_int_equal(hal.write(hal.ctx, (const uint8_t *)"hello", 5), 0);
    assert_int_equal(hal.end(hal.ctx), HAL_ERR_ARGUMENT);
    hal.abort(hal.ctx);
}

static void the_digest_is_of_what_the_file_holds(void **state) {
    static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea}; /* FIPS 180-4, example "abc" */
    uint8_t digest[32];
    (void)state;
    assert_int_equal(hal.begin(hal.ctx, 3, "3.0"), 0);
    assert_int_equal(hal.write(hal.ctx, (const uint8_t *)"abc", 3), 0);
    assert_int_equal(hal.digest_add(hal.ctx, 0, 3), 0);
    assert_int_equal(hal.digest_end(hal.ctx, digest), 0);
    assert_memory_equal(digest, abc, sizeof abc);
    assert_int_equal(hal.begin(hal.ctx, 3, "3.0"), 0);
    assert_int_equal(hal.write(hal.ctx, (const uint8_t *)"ab", 2), 0);
    assert_int_not_equal(hal.digest_add(hal.ctx, 0, 3), 0);
    hal.abort(hal.ctx);
}

static void damaged_marks_are_none(void **state) {
    (void)state;
    update("#!/bin/sh\n");
    int fd = openat(firmware.dir_fd, "marks", O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "x", 1, 3), 1);
    close(fd);
    assert_int_equal(boot(), -1);
}

static void no_signature_is_right_by_chance(void **state) {
    uint8_t data[128] = {1}, signature[HAL_FIRMWARE_SIGNATURE_SIZE] = {0};
    (void)state;
    assert_int_not_equal(hal.verify(hal.ctx, data, sizeof data, signature), 0);
    memset(signature, 0x11, sizeof signature);
    assert_int_not_equal(hal.verify(hal.ctx, data, sizeof data, signature), 0);
    memset(signature, 0xff, sizeof signature);
    assert_int_not_equal(hal.verify(hal.ctx, data, sizeof data, signature), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_marks_the_built_program_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_kept_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(a_trial_is_used_up_by_its_start, setup, teardown),
        cmocka_unit_test_setup_teardown(given_up_it_is_not_started_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_half_written_is_never_started, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_program_is_no_firmware, setup, teardown),
        cmocka_unit_test_setup_teardown(the_digest_is_of_what_the_file_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_marks_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(no_signature_is_right_by_chance, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
