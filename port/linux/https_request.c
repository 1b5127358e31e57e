/* SPDX-License-Identifier: Apache-2.0
 * From libmicrohttpd's view of a request to struct http_request. It splits the head into fields and joins the chunks of a body;
 * what it hides of the head's bytes is refused here, the rest is port/common/http_head's to judge. */
#include <string.h>

#include "port/linux/https_internal.h"

void https_request_line(struct https_connection *connection, const char *target) {
    connection->target = target;
    if (target != NULL) connection->target_end = target + strlen(target); /* libmicrohttpd will split off the query */
    connection->refusal = http_target_read(&connection->x.request, target);
}

/* ---- the head ---- */

struct head {
    struct http_head read;
    const char *next; /* where the next line must begin */
};

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
    if (value == NULL || !follows(head, name, value, value_size)) {
        head->read.refusal = REFUSE_MALFORMED;
        return MHD_NO;
    }
    return http_head_field(&head->read, name, name_size, value, value_size) ? MHD_YES : MHD_NO;
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
    struct head head = {.read = {.request = &connection->x.request,
                                 .target = connection->target,
                                 .streams = http_streams,
                                 .refusal = connection->refusal},
                        .next = version + strlen(version) + 2};
    MHD_get_connection_values_n(connection->mhd, MHD_HEADER_KIND, take_field, &head);
    if (!is_whole(connection, &head, method, version)) head.read.refusal = REFUSE_MALFORMED;
    if (head.next - method > HTTP_FIELDS_MAX) connection->x.request.too_long = true;
    http_head_end(&head.read, method, version);
    connection->refusal = head.read.refusal;
    connection->announced_size = head.read.announced_size;
    connection->expects_continue = head.read.expects_continue;
    if (head.read.streamed) connection->body = BODY_ADMITTING;
}

/* ---- the body ---- */

void https_request_body(struct https_connection *connection, const char *data, size_t size) {
    struct http_request *request = &connection->x.request;
    if (size > HTTP_BODY_IN_MAX - request->body_size) request->body_too_large = true;
    if (request->body_too_large || connection->body == BODY_DROPPED) {
        connection->discarded_size += size;
        return;
    }
    memcpy(request->body + request->body_size, data, size);
    request->body_size += size;
    request->body[request->body_size] = '\0';
}
