/* SPDX-License-Identifier: Apache-2.0
 * Requests as bytes, whole and byte by byte: what has one reading is read that way, what has two is refused, and not one byte
 * behind a request is taken with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/common/http_wire.h"

#define HOST   "Host: a\r\n"
#define GET    "GET /redfish/v1 HTTP/1.1\r\n" HOST
#define POST   "POST /redfish/v1 HTTP/1.1\r\n" HOST
#define CHUNKS POST "Transfer-Encoding: chunked\r\n\r\n"
#define BEHIND "GET /hidden HTTP/1.1\r\n\r\n"

static struct http_request request;
static struct http_wire wire;
static char head[HTTP_WIRE_HEAD_SIZE];
static http_wire_streams *streams;

/* Feeds at most step bytes at a time; returns how many belonged to the request. */
static size_t feed(const char *data, size_t size, size_t step) {
    size_t taken = 0;
    memset(head, 'x', sizeof head);
    http_wire_begin(&wire, &request, head, streams);
    while (taken < size && wire.stage != WIRE_DONE) {
        size_t part = size - taken < step ? size - taken : step;
        taken += http_wire_take(&wire, data + taken, part);
    }
    return taken;
}

static void expect_taken(const char *text, size_t behind) {
    static const size_t steps[] = {1, 2, 7, 100000};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(feed(text, strlen(text), steps[i]), strlen(text) - behind);
        assert_int_equal(wire.stage, WIRE_DONE);
        assert_int_equal(wire.refusal, REFUSE_NONE);
    }
}

static void a_head_is_read(void **state) {
    (void)state;
    expect_taken("PATCH /a%20b?$top=1 HTTP/1.1\r\nhost: [::1]:1\r\nX-AUTH-TOKEN:  t \t\r\nIf-Match:\"e\"\r\n"
                 "Accept: text/plain\r\nAccept: application/openmetrics-text\r\nCookie:\r\n\r\n" BEHIND,
                 strlen(BEHIND));
    assert_int_equal(request.method, HTTP_PATCH);
    assert_string_equal(request.path, "/a b");
    assert_string_equal(request.query, "$top=1");
    assert_string_equal(request.host, "[::1]:1");
    assert_string_equal(request.auth_token, "t");
    assert_string_equal(request.if_match, "\"e\"");
    assert_true(request.accepts_openmetrics);
    assert_false(wire.close);
}

static void a_body_is_joined(void **state) {
    static const char *const bodies[] = {
        POST "Content-Length: 00005\r\n\r\nhello",
        CHUNKS "5\r\nhello\r\n0\r\n\r\n",
        CHUNKS "1\r\nh\r\n0004;x=\"y\"\r\nello\r\n000\r\nX: y\r\nZ:\r\n\r\n",
        "\r\n" CHUNKS "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char text[512];
        strcpy(text, bodies[i]);
        strcat(text, BEHIND);
        expect_taken(text, strlen(BEHIND));
        assert_int_equal(request.body_size, 5);
        assert_string_equal(request.body, "hello");
    }
    assert_true(wire.close); /* HTTP/1.0 */
}

static void no_body_where_none_is_announced(void **state) {
    (void)state;
    expect_taken(POST "\r\n" BEHIND, strlen(BEHIND));
    expect_taken(POST "Content-Length: 0\r\n\r\n" BEHIND, strlen(BEHIND));
    assert_int_equal(request.body_size, 0);
    expect_taken(GET "Connection: keep-alive, Close\r\nExpect: 100-Continue\r\n\r\n", 0);
    assert_true(wire.close && wire.expects_continue);
}

