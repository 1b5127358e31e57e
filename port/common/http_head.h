/* SPDX-License-Identifier: Apache-2.0
 * http_head - the head of a request, read the same way on every port: the target, the fields that count, and how long the body
 * is. What two readers could understand differently (RFC 9112, 11.2: request smuggling) is refused here: fields that must be
 * single and are not, both framings at once, names with blanks. It splits no lines and owns no memory; what has no meaning to the
 * service is looked at and dropped. After a controller restart: nothing to restore. */
#ifndef PORT_COMMON_HTTP_HEAD_H
#define PORT_COMMON_HTTP_HEAD_H

#include "service/http.h"

#define HTTP_FIELDS_MAX  (8 * 1024)    /* a request's head; a longer one is answered 431 */
#define HTTP_DISCARD_MAX (1024 * 1024) /* of a body too large: read and dropped, so that the client gets to read the 413 */

/* What a port itself refuses, before the service sees it. */
enum http_refusal {
    REFUSE_NONE = 0,
    REFUSE_MALFORMED, /* 400: two readers could understand it differently */
    REFUSE_TOO_LARGE, /* 413 at once: not even read to be dropped */
    REFUSE_CODING,    /* 501: a transfer coding other than chunked */
    REFUSE_BUSY,      /* 503: streams or derivations are all taken */
    REFUSE_ENDING,    /* 503: the controller restarts */
    REFUSE_INTERNAL,  /* 500 */
    REFUSAL_COUNT
};

/* Texts are zero-terminated and stay where they are until http_head_end(). */
struct http_head {
    struct http_request *request; /* zeroed by the caller */
    const char *target;
    const char *host, *length, *coding; /* as sent; NULL: not sent */
    uint16_t seen;                      /* fields that may come once */
    bool close;                         /* the client wants the connection closed after the answer */
    bool expects_continue;
    bool (*streams)(
        const struct http_request *request); /* http_streams(), or NULL where a port does not bring bodies in pieces */
    bool streamed;                           /* it is so for this one: no limit of ours applies to its size */
    unsigned long long announced_size;       /* of the body; 0: not told */
    enum http_refusal refusal;
};

/* Decodes path and query into the request. target NULL: there was none. */
enum http_refusal http_target_read(struct http_request *request, const char *target);
/* False, with the refusal noted, when the field makes the request one to refuse. */
bool http_head_field(struct http_head *head, const char *name, size_t name_size, const char *value, size_t value_size);
/* After the last field: the method, and whether the body's length can be said in only one way. */
void http_head_end(struct http_head *head, const char *method, const char *version);

#endif
