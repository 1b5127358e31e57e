/* SPDX-License-Identifier: Apache-2.0
 * Bodies of multipart/form-data, cut into pieces in every way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "service/upload.h"

#define TYPE       "multipart/form-data; boundary=cut-here"
#define FILE_BYTES "\r\n--cut\r\n\r\r\n--cut-her\r\n-\0\r--cut-here\r\n--cut-hex"

static const char whole[] = "before\r\n"
                            "--cut-here\r\n"
                            "Content-Disposition: form-data; name=\"UpdateParameters\"\r\n"
                            "Content-Type: application/json\r\n\r\n"
                            "{}\r\n"
                            "--cut-here  \r\n"
                            "content-disposition: form-data; filename=\"a;b.img\"; name=UpdateFile\r\n\r\n" FILE_BYTES "\r\n"
                            "--cut-here\r\n"
                            "Content-Type: text/plain\r\n\r\n"
                            "\r\n"
                            "--cut-here--\r\nafter --cut-here";

static char told[512];
static size_t told_size;

static void tell(const void *data, size_t size) {
    assert_true(told_size + size <= sizeof told);
    memcpy(&told[told_size], data, size);
    told_size += size;
}

/* Feeds one piece; false once nothing more is to come. */
static bool feed(struct upload *upload, const char *data, size_t size) {
    upload_piece(upload);
    for (;;) {
        switch (upload_next(upload, (const uint8_t *)data, size)) {
        case UPLOAD_MORE:
            return true;
        case UPLOAD_PART:
            tell("<", 1);
            tell(upload->name, strlen(upload->name));
            tell(":", 1);
            break;
        case UPLOAD_DATA:
            assert_true(upload->data_size > 0);
            tell(upload->data, upload->data_size);
            break;
        case UPLOAD_PART_END:
            tell(">", 1);
            break;
        case UPLOAD_END:
            tell("END", 3);
            return false;
        default:
            tell("MALFORMED", 9);
            return false;
        }
    }
}

static void begin(struct upload *upload, const char *type) {
    memset(upload, 0xa5, sizeof *upload);
    told_size = 0;
    assert_true(upload_begin(upload, type));
}

static void assert_told(const char *expected, size_t size) {
    assert_int_equal(told_size, size);
    assert_memory_equal(told, expected, size);
}
#define ASSERT_TOLD(expected) assert_told(expected, sizeof(expected) - 1)

#define WHOLE_TOLD "<UpdateParameters:{}><UpdateFile:" FILE_BYTES "><:>END"

static void parts_are_the_same_however_they_are_cut(void **state) {
    struct upload upload;
    (void)state;
    size_t size = sizeof whole - 1;
    for (size_t first = 0; first <= size; first++)
        for (size_t second = first; second <= size; second++) {
            begin(&upload, TYPE);
            (void)(feed(&upload, whole, first) && feed(&upload, &whole[first], second - first) &&
                   feed(&upload, &whole[second], size - second));
            ASSERT_TOLD(WHOLE_TOLD);
        }
}

static void byte_by_byte(void **state) {
    struct upload upload;
    (void)state;
    begin(&upload, TYPE);
    for (size_t i = 0; i < sizeof whole - 1 && feed(&upload, &whole[i], 1); i++) {}
    ASSERT_TOLD(WHOLE_TOLD);
}

static void what_ends_early_has_no_end(void **state) {
    struct upload upload;
    (void)state;
    size_t needed = sizeof whole - sizeof "\r\nafter --cut-here"; /* up to the second hyphen behind the last boundary */
    for (size_t size = 0; size < needed; size++) {
        begin(&upload, TYPE);
        assert_true(feed(&upload, whole, size));
    }
    begin(&upload, TYPE);
    assert_false(feed(&upload, whole, needed));
}

static void one_that_is_none_is_malformed(void **state) {
    struct upload upload;
    static const char *const bodies[] = {"--cut-herex\r\n\r\n", "--cut-here\n\n", "--cut-here-\r\n", "--cut-here\rx"};
    (void)state;
    for (unsigned i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        begin(&upload, TYPE);
        assert_false(feed(&upload, bodies[i], strlen(bodies[i])));
        ASSERT_TOLD("MALFORMED");
    }
}

static void the_head_of_a_part_is_bounded(void **state) {
    struct upload upload;
    char filler[UPLOAD_HEAD_MAX];
    (void)state;
    memset(filler, 'x', sizeof filler);
    begin(&upload, TYPE);
    assert_true(feed(&upload, "--cut-here\r\n", 12));
    assert_true(feed(&upload, filler, sizeof filler));
    assert_false(feed(&upload, "x", 1));
    ASSERT_TOLD("MALFORMED");
}

static void a_long_line_costs_no_more_than_its_end(void **state) {
    struct upload upload;
    char line[512];
    (void)state;
    int size = snprintf(line, sizeof line,
                        "--cut-here\r\nContent-Disposition: form-data; name=\"UpdateFile\"; filename=\"%0300d\"\r\n\r\n", 1);
    begin(&upload, TYPE);
    assert_true(feed(&upload, line, (size_t)size));
    ASSERT_TOLD("<UpdateFile:");
}

static void only_form_data_with_a_boundary_begins(void **state) {
    struct upload upload;
    char type[160];
    (void)state;
    assert_true(upload_begin(&upload, "Multipart/Form-Data; charset=x; Boundary=\"a b\""));
    assert_string_equal(upload.delimiter, "\r\n--a b");
    assert_false(upload_begin(&upload, ""));
    assert_false(upload_begin(&upload, "application/json"));
    assert_false(upload_begin(&upload, "multipart/form-data"));
    assert_false(upload_begin(&upload, "multipart/form-data; boundary="));
    assert_false(upload_begin(&upload, "multipart/form-data; boundary=\"\""));
    assert_false(upload_begin(&upload, "multipart/mixed; boundary=x"));
    snprintf(type, sizeof type, "multipart/form-data; boundary=%070d", 1);
    assert_true(upload_begin(&upload, type));
    snprintf(type, sizeof type, "multipart/form-data; boundary=%071d", 1);
    assert_false(upload_begin(&upload, type));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_the_same_however_they_are_cut),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(what_ends_early_has_no_end),
        cmocka_unit_test(one_that_is_none_is_malformed),
        cmocka_unit_test(the_head_of_a_part_is_bounded),
        cmocka_unit_test(a_long_line_costs_no_more_than_its_end),
        cmocka_unit_test(only_form_data_with_a_boundary_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
