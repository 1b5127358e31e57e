/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "service/reply.h"
#include "tests/unit/service/fixture.h"

static struct fixture f;

/* An answer that does not fit is an error, never half an answer. */
static void what_does_not_fit_is_an_error(void **state) {
    (void)state;
    fixture_begin(&f);
    http_begin(&f.x);
    struct json_writer w = reply_writer(&f.x);
    json_array(&w);
    while (!w.overflow) json_text(&w, "and so on");
    json_array_end(&w);
    assert_int_equal(reply_json(&f.x, &w, 200), HTTP_DONE);
    assert_int_equal(f.x.response.status, 500);
    assert_string_equal(error_name(&f), "InternalError");
}

/* Every message of the table makes a well-formed error, with its marks filled in. */
static void every_message_is_well_formed(void **state) {
    (void)state;
#define X(name, id, severity, text, resolution) MESSAGE_##name,
    static const enum message_id ids[] = {MESSAGE_TABLE(X)};
#undef X
    fixture_begin(&f);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const struct message message = {.id = ids[i], .arg = {"<one>", "<two>", "<three>"}, .related = "#/X"};
        http_begin(&f.x);
        reply_error(&f.x, 400, &message);
        assert_string_equal(error_name(&f), message_name(ids[i]));
        assert_null(strchr(member(&f, "error/message"), '%'));
        const char *resolution = member(&f, "error/@Message.ExtendedInfo/0/Resolution");
        assert_true(strlen(resolution) >= 5);
        assert_int_equal(resolution[strlen(resolution) - 1], '.');
        for (const char *at = resolution; *at; at++) assert_true((unsigned char)*at >= ' ');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_does_not_fit_is_an_error),
                                       cmocka_unit_test(every_message_is_well_formed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
