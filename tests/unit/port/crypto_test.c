/* SPDX-License-Identifier: Apache-2.0
 * Known answers of PBKDF2-HMAC-SHA256: RFC 7914, section 11. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "port/common/crypto_mbedtls.h"
#include "port/linux/random.h"

static void assert_key(const char *password, const char *salt, uint32_t iterations, const uint8_t *want, size_t want_size) {
    uint8_t key[64] = {0};
    assert_true(crypto_pbkdf2(password, strlen(password), (const uint8_t *)salt, strlen(salt), iterations, key, want_size));
    assert_memory_equal(key, want, want_size);
}

static void test_rfc7914_one_iteration(void **state) {
    static const uint8_t want[64] = {0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f, 0xec, 0x16, 0x91, 0xc2, 0x25,
                                     0x44, 0xb6, 0x05, 0xf9, 0x41, 0x85, 0x21, 0x6d, 0xde, 0x04, 0x65, 0xe6, 0x8b,
                                     0x9d, 0x57, 0xc2, 0x0d, 0xac, 0xbc, 0x49, 0xca, 0x9c, 0xcc, 0xf1, 0x79, 0xb6,
                                     0x45, 0x99, 0x16, 0x64, 0xb3, 0x9d, 0x77, 0xef, 0x31, 0x7c, 0x71, 0xb8, 0x45,
                                     0xb1, 0xe3, 0x0b, 0xd5, 0x09, 0x11, 0x20, 0x41, 0xd3, 0xa1, 0x97, 0x83};
    (void)state;
    assert_key("passwd", "salt", 1, want, sizeof want);
}

static void test_rfc7914_80000_iterations(void **state) {
    static const uint8_t want[64] = {0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21, 0x83, 0x0c, 0xee, 0x5e, 0xf2,
                                     0x27, 0x01, 0xf9, 0x64, 0x1a, 0x44, 0x18, 0xd0, 0x4c, 0x04, 0x14, 0xae, 0xff,
                                     0x08, 0x87, 0x6b, 0x34, 0xab, 0x56, 0xa1, 0xd4, 0x25, 0xa1, 0x22, 0x58, 0x33,
                                     0x54, 0x9a, 0xdb, 0x84, 0x1b, 0x51, 0xc9, 0xb3, 0x17, 0x6a, 0x27, 0x2b, 0xde,
                                     0xbb, 0xa1, 0xd0, 0x78, 0x47, 0x8f, 0x62, 0xb3, 0x97, 0xf3, 0x3c, 0x8d};
    (void)state;
    assert_key("Password", "NaCl", 80000, want, sizeof want);
}

static void test_record_of_an_account(void **state) {
    struct password_hash one = {.iterations = 1000, .salt = {1}}, other = one;
    uint8_t want[PASSWORD_KEY_SIZE];
    (void)state;
    assert_true(crypto_derive("correct horse", &one));
    assert_true(crypto_pbkdf2("correct horse", 13, one.salt, sizeof one.salt, 1000, want, sizeof want));
    assert_memory_equal(one.key, want, sizeof want);
    other.salt[15] = 1;
    assert_true(crypto_derive("correct horse", &other));
    assert_memory_not_equal(one.key, other.key, sizeof one.key);
}

static void test_zero_iterations_are_refused(void **state) {
    struct password_hash hash = {.iterations = 0};
    (void)state;
    assert_false(crypto_derive("correct horse", &hash));
}

static void test_random_fills_all_and_does_not_repeat(void **state) {
    uint8_t one[300] = {0}, other[300] = {0}, zero[8] = {0};
    (void)state;
    assert_int_equal(random_fill(one, sizeof one), 0);
    assert_int_equal(random_fill(other, sizeof other), 0);
    assert_memory_not_equal(one, other, sizeof one);
    assert_memory_not_equal(one + sizeof one - sizeof zero, zero, sizeof zero); /* wrong once in 2^64 runs */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc7914_one_iteration),
        cmocka_unit_test(test_rfc7914_80000_iterations),
        cmocka_unit_test(test_record_of_an_account),
        cmocka_unit_test(test_zero_iterations_are_refused),
        cmocka_unit_test(test_random_fills_all_and_does_not_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
