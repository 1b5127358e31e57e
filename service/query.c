/* SPDX-License-Identifier: Apache-2.0 */
#include "service/query.h"

#include <string.h>

#include "service/reply.h"
#include "service/text.h"

#define NAME_SIZE 24

struct parameter {
    char name[NAME_SIZE];
    char value[QUERY_FILTER_SIZE];
};

static bool refuse(struct http_exchange *x, int status, const struct message *message) {
    reply_error(x, status, message);
    return false;
}

static bool read_number(struct http_exchange *x, const struct parameter *p, uint32_t *number) {
    if (text_read_number(p->value, INT32_MAX, number)) return true;
    return refuse(x, 400, MESSAGE(QUERY_VALUE_TYPE, .arg = {p->value, p->name}));
}

static bool apply_expand(struct http_exchange *x, const struct parameter *p, struct query *query) {
    query->expand = strcmp(p->value, ".") == 0 || strcmp(p->value, ".($levels=1)") == 0;
    /* "*" and "~" would bring in links as well; deeper levels would not fit the answer. */
    return query->expand || refuse(x, 501, MESSAGE(QUERY_VALUE_FORMAT, .arg = {p->value, p->name}));
}

static bool apply(struct http_exchange *x, const struct parameter *p, struct query *query) {
    if (strcmp(p->name, "$expand") == 0) return apply_expand(x, p, query);
    if (strcmp(p->name, "$skip") == 0) return read_number(x, p, &query->skip);
    if (strcmp(p->name, "$top") == 0) return query->has_top = read_number(x, p, &query->top);
    if (strcmp(p->name, "$filter") == 0) {
        memcpy(query->filter, p->value, sizeof query->filter);
        return true;
    }
    if (p->value[0])
        return refuse(x, 400, MESSAGE(QUERY_VALUE_FORMAT, .arg = {p->value, p->name})); /* only and excerpt take none */
    if (strcmp(p->name, "only") == 0) query->only = true;
    if (strcmp(p->name, "excerpt") == 0) query->excerpt = true;
    return true;
}

static bool known(const char *name, unsigned *needs) {
    static const struct {
        const char *name;
        unsigned needs;
    } parameters[] = {{"$expand", QUERY_COLLECTION}, {"only", QUERY_COLLECTION}, {"excerpt", QUERY_EXCERPT},
                      {"$skip", QUERY_PAGE},         {"$top", QUERY_PAGE},       {"$filter", QUERY_FILTER}};
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (strcmp(parameters[i].name, name) != 0) continue;
        *needs = parameters[i].needs;
        return true;
    }
    return false;
}

static bool take(struct http_exchange *x, unsigned support, const struct parameter *p, struct query *query) {
    unsigned needs = 0;
    bool is_known = known(p->name, &needs);
    if (!is_known && p->name[0] != '$') return true;
    if (!is_known) return refuse(x, 501, MESSAGE(QUERY_UNSUPPORTED, .arg = {p->name}));
    if (x->request.method != HTTP_GET && x->request.method != HTTP_HEAD) return refuse(x, 400, MESSAGE(QUERY_NOT_ON_OPERATION));
    if (!(support & needs)) return refuse(x, 400, MESSAGE(QUERY_NOT_ON_RESOURCE));
    return apply(x, p, query);
}

static const char *equals_in(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (text[i] == '=') return &text[i];
    return NULL;
}

bool query_read(struct http_exchange *x, unsigned support, struct query *query) {
    *query = (struct query){0};
    for (const char *at = x->request.query; *at;) {
        const char *end = strchr(at, '&');
        size_t length = end ? (size_t)(end - at) : strlen(at);
        const char *equals = equals_in(at, length);
        size_t name_length = equals ? (size_t)(equals - at) : length;
        struct parameter p = {.name = ""};
        bool read = text_query_decode(at, name_length, p.name, sizeof p.name) &&
                    (!equals || text_query_decode(equals + 1, length - name_length - 1, p.value, sizeof p.value));
        /* What does not fit is none of ours: ignored, or refused when it claims to be. */
        bool reserved = at[0] == '$' || strncmp(at, "%24", 3) == 0;
        if (!read && reserved) return refuse(x, 501, MESSAGE(QUERY_UNSUPPORTED, .arg = {p.name[0] ? p.name : "$"}));
        if (read && !take(x, support, &p, query)) return false;
        at += length + (end != NULL);
    }
    return true;
}
