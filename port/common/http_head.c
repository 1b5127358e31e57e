/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/http_head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the target ---- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* RFC 9112, 3.2.2: a server must take the absolute form too. */
static size_t authority_size(const char *target) {
    return strncasecmp(target, "https://", 8) == 0 ? 8 + strcspn(target + 8, "/?") : 0;
}

static const char *skip_authority(const char *target) {
    const char *path = target + authority_size(target);
    return *path == '\0' && path != target ? "/" : path;
}

/* RFC 9112, 3.2: a client sends the same in both. Who heeded one and who heeded the other would disagree on whom it is for. */
static bool authority_is_host(const char *target, const char *host) {
    size_t size = authority_size(target);
    return size == 0 || (host != NULL && strlen(host) == size - 8 && strncasecmp(target + 8, host, size - 8) == 0);
}

/* One decoded character of the path; 0 when it is none that a path may hold: control characters, also percent-encoded, and broken
 * encodings. */
static char decode(const char **at) {
    const char *c = *at;
    *at = c + 1;
    if (*c != '%') return (unsigned char)*c > ' ' && *c != 0x7f ? *c : 0;
    int high = hex_digit(c[1]), low = high < 0 ? -1 : hex_digit(c[2]);
    if (low < 0) return 0;
    *at = c + 3;
    int value = high * 16 + low;
    return value >= ' ' && value != 0x7f ? (char)value : 0;
}

static void read_query(struct http_request *request, const char *query) {
    size_t size = strlen(query);
    if (size >= sizeof request->query)
        request->path_too_long = true;
    else
        memcpy(request->query, query, size + 1);
}

enum http_refusal http_target_read(struct http_request *request, const char *target) {
    size_t size = 0;
    if (target == NULL) return REFUSE_MALFORMED;
    const char *at = skip_authority(target);
    enum http_refusal refusal = *at == '/' || strcmp(at, "*") == 0 ? REFUSE_NONE : REFUSE_MALFORMED;
    while (*at != '\0' && *at != '?' && !request->path_too_long) {
        char c = decode(&at);
        if (c == 0) refusal = REFUSE_MALFORMED;
        if (c == 0) break;
        if (size == sizeof request->path - 1)
            request->path_too_long = true;
        else
            request->path[size++] = c;
    }
    const char *query = strchr(at, '?');
    if (query != NULL) read_query(request, query + 1);
    return refusal;
}

/* ---- fields ---- */

/* RFC 9110, 5.6.2 */
static bool token_ok(const char *name, size_t size) {
    static const char other[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && (c == '\0' || strchr(other, c) == NULL)) return false;
    }
    return size > 0;
}

static bool value_ok(const char *value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f) return false;
    }
    return true;
}

/* The fields we read. Each may come once: none of them is a list that could be joined. */
enum {
    HOST,
    AUTHORIZATION,
    AUTH_TOKEN,
    CONTENT_TYPE,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    IF_MATCH,
    IF_NONE_MATCH,
    ODATA_VERSION,
    ORIGIN,
    LAST_EVENT_ID,
    FIELD_COUNT
};

#define MEMBER(member) offsetof(struct http_request, member), sizeof(((struct http_request *)0)->member)
static const struct field {
    const char *name;
    size_t offset, size; /* of the member that keeps it; size 0: not kept */
    bool cut;            /* when it does not fit: a token too long cannot be one of ours, and 401 says more than 431 */
} fields[FIELD_COUNT] = {
    [HOST] = {"Host", MEMBER(host), false},
    [AUTHORIZATION] = {"Authorization", MEMBER(authorization), false},
    [AUTH_TOKEN] = {"X-Auth-Token", MEMBER(auth_token), true},
    [CONTENT_TYPE] = {"Content-Type", MEMBER(content_type), false},
    [CONTENT_LENGTH] = {"Content-Length", 0, 0, false},
    [TRANSFER_ENCODING] = {"Transfer-Encoding", 0, 0, false},
    [IF_MATCH] = {"If-Match", MEMBER(if_match), false},
    [IF_NONE_MATCH] = {"If-None-Match", MEMBER(if_none_match), false},
    [ODATA_VERSION] = {"OData-Version", MEMBER(odata_version), false},
    [ORIGIN] = {"Origin", MEMBER(http_origin), false},
    [LAST_EVENT_ID] = {"Last-Event-ID", MEMBER(last_event_id), false},
};

