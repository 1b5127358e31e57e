/* SPDX-License-Identifier: Apache-2.0
 * What may go into a report as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/text.h"

static void expect(const char *text, const char *clean) {
    char out[9];
    assert_int_equal(text_clean(out, sizeof out, text), clean[0] != '\0');
    assert_string_equal(out, clean);
}

static void blanks_around_it_go(void **state) {
    (void)state;
    expect("  a b \t\n", "a b");
    expect("", "");
    expect(" \t\n", "");
}

static void it_is_cut_at_a_characters_border(void **state) {
    (void)state;
    expect("12345678", "12345678");
    expect("123456789", "12345678");
    expect("1234567\xc3\xa4", "1234567");
    expect("123456\xc3\xa4", "123456\xc3\xa4");
    expect("12345\xf0\x9f\x98\x80", "12345");
    expect("1234567 9", "1234567");
}

static void what_is_no_text_is_none(void **state) {
    (void)state;
    expect("a\x01"
           "b",
           "");
    expect("a\x7f", "");
    expect("\xff\xfe", "");
    expect("\xc3", "");
    expect("\xc0\xaf", ""); /* overlong */
    expect("\xe0\x80\xaf", "");
    expect("\xed\xa0\x80", "");     /* surrogate */
    expect("\xf4\x90\x80\x80", ""); /* above U+10FFFF */
    expect("\xc2\x85", "");         /* C1 control */
    expect("1234567890\x01", "");   /* also where it would be cut */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_around_it_go),
        cmocka_unit_test(it_is_cut_at_a_characters_border),
        cmocka_unit_test(what_is_no_text_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
