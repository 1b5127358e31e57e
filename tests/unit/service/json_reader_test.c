/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "service/json_reader.h"
#include "service/json_scan.h"

static const struct json_value *parse(const char *text) {
    const char *duplicate;
    return json_parse(text, strlen(text), &duplicate);
}

static void reads_values(void **state) {
    (void)state;
    const struct json_value *root = parse(" {\"text\": \"\\u00e9\\ud83d\\ude00\\n\", \"n\": -12, \"big\": 2147483648, \"half\": "
                                          "0.5, \"yes\": true, \"o\": {\"in\": null}}\r\n");
    int32_t integer = 0;
    bool boolean = false;
    assert_non_null(root);
    assert_string_equal(json_text_of(root, "text"), "\xc3\xa9\xf0\x9f\x98\x80\n");
    assert_true(json_integer_of(root, "n", &integer));
    assert_int_equal(integer, -12);
    assert_false(json_integer_of(root, "big", &integer));
    assert_false(json_integer_of(root, "half", &integer));
    assert_false(json_integer_of(root, "text", &integer));
    assert_true(json_boolean_of(root, "yes", &boolean));
    assert_true(boolean);
    assert_null(json_text_of(root, "n"));
    assert_null(json_member(root, "TEXT"));
    assert_int_equal(json_kind(json_member(json_member(root, "o"), "in")), JSON_NULL);
    assert_null(json_member(json_member(root, "none"), "in"));
}

static void refuses(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "[1,]",
        "{\"a\":1}}",
        "{} {}",
        "{}x",
        "nul",
        "tru",
        "TRUE",
        "'a'",
        "{a:1}",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "0x10",
        "NaN",
        "Infinity",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u0000\"",
        "{\"\\u0000\":1}",
        "\"\\ud800\"",
        "\"\n\"",
        "\"\t\"",
        "\"\x01\"",
        "\"\x80\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "\xef\xbb\xbf{}",
        "{}\v",
        "/**/{}",
        "\"\\\xc3\xa9\"",
        "}{",
        "]",
        "1 2",
        "\"a\" \"b\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (parse(bad[i])) fail_msg("accepted: %s", bad[i]);
}

static void refuses_a_nul_byte(void **state) {
    (void)state;
    const char *duplicate;
    assert_null(json_parse("{}\0", 3, &duplicate));
    assert_null(json_parse("{\"a\0b\":1}", 9, &duplicate));
}

static void names_duplicates(void **state) {
    (void)state;
    const char *duplicate = NULL;
    const char *text = "{\"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}";
    assert_null(json_parse(text, strlen(text), &duplicate));
    assert_string_equal(duplicate, "b");
    text = "{\"a\": 1, \"\\u0061\": 2}"; /* the same name, spelled otherwise */
    assert_null(json_parse(text, strlen(text), &duplicate));
    assert_string_equal(duplicate, "a");
    assert_non_null(parse("{\"a\": 1, \"A\": 2, \"b\": {\"a\": 1}}"));
}

static void bounds_depth(void **state) {
    (void)state;
    char text[64];
    for (unsigned depth = 1; depth < 20; depth++) {
        memset(text, '[', depth);
        memset(&text[depth], ']', depth);
        text[2 * depth] = '\0';
        assert_int_equal(parse(text) != NULL, depth <= JSON_DEPTH_MAX);
    }
}

static void bounds_values(void **state) {
    (void)state;
    char text[1024];
    for (unsigned count = 1; count < 2 * JSON_VALUES_MAX; count++) {
        size_t used = (size_t)snprintf(text, sizeof text, "[0");
        for (unsigned i = 1; i < count; i++) used += (size_t)snprintf(&text[used], sizeof text - used, ",0");
        snprintf(&text[used], sizeof text - used, "]");
        assert_int_equal(parse(text) != NULL, count <= JSON_VALUES_MAX);
    }
}

/* The arena holds the largest text that is allowed: 4 KiB in the most values. */
static void holds_the_largest_body(void **state) {
    (void)state;
    char text[4097];
    size_t used = 1;
    text[0] = '[';
    for (unsigned i = 0; i + 1 < JSON_VALUES_MAX; i++)
        used += (size_t)snprintf(&text[used], sizeof text - used, "%s\"%062u\"", i ? "," : "", i);
    used += (size_t)snprintf(&text[used], sizeof text - used, "]");
    assert_true(used > 4000);
    assert_non_null(parse(text));
}

/* A body that was cut anywhere is refused, whatever is left of it. */
static void refuses_every_truncation(void **state) {
    (void)state;
    static const char whole[] = "{\"UserName\": \"a\\u00e9\\n\xea\xb0\x80\", \"n\": [1.5e3, -0, true, null, {\"x\": false}]}";
    const char *duplicate;
    char cut[sizeof whole];
    assert_non_null(parse(whole));
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        memcpy(cut, whole, size);
        cut[size] = '\0';
        assert_null(json_parse(cut, size, &duplicate));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_values),           cmocka_unit_test(refuses),
        cmocka_unit_test(refuses_a_nul_byte),     cmocka_unit_test(names_duplicates),
        cmocka_unit_test(bounds_depth),           cmocka_unit_test(bounds_values),
        cmocka_unit_test(holds_the_largest_body), cmocka_unit_test(refuses_every_truncation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
