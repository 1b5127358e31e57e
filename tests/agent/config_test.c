/* SPDX-License-Identifier: Apache-2.0
 * The configuration: written as it was read, and clear about what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/config.h"

static char directory[] = "/tmp/super4c-agent-config-XXXXXX";
static char path[64];
static struct config config;
static char problem[CONFIG_PROBLEM_SIZE];
static bool missing;

static int begin(void **state) {
    (void)state;
    if (!mkdtemp(directory)) return -1;
    (void)snprintf(path, sizeof path, "%s/agent.conf", directory);
    return 0;
}

static int end(void **state) {
    (void)state;
    return unlink(path) == 0 ? rmdir(directory) : -1;
}

static int load(const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return config_load(path, &config, &missing, problem);
}

static void expect_problem(const char *text, const char *words) {
    assert_int_equal(load(text), -1);
    if (!strstr(problem, words)) fail_msg("'%s' does not say '%s'", problem, words);
}

static void what_is_saved_is_loaded(void **state) {
    (void)state;
    struct config saved, loaded;
    struct stat status;
    config_init(&saved);
    saved.node = 4;
    saved.generation = 4000000000u;
    saved.has_generation = saved.has_key = true;
    for (unsigned i = 0; i < WIRE_KEY_SIZE; i++) saved.key[i] = (uint8_t)(i * 9);
    saved.controller[NETWORK_SERVICE] = 0xC0000201;
    saved.controller[NETWORK_BACKPLANE] = 0xFFFFFFFE;
    saved.port = 1234;
    (void)strcpy(saved.interface[NETWORK_SERVICE], "enx0123456789ab");
    (void)strcpy(saved.interface[NETWORK_BACKPLANE], "eth1");
    (void)strcpy(saved.shutdown_command, "/bin/a b");
    (void)strcpy(saved.watchdog, "/dev/watchdog");
    (void)umask(0);
    assert_int_equal(config_save(path, &saved, problem), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(config_load(path, &loaded, &missing, problem), 0);
    assert_memory_equal(&saved, &loaded, sizeof saved);
    assert_true(config_is_enrolled(&loaded, problem));
}

static void blanks_and_remarks_do_no_harm(void **state) {
    (void)state;
    assert_int_equal(load("# hello\n\n  node=2 \r\n port   =   7000\n"), 0);
    assert_int_equal(config.node, 2);
    assert_int_equal(config.port, 7000);
    assert_false(config_is_enrolled(&config, problem));
}

static void mistakes_are_named_with_their_line(void **state) {
    (void)state;
    expect_problem("node = 1\nnode = 5\n", ":2: node needs a number from 1 to 4");
    expect_problem("colour = red\n", ":1: there is no setting 'colour'");
    expect_problem("nonsense\n", ":1: no 'name = value'");
    expect_problem("key = 00\n", "64 hexadecimal digits");
    expect_problem("generation = -1\n", "generation needs");
    expect_problem("port = 65536\n", "port needs");
    expect_problem("service_controller = 1.2.3\n", "service_controller needs");
    expect_problem("backplane_controller = ::1\n", "backplane_controller needs");
    expect_problem("service_interface = ../../etc\n", "service_interface needs");
    expect_problem("backplane_interface = abcdefghijklmnop\n", "backplane_interface needs");
    expect_problem("shutdown_command = poweroff\n", "absolute path");
}

static void a_file_that_is_not_there_is_told_from_one_that_is_wrong(void **state) {
    (void)state;
    assert_int_equal(config_load("/nonexistent/x", &config, &missing, problem), -1);
    assert_true(missing);
    expect_problem("x\n", "name = value");
    assert_false(missing);
    static char large[CONFIG_FILE_SIZE + 10];
    memset(large, '#', sizeof large - 1);
    expect_problem(large, "longer than");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_loaded),
        cmocka_unit_test(blanks_and_remarks_do_no_harm),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(a_file_that_is_not_there_is_told_from_one_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
