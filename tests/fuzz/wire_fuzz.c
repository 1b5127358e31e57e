/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target for the Linux port's request parser (port/linux/https_request.c): bytes of a request, split into lines as
 * libmicrohttpd does it, then read by the port; what the port does not refuse is served, as a stranger and as an administrator. A
 * look at the bytes themselves, simpler than any parser, says what must be refused: a request that two readers could understand
 * differently. */
#include <microhttpd.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "port/linux/https_internal.h"
#include "tests/fuzz/fuzz_board.h"

#define FIELDS_MAX 64
#define LINE_SIZE  (HTTPS_HEAD_MAX / 2)

struct line {
    char *text;
    size_t size;
};

/* The head as it lies in libmicrohttpd's memory: each line end has become zeros, and so has the blank behind method and target.
 */
static struct {
    char *memory; /* as large as the input, so that the sanitizer sees what reads beyond it */
    char *method, *target, *version;
    struct {
        char *name, *value;
        char joined[LINE_SIZE]; /* the name, when a folded line was appended to it */
    } field[FIELDS_MAX];
    size_t field_count;
    size_t size; /* with the empty line */
    const char *body;
    size_t body_size;
} head;

static struct https_connection connection;

/* ---- in libmicrohttpd's place ---- */

int MHD_get_connection_values_n(struct MHD_Connection *mhd, enum MHD_ValueKind kind, MHD_KeyValueIteratorN iterator, void *ctx) {
    (void)mhd;
    size_t i = 0;
    while (i < head.field_count) {
        const char *name = head.field[i].joined[0] ? head.field[i].joined : head.field[i].name;
        size_t index = i++;
        if (iterator(ctx, kind, name, strlen(name), head.field[index].value, strlen(head.field[index].value)) == MHD_NO) break;
    }
    return (int)i;
}

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *mhd, enum MHD_ConnectionInfoType type, ...) {
    static union MHD_ConnectionInfo info;
    (void)mhd;
    REQUIRE(type == MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    info.header_size = head.size;
    return &info;
}

/* The next line, or false when there is none with an end. */
static bool take_line(char **at, char *end, struct line *line) {
    char *feed = memchr(*at, '\n', (size_t)(end - *at));
    if (!feed) return false;
    *line = (struct line){*at, (size_t)(feed - *at)};
    *at = feed + 1;
    *feed = '\0';
    if (line->size > 0 && feed[-1] == '\r') line->text[--line->size] = '\0';
    return true;
}

static bool split_request_line(struct line line) {
    char *blank = memchr(line.text, ' ', line.size), *last = memrchr(line.text, ' ', line.size);
    if (!blank || blank == last) return false;
    *blank = *last = '\0';
    head.method = line.text;
    head.target = blank + 1;
    head.version = last + 1;
    return true;
}

/* False when libmicrohttpd itself would refuse it. */
static bool take_field(struct line line) {
    if (line.size >= LINE_SIZE) return false;
    if (line.text[0] == ' ' || line.text[0] == '\t') {
        if (head.field_count == 0) return false;
        const char *name = head.field[head.field_count - 1].name;
        char *joined = head.field[head.field_count - 1].joined;
        snprintf(joined, LINE_SIZE, "%s%s", name, line.text + strspn(line.text, " \t"));
        return true;
    }
    char *colon = strchr(line.text, ':');
    if (!colon || head.field_count == FIELDS_MAX) return false;
    *colon = '\0';
    head.field[head.field_count].name = line.text;
    head.field[head.field_count].value = colon + 1 + strspn(colon + 1, " \t");
    head.field[head.field_count++].joined[0] = '\0';
    return true;
}

static bool split(const uint8_t *data, size_t size) {
    struct line line;
    head.memory = malloc(size + 1);
    REQUIRE(head.memory);
    memcpy(head.memory, data, size);
    head.memory[size] = '\0';
    head.field_count = 0;
    char *at = head.memory, *end = head.memory + size;
    if (!take_line(&at, end, &line) || !split_request_line(line)) return false;
    while (take_line(&at, end, &line)) {
        if (line.size == 0) {
            head.size = (size_t)(at - head.memory);
            head.body = at;
            head.body_size = (size_t)(end - at);
            return true;
        }
        if (!take_field(line)) return false;
    }
    return false;
}

/* ---- what must be refused, from the bytes alone ---- */

static bool line_names(const char *line, size_t size, const char *name) {
    size_t length = strlen(name);
    return size > length && strncasecmp(line, name, length) == 0 && line[length] == ':';
}

static bool ambiguous(const uint8_t *data, size_t size) {
    static const char *const single[] = {"Host", "Content-Length", "Transfer-Encoding", "Authorization", "X-Auth-Token"};
    unsigned count[sizeof single / sizeof single[0]] = {0};
    const char *at = memchr(data, '\n', size), *end = (const char *)data + size, *feed;
    for (at++; (feed = memchr(at, '\n', (size_t)(end - at))) != NULL; at = feed + 1) {
        size_t length = (size_t)(feed - at);
        /* A zero in the place of the carriage return looks like one that libmicrohttpd has overwritten. */
        if (length == 0 || (feed[-1] != '\r' && feed[-1] != '\0') || memchr(at, '\0', length - 1)) return true;
        if (length == 0 || (length == 1 && *at == '\r')) break;
        if (*at == ' ' || *at == '\t') return true;
        for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) count[i] += line_names(at, length, single[i]);
    }
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
        if (count[i] > 1) return true;
    return count[1] && count[2];
}

static void check_request(const uint8_t *data, size_t size) {
    const struct http_request *request = &connection.x.request;
    REQUIRE(connection.refusal < REFUSAL_COUNT);
    REQUIRE(!ambiguous(data, size) || connection.refusal != REFUSE_NONE);
    REQUIRE(memchr(request->path, '\0', sizeof request->path) && memchr(request->query, '\0', sizeof request->query));
    REQUIRE(memchr(request->authorization, '\0', sizeof request->authorization));
    REQUIRE(memchr(request->auth_token, '\0', sizeof request->auth_token) && memchr(request->host, '\0', sizeof request->host));
    REQUIRE(request->body_size <= HTTP_BODY_IN_MAX && request->body[request->body_size] == '\0');
    for (const char *c = request->path; *c; c++) REQUIRE((unsigned char)*c >= ' ' && *c != 0x7f);
}

/* ---- serving ---- */

/* The body in parts as the network might cut it; the second byte of the input decides. */
static void receive_body(size_t part) {
    for (size_t done = 0; done < head.body_size; done += part) {
        size_t left = head.body_size - done;
        https_request_body(&connection, head.body + done, left < part ? left : part);
    }
}

static bool receive(const uint8_t *data, size_t size) {
    memset(&connection, 0, sizeof connection);
    if (!split(data, size)) return false;
    https_request_line(&connection, head.target);
    https_request_head(&connection, head.method, head.version);
    if (connection.refusal == REFUSE_NONE) receive_body(1 + data[1] % 97);
    check_request(data, size);
    return connection.refusal == REFUSE_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > HTTPS_HEAD_MAX) return 0;
    fuzz_next_input();
    fuzz_remember();
    if (receive(data, size)) {
        connection.x.request.authorization[0] = connection.x.request.auth_token[0] = '\0';
        fuzz_serve(&connection.x);
        fuzz_require_unchanged();
        free(head.memory);
        const char *token = fuzz_open_session();
        receive(data, size);
        memcpy(connection.x.request.auth_token, token, SESSION_TOKEN_SIZE);
        fuzz_serve(&connection.x);
        fuzz_require_administered();
    }
    free(head.memory);
    return 0;
}
