/* SPDX-License-Identifier: Apache-2.0
 * The integer arithmetic of tests/support/xtensa/arithmetic.c, on the CPU that calls it: known products and quotients, and the
 * identities that hold for all numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Opaque to the compiler, so that it cannot work the results out itself. */
static volatile uint64_t u64[2];
static volatile int64_t i64[2];
static volatile uint32_t u32[2];
static volatile int32_t i32[2];

static void test_known_values(void **state) {
    (void)state;
    u64[0] = UINT64_C(0xFEDCBA9876543210), u64[1] = UINT64_C(0x123456789);
    assert_true(u64[0] * u64[1] == UINT64_C(0xCCCCCCCCE1833A90));
    assert_true(u64[0] / u64[1] == UINT64_C(0xE0000000));
    assert_true(u64[0] % u64[1] == UINT64_C(0x96543210));
    i64[0] = INT64_C(-1234567890123), i64[1] = 1000;
    assert_true(i64[0] / i64[1] == -1234567890);
    assert_true(i64[0] % i64[1] == -123);
    i64[1] = -1000;
    assert_true(i64[0] / i64[1] == 1234567890);
    assert_true(i64[0] % i64[1] == -123);
    u32[0] = 4000000000u, u32[1] = 7;
    assert_true(u32[0] / u32[1] == 571428571u);
    assert_true(u32[0] % u32[1] == 3);
    u32[1] = 4000000001u; /* the carry out of the remainder */
    assert_true(u32[0] / u32[1] == 0);
    i32[0] = -7, i32[1] = 2;
    assert_true(i32[0] / i32[1] == -3);
    assert_true(i32[0] % i32[1] == -1);
    i32[0] = INT32_MIN, i32[1] = 1;
    assert_true(i32[0] / i32[1] == INT32_MIN);
}

static uint32_t next_random(uint32_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* a = (a / b) * b + a % b, with the remainder smaller than b, over numbers of every magnitude. */
static void test_division_undoes_multiplication(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 2000; round++) {
        u64[0] = ((uint64_t)next_random(&seed) << 32 | next_random(&seed)) >> (next_random(&seed) % 64);
        u64[1] = ((uint64_t)next_random(&seed) << 32 | next_random(&seed)) >> (next_random(&seed) % 63);
        if (u64[1] == 0) continue;
        uint64_t quotient = u64[0] / u64[1], remainder = u64[0] % u64[1];
        assert_true(remainder < u64[1]);
        assert_true(quotient * u64[1] + remainder == u64[0]);
        u32[0] = (uint32_t)u64[0], u32[1] = (uint32_t)u64[1] | 1;
        assert_true(u32[0] / u32[1] * u32[1] + u32[0] % u32[1] == u32[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_division_undoes_multiplication),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
