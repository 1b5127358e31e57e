/* SPDX-License-Identifier: Apache-2.0
 * Request lines, heads and bodies as libmicrohttpd hands them over, good and bad. Its function that lists the header fields is
 * replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/linux/https_internal.h"

#define FIELD_MAX 8

static const char *field[FIELD_MAX][2];
static bool folded;
static struct https_connection *connection;

/* A head as it lies in a connection's memory: blanks and line ends have become zeros. */
static struct {
    char bytes[8192];
    size_t size;
    const char *method, *target, *version;
    struct {
        const char *name, *value;
    } field[FIELD_MAX];
    size_t field_count;
} memory;

static const char *lay(const char *text, size_t zeros) {
    char *at = &memory.bytes[memory.size];
    size_t size = strlen(text);
    assert_true(memory.size + size + zeros <= sizeof memory.bytes);
    memcpy(at, text, size);
    memset(at + size, 0, zeros);
    memory.size += size + zeros;
    return at;
}

static void lay_head(const char *method, const char *version) {
    memset(&memory, 0, sizeof memory);
    memory.method = lay(method, 1);
    memory.target = lay("/redfish/v1", 1);
    memory.version = lay(version, 2);
    for (size_t i = 0; i < FIELD_MAX && field[i][0] != NULL; i++) {
        memory.field[i].name = lay(field[i][0], 1);
        lay(" ", 0);
        memory.field[i].value = lay(field[i][1], 2);
        memory.field_count++;
    }
    lay("", 2);
}

