/* SPDX-License-Identifier: Apache-2.0
 * Fails, in one of the ways a test can fail. It proves that a failure on the emulated CPU reaches the exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/check.h"

static void test_fails(void **state) {
    (void)state;
    volatile int one = 1;
#if defined(FAIL_BY_assertion)
    assert_int_equal(one, 2);
#elif defined(FAIL_BY_check)
    CHECK(one == 2);
#elif defined(FAIL_BY_exception)
    uintptr_t nowhere = 0x10 * (uintptr_t)one; /* no memory there */
    *(volatile int *)nowhere = one;
#else
#error "which way?"
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