static void keep(struct http_request *request, const struct field *field, const char *value, size_t size) {
    if (field->size == 0) return;
    if (size >= field->size && !field->cut) {
        request->too_long = true;
        return;
    }
    size_t kept = size < field->size ? size : field->size - 1;
    memcpy((char *)request + field->offset, value, kept); /* the request was zeroed: it stays terminated */
}

/* Lists (RFC 9110, 5.6.1), which may come in parts; all that counts is whether they hold one word of ours. */
static void take_lists(struct http_head *head, const char *name, const char *value) {
    if (strcasecmp(name, "Accept") == 0 && strcasestr(value, "application/openmetrics-text") != NULL)
        head->request->accepts_openmetrics = true;
    if (strcasecmp(name, "Connection") == 0 && strcasestr(value, "close") != NULL) head->close = true;
    if (strcasecmp(name, "Expect") == 0 && strcasecmp(value, "100-continue") == 0) head->expects_continue = true;
}

static void note(struct http_head *head, unsigned field, const char *value) {
    if (field == HOST) head->host = value;
    if (field == CONTENT_LENGTH) head->length = value;
    if (field == TRANSFER_ENCODING) head->coding = value;
}

bool http_head_field(struct http_head *head, const char *name, size_t name_size, const char *value, size_t value_size) {
    bool ok = token_ok(name, name_size) && value_ok(value, value_size);
    for (unsigned i = 0; ok && i < FIELD_COUNT; i++) {
        if (strcasecmp(name, fields[i].name) != 0) continue;
        ok = (head->seen & 1u << i) == 0;
        head->seen |= (uint16_t)(1u << i);
        note(head, i, value);
        keep(head->request, &fields[i], value, value_size);
    }
    if (ok)
        take_lists(head, name, value);
    else
        head->refusal = REFUSE_MALFORMED;
    return ok;
}

/* ---- the whole ---- */

static enum http_method method_of(const char *name) {
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",      [HTTP_PATCH] = "PATCH",
        [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS"};
    for (unsigned i = 0; i < HTTP_OTHER; i++) {
        if (strcmp(name, names[i]) == 0) return (enum http_method)i;
    }
    return HTTP_OTHER;
}

/* How long the body is, and whether that can be said in only one way. */
static void check_framing(struct http_head *head, const char *version) {
    const char *length = head->length, *coding = head->coding;
    if (coding != NULL && (length != NULL || strcmp(version, "HTTP/1.1") != 0))
        head->refusal = REFUSE_MALFORMED;
    else if (coding != NULL && strcasecmp(coding, "chunked") != 0)
        head->refusal = REFUSE_CODING;
    if (length == NULL) return;
    if (length[0] == '\0' || length[strspn(length, "0123456789")] != '\0') head->refusal = REFUSE_MALFORMED;
    unsigned long long announced = strtoull(length, NULL, 10); /* saturates */
    head->announced_size = announced;
    if (head->streamed) return;
    if (announced > HTTP_BODY_IN_MAX) head->request->body_too_large = true;
    if (announced > HTTP_DISCARD_MAX && head->refusal == REFUSE_NONE) head->refusal = REFUSE_TOO_LARGE;
}

void http_head_end(struct http_head *head, const char *method, const char *version) {
    head->request->method = method_of(method);
    head->streamed = head->streams != NULL && head->streams(head->request);
    if (head->refusal == REFUSE_NONE) check_framing(head, version);
    if (head->target != NULL && !authority_is_host(head->target, head->host)) head->refusal = REFUSE_MALFORMED;
    if (head->host == NULL && strcmp(version, "HTTP/1.0") != 0) head->refusal = REFUSE_MALFORMED; /* RFC 9112, 3.2 */
    if (strcmp(version, "HTTP/1.0") == 0) head->close = true;
}
