/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "service/json_writer.h"

static char out[512];

static const char *text_of(struct json_writer *w) {
    assert_false(w->overflow);
    out[w->length] = '\0';
    return out;
}

static const char *written(const char *text) {
    struct json_writer w = json_writer(out, sizeof out - 1);
    json_text(&w, text);
    return text_of(&w);
}

static void places_commas(void **state) {
    (void)state;
    struct json_writer w = json_writer(out, sizeof out - 1);
    json_object(&w);
    json_put_integer(&w, "a", -1);
    json_put_array(&w, "b");
    json_array_end(&w);
    json_put_array(&w, "c");
    json_integer(&w, 1);
    json_text(&w, "[");
    json_object(&w);
    json_object_end(&w);
    json_object(&w);
    json_put_null(&w, "{");
    json_object_end(&w);
    json_array_end(&w);
    json_put_boolean(&w, "d:", true);
    json_put_link(&w, "e", "/x");
    json_object_end(&w);
    assert_string_equal(text_of(&w),
                        "{\"a\":-1,\"b\":[],\"c\":[1,\"[\",{},{\"{\":null}],\"d:\":true,\"e\":{\"@odata.id\":\"/x\"}}");
}

static void escapes(void **state) {
    (void)state;
    assert_string_equal(written("a\"\\/\b\f\n\r\t\x01\x1f\x7f"), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"");
    assert_string_equal(written(""), "\"\"");
}

/* RFC 3629: each ill-formed byte becomes one U+FFFD, what is well-formed stays. */
static void replaces_what_is_no_utf8(void **state) {
    (void)state;
    assert_string_equal(written("\xea\xb0\x80 \xf0\x9f\x98\x80 \xc2\x80"), "\"\xea\xb0\x80 \xf0\x9f\x98\x80 \xc2\x80\"");
    assert_string_equal(written("\x80"), "\"\xef\xbf\xbd\"");
    assert_string_equal(written("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_string_equal(written("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_string_equal(written("\xf4\x90\x80\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_string_equal(written("a\xe2\x82"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void prints_thousandths(void **state) {
    (void)state;
    const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},       {5184, "5.184"}, {5000, "5"},
                 {-20, "-0.02"}, {-1, "-0.001"},  {100, "0.1"},
                 {1010, "1.01"}, {120000, "120"}, {INT64_MIN, "-9223372036854775.808"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char digits[JSON_THOUSANDTHS_SIZE];
        json_thousandths_text(digits, cases[i].value);
        assert_string_equal(digits, cases[i].text);
    }
}

/* 2024 and 2000 are leap years, 2100 is not. */
static void writes_times(void **state) {
    (void)state;
    const struct {
        uint64_t ms;
        const char *text;
    } cases[] = {{1, "1970-01-01T00:00:00.001Z"},
                 {951782399000, "2000-02-28T23:59:59.000Z"},
                 {951782400000, "2000-02-29T00:00:00.000Z"},
                 {1709164800000, "2024-02-29T00:00:00.000Z"},
                 {1735689599999, "2024-12-31T23:59:59.999Z"},
                 {4107542400000, "2100-03-01T00:00:00.000Z"},
                 {UINT64_MAX, "9999-12-31T23:59:59.999Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[64] = "{\"t\":\"";
        struct json_writer w = json_writer(out, sizeof out - 1);
        json_object(&w);
        json_put_time(&w, "t", cases[i].ms);
        json_object_end(&w);
        strcat(strcat(expected, cases[i].text), "\"}");
        assert_string_equal(text_of(&w), expected);
    }
    struct json_writer w = json_writer(out, sizeof out - 1);
    json_object(&w);
    json_put_time(&w, "t", 0);
    json_object_end(&w);
    assert_string_equal(text_of(&w), "{}");
}

static void write_sample(struct json_writer *w) {
    json_object(w);
    json_put_text(w, "key", "a long \"text\" with \xea\xb0\x80 and \x01 in it");
    json_put_integer(w, "n", 12345);
    json_object_end(w);
}

/* At every size the buffer is respected, overflow is told, and a mark taken before leads back. */
static void never_writes_past_the_end(void **state) {
    (void)state;
    struct json_writer whole = json_writer(out, sizeof out);
    write_sample(&whole);
    for (size_t size = 0; size < whole.length + 2; size++) {
        char buffer[128];
        memset(buffer, '#', sizeof buffer);
        struct json_writer w = json_writer(buffer, size);
        write_sample(&w);
        assert_int_equal(w.overflow, size < whole.length);
        assert_true(w.length <= size);
        size_t length = w.length;
        if (w.overflow) json_integer(&w, 1);
        assert_int_equal(w.length, length); /* not even what would fit: the text would have a hole */
        for (size_t i = size; i < sizeof buffer; i++) assert_int_equal(buffer[i], '#');
        if (size < 2) continue;
        w = json_writer(buffer, size);
        json_object(&w);
        struct json_writer mark = w;
        json_put_text(&w, "key", "more than fits where there is little room, which is given up again at the mark");
        w = mark;
        json_object_end(&w);
        assert_false(w.overflow);
        assert_memory_equal(buffer, "{}", 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_commas),      cmocka_unit_test(escapes),      cmocka_unit_test(replaces_what_is_no_utf8),
        cmocka_unit_test(prints_thousandths), cmocka_unit_test(writes_times), cmocka_unit_test(never_writes_past_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
