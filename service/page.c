/* SPDX-License-Identifier: Apache-2.0 */
#include "service/page.h"

#include <string.h>

#include "core/bytes.h"
#include "service/precondition.h"
#include "service/reply.h"

static const struct http_asset *find(const char *path) {
    for (size_t i = 0; i < http_asset_count; i++)
        if (strcmp(http_assets[i].path, path) == 0) return &http_assets[i];
    return NULL;
}

enum http_next page_answer(struct http_exchange *x) {
    struct http_response *response = &x->response;
    const struct http_asset *asset = find(x->request.path);
    if (!asset) return reply_error(x, 404, MESSAGE(RESOURCE_MISSING, .arg = {x->request.path}));
    response->allow = "GET, HEAD";
    if (x->request.method != HTTP_GET && x->request.method != HTTP_HEAD)
        return reply_error(x, 405, MESSAGE(OPERATION_NOT_ALLOWED));
    /* Names stay the same over updates of the firmware: always ask, and let the tag spare the transfer. */
    response->cache_control = "no-cache";
    text_copy(response->etag, sizeof response->etag, asset->etag);
    if (precondition_names(x->request.if_none_match, response->etag)) return reply_empty(x, 304);
    response->status = 200;
    response->content_type = asset->content_type;
    response->content_encoding = "gzip";
    response->body = asset->data;
    response->body_size = asset->size;
    return HTTP_DONE;
}