static void what_has_two_readings_is_refused(void **state) {
    static const char *const texts[] = {
        POST "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
        POST "Content-Length: 2, 2\r\n\r\n",
        POST "Content-Length: +2\r\n\r\n",
        POST "Content-Length: 0x2\r\n\r\n",
        POST "Content-Length:\r\n\r\n",
        POST "Content-Length: 4 4\r\n\r\n",
        POST "Content-Length:\r\n 2\r\n\r\n",
        POST "Content-Length : 2\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        CHUNKS "\r\n",
        CHUNKS " 2\r\n",
        CHUNKS "-2\r\n",
        CHUNKS "0x2\r\n",
        CHUNKS "2\r{",
        CHUNKS "2\n",
        CHUNKS "2 ;x\r\n",
        CHUNKS "2\r\n{}xx",
        CHUNKS "2\r\n{}0\r\n",
        CHUNKS "2\r\n{}\n",
        CHUNKS "0\r\nX: y\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        GET "X: a\nY: b\r\n\r\n",
        GET "X: a\rY: b\r\n\r\n",
        GET "\n",
        GET " X: folded\r\n\r\n",
        GET "\tX: folded\r\n\r\n",
        GET "X\r\n\r\n",
        GET ": x\r\n\r\n",
        GET "X\x01: x\r\n\r\n",
        GET "X: \x01\r\n\r\n",
        GET HOST "\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 x\r\n" HOST "\r\n",
        "GET / / HTTP/1.1\r\n" HOST "\r\n",
        "GET  / HTTP/1.1\r\n" HOST "\r\n",
        " GET / HTTP/1.1\r\n" HOST "\r\n",
        "GET /\r\n" HOST "\r\n",
        "GET / http/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1.10\r\n" HOST "\r\n",
        "GET / HTTP/2.0\r\n" HOST "\r\n",
        "GET\t/ HTTP/1.1\r\n" HOST "\r\n",
        "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n",
        "GET https://b/ HTTP/1.1\r\n" HOST "\r\n",
        "GET /%00 HTTP/1.1\r\n" HOST "\r\n",
        "GET /%4 HTTP/1.1\r\n" HOST "\r\n",
        "\r\n\r\n" GET "\r\n",
        "\n" GET "\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t taken = feed(texts[i], strlen(texts[i]), 1);
        if (wire.refusal != REFUSE_MALFORMED || !wire.close) fail_msg("not refused: %s", texts[i]);
        assert_int_equal(http_wire_take(&wire, "x", 1), 0);
        assert_int_equal(feed(texts[i], strlen(texts[i]), 100000), taken);
    }
}

static void zeros_are_refused_at_once(void **state) {
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
    (void)state;
    assert_int_equal(feed(text, sizeof text - 1, 100), strlen(text) + 1);
    assert_int_equal(wire.refusal, REFUSE_MALFORMED);
}

static void other_codings_are_not_known(void **state) {
    static const char text[] = POST "Transfer-Encoding: gzip, chunked\r\n\r\n";
    (void)state;
    feed(text, strlen(text), 100);
    assert_int_equal(wire.refusal, REFUSE_CODING);
}

static void a_head_too_long_ends_there(void **state) {
    char *text = malloc(HTTP_WIRE_HEAD_SIZE + 10);
    (void)state;
    memset(text, 'a', HTTP_WIRE_HEAD_SIZE + 10);
    memcpy(text, GET "X: ", strlen(GET "X: "));
    assert_int_equal(feed(text, HTTP_WIRE_HEAD_SIZE + 10, 1000), HTTP_WIRE_HEAD_SIZE);
    assert_int_equal(wire.stage, WIRE_DONE);
    assert_int_equal(wire.refusal, REFUSE_NONE);
    assert_true(request.too_long && wire.close);
    free(text);
}

static void a_body_too_large_is_dropped_and_one_far_too_large_refused(void **state) {
    static char block[HTTP_BODY_IN_MAX + 1];
    (void)state;
    static const char announced[] = POST "Content-Length: 4097\r\n\r\n";
    feed(announced, strlen(announced), 100);
    assert_int_equal(wire.stage, WIRE_BODY);
    assert_int_equal(http_wire_take(&wire, block, sizeof block), sizeof block);
    assert_true(wire.stage == WIRE_DONE && wire.refusal == REFUSE_NONE && request.body_too_large);
    assert_int_equal(request.body_size, 0);

    static const char far[] = POST "Content-Length: 1048577\r\n\r\n",
                      wraps[] = POST "Content-Length: 18446744073709551618\r\n\r\n";
    feed(far, strlen(far), 100);
    assert_int_equal(wire.refusal, REFUSE_TOO_LARGE);
    feed(wraps, strlen(wraps), 100);
    assert_int_equal(wire.refusal, REFUSE_TOO_LARGE);

    static const char chunk[] = "1000\r\n";
    static const char chunks[] = CHUNKS;
    feed(chunks, strlen(chunks), 100);
    for (unsigned i = 0; i < 1000 && wire.stage != WIRE_DONE; i++) {
        http_wire_take(&wire, chunk, strlen(chunk));
        http_wire_take(&wire, block, 4096);
        http_wire_take(&wire, "\r\n", 2);
    }
    assert_int_equal(wire.refusal, REFUSE_TOO_LARGE);
    assert_true(request.body_too_large && wire.discarded_size > HTTP_DISCARD_MAX &&
                wire.discarded_size < HTTP_DISCARD_MAX + 4097);

    static const char huge[] = CHUNKS "10000000000000002\r\n";
    feed(huge, strlen(huge), 100);
    assert_int_equal(wire.refusal, REFUSE_TOO_LARGE);
}

