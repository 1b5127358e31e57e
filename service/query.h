/* SPDX-License-Identifier: Apache-2.0
 * query - the query parameters of DSP0266, 7.3: checks them before a handler runs, and reads them for it.
 * Of names that begin with '$' those not known are refused (501); any other unknown name is ignored, as the specification asks.
 */
#ifndef SERVICE_QUERY_H
#define SERVICE_QUERY_H

#include "service/http.h"

/* What a route understands. */
enum query_support {
    QUERY_NONE = 0,
    QUERY_COLLECTION = 1 << 0, /* $expand=. and only */
    QUERY_PAGE = 1 << 1,       /* $skip and $top */
    QUERY_FILTER = 1 << 2,     /* $filter, judged by the handler */
    QUERY_EXCERPT = 1 << 3,    /* excerpt */
};

#define QUERY_FILTER_SIZE 96 /* the two filters we know are below 45 characters */

struct query {
    bool expand, only, excerpt;
    bool has_top;
    uint32_t skip, top;
    char filter[QUERY_FILTER_SIZE];
};

/* True, or false with the exchange answered. */
bool query_read(struct http_exchange *x, unsigned support, struct query *query);

#endif
