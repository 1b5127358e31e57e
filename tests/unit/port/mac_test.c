/* SPDX-License-Identifier: Apache-2.0
 * Known answers: HMAC-SHA256 from RFC 4231, cases 1, 2 and 6; SHA-256 from FIPS 180-2, appendix B. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "hal/errors.h"
#include "port/common/mac_mbedtls.h"

static const char *hex(const uint8_t bytes[HAL_MAC_SIZE]) {
    static char out[2 * HAL_MAC_SIZE + 1];
    for (unsigned i = 0; i < HAL_MAC_SIZE; i++) snprintf(&out[2 * i], 3, "%02x", bytes[i]);
    return out;
}

static const char *hmac_of(const uint8_t *key, size_t key_size, const char *text) {
    uint8_t out[HAL_MAC_SIZE];
    const struct hal_mac mac = mac_hal();
    assert_int_equal(mac.hmac_sha256(mac.ctx, key, key_size, (const uint8_t *)text, strlen(text), out), HAL_OK);
    return hex(out);
}

static const char *sha256_of(const char *text) {
    uint8_t out[HAL_MAC_SIZE];
    const struct hal_mac mac = mac_hal();
    assert_int_equal(mac.sha256(mac.ctx, (const uint8_t *)text, strlen(text), out), HAL_OK);
    return hex(out);
}

static void hmac_sha256_gives_the_known_answers(void **state) {
    (void)state;
    uint8_t key[131];
    memset(key, 0x0b, 20);
    assert_string_equal(hmac_of(key, 20, "Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_string_equal(hmac_of((const uint8_t *)"Jefe", 4, "what do ya want for nothing?"),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    assert_string_equal(hmac_of(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First"),
                        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void sha256_gives_the_known_answers(void **state) {
    (void)state;
    assert_string_equal(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_sha256_gives_the_known_answers),
        cmocka_unit_test(sha256_gives_the_known_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
