/* SPDX-License-Identifier: Apache-2.0
 * From bytes to struct http_request. libmicrohttpd splits the head into fields and joins the chunks of a body; whatever is left
 * to interpretation there (RFC 9112, 11.2: request smuggling) is refused here: repeated fields that must be single, both framings
 * at once, names with blanks. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "port/linux/https_internal.h"

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

void https_request_line(struct https_connection *connection, const char *target) {
    struct http_request *request = &connection->x.request;
    size_t size = 0;
    connection->target = target;
    if (target == NULL) { /* no target at all */
        connection->refusal = REFUSE_MALFORMED;
        return;
    }
    connection->target_end = target + strlen(target); /* libmicrohttpd will split off the query */
    const char *at = skip_authority(target);
    if (*at != '/' && strcmp(at, "*") != 0) connection->refusal = REFUSE_MALFORMED;
    while (*at != '\0' && *at != '?' && !request->path_too_long) {
        char c = decode(&at);
        if (c == 0) connection->refusal = REFUSE_MALFORMED;
        if (c == 0) break;
        if (size == sizeof request->path - 1)
            request->path_too_long = true;
        else
            request->path[size++] = c;
    }
    const char *query = strchr(at, '?');
    if (query == NULL) return;
    size_t query_size = strlen(query + 1);
    if (query_size >= sizeof request->query)
        request->path_too_long = true;
    else
        memcpy(request->query, query + 1, query_size + 1);
}

/* ---- the head ---- */

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

struct head {
    struct https_connection *connection;
    const char *next; /* where the next line must begin */
    const char *value[FIELD_COUNT];
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

/* Accept may be a long list, and come in parts (RFC 9110, 12.5.1); all that counts is whether it holds one name of ours. */
static void take_accept(struct http_request *request, const char *name, const char *value) {
    if (strcasecmp(name, "Accept") != 0 || strcasestr(value, "application/openmetrics-text") == NULL) return;
    request->accepts_openmetrics = true;
}

/* libmicrohttpd (0.9.75) splits the head where it was received: each line's CR LF has become two zeros, and the next line begins
 * right behind them. So a field that does not begin there, or that two zeros do not follow, hides something that another reader
 * might see: a zero byte, a line that ends with LF alone, a line without a name, a folded one (appended to the name elsewhere).
 * RFC 9112, 2.2 and 5.2, RFC 9110, 5.5: such a request is refused. */
static bool follows(struct head *head, const char *name, const char *value, size_t value_size) {
    bool here = name == head->next && value[value_size] == '\0' && value[value_size + 1] == '\0';
    head->next = value + value_size + 2;
    return here;
}

static enum MHD_Result take_field(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
                                  size_t value_size) {
    struct head *head = ctx;
    (void)kind;
    bool ok = value != NULL && follows(head, name, value, value_size) && token_ok(name, name_size) && value_ok(value, value_size);
    for (size_t i = 0; ok && i < FIELD_COUNT; i++) {
        if (strcasecmp(name, fields[i].name) != 0) continue;
        ok = head->value[i] == NULL;
        head->value[i] = value;
        keep(&head->connection->x.request, &fields[i], value, value_size);
    }
    if (ok) take_accept(&head->connection->x.request, name, value);
    if (!ok) head->connection->refusal = REFUSE_MALFORMED;
    return ok ? MHD_YES : MHD_NO;
}

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
static void check_framing(struct https_connection *connection, const struct head *head, const char *version) {
    const char *length = head->value[CONTENT_LENGTH], *coding = head->value[TRANSFER_ENCODING];
    if (coding != NULL && (length != NULL || strcmp(version, "HTTP/1.1") != 0))
        connection->refusal = REFUSE_MALFORMED;
    else if (coding != NULL && strcasecmp(coding, "chunked") != 0)
        connection->refusal = REFUSE_CODING;
    if (length == NULL) return;
    if (length[0] == '\0' || length[strspn(length, "0123456789")] != '\0') connection->refusal = REFUSE_MALFORMED;
    unsigned long long announced = strtoull(length, NULL, 10); /* saturates */
    if (announced > HTTP_BODY_IN_MAX) connection->x.request.body_too_large = true;
    if (announced > HTTPS_DISCARD_MAX && connection->refusal == REFUSE_NONE) connection->refusal = REFUSE_TOO_LARGE;
}

/* Method, target, version, fields and the empty line stand one behind the other with nothing between. Where there is something, a
 * zero byte hid it from us and might not hide it from another server on the way: one reading of a request, never two. */
static bool is_whole(const struct https_connection *connection, const struct head *head, const char *method,
                     const char *version) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return connection->target != NULL && method + strlen(method) + 1 == connection->target &&
           connection->target_end + 1 == version && info != NULL && head->next + 2 == method + info->header_size;
}

void https_request_head(struct https_connection *connection, const char *method, const char *version) {
    struct head head = {.connection = connection, .next = version + strlen(version) + 2};
    connection->x.request.method = method_of(method);
    MHD_get_connection_values_n(connection->mhd, MHD_HEADER_KIND, take_field, &head);
    if (!is_whole(connection, &head, method, version)) connection->refusal = REFUSE_MALFORMED;
    if (head.next - method > HTTPS_FIELDS_MAX) connection->x.request.too_long = true;
    if (connection->refusal == REFUSE_NONE) check_framing(connection, &head, version);
    if (connection->target != NULL && !authority_is_host(connection->target, head.value[HOST]))
        connection->refusal = REFUSE_MALFORMED;
    if (head.value[HOST] == NULL && strcmp(version, "HTTP/1.0") != 0) connection->refusal = REFUSE_MALFORMED; /* RFC 9112, 3.2 */
}

/* ---- the body ---- */

void https_request_body(struct https_connection *connection, const char *data, size_t size) {
    struct http_request *request = &connection->x.request;
    if (size > HTTP_BODY_IN_MAX - request->body_size) request->body_too_large = true;
    if (request->body_too_large) {
        connection->discarded_size += size;
        return;
    }
    memcpy(request->body + request->body_size, data, size);
    request->body_size += size;
    request->body[request->body_size] = '\0';
}
