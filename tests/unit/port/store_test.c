/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal/errors.h"
#include "port/linux/state_dir.h"
#include "port/linux/store_sqlite.h"
#include "tests/store/cut_vfs.h"
#include "tests/unit/port/scratch.h"

struct fixture {
    struct scratch scratch;
    struct store_sqlite store;
    struct hal_store hal;
    char problem[640];
};

static int reopen(struct fixture *f) {
    store_sqlite_close(&f->store);
    int error = store_sqlite_open(&f->store, f->scratch.path, f->problem, sizeof f->problem);
    f->hal = store_sqlite_hal(&f->store);
    return error;
}

static int setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    scratch_make(&f->scratch);
    return reopen(f);
}

static int teardown(void **state) {
    struct fixture *f = *state;
    store_sqlite_close(&f->store);
    scratch_remove(&f->scratch);
    free(f);
    return 0;
}

static int put(struct fixture *f, const char *key, const void *value, size_t size) {
    return f->hal.put(f->hal.ctx, key, value, size);
}

static void assert_holds(struct fixture *f, const char *key, const void *value, size_t size) {
    uint8_t have[HAL_STORE_VALUE_MAX];
    size_t have_size = sizeof have;
    assert_int_equal(f->hal.get(f->hal.ctx, key, have, &have_size), HAL_OK);
    assert_int_equal(have_size, size);
    assert_memory_equal(have, value, size);
}

static void test_value_survives_reopening(void **state) {
    struct fixture *f = *state;
    assert_int_equal(put(f, "settings", "old", 3), HAL_OK);
    assert_int_equal(put(f, "settings", "newer", 5), HAL_OK);
    assert_int_equal(reopen(f), HAL_OK);
    assert_holds(f, "settings", "newer", 5);
    assert_string_equal(f->store.notice, "");
}

static void test_empty_and_largest_value(void **state) {
    struct fixture *f = *state;
    uint8_t large[HAL_STORE_VALUE_MAX + 1];
    memset(large, 0xa5, sizeof large);
    assert_int_equal(put(f, "empty", NULL, 0), HAL_OK);
    assert_holds(f, "empty", "", 0);
    assert_int_equal(put(f, "large", large, HAL_STORE_VALUE_MAX), HAL_OK);
    assert_int_equal(put(f, "large", large, sizeof large), HAL_ERR_TOO_LARGE);
    assert_holds(f, "large", large, HAL_STORE_VALUE_MAX);
}

static void test_unknown_key_and_small_buffer(void **state) {
    struct fixture *f = *state;
    uint8_t out[4] = {1, 2, 3, 4};
    size_t size = sizeof out;
    assert_int_equal(f->hal.get(f->hal.ctx, "nothing", out, &size), HAL_ERR_NOT_FOUND);
    assert_int_equal(put(f, "five", "12345", 5), HAL_OK);
    assert_int_equal(f->hal.get(f->hal.ctx, "five", out, &size), HAL_ERR_TOO_LARGE);
    assert_int_equal(out[0], 1); /* nothing of it was given out */
}

static void test_keys_have_the_limits_of_nvs(void **state) {
    struct fixture *f = *state;
    assert_int_equal(put(f, "fifteen-letters", "x", 1), HAL_OK);
    assert_int_equal(put(f, "sixteen--letters", "x", 1), HAL_ERR_ARGUMENT);
    assert_int_equal(put(f, "", "x", 1), HAL_ERR_ARGUMENT);
    assert_int_equal(f->hal.erase(f->hal.ctx, ""), HAL_ERR_ARGUMENT);
}

static void test_erase(void **state) {
    struct fixture *f = *state;
    uint8_t out[8];
    size_t size = sizeof out;
    assert_int_equal(put(f, "setup", "code", 4), HAL_OK);
    assert_int_equal(f->hal.erase(f->hal.ctx, "setup"), HAL_OK);
    assert_int_equal(f->hal.erase(f->hal.ctx, "setup"), HAL_OK);
    assert_int_equal(reopen(f), HAL_OK);
    assert_int_equal(f->hal.get(f->hal.ctx, "setup", out, &size), HAL_ERR_NOT_FOUND);
}

static void test_quotes_in_a_key_are_only_characters(void **state) {
    struct fixture *f = *state;
    assert_int_equal(put(f, "a';DROP--", "x", 1), HAL_OK);
    assert_holds(f, "a';DROP--", "x", 1);
}

static unsigned count_files_with(const char *directory, const char *part) {
    unsigned count = 0;
    DIR *dir = opendir(directory);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) count += strstr(entry->d_name, part) != NULL;
    closedir(dir);
    return count;
}

