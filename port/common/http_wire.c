/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/http_wire.h"

#include <string.h>

#define BODY_MAX ((uint64_t)UINT32_MAX) /* of one that is streamed, and of its chunks: what it is for has a limit of its own */

void http_wire_begin(struct http_wire *wire, struct http_request *request, char *head, http_wire_streams *streams) {
    memset(request, 0, sizeof *request);
    memset(wire, 0, sizeof *wire);
    wire->request = request;
    wire->head = head;
    wire->streams = streams;
}

static void refuse(struct http_wire *wire, enum http_refusal refusal) {
    wire->refusal = refusal;
    wire->close = true;
    wire->stage = WIRE_DONE;
}

/* ---- the head ---- */

/* The next line of the head, terminated in place. */
static char *take_line(char **at) {
    char *line = *at, *end = strchr(line, '\r');
    *end = '\0';
    *at = end + 2;
    return line;
}

/* RFC 9112, 3: one blank each. */
static bool split_request_line(char *line, char **target, char **version) {
    char *blank = strchr(line, ' '), *last = strrchr(line, ' ');
    if (blank == NULL || blank == line || blank == last || last == blank + 1) return false;
    *blank = *last = '\0';
    *target = blank + 1;
    *version = last + 1;
    if (strpbrk(line, "\t\"(),/:;<=>?@[\\]{}") != NULL || strchr(*target, ' ') != NULL) return false;
    return strcmp(*version, "HTTP/1.1") == 0 || strcmp(*version, "HTTP/1.0") == 0;
}

/* RFC 9112, 5: nothing between name and colon; blanks around the value are not of it. */
static bool take_field(struct http_head *head, char *line) {
    char *colon = strchr(line, ':');
    if (colon == NULL) return false;
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t"), *end = value + strlen(value);
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) end--;
    *end = '\0';
    return http_head_field(head, line, (size_t)(colon - line), value, (size_t)(end - value));
}

static void begin_body(struct http_wire *wire, const struct http_head *head) {
    for (const char *digit = head->length; digit != NULL && *digit != '\0' && wire->left <= BODY_MAX; digit++)
        wire->left = wire->left * 10 + (uint64_t)(*digit - '0');
    wire->stage = head->coding != NULL ? WIRE_CHUNK_LINE : wire->left > 0 ? WIRE_BODY : WIRE_DONE;
}

/* The head ends with an empty line, and has no CR, LF or zero but its line ends. */
static void read_head(struct http_wire *wire) {
    char *at = wire->head, *line = take_line(&at), *target, *version;
    if (!split_request_line(line, &target, &version)) {
        refuse(wire, REFUSE_MALFORMED);
        return;
    }
    struct http_head head = {
        .request = wire->request, .target = target, .streams = wire->streams, .refusal = http_target_read(wire->request, target)};
    while (*(line = take_line(&at)) != '\0')
        if (!take_field(&head, line)) head.refusal = REFUSE_MALFORMED;
    http_head_end(&head, wire->head, version);
    wire->close = head.close;
    wire->old = strcmp(version, "HTTP/1.0") == 0;
    wire->expects_continue = head.expects_continue;
    wire->streamed = head.streamed;
    if (head.refusal == REFUSE_NONE)
        begin_body(wire, &head);
    else
        refuse(wire, head.refusal);
}

/* RFC 9112, 2.2: an empty line before a request is passed over; one, and no more. */
static bool pass_empty_line(struct http_wire *wire) {
    if (wire->head_size != 2 || wire->passed_empty_line) return false;
    wire->passed_empty_line = true;
    wire->head_size = 0;
    return true;
}

static void take_head(struct http_wire *wire, char c) {
    bool line_end = wire->head_size > 0 && wire->head[wire->head_size - 1] == '\r';
    wire->head[wire->head_size++] = c;
    const char *end = wire->head + wire->head_size;
    if (c == '\0' || (c == '\n') != line_end) {
        refuse(wire, REFUSE_MALFORMED);
    } else if (line_end && wire->head_size == 2) {
        if (!pass_empty_line(wire)) refuse(wire, REFUSE_MALFORMED);
    } else if (line_end && wire->head_size >= 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0) {
        read_head(wire);
    } else if (wire->head_size == HTTP_WIRE_HEAD_SIZE) { /* the service answers 431; where the body begins is not known */
        wire->request->too_long = true;
        wire->close = true;
        wire->stage = WIRE_DONE;
    }
}