int MHD_get_connection_values_n(struct MHD_Connection *mhd, enum MHD_ValueKind kind, MHD_KeyValueIteratorN iterator, void *ctx) {
    static const struct {
        char value[8], name[8];
    } joined = {"x", "Host"}; /* what libmicrohttpd makes of a folded "Ho: x": the name elsewhere */
    assert_null(mhd);
    assert_int_equal(kind, MHD_HEADER_KIND);
    for (size_t i = 0; i < memory.field_count; i++) {
        const char *name = memory.field[i].name, *value = memory.field[i].value;
        if (iterator(ctx, kind, name, strlen(name), value, strlen(value)) == MHD_NO) return (int)i;
    }
    if (folded) iterator(ctx, kind, joined.name, 4, joined.value, 1);
    return (int)memory.field_count;
}

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *mhd, enum MHD_ConnectionInfoType type, ...) {
    static union MHD_ConnectionInfo info;
    assert_null(mhd);
    assert_int_equal(type, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    info.header_size = memory.size;
    return &info;
}

/* The service's word on whose body comes in pieces. */
static bool streams;
bool http_streams(const struct http_request *request) {
    (void)request;
    return streams;
}

static int setup(void **state) {
    (void)state;
    connection = calloc(1, sizeof *connection);
    memset(field, 0, sizeof field);
    folded = streams = false;
    field[0][0] = "Host";
    field[0][1] = "127.0.0.1:8443";
    return connection == NULL;
}

static int teardown(void **state) {
    (void)state;
    free(connection);
    return 0;
}

static const struct http_request *line(const char *target) {
    memset(connection, 0, sizeof *connection);
    https_request_line(connection, target);
    return &connection->x.request;
}

/* Of the head that lies in memory. */
static enum http_refusal read_head(void) {
    memset(connection, 0, sizeof *connection);
    https_request_line(connection, memory.target);
    https_request_head(connection, memory.method, memory.version);
    return connection->refusal;
}

static enum http_refusal head(const char *method, const char *version, const char *name, const char *value) {
    field[1][0] = name;
    field[1][1] = value;
    lay_head(method, version);
    return read_head();
}

/* Each zero takes the place of a byte, so that what stood behind it is out of sight. */
static void test_what_a_zero_byte_hides(void **state) {
    (void)state;
    static const char *const hidden[] = {"ET", "/v1", "/1.1", "0.0.1:", "lue"};
    field[1][0] = "X-Y";
    field[1][1] = "value";
    lay_head("GET", "HTTP/1.1");
    assert_int_equal(read_head(), REFUSE_NONE);
    for (size_t i = 0; i < 5; i++) {
        lay_head("GET", "HTTP/1.1");
        char *at = memmem(memory.bytes, memory.size, hidden[i], strlen(hidden[i]));
        assert_non_null(at);
        *at = '\0';
        assert_int_equal(read_head(), REFUSE_MALFORMED);
    }
    lay_head("GET", "HTTP/1.1");
    lay("", 1); /* "value" and a zero byte before its line end */
    assert_int_equal(read_head(), REFUSE_MALFORMED);
}

/* Only one byte has become a zero. */
static void test_line_feed_alone(void **state) {
    (void)state;
    lay_head("GET", "HTTP/1.1");
    char *at = (char *)memory.field[0].name;
    memmove(at - 1, at, memory.size - (size_t)(at - memory.bytes));
    memory.field[0].name--, memory.field[0].value--, memory.size--;
    assert_int_equal(read_head(), REFUSE_MALFORMED);
}

static void test_authority_is_the_host(void **state) {
    (void)state;
    field[0][1] = "Board.local:8443";
    static const char *const targets[] = {"https://board.local:8443/redfish", "https://evil/redfish", "https://board.local/",
                                          "https://"};
    for (size_t i = 0; i < 4; i++) {
        memset(&memory, 0, sizeof memory);
        memory.method = lay("GET", 1);
        memory.target = lay(targets[i], 1);
        memory.version = lay("HTTP/1.1", 2);
        memory.field[0].name = lay("Host", 1);
        memory.field[0].value = lay(field[0][1], 2);
        memory.field_count = 1;
        lay("", 2);
        assert_int_equal(read_head(), i == 0 ? REFUSE_NONE : REFUSE_MALFORMED);
    }
}

static void test_targets(void **state) {
    (void)state;
    assert_string_equal(line("/redfish/v1/Systems?$top=2&$skip=1")->path, "/redfish/v1/Systems");
    assert_string_equal(connection->x.request.query, "$top=2&$skip=1");
    assert_string_equal(line("/a%20b%2Fc")->path, "/a b/c");
    assert_string_equal(line("/%e2%82%ac")->path, "/\xe2\x82\xac");
    assert_string_equal(line("https://board.local:8443/redfish?x")->path, "/redfish");
    assert_string_equal(connection->x.request.query, "x");
    assert_string_equal(line("https://board.local")->path, "/");
    assert_string_equal(line("*")->path, "*");
    assert_int_equal(connection->refusal, REFUSE_NONE);
}

static void test_targets_that_are_refused(void **state) {
    static const char *const bad[] = {"",    "redfish", "/a%00b", "/a%0d%0ab", "/a%zz",     "/a%4",
                                      "/a%", "/a b",    "/a\tb",  "/a%7f",     "http://x/y"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        line(bad[i]);
        assert_int_equal(connection->refusal, REFUSE_MALFORMED);
    }
    line(NULL);
    assert_int_equal(connection->refusal, REFUSE_MALFORMED);
}

static void test_target_at_its_limits(void **state) {
    char target[HTTP_PATH_SIZE + HTTP_QUERY_SIZE + 8];
    (void)state;
    memset(target, 'a', sizeof target);
    target[0] = '/';
    target[HTTP_PATH_SIZE - 1] = '\0';
    assert_int_equal(strlen(line(target)->path), HTTP_PATH_SIZE - 1);
    assert_false(connection->x.request.path_too_long);
    target[HTTP_PATH_SIZE - 1] = 'a';
    target[HTTP_PATH_SIZE] = '\0';
    assert_true(line(target)->path_too_long);
    memset(target, 'a', sizeof target);
    memcpy(target, "/x?", 3);
    target[3 + HTTP_QUERY_SIZE - 1] = '\0';
    assert_false(line(target)->path_too_long);
    target[3 + HTTP_QUERY_SIZE - 1] = 'a';
    target[3 + HTTP_QUERY_SIZE] = '\0';
    assert_true(line(target)->path_too_long);
    assert_int_equal(connection->refusal, REFUSE_NONE); /* too long is the service's to answer */
}

static void test_methods_and_kept_fields(void **state) {
    (void)state;
    assert_int_equal(head("PATCH", "HTTP/1.1", "x-auth-token", "0123456789abcdef0123456789abcdef"), REFUSE_NONE);
    assert_int_equal(connection->x.request.method, HTTP_PATCH);
    assert_string_equal(connection->x.request.auth_token, "0123456789abcdef0123456789abcdef");
    assert_string_equal(connection->x.request.host, "127.0.0.1:8443");
    assert_int_equal(head("BREW", "HTTP/1.1", "Accept", "*/*"), REFUSE_NONE);
    assert_int_equal(connection->x.request.method, HTTP_OTHER);
    assert_int_equal(head("get", "HTTP/1.1", "Accept", "*/*"), REFUSE_NONE); /* methods have case: RFC 9110, 9.1 */
    assert_int_equal(connection->x.request.method, HTTP_OTHER);
}

static void test_field_too_long_is_flagged_not_cut(void **state) {
    char value[HTTP_HEADER_SIZE + 1];
    (void)state;
    memset(value, 'a', sizeof value);
    value[HTTP_HEADER_SIZE - 1] = '\0';
    assert_int_equal(head("GET", "HTTP/1.1", "Authorization", value), REFUSE_NONE);
    assert_false(connection->x.request.too_long);
    value[HTTP_HEADER_SIZE - 1] = 'a';
    value[HTTP_HEADER_SIZE] = '\0';
    assert_int_equal(head("GET", "HTTP/1.1", "Authorization", value), REFUSE_NONE);
    assert_true(connection->x.request.too_long);
    assert_string_equal(connection->x.request.authorization, "");
}

static void test_long_token_stays_a_wrong_token(void **state) {
    (void)state;
    assert_int_equal(head("GET", "HTTP/1.1", "X-Auth-Token", "0123456789abcdef0123456789abcdef0123456789abcdef"), REFUSE_NONE);
    assert_false(connection->x.request.too_long);
    assert_int_equal(strlen(connection->x.request.auth_token), SESSION_TOKEN_SIZE); /* one more than a token has */
}

static void test_doubled_fields(void **state) {
    static const char *const single[] = {"Host",           "Authorization",     "X-Auth-Token", "Content-Type",
                                         "Content-Length", "Transfer-Encoding", "If-Match",     "Origin"};
    (void)state;
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        field[2][0] = single[i];
        field[2][1] = "7";
        assert_int_equal(head("GET", "HTTP/1.1", single[i], "7"), REFUSE_MALFORMED);
    }
    field[2][0] = "Accept";
    assert_int_equal(head("GET", "HTTP/1.1", "Accept", "*/*"), REFUSE_NONE); /* a list may come in parts */
}

