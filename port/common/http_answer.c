/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/http_answer.h"

#include <stdio.h>

#define RETRY_AFTER_S "2" /* by then a derivation's place is free, or the controller is back */

static void send_security_headers(http_header_sink *sink, void *ctx) {
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
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) sink(ctx, headers[i][0], headers[i][1]);
}

void http_answer_headers(const struct http_response *answer, http_header_sink *sink, void *ctx) {
    char seconds[12];
    snprintf(seconds, sizeof seconds, "%u", answer->retry_after_s);
    const struct {
        const char *name, *value;
    } headers[] = {
        {"Content-Type", answer->content_type},
        {"Content-Encoding", answer->content_encoding},
        {"Allow", answer->allow},
        {"Cache-Control", answer->cache_control != NULL ? answer->cache_control : "no-store"},
        {"WWW-Authenticate", answer->www_authenticate},
        {"Location", answer->location},
        {"ETag", answer->etag},
        {"X-Auth-Token", answer->auth_token},
        {"Link", answer->link},
        {"OData-Version", answer->odata_version ? "4.0" : NULL},
        {"Retry-After", answer->retry_after_s > 0 ? seconds : NULL},
    };
    send_security_headers(sink, ctx);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        if (headers[i].value != NULL && headers[i].value[0] != '\0') sink(ctx, headers[i].name, headers[i].value);
}

/* ---- what the port itself refuses ---- */

#define BODY(id, words, resolution)                                                                                              \
    "{\"error\":{\"code\":\"" id "\",\"message\":\"" words                                                                       \
    "\",\"@Message.ExtendedInfo\":[{\"@odata.type\":\"#Message.v1_3_0.Message\","                                                \
    "\"MessageId\":\"" id "\",\"Message\":\"" words                                                                              \
    "\",\"MessageArgs\":[],\"MessageSeverity\":\"Warning\",\"Resolution\":\"" resolution "\"}]}}"

static const struct http_refusal_answer refusals[REFUSAL_COUNT] = {
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

const struct http_refusal_answer *http_refusal_answer(enum http_refusal refusal) { return &refusals[refusal]; }

void http_refusal_headers(enum http_refusal refusal, http_header_sink *sink, void *ctx) {
    send_security_headers(sink, ctx);
    sink(ctx, "Content-Type", "application/json");
    sink(ctx, "Cache-Control", "no-store");
    sink(ctx, "OData-Version", "4.0");
    if (refusals[refusal].retry)
        sink(ctx, "Retry-After", RETRY_AFTER_S);
    else
        sink(ctx, "Connection", "close");
}
