/* SPDX-License-Identifier: Apache-2.0
 * subscription_body - what a client asks of a subscription, read and checked. A destination is an http or https address without
 * credentials in it; where it leads is the subscriber's affair, so only those may subscribe who configure the board. Headers may
 * not name what the request itself is made of. Nothing is kept here. */
#ifndef SERVICE_SUBSCRIPTION_BODY_H
#define SERVICE_SUBSCRIPTION_BODY_H

#include "service/http.h"

struct subscription_wish {
    struct subscription subscription;
    bool has_headers;
    char headers[SUBSCRIPTION_HEADERS_SIZE]; /* "Name: value\n" of each */
};

/* A new one from POST: fills in all but its id. False with the exchange answered. */
bool subscription_read_new(struct http_exchange *x, struct subscription_wish *wish);
/* What PATCH changes in wish->subscription, which is the one there is. */
bool subscription_read_change(struct http_exchange *x, struct subscription_wish *wish);

/* The words of the schema: EventFormatType and DeliveryRetryPolicy. */
const char *subscription_format_name(unsigned format);
const char *subscription_policy_name(unsigned policy);
const char *subscription_type_name(enum origin_type type);

#endif