static void endless_lines_of_a_body_are_refused(void **state) {
    static char text[4096];
    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, CHUNKS "2;", strlen(CHUNKS "2;"));
    feed(text, sizeof text, 100);
    assert_int_equal(wire.refusal, REFUSE_MALFORMED);
    memset(text, 'a', sizeof text);
    memcpy(text, CHUNKS "0\r\n", strlen(CHUNKS "0\r\n"));
    assert_true(feed(text, sizeof text, 100) <= strlen(CHUNKS "0\r\n") + HTTP_TRAILER_MAX + 1);
    assert_int_equal(wire.refusal, REFUSE_MALFORMED);
}

static bool uploads(const struct http_request *read) { return strcmp(read->path, "/upload") == 0; }

/* Gathers the pieces of a body; stops at the request's end or the data's. */
static size_t gather(const char *data, size_t size, size_t step, char *out, size_t *out_size) {
    size_t taken = 0;
    *out_size = 0;
    while (taken < size && wire.stage != WIRE_DONE) {
        taken += http_wire_take(&wire, data + taken, size - taken < step ? size - taken : step);
        if (wire.piece_size > 0) memcpy(out + *out_size, wire.piece, wire.piece_size);
        *out_size += wire.piece_size;
    }
    return taken;
}

static void a_streamed_body_comes_in_pieces(void **state) {
    static const char to[] = "POST /upload HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n";
    static const char body[] = "5\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\n\r\n" BEHIND;
    char text[512], out[64];
    size_t size;
    (void)state;
    streams = uploads;
    for (size_t step = 1; step < 60; step++) {
        snprintf(text, sizeof text, "%s%s", to, body);
        memset(head, 'x', sizeof head);
        http_wire_begin(&wire, &request, head, streams);
        size_t taken = http_wire_take(&wire, text, strlen(text));
        assert_int_equal(taken, strlen(to)); /* now it is decided whether the body may come */
        assert_true(wire.streamed && wire.stage == WIRE_CHUNK_LINE);
        taken += gather(text + taken, strlen(text) - taken, step, out, &size);
        assert_int_equal(taken, strlen(text) - strlen(BEHIND));
        assert_true(wire.stage == WIRE_DONE && wire.refusal == REFUSE_NONE && !request.body_too_large);
        assert_int_equal(size, 12);
        assert_memory_equal(out, "hello, world", 12);
    }
    static const char large[] = "POST /upload HTTP/1.1\r\n" HOST "Content-Length: 1600000\r\n\r\n";
    http_wire_begin(&wire, &request, head, streams);
    assert_int_equal(http_wire_take(&wire, large, strlen(large)), strlen(large));
    assert_true(wire.stage == WIRE_BODY && wire.left == 1600000 && wire.refusal == REFUSE_NONE);
    streams = NULL;
}

static unsigned draw(void) {
    static uint32_t seed = 5;
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Any bytes at all, cut anywhere: the same reading, and never one more than there is. */
static void noise_is_read_the_same_however_it_is_cut(void **state) {
    static const char *const words[] = {"GET ",        "/",    " HTTP/1.1\r\n",
                                        "Host: a\r\n", "\r\n", "Transfer-Encoding: chunked\r\n",
                                        "POST /",      "\r",   "\n",
                                        "2\r\nab\r\n", "0",    "Content-Length: 3\r\n",
                                        "abc",         ";",    " "};
    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        char text[512] = "";
        for (unsigned n = 1 + draw() % 12; n > 0; n--) strcat(text, words[draw() % (sizeof words / sizeof words[0])]);
        size_t taken = feed(text, strlen(text), 100000);
        struct http_wire first = wire;
        size_t body_size = request.body_size;
        assert_int_equal(feed(text, strlen(text), 1 + draw() % 9), taken);
        assert_true(wire.stage == first.stage && wire.refusal == first.refusal && wire.close == first.close);
        assert_int_equal(request.body_size, body_size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_read),
        cmocka_unit_test(a_body_is_joined),
        cmocka_unit_test(no_body_where_none_is_announced),
        cmocka_unit_test(what_has_two_readings_is_refused),
        cmocka_unit_test(zeros_are_refused_at_once),
        cmocka_unit_test(other_codings_are_not_known),
        cmocka_unit_test(a_head_too_long_ends_there),
        cmocka_unit_test(a_body_too_large_is_dropped_and_one_far_too_large_refused),
        cmocka_unit_test(endless_lines_of_a_body_are_refused),
        cmocka_unit_test(a_streamed_body_comes_in_pieces),
        cmocka_unit_test(noise_is_read_the_same_however_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
