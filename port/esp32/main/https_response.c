/* SPDX-License-Identifier: Apache-2.0
 * From struct http_response, or a refusal of the port's own, to bytes. */
#include <stdio.h>
#include <string.h>

#include "port/common/http_answer.h"
#include "port/esp32/main/clock.h"
#include "port/esp32/main/https_internal.h"

struct head {
    char *out;
    size_t size, used; /* used > size: it did not fit */
};

static void put(struct head *head, const char *format, const char *first, const char *second) {
    size_t left = head->used < head->size ? head->size - head->used : 0;
    int length = snprintf(left > 0 ? head->out + head->used : NULL, left, format, first, second);
    head->used += length > 0 ? (size_t)length : 0;
}

static void put_field(void *ctx, const char *name, const char *value) { put(ctx, "%s: %s\r\n", name, value); }

static const char *reason(int status) {
    static const struct {
        int status;
        const char *words;
    } reasons[] = {{200, "OK"},
                   {201, "Created"},
                   {202, "Accepted"},
                   {204, "No Content"},
                   {304, "Not Modified"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {409, "Conflict"},
                   {412, "Precondition Failed"},
                   {413, "Content Too Large"},
                   {428, "Precondition Required"},
                   {431, "Request Header Fields Too Large"},
                   {500, "Internal Server Error"},
                   {501, "Not Implemented"},
                   {503, "Service Unavailable"}};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status) return reasons[i].words;
    return ""; /* RFC 9112, 4: may be empty */
}

static struct head begin_head(struct https_session *session, int status) {
    struct https_exchange *exchange = session->exchange;
    struct head head = {.out = exchange->head, .size = sizeof exchange->head};
    char number[12];
    snprintf(number, sizeof number, "%d", status);
    put(&head, "HTTP/1.1 %s %s\r\n", number, reason(status));
    return head;
}

static bool send_head(struct https_session *session, struct head *head, uint64_t deadline_ms) {
    put(head, "%s%s", "\r\n", "");
    return head->used < head->size && https_send(session, head->out, head->used, deadline_ms);
}

static void put_length(struct head *head, size_t size) {
    char number[12];
    snprintf(number, sizeof number, "%u", (unsigned)size);
    put_field(head, "Content-Length", number);
}

/* False with an answer after which the connection ends. */
static bool stays(const struct https_session *session) { return !session->exchange->wire.close; }

bool https_answer(struct https_session *session) {
    const struct http_exchange *x = &session->exchange->x;
    const struct http_response *answer = &x->response;
    uint64_t deadline_ms = clock_now_ms() + HTTPS_ANSWER_MS;
    struct head head = begin_head(session, answer->status);
    size_t size = answer->content_type != NULL ? answer->body_size : 0;
    bool bodiless = answer->status == 304 || answer->status == 204; /* RFC 9110, 8.6: and no length */
    http_answer_headers(answer, put_field, &head);
    if (!bodiless) put_length(&head, size);
    if (!stays(session)) put_field(&head, "Connection", "close");
    if (!send_head(session, &head, deadline_ms)) return false;
    if (!bodiless && x->request.method != HTTP_HEAD && !https_send(session, answer->body, size, deadline_ms)) return false;
    return stays(session);
}

bool https_refuse(struct https_session *session, enum http_refusal refusal) {
    const struct http_refusal_answer *answer = http_refusal_answer(refusal);
    uint64_t deadline_ms = clock_now_ms() + HTTPS_ANSWER_MS;
    struct head head = begin_head(session, answer->status);
    size_t size = strlen(answer->body);
    http_refusal_headers(refusal, put_field, &head);
    put_length(&head, size);
    if (answer->retry && !stays(session)) put_field(&head, "Connection", "close");
    if (!send_head(session, &head, deadline_ms)) return false;
    if (session->exchange->x.request.method != HTTP_HEAD && !https_send(session, answer->body, size, deadline_ms)) return false;
    return answer->retry && stays(session);
}

/* ---- answers of unknown length ---- */

/* HTTP/1.0 knows no chunks: there the end of the connection is the end of the answer. Both mean wire.close. */
bool https_answer_begin(struct https_session *session) {
    const struct http_response *answer = &session->exchange->x.response;
    struct head head = begin_head(session, answer->status != 0 ? answer->status : 200);
    http_answer_headers(answer, put_field, &head);
    if (!session->exchange->wire.old) put_field(&head, "Transfer-Encoding", "chunked");
    if (!stays(session)) put_field(&head, "Connection", "close");
    return send_head(session, &head, clock_now_ms() + HTTPS_ANSWER_MS);
}

bool https_answer_part(struct https_session *session, const char *data, size_t size, uint64_t deadline_ms) {
    char line[12];
    int length = snprintf(line, sizeof line, "%x\r\n", (unsigned)size);
    if (size == 0) return true; /* it would be the end */
    if (session->plain_parts) return https_send(session, data, size, deadline_ms);
    return https_send(session, line, (size_t)length, deadline_ms) && https_send(session, data, size, deadline_ms) &&
           https_send(session, "\r\n", 2, deadline_ms);
}

bool https_answer_end(struct https_session *session) {
    if (session->plain_parts) return false;
    return https_send(session, "0\r\n\r\n", 5, clock_now_ms() + HTTPS_ANSWER_MS) && stays(session);
}
