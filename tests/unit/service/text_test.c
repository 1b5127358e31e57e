/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "service/text.h"
#include "service/utf8.h"

/* The vectors of RFC 4648, 10. */
static void base64_decodes(void **state) {
    (void)state;
    static const struct {
        const char *text, *plain;
    } cases[] = {{"", ""},
                 {"Zg==", "f"},
                 {"Zm8=", "fo"},
                 {"Zm9v", "foo"},
                 {"Zm9vYg==", "foob"},
                 {"Zm9vYmE=", "fooba"},
                 {"Zm9vYmFy", "foobar"},
                 {"+/+/", "\xfb\xff\xbf"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[8];
        assert_int_equal(text_base64_decode(cases[i].text, out, sizeof out), strlen(cases[i].plain));
        assert_memory_equal(out, cases[i].plain, strlen(cases[i].plain));
    }
}

static void base64_refuses(void **state) {
    (void)state;
    static const char *const bad[] = {
        "Z", "Zg", "Zg=", "Zm9vY", "====", "=g==", "Z===", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm9-", "\xff\xff\xff\xff"};
    uint8_t out[8];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (text_base64_decode(bad[i], out, sizeof out) != SIZE_MAX) fail_msg("accepted: %s", bad[i]);
}

static void base64_keeps_to_its_buffer(void **state) {
    (void)state;
    for (size_t size = 0; size < 8; size++) {
        uint8_t out[8];
        memset(out, '#', sizeof out);
        assert_int_equal(text_base64_decode("Zm9vYmE=", out, size) == 5, size >= 5);
        for (size_t i = size; i < sizeof out; i++) assert_int_equal(out[i], '#');
    }
}

static void addresses_are_read_exactly(void **state) {
    (void)state;
    static const char *const bad[] = {"",         "1.2.3",    "1.2.3.",    "1.2.3.4.",  "1.2.3.4.5",
                                      ".1.2.3",   "1..2.3",   "256.1.1.1", "1.2.3.999", "01.2.3.4",
                                      "1.2.3.00", "1.2.3.4 ", " 1.2.3.4",  "1.2.3.0x4", "-1.2.3.4"};
    uint8_t address[4] = {9, 9, 9, 9};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (text_read_ipv4(bad[i], address)) fail_msg("accepted: %s", bad[i]);
    assert_memory_equal(address, ((uint8_t[]){9, 9, 9, 9}), 4);
    assert_true(text_read_ipv4("255.0.10.200", address));
    assert_memory_equal(address, ((uint8_t[]){255, 0, 10, 200}), 4);
}

static void addresses_are_written(void **state) {
    (void)state;
    char out[TEXT_ADDRESS_SIZE];
    uint8_t address[16] = {0};
    assert_false(text_address(out, address));
    assert_string_equal(out, "");
    memcpy(address, (const uint8_t[16]){[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2, [15] = 255}, 16);
    assert_true(text_address(out, address));
    assert_string_equal(out, "192.0.2.255");
    memset(address, 0xfe, sizeof address);
    assert_true(text_address(out, address));
    assert_string_equal(out, "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe");
}

static void numbers_are_read_whole_and_bounded(void **state) {
    (void)state;
    uint32_t number = 7;
    static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1x", "101", "4294967296", "18446744073709551617"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(text_read_number(bad[i], 100, &number));
    assert_int_equal(number, 7);
    assert_true(text_read_number("100", 100, &number));
    assert_int_equal(number, 100);
    assert_true(text_read_number("4294967295", UINT32_MAX, &number));
    assert_int_equal(number, UINT32_MAX);
}

static void queries_are_decoded(void **state) {
    (void)state;
    char out[16];
    assert_true(text_query_decode("a%20b+c%2f", 10, out, sizeof out));
    assert_string_equal(out, "a b c/");
    static const char *const bad[] = {"%", "%2", "%2g", "%g2", "a%00", "0123456789012345"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_query_decode(bad[i], strlen(bad[i]), out, sizeof out));
    assert_true(text_query_decode("012345678901234", 15, out, sizeof out));
}

/* The bytes of a code point by the pattern of RFC 3629, whether or not it exists. */
static size_t encode(uint32_t c, char text[4]) {
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; c >>= 6) text[i] = (char)(0x80 | (c & 0x3f));
    text[0] = (char)(lead[length] | c);
    return length;
}

/* Every code point that exists is one character; every surrogate and every cut is none. */
static void utf8_is_what_rfc_3629_says(void **state) {
    (void)state;
    for (uint32_t c = 0; c < 0x110100; c += c < 0x1100 ? 1 : 37) {
        char text[4];
        size_t length = encode(c, text);
        bool exists = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
        assert_int_equal(utf8_length(text, length), exists ? length : 0);
        for (size_t cut = 0; cut < length; cut++) assert_int_equal(utf8_length(text, cut), 0);
    }
    assert_int_equal(utf8_length("\xc1\xbf", 2), 0);         /* overlong */
    assert_int_equal(utf8_length("\xe0\x9f\xbf", 3), 0);     /* overlong */
    assert_int_equal(utf8_length("\xf0\x8f\xbf\xbf", 4), 0); /* overlong */
    assert_int_equal(utf8_length("\xff", 1), 0);
}

static void case_is_of_no_matter(void **state) {
    (void)state;
    assert_true(text_equal_any_case("Super4C.LOCAL", "super4c.local"));
    assert_false(text_equal_any_case("super4c", "super4c."));
    assert_false(text_equal_any_case("super4c.", "super4c"));
    assert_false(text_equal_any_case("@", "`")); /* 32 apart, but no letters */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_decodes),
        cmocka_unit_test(base64_refuses),
        cmocka_unit_test(base64_keeps_to_its_buffer),
        cmocka_unit_test(addresses_are_read_exactly),
        cmocka_unit_test(addresses_are_written),
        cmocka_unit_test(numbers_are_read_whole_and_bounded),
        cmocka_unit_test(queries_are_decoded),
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(case_is_of_no_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