static void overwrite(struct fixture *f, off_t at, size_t size) {
    char path[200], junk[4096];
    snprintf(path, sizeof path, "%s/" STORE_FILE, f->scratch.path);
    memset(junk, 0x5a, sizeof junk);
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, junk, size, at), size);
    close(fd);
}

static void test_damaged_store_is_kept_aside(void **state) {
    struct fixture *f = *state;
    assert_int_equal(put(f, "settings", "old", 3), HAL_OK);
    store_sqlite_close(&f->store);
    overwrite(f, 4096, 4096); /* the table's only page */
    assert_int_equal(reopen(f), HAL_OK);
    assert_non_null(strstr(f->store.notice, "damaged"));
    assert_int_equal(count_files_with(f->scratch.path, "damaged"), 1);
    assert_int_equal(put(f, "settings", "new", 3), HAL_OK);
    assert_int_equal(reopen(f), HAL_OK);
    assert_string_equal(f->store.notice, ""); /* said once */
    assert_holds(f, "settings", "new", 3);
}

static void test_foreign_file_is_kept_aside(void **state) {
    struct fixture *f = *state;
    store_sqlite_close(&f->store);
    overwrite(f, 0, 100);
    assert_int_equal(reopen(f), HAL_OK);
    assert_int_equal(count_files_with(f->scratch.path, "damaged"), 1);
}

static void test_newer_format_is_refused_and_left_alone(void **state) {
    struct fixture *f = *state;
    assert_int_equal(put(f, "settings", "old", 3), HAL_OK);
    assert_int_equal(sqlite3_exec(f->store.db, "PRAGMA user_version=2", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(reopen(f), HAL_ERR_IO);
    assert_non_null(strstr(f->problem, "newer version"));
    assert_int_equal(count_files_with(f->scratch.path, "damaged"), 0);
}

static void test_unusable_directory_is_an_error_in_words(void **state) {
    struct store_sqlite store;
    char problem[640] = "", path[STATE_PATH_MAX + 2];
    (void)state;
    assert_int_equal(store_sqlite_open(&store, "/nonexistent/directory", problem, sizeof problem), HAL_ERR_IO);
    assert_non_null(strstr(problem, "/nonexistent/directory"));
    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_int_equal(store_sqlite_open(&store, path, problem, sizeof problem), HAL_ERR_ARGUMENT);
}

static void test_store_has_a_greatest_size(void **state) {
    struct fixture *f = *state;
    uint8_t value[HAL_STORE_VALUE_MAX] = {0};
    char key[HAL_STORE_KEY_MAX + 1];
    int error = HAL_OK;
    unsigned stored = 0;
    assert_int_equal(sqlite3_exec(f->store.db, "PRAGMA max_page_count=64", NULL, NULL, NULL), SQLITE_OK); /* the same, sooner */
    for (; error == HAL_OK && stored < 1000; stored++) {
        snprintf(key, sizeof key, "key%u", stored);
        error = put(f, key, value, sizeof value);
    }
    assert_int_equal(error, HAL_ERR_FULL);
    assert_in_range(stored, 40, 64);
    assert_holds(f, "key0", value, sizeof value);
    assert_int_equal(f->hal.erase(f->hal.ctx, "key0"), HAL_OK);
    assert_int_equal(put(f, "again", value, sizeof value), HAL_OK);
}

/* Last: it changes SQLite's file layer for this process. */
static void test_full_disk_keeps_the_old_value(void **state) {
    struct fixture *f = *state;
    const struct cut_plan full = {.full_after = 25};
    unsigned version = 0;
    char value[16], old[16];
    int error = HAL_OK;
    cut_vfs_install(&full);
    assert_int_equal(reopen(f), HAL_OK);
    while (error == HAL_OK && version < 100) {
        memcpy(old, value, sizeof old);
        snprintf(value, sizeof value, "version %u", ++version);
        error = put(f, "settings", value, sizeof value);
    }
    assert_int_equal(error, HAL_ERR_FULL);
    assert_in_range(version, 2, 99);
    assert_holds(f, "settings", old, sizeof old);
    cut_vfs_make_room();
    assert_int_equal(put(f, "settings", value, sizeof value), HAL_OK);
    assert_int_equal(reopen(f), HAL_OK);
    assert_holds(f, "settings", value, sizeof value);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_value_survives_reopening),
        TEST(test_empty_and_largest_value),
        TEST(test_unknown_key_and_small_buffer),
        TEST(test_keys_have_the_limits_of_nvs),
        TEST(test_erase),
        TEST(test_quotes_in_a_key_are_only_characters),
        TEST(test_damaged_store_is_kept_aside),
        TEST(test_foreign_file_is_kept_aside),
        TEST(test_newer_format_is_refused_and_left_alone),
        TEST(test_unusable_directory_is_an_error_in_words),
        TEST(test_store_has_a_greatest_size),
        TEST(test_full_disk_keeps_the_old_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
