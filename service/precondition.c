/* SPDX-License-Identifier: Apache-2.0 */
#include "service/precondition.h"

#include <stdio.h>
#include <string.h>

#include "service/reply.h"

_Static_assert(PRECONDITION_TAG_SIZE == sizeof((struct http_response *)0)->etag, "tags are written there");

/* FNV-1a, 64 bits: tells versions apart, protects nothing. */
static uint64_t hash(const uint8_t *data, size_t size) {
    uint64_t value = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++) value = (value ^ data[i]) * 0x100000001b3;
    return value;
}

static void tag(char etag[PRECONDITION_TAG_SIZE], const char *weak, uint64_t value) {
    unsigned long high = (unsigned long)(value >> 32), low = (unsigned long)(value & 0xffffffff);
    snprintf(etag, PRECONDITION_TAG_SIZE, "%s\"%08lx%08lx\"", weak, high, low);
}

void precondition_weak_tag(char etag[PRECONDITION_TAG_SIZE], const void *data, size_t size) { tag(etag, "W/", hash(data, size)); }

static bool is_weak(const char *etag) { return strncmp(etag, "W/", 2) == 0; }
static const char *opaque(const char *etag) { return is_weak(etag) ? etag + 2 : etag; }

static const char *skip_blanks(const char *at) {
    while (*at == ' ' || *at == '\t') at++;
    return at;
}

/* One entity tag of a list, its opaque part compared. *at goes behind it, or to NULL when this is no list of tags. */
static bool matches_next(const char **at, const char *wanted) {
    const char *tag_begin = opaque(*at), *end = tag_begin[0] == '"' ? strchr(tag_begin + 1, '"') : NULL;
    *at = end ? skip_blanks(end + 1) : NULL;
    if (!end || (**at != ',' && **at != '\0')) {
        *at = NULL;
        return false;
    }
    size_t length = (size_t)(end + 1 - tag_begin);
    return strlen(wanted) == length && strncmp(tag_begin, wanted, length) == 0;
}

/* RFC 9110, 13.1.1: "*" alone, or tags with commas between them. What is neither names nothing. */
bool precondition_names(const char *header, const char *etag) {
    const char *wanted = opaque(etag), *at = skip_blanks(header);
    if (strcmp(at, "*") == 0) return true;
    bool found = false;
    while (at && *at) {
        found = matches_next(&at, wanted) || found;
        if (at && *at == ',') at = skip_blanks(at + 1);
    }
    return found && at;
}

static bool is_reading(enum http_method method) { return method == HTTP_GET || method == HTTP_HEAD; }

/* What GET would say now decides; its answer is thrown away. */
bool precondition_holds(struct core *core, struct http_exchange *x, const struct route *route) {
    http_handler *get = route->method.handler[ROUTE_GET];
    if (!x->request.if_match[0] || is_reading(x->request.method) || x->request.method == HTTP_POST || !get) return true;
    get(core, x);
    if (x->response.status != 200) return false;
    precondition_finish(x);
    bool holds = precondition_names(x->request.if_match, x->response.etag);
    x->response.etag[0] = '\0';
    if (!holds) reply_error(x, 412, MESSAGE(PRECONDITION_FAILED));
    return holds;
}

void precondition_finish(struct http_exchange *x) {
    struct http_response *response = &x->response;
    bool reading = is_reading(x->request.method);
    if (response->status != 200 || !response->body_size) return;
    if (!response->etag[0]) tag(response->etag, "", hash(response->body, response->body_size));
    /* A weak tag leaves live readings out, which the client wants to see: no 304 for those. */
    if (!reading || is_weak(response->etag)) return;
    if (precondition_names(x->request.if_none_match, response->etag)) reply_empty(x, 304);
}
