/* SPDX-License-Identifier: Apache-2.0
 * The part of cmocka's interface (cmocka.org, version 1.1) that this project's unit tests use, for a program without an operating
 * system, so that the same test sources run on the host and on the emulated CPU. No mocks, no memory checks, no filters. */
#ifndef TESTS_SUPPORT_XTENSA_CMOCKA_H
#define TESTS_SUPPORT_XTENSA_CMOCKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int (*CMFixtureFunction)(void **state);
typedef void (*CMUnitTestFunction)(void **state);

struct CMUnitTest {
    const char *name;
    CMUnitTestFunction test_func;
    CMFixtureFunction setup_func;
    CMFixtureFunction teardown_func;
    void *initial_state;
};

#define cmocka_unit_test(f)                                                                                                      \
    { #f, f, NULL, NULL, NULL }
#define cmocka_unit_test_setup(f, setup)                                                                                         \
    { #f, f, setup, NULL, NULL }
#define cmocka_unit_test_teardown(f, teardown)                                                                                   \
    { #f, f, NULL, teardown, NULL }
#define cmocka_unit_test_setup_teardown(f, setup, teardown)                                                                      \
    { #f, f, setup, teardown, NULL }
#define cmocka_unit_test_prestate(f, state)                                                                                      \
    { #f, f, NULL, NULL, state }
#define cmocka_unit_test_prestate_setup_teardown(f, setup, teardown, state)                                                      \
    { #f, f, setup, teardown, state }

/* Runs all tests; returns how many failed, which is also the program's exit code. */
#define cmocka_run_group_tests(tests, group_setup, group_teardown)                                                               \
    cmocka_run(#tests, tests, sizeof(tests) / sizeof((tests)[0]), group_setup, group_teardown)
#define cmocka_run_group_tests_name(name, tests, group_setup, group_teardown)                                                    \
    cmocka_run(name, tests, sizeof(tests) / sizeof((tests)[0]), group_setup, group_teardown)
int cmocka_run(const char *group, const struct CMUnitTest *tests, size_t count, CMFixtureFunction group_setup,
               CMFixtureFunction group_teardown);

#define assert_true(c)                      cmocka_true((c) ? true : false, #c, __FILE__, __LINE__)
#define assert_false(c)                     cmocka_true((c) ? false : true, "!(" #c ")", __FILE__, __LINE__)
#define assert_non_null(c)                  cmocka_true((c) != NULL, #c " is not null", __FILE__, __LINE__)
#define assert_null(c)                      cmocka_true((c) == NULL, #c " is null", __FILE__, __LINE__)
#define assert_ptr_equal(a, b)              cmocka_true((const void *)(a) == (const void *)(b), #a " == " #b, __FILE__, __LINE__)
#define assert_ptr_not_equal(a, b)          cmocka_true((const void *)(a) != (const void *)(b), #a " != " #b, __FILE__, __LINE__)
#define assert_int_equal(a, b)              cmocka_int_equal((uintmax_t)(a), (uintmax_t)(b), true, #a " == " #b, __FILE__, __LINE__)
#define assert_int_not_equal(a, b)          cmocka_int_equal((uintmax_t)(a), (uintmax_t)(b), false, #a " != " #b, __FILE__, __LINE__)
#define assert_string_equal(a, b)           cmocka_string_equal(a, b, true, #a " == " #b, __FILE__, __LINE__)
#define assert_string_not_equal(a, b)       cmocka_string_equal(a, b, false, #a " != " #b, __FILE__, __LINE__)
#define assert_memory_equal(a, b, size)     cmocka_memory_equal(a, b, size, true, #a " == " #b, __FILE__, __LINE__)
#define assert_memory_not_equal(a, b, size) cmocka_memory_equal(a, b, size, false, #a " != " #b, __FILE__, __LINE__)
#define assert_in_range(v, least, most)                                                                                          \
    cmocka_in_range((uintmax_t)(v), (uintmax_t)(least), (uintmax_t)(most), true, #v, __FILE__, __LINE__)
#define assert_not_in_range(v, least, most)                                                                                      \
    cmocka_in_range((uintmax_t)(v), (uintmax_t)(least), (uintmax_t)(most), false, #v, __FILE__, __LINE__)
#define fail() cmocka_true(false, "fail()", __FILE__, __LINE__)
#define fail_msg(...)                                                                                                            \
    do {                                                                                                                         \
        print_message(__VA_ARGS__);                                                                                              \
        print_message("\n");                                                                                                     \
        cmocka_true(false, "fail_msg()", __FILE__, __LINE__);                                                                    \
    } while (0)

void print_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define print_error print_message

void cmocka_true(bool holds, const char *words, const char *file, int line);
void cmocka_int_equal(uintmax_t a, uintmax_t b, bool equal, const char *words, const char *file, int line);
void cmocka_string_equal(const char *a, const char *b, bool equal, const char *words, const char *file, int line);
void cmocka_memory_equal(const void *a, const void *b, size_t size, bool equal, const char *words, const char *file, int line);
void cmocka_in_range(uintmax_t value, uintmax_t least, uintmax_t most, bool inside, const char *words, const char *file,
                     int line);

#endif