/* ---- the body ---- */

static void keep(struct http_wire *wire, const char *data, size_t size) {
    struct http_request *request = wire->request;
    if (wire->streamed) {
        wire->piece = data;
        wire->piece_size = size;
        return;
    }
    if (size > HTTP_BODY_IN_MAX - request->body_size) request->body_too_large = true;
    if (request->body_too_large) {
        wire->discarded_size += size;
        if (wire->discarded_size > HTTP_DISCARD_MAX) refuse(wire, REFUSE_TOO_LARGE);
        return;
    }
    memcpy(request->body + request->body_size, data, size);
    request->body_size += size;
}

static size_t take_body(struct http_wire *wire, const char *data, size_t size) {
    size_t part = size < wire->left ? size : (size_t)wire->left;
    wire->left -= part;
    if (wire->left == 0) wire->stage = wire->stage == WIRE_BODY ? WIRE_DONE : WIRE_CHUNK_END;
    keep(wire, data, part);
    return part;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Counts a line that is not kept. False, and refused, when it is too long or a line end is not CR LF. */
static bool line_ok(struct http_wire *wire, char c, size_t size_max) {
    bool ok = ++wire->line_size <= size_max && (c == '\n') == (wire->last == '\r') && c != '\0';
    wire->last = c;
    if (!ok) refuse(wire, REFUSE_MALFORMED);
    return ok;
}

static void begin_line(struct http_wire *wire, enum http_wire_stage stage) {
    wire->stage = stage;
    wire->line_size = 0;
    wire->last = '\0';
    wire->digits = wire->extension = false;
    wire->empty_line = true;
}

/* RFC 9112, 7.1: hexadecimal digits, then nothing or an extension. */
static void take_chunk_line(struct http_wire *wire, char c) {
    if (!line_ok(wire, c, HTTP_CHUNK_LINE_MAX)) return;
    int digit = wire->extension ? -1 : hex_digit(c);
    if (digit >= 0) {
        wire->digits = true;
        wire->left = wire->left * 16 + (unsigned)digit;
        if (wire->left > (wire->streamed ? BODY_MAX : HTTP_DISCARD_MAX)) refuse(wire, REFUSE_TOO_LARGE);
    } else if (!wire->digits || (c != '\r' && c != '\n' && c != ';' && !wire->extension)) {
        refuse(wire, REFUSE_MALFORMED);
    } else if (c == '\n') {
        begin_line(wire, wire->left > 0 ? WIRE_CHUNK : WIRE_TRAILER);
    } else {
        wire->extension = true; /* after CR there may be LF alone, which line_ok() sees to */
    }
}

static void take_chunk_end(struct http_wire *wire, char c) {
    if (c != (wire->last == '\r' ? '\n' : '\r')) refuse(wire, REFUSE_MALFORMED);
    wire->last = c;
    if (c == '\n' && wire->stage == WIRE_CHUNK_END) begin_line(wire, WIRE_CHUNK_LINE);
}

/* Fields after the body say nothing to us. */
static void take_trailer(struct http_wire *wire, char c) {
    if (!line_ok(wire, c, HTTP_TRAILER_MAX)) return;
    if (c == '\n' && wire->empty_line) wire->stage = WIRE_DONE;
    if (c != '\r') wire->empty_line = c == '\n';
}

static void take_one(struct http_wire *wire, char c) {
    switch (wire->stage) {
    case WIRE_HEAD:
        take_head(wire, c);
        return;
    case WIRE_CHUNK_LINE:
        take_chunk_line(wire, c);
        return;
    case WIRE_CHUNK_END:
        take_chunk_end(wire, c);
        return;
    default:
        take_trailer(wire, c);
    }
}

size_t http_wire_take(struct http_wire *wire, const char *data, size_t size) {
    size_t taken = 0;
    bool head = wire->stage == WIRE_HEAD;
    wire->piece_size = 0;
    while (taken < size && wire->stage != WIRE_DONE && wire->piece_size == 0) {
        if (head && wire->streamed && wire->stage != WIRE_HEAD) break;
        wire->begun = true;
        if (wire->stage == WIRE_BODY || wire->stage == WIRE_CHUNK)
            taken += take_body(wire, data + taken, size - taken);
        else
            take_one(wire, data[taken++]);
    }
    return taken;
}
