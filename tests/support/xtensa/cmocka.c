/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/xtensa/cmocka.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/xtensa/sim.h"

static jmp_buf test_end; /* where a failed assertion leaves its test */

void print_message(const char *format, ...) {
    char line[SIM_LINE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    sim_printf("%s", line);
}

void cmocka_true(bool holds, const char *words, const char *file, int line) {
    if (holds) return;
    sim_printf("[  ERROR   ] %s\n[   LINE   ] %s:%d\n", words, file, line);
    longjmp(test_end, 1);
}

void cmocka_int_equal(uintmax_t a, uintmax_t b, bool equal, const char *words, const char *file, int line) {
    if ((a == b) != equal) sim_printf("%lld (0x%llx), %lld (0x%llx)\n", (long long)a, (long long)a, (long long)b, (long long)b);
    cmocka_true((a == b) == equal, words, file, line);
}

void cmocka_string_equal(const char *a, const char *b, bool equal, const char *words, const char *file, int line) {
    bool same = a && b && strcmp(a, b) == 0;
    if (same != equal) sim_printf("\"%s\", \"%s\"\n", a ? a : "(null)", b ? b : "(null)");
    cmocka_true(a && b && same == equal, words, file, line);
}

void cmocka_memory_equal(const void *a, const void *b, size_t size, bool equal, const char *words, const char *file, int line) {
    cmocka_true((memcmp(a, b, size) == 0) == equal, words, file, line);
}

void cmocka_in_range(uintmax_t value, uintmax_t least, uintmax_t most, bool inside, const char *words, const char *file,
                     int line) {
    bool in = value >= least && value <= most;
    if (in != inside) sim_printf("%lld, %lld to %lld\n", (long long)value, (long long)least, (long long)most);
    cmocka_true(in == inside, words, file, line);
}

/* False when the fixture failed, by its return value or by an assertion. */
static bool run_fixture(CMFixtureFunction fixture, void **state) {
    if (!fixture) return true;
    if (setjmp(test_end)) return false;
    return fixture(state) == 0;
}

static bool run_body(CMUnitTestFunction body, void **state) {
    if (setjmp(test_end)) return false;
    body(state);
    return true;
}

static bool run_test(const struct CMUnitTest *test, void *group_state) {
    void *state = test->initial_state ? test->initial_state : group_state;
    bool ready = run_fixture(test->setup_func, &state);
    bool passed = ready && run_body(test->test_func, &state);
    bool cleaned = run_fixture(test->teardown_func, &state);
    return passed && cleaned;
}

int cmocka_run(const char *group, const struct CMUnitTest *tests, size_t count, CMFixtureFunction group_setup,
               CMFixtureFunction group_teardown) {
    void *state = NULL;
    size_t failed_count = 0;
    sim_printf("[==========] %s: Running %u test(s).\n", group, (unsigned)count);
    if (!run_fixture(group_setup, &state)) {
        sim_printf("[  FAILED  ] GROUP SETUP\n[  FAILED  ] %u test(s).\n", (unsigned)count);
        return (int)count;
    }
    for (size_t i = 0; i < count; i++) {
        bool passed = run_test(&tests[i], state);
        if (!passed) failed_count++;
        sim_printf("[  %s ] %s\n", passed ? "     OK" : " FAILED", tests[i].name);
    }
    if (!run_fixture(group_teardown, &state)) failed_count++;
    sim_printf("[  PASSED  ] %u test(s).\n", (unsigned)(failed_count > count ? 0 : count - failed_count));
    if (failed_count) sim_printf("[  FAILED  ] %u test(s).\n", (unsigned)failed_count);
    return (int)failed_count;
}
