/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "port/common/crypto_mbedtls.h"
#include "port/linux/options.h"

static struct options options;
static char problem[200];

#define PARSE(...) parse((char *[]){"super4c-bmc", __VA_ARGS__}, sizeof((char *[]){"super4c-bmc", __VA_ARGS__}) / sizeof(char *))

static enum options_verdict parse(char *const argument[], size_t count) {
    problem[0] = '\0';
    return options_parse(&options, (int)count, argument, problem, sizeof problem);
}

static void test_defaults(void **state) {
    char *alone[] = {"super4c-bmc"};
    (void)state;
    assert_int_equal(parse(alone, 1), OPTIONS_RUN);
    assert_string_equal(options.state, "state");
    assert_string_equal(options.listen, "127.0.0.1");
    assert_int_equal(options.https_port, 8443);
    assert_int_equal(options.netconsole_port, 6666);
    assert_int_equal(options.agent_port, 6668);
    assert_int_equal(options.ssdp_port, 1900);
    assert_false(options.no_ssdp);
    assert_null(options.admin_password_file);
    assert_int_equal(options.password_iterations, CRYPTO_PASSWORD_ITERATIONS);
    assert_true(CRYPTO_PASSWORD_ITERATIONS >= 60000);
}

static void test_all_options(void **state) {
    (void)state;
    assert_int_equal(PARSE("--state", "/var/lib/my state", "--https-port=0", "--listen", "::1", "--netconsole-port", "65535",
                           "--no-ssdp", "--agent-port=7000", "--ssdp-port", "0", "--admin-password-file=pw",
                           "--password-iterations", "1000"),
                     OPTIONS_RUN);
    assert_string_equal(options.state, "/var/lib/my state");
    assert_string_equal(options.listen, "::1");
    assert_int_equal(options.https_port, 0);
    assert_int_equal(options.netconsole_port, 65535);
    assert_int_equal(options.agent_port, 7000);
    assert_true(options.no_ssdp);
    assert_int_equal(options.ssdp_port, 0);
    assert_string_equal(options.admin_password_file, "pw");
    assert_int_equal(options.password_iterations, 1000);
}

static void test_help_and_version(void **state) {
    (void)state;
    assert_int_equal(PARSE("--help"), OPTIONS_HELP);
    assert_int_equal(PARSE("--version"), OPTIONS_VERSION);
    assert_int_equal(PARSE("--help=yes"), OPTIONS_WRONG);
    assert_int_equal(PARSE("--no-ssdp=yes"), OPTIONS_WRONG);
    for (const char *option = strstr(options_help(), "--"); option != NULL; option = strstr(option + 2, "--")) {
        char name[40] = "", unknown[60];
        memcpy(name, option, strspn(option, "-abcdefghijklmnopqrstuvwxyz"));
        char *argument[] = {"super4c-bmc", name, "1000"};
        parse(argument, 3);
        snprintf(unknown, sizeof unknown, "unknown option: %s", name);
        assert_null(strstr(problem, unknown)); /* the help names no option that does not exist */
    }
}

static void assert_wrong(enum options_verdict verdict, const char *words) {
    assert_int_equal(verdict, OPTIONS_WRONG);
    assert_non_null(strstr(problem, words));
}

static void test_wrong_ones(void **state) {
    (void)state;
    assert_wrong(PARSE("--sate", "x"), "unknown option: --sate");
    assert_wrong(PARSE("--stat"), "unknown option"); /* no abbreviations */
    assert_wrong(PARSE("state"), "unknown option: state");
    assert_wrong(PARSE(""), "unknown option");
    assert_wrong(PARSE("--state"), "--state needs a path");
    assert_wrong(PARSE("--state="), "--state needs a path");
    assert_wrong(PARSE("--https-port", "65536"), "--https-port needs a port number");
    assert_wrong(PARSE("--https-port", "-1"), "--https-port needs a port number");
    assert_wrong(PARSE("--https-port", "80x"), "--https-port needs a port number");
    assert_wrong(PARSE("--https-port", ""), "--https-port needs a port number");
    assert_wrong(PARSE("--https-port", "99999999999999999999999"), "--https-port needs a port number");
    assert_wrong(PARSE("--listen", "localhost"), "--listen needs a numeric");
    assert_wrong(PARSE("--password-iterations", "999"), "--password-iterations needs a number");
    assert_wrong(PARSE("--password-iterations", "10000001"), "--password-iterations needs a number");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_all_options),
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
