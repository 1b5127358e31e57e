/* SPDX-License-Identifier: Apache-2.0
 * From struct http_response, or a refusal of the port's own, to what libmicrohttpd sends. */
#include <string.h>

#include "port/common/http_answer.h"
#include "port/linux/https_internal.h"

#define STREAM_BLOCK_SIZE 4096

static void add_header(void *response, const char *name, const char *value) { MHD_add_response_header(response, name, value); }

static enum MHD_Result queue(struct https_connection *connection, int status, struct MHD_Response *response) {
    enum MHD_Result result = MHD_queue_response(connection->mhd, (unsigned)status, response);
    MHD_destroy_response(response); /* the queue holds its own reference */
    return result;
}

enum MHD_Result https_answer(struct https_connection *connection) {
    const struct http_response *answer = &connection->x.response;
    /* PERSISTENT: the body lies in the exchange or is a constant, and both outlive the sending. */
    struct MHD_Response *response = MHD_create_response_from_buffer(answer->content_type != NULL ? answer->body_size : 0,
                                                                    (void *)answer->body, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) return MHD_NO;
    http_answer_headers(answer, add_header, response);
    return queue(connection, answer->status, response);
}

enum MHD_Result https_answer_stream(struct https_connection *connection, MHD_ContentReaderCallback reader) {
    const struct http_response *answer = &connection->x.response;
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_SIZE, reader, connection,
                                                                      NULL);
    if (response == NULL) return MHD_NO;
    http_answer_headers(answer, add_header, response);
    return queue(connection, answer->status != 0 ? answer->status : MHD_HTTP_OK, response);
}

enum MHD_Result https_refuse(struct https_connection *connection, enum http_refusal refusal) {
    const struct http_refusal_answer *answer = http_refusal_answer(refusal);
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(answer->body), (void *)answer->body,
                                                                    MHD_RESPMEM_PERSISTENT);
    if (response == NULL) return MHD_NO;
    http_refusal_headers(refusal, add_header, response);
    return queue(connection, answer->status, response);
}
