/* SPDX-License-Identifier: Apache-2.0
 * http_answer - the header fields of every answer, the security headers with it, and the answers that a port gives by itself. A
 * port only writes them in its own way. It decides nothing else and keeps nothing. */
#ifndef PORT_COMMON_HTTP_ANSWER_H
#define PORT_COMMON_HTTP_ANSWER_H

#include "port/common/http_head.h"

/* Called once for each field; the texts last no longer than the call. */
typedef void http_header_sink(void *ctx, const char *name, const char *value);

/* All but what frames the body. */
void http_answer_headers(const struct http_response *answer, http_header_sink *sink, void *ctx);

/* A refusal, its body in the words of Redfish. One without retry is sent with "Connection: close": where the next request begins
 * cannot be trusted after a head that was not understood. */
struct http_refusal_answer {
    int status;
    bool retry;
    const char *body;
};
const struct http_refusal_answer *http_refusal_answer(enum http_refusal refusal);
void http_refusal_headers(enum http_refusal refusal, http_header_sink *sink, void *ctx);

#endif
