/* SPDX-License-Identifier: Apache-2.0 */
#include "service/collection.h"

#include <stdio.h>
#include <string.h>

#include "service/query.h"
#include "service/reply.h"

static void own_uri(char uri[COLLECTION_URI_SIZE], const struct http_exchange *x, const struct collection *collection) {
    const char *variable = strchr(collection->uri, '{');
    if (!variable)
        snprintf(uri, COLLECTION_URI_SIZE, "%s", collection->uri);
    else
        snprintf(uri, COLLECTION_URI_SIZE, "%.*s%.32s%s", (int)(variable - collection->uri), collection->uri, x->parent,
                 variable + 2);
}

static void member_uri(char uri[COLLECTION_URI_SIZE], const struct http_exchange *x, const struct collection *collection,
                       const char *id) {
    own_uri(uri, x, collection);
    size_t length = strlen(uri);
    snprintf(&uri[length], COLLECTION_URI_SIZE - length, "/%s", id);
}

static unsigned count_members(const struct core *core, const struct http_exchange *x, const struct collection *collection) {
    char id[COLLECTION_ID_SIZE];
    unsigned count = 0;
    while (collection->member(core, x, count, id)) count++;
    return count;
}

static void write_members(const struct core *core, const struct http_exchange *x, const struct collection *collection,
                          struct json_writer *w, bool expand) {
    char id[COLLECTION_ID_SIZE], uri[COLLECTION_URI_SIZE];
    json_put_array(w, "Members");
    for (unsigned i = 0; collection->member(core, x, i, id); i++) {
        member_uri(uri, x, collection, id);
        if (expand) {
            collection->write(core, x, w, uri, id);
        } else {
            json_object(w);
            json_put_text(w, "@odata.id", uri);
            json_object_end(w);
        }
    }
    json_array_end(w);
}

static struct json_writer write_collection(const struct core *core, struct http_exchange *x, const struct collection *collection,
                                           bool expand) {
    char uri[COLLECTION_URI_SIZE];
    struct json_writer w = reply_writer(x);
    own_uri(uri, x, collection);
    json_object(&w);
    json_put_text(&w, "@odata.id", uri);
    json_put_format(&w, "@odata.type", "#%s", collection->schema);
    json_put_text(&w, "Name", collection->name);
    json_put_integer(&w, "Members@odata.count", count_members(core, x, collection));
    write_members(core, x, collection, &w, expand);
    json_object_end(&w);
    return w;
}

static enum http_next reply_member(const struct core *core, struct http_exchange *x, const struct collection *collection,
                                   const char *id) {
    char uri[COLLECTION_URI_SIZE];
    member_uri(uri, x, collection, id);
    struct json_writer w = reply_writer(x);
    collection->write(core, x, &w, uri, id);
    return reply_json(x, &w, 200);
}

enum http_next collection_get(struct core *core, struct http_exchange *x, const struct collection *collection) {
    struct query query;
    char id[COLLECTION_ID_SIZE];
    if (!query_read(x, QUERY_COLLECTION, &query)) return HTTP_DONE;
    bool single = count_members(core, x, collection) == 1 && collection->member(core, x, 0, id);
    if (query.only && single) return reply_member(core, x, collection, id);
    struct json_writer w = write_collection(core, x, collection, query.expand);
    /* DSP0266, 7.3.1: a service may leave members unexpanded; better than an answer that does not fit. */
    if (w.overflow && query.expand) w = write_collection(core, x, collection, false);
    return reply_json(x, &w, 200);
}

bool collection_has(const struct core *core, const struct http_exchange *x, const struct collection *collection, const char *id) {
    char candidate[COLLECTION_ID_SIZE];
    for (unsigned i = 0; collection->member(core, x, i, candidate); i++)
        if (strcmp(candidate, id) == 0) return true;
    return false;
}

enum http_next collection_no_member(struct http_exchange *x, const struct collection *collection) {
    return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {collection->member_type, x->id}));
}

enum http_next collection_get_member(struct core *core, struct http_exchange *x, const struct collection *collection) {
    if (!collection_has(core, x, collection, x->id)) return collection_no_member(x, collection);
    return reply_member(core, x, collection, x->id);
}
