/* SPDX-License-Identifier: Apache-2.0
 * From struct http_response, or a refusal of the port's own, to bytes. Every answer carries the security headers. */
#include <stdio.h>
#include <string.h>

#include "port/linux/https_internal.h"

#define RETRY_AFTER_S     "2" /* by then a derivation's place is free, or the controller is back */
#define STREAM_BLOCK_SIZE 4096

static void add_header(struct MHD_Response *response, const char *name, const char *value) {
    if (value != NULL && value[0] != '\0') MHD_add_response_header(response, name, value);
}

static void add_security_headers(struct MHD_Response *response) {
    static const char *const headers[][2] = {
        {"Strict-Transport-Security", "max-age=31536000"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
         "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"},
        {"X-Frame-Options", "DENY"}, /* for what does not know frame-ancestors */
        {"Cross-Origin-Resource-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) add_header(response, headers[i][0], headers[i][1]);
}

static void add_headers(struct MHD_Response *response, const struct http_response *answer) {
    char seconds[12];
    add_security_headers(response);
    add_header(response, "Content-Type", answer->content_type);
    add_header(response, "Content-Encoding", answer->content_encoding);
    add_header(response, "Allow", answer->allow);
    add_header(response, "Cache-Control", answer->cache_control != NULL ? answer->cache_control : "no-store");
    add_header(response, "WWW-Authenticate", answer->www_authenticate);
    add_header(response, "Location", answer->location);
    add_header(response, "ETag", answer->etag);
    add_header(response, "X-Auth-Token", answer->auth_token);
    add_header(response, "Link", answer->link);
    add_header(response, "OData-Version", answer->odata_version ? "4.0" : NULL);
    snprintf(seconds, sizeof seconds, "%u", answer->retry_after_s);
    add_header(response, "Retry-After", answer->retry_after_s > 0 ? seconds : NULL);
}

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
    add_headers(response, answer);
    return queue(connection, answer->status, response);
}

enum MHD_Result https_answer_stream(struct https_connection *connection, MHD_ContentReaderCallback reader) {
    const struct http_response *answer = &connection->x.response;
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_SIZE, reader, connection,
                                                                      NULL);
    if (response == NULL) return MHD_NO;
    add_headers(response, answer);
    return queue(connection, answer->status != 0 ? answer->status : MHD_HTTP_OK, response);
}

/* ---- what the port itself refuses ---- */

#define BODY(id, words, resolution)                                                                                              \
    "{\"error\":{\"code\":\"" id "\",\"message\":\"" words                                                                       \
    "\",\"@Message.ExtendedInfo\":[{\"@odata.type\":\"#Message.v1_3_0.Message\","                                                \
    "\"MessageId\":\"" id "\",\"Message\":\"" words                                                                              \
    "\",\"MessageArgs\":[],\"MessageSeverity\":\"Warning\",\"Resolution\":\"" resolution "\"}]}}"

static const struct {
    int status;
    bool retry;
    const char *body;
} refusals[REFUSAL_COUNT] = {
    [REFUSE_NONE] = {500, false,
                     BODY("Base.1.19.InternalError", "The request failed due to an internal service error.", "Try again.")},
    [REFUSE_MALFORMED] = {400, false,
                          BODY(
                              "Base.1.19.GeneralError", "The request's head is malformed or ambiguous.",
                              "Send each of Host, Authorization, Content-Type and Content-Length at most once, not together with "
                              "Transfer-Encoding, and a path without control characters.")},
    [REFUSE_TOO_LARGE] = {413, false,
                          BODY("Base.1.19.PayloadTooLarge", "The supplied payload exceeds the maximum size.", "Send less.")},
    [REFUSE_CODING] = {501, false,
                       BODY("Base.1.19.GeneralError", "The transfer coding is not supported.", "Use chunked or Content-Length.")},
    [REFUSE_BUSY] = {503, true,
                     BODY("Base.1.19.GeneralError", "Too many sign-ins or event streams at this moment.",
                          "Try again after a few seconds.")},
    [REFUSE_ENDING] = {503, true,
                       BODY("Base.1.19.GeneralError", "The controller is restarting.", "Try again after a few seconds.")},
    [REFUSE_INTERNAL] = {500, false,
                         BODY("Base.1.19.InternalError", "The request failed due to an internal service error.", "Try again.")},
};

enum MHD_Result https_refuse(struct https_connection *connection, enum https_refusal refusal) {
    const char *body = refusals[refusal].body;
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), (void *)body, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) return MHD_NO;
    add_security_headers(response);
    add_header(response, "Content-Type", "application/json");
    add_header(response, "Cache-Control", "no-store");
    add_header(response, "OData-Version", "4.0");
    if (refusals[refusal].retry)
        add_header(response, "Retry-After", RETRY_AFTER_S);
    else
        add_header(response, "Connection",
                   "close"); /* where the next request begins cannot be trusted after a head not understood */
    return queue(connection, refusals[refusal].status, response);
}