/* What Prometheus 2.42 sends, what a person's curl sends, and the list in parts. */
static void test_openmetrics_is_asked_for_by_name(void **state) {
    (void)state;
    assert_int_equal(head("GET", "HTTP/1.1", "Accept",
                          "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                          "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
                     REFUSE_NONE);
    assert_true(connection->x.request.accepts_openmetrics);
    assert_int_equal(head("GET", "HTTP/1.1", "Accept", "*/*"), REFUSE_NONE);
    assert_false(connection->x.request.accepts_openmetrics);
    assert_int_equal(head("GET", "HTTP/1.1", "Content-Type", "application/openmetrics-text"), REFUSE_NONE);
    assert_false(connection->x.request.accepts_openmetrics);
    field[2][0] = "accept";
    field[2][1] = "Application/OpenMetrics-Text";
    assert_int_equal(head("GET", "HTTP/1.1", "Accept", "text/plain"), REFUSE_NONE);
    assert_true(connection->x.request.accepts_openmetrics);
}

static void test_framing(void **state) {
    (void)state;
    assert_int_equal(head("POST", "HTTP/1.1", "Transfer-Encoding", "chunked"), REFUSE_NONE);
    assert_int_equal(head("POST", "HTTP/1.1", "Transfer-Encoding", "gzip, chunked"), REFUSE_CODING);
    assert_int_equal(head("POST", "HTTP/1.0", "Transfer-Encoding", "chunked"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "12"), REFUSE_NONE);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "+12"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "1,2"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", ""), REFUSE_MALFORMED);
    field[2][0] = "Content-Length";
    field[2][1] = "5";
    assert_int_equal(head("POST", "HTTP/1.1", "Transfer-Encoding", "chunked"), REFUSE_MALFORMED);
}

static void test_names_with_blanks_and_values_with_controls(void **state) {
    (void)state;
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length ", "5"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "Host\t", "x"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "", "x"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "X-Y", "a\rb"), REFUSE_MALFORMED);
    assert_int_equal(head("POST", "HTTP/1.1", "X-Y", "a\tb"), REFUSE_NONE);
}

static void test_folded_field(void **state) {
    (void)state;
    field[0][0] = NULL;
    folded = true;
    assert_int_equal(head("GET", "HTTP/1.1", NULL, NULL), REFUSE_MALFORMED);
}

static void test_host_is_needed_since_1_1(void **state) {
    (void)state;
    field[0][0] = "Accept";
    assert_int_equal(head("GET", "HTTP/1.1", "Accept", "*/*"), REFUSE_MALFORMED);
    assert_int_equal(head("GET", "HTTP/1.0", "Accept", "*/*"), REFUSE_NONE);
}

static void test_announced_sizes(void **state) {
    (void)state;
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "4096"), REFUSE_NONE);
    assert_false(connection->x.request.body_too_large);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "4097"), REFUSE_NONE);
    assert_true(connection->x.request.body_too_large);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "1048577"), REFUSE_TOO_LARGE);
    assert_int_equal(head("POST", "HTTP/1.1", "Content-Length", "99999999999999999999999"), REFUSE_TOO_LARGE);
}

