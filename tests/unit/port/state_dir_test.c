/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port/linux/state_dir.h"
#include "tests/unit/port/scratch.h"

static struct scratch scratch;
static char path[128], problem[600];

static int setup(void **state) {
    (void)state;
    scratch_make(&scratch);
    snprintf(path, sizeof path, "%s/my state", scratch.path);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static void test_made_private_and_absolute(void **state) {
    struct state_dir dir;
    struct stat status;
    (void)state;
    assert_int_equal(chdir(scratch.path), 0);
    assert_int_equal(state_dir_open(&dir, "my state", problem, sizeof problem), 0);
    assert_string_equal(dir.path, path);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    state_dir_close(&dir);
}

/* flock() is by open file, so one process can play two. */
static void test_one_firmware_at_a_time(void **state) {
    struct state_dir first, second;
    (void)state;
    assert_int_equal(state_dir_open(&first, path, problem, sizeof problem), 0);
    assert_int_equal(state_dir_open(&second, path, problem, sizeof problem), -1);
    assert_non_null(strstr(problem, "another super4c-bmc is using it"));
    state_dir_close(&second);
    state_dir_close(&first);
    assert_int_equal(state_dir_open(&second, path, problem, sizeof problem), 0);
    state_dir_close(&second);
}

static void test_unusable_paths(void **state) {
    struct state_dir dir;
    char missing[200];
    (void)state;
    snprintf(missing, sizeof missing, "%s/no/such/parent", scratch.path);
    assert_int_equal(state_dir_open(&dir, missing, problem, sizeof problem), -1);
    assert_non_null(strstr(problem, "No such file"));
    state_dir_close(&dir);
    close(openat(scratch.fd, "file", O_CREAT | O_WRONLY, 0600));
    snprintf(missing, sizeof missing, "%s/file", scratch.path);
    assert_int_equal(state_dir_open(&dir, missing, problem, sizeof problem), -1);
    assert_non_null(strstr(problem, "Not a directory"));
    state_dir_close(&dir);
}

static void test_files(void **state) {
    char text[16];
    struct stat status;
    (void)state;
    assert_int_equal(state_file_read(scratch.fd, "key.pem", text, sizeof text), -1);
    assert_int_equal(errno, ENOENT);
    close(openat(scratch.fd, "key.pem.new", O_CREAT | O_WRONLY, 0666)); /* left by a cut, open to others */
    assert_int_equal(state_file_write(scratch.fd, "key.pem", "secret", 6, 0600), 0);
    assert_int_equal(fstatat(scratch.fd, "key.pem", &status, 0), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(state_file_read(scratch.fd, "key.pem", text, sizeof text), 6);
    assert_string_equal(text, "secret");
    assert_int_equal(state_file_read(scratch.fd, "key.pem", text, 6), -1);
    assert_int_equal(errno, EFBIG);
    assert_int_equal(state_file_set_aside(scratch.fd, "key.pem"), 0);
    assert_int_equal(state_file_set_aside(scratch.fd, "key.pem"), 0); /* nothing there is fine */
    assert_int_equal(state_file_read(scratch.fd, "key.pem.old", text, sizeof text), 6);
    assert_int_equal(fstatat(scratch.fd, "key.pem.new", &status, 0), -1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_made_private_and_absolute),
        TEST(test_one_firmware_at_a_time),
        TEST(test_unusable_paths),
        TEST(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