static void test_body_in_parts(void **state) {
    static char part[HTTP_BODY_IN_MAX];
    struct http_request *request = &connection->x.request;
    (void)state;
    memset(part, 'b', sizeof part);
    https_request_body(connection, "{\"a\":", 5);
    https_request_body(connection, "1}", 2);
    assert_string_equal(request->body, "{\"a\":1}");
    https_request_body(connection, part, HTTP_BODY_IN_MAX - 7);
    assert_int_equal(request->body_size, HTTP_BODY_IN_MAX);
    assert_false(request->body_too_large);
    https_request_body(connection, part, 1);
    assert_true(request->body_too_large);
    assert_int_equal(request->body_size, HTTP_BODY_IN_MAX);
    https_request_body(connection, part, 100);
    assert_int_equal(connection->discarded_size, 101);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_a_zero_byte_hides),
        TEST(test_line_feed_alone),
        TEST(test_authority_is_the_host),
        TEST(test_targets),
        TEST(test_targets_that_are_refused),
        TEST(test_target_at_its_limits),
        TEST(test_methods_and_kept_fields),
        TEST(test_field_too_long_is_flagged_not_cut),
        TEST(test_long_token_stays_a_wrong_token),
        TEST(test_doubled_fields),
        TEST(test_openmetrics_is_asked_for_by_name),
        TEST(test_framing),
        TEST(test_names_with_blanks_and_values_with_controls),
        TEST(test_folded_field),
        TEST(test_host_is_needed_since_1_1),
        TEST(test_announced_sizes),
        TEST(test_body_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
