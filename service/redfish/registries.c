/* SPDX-License-Identifier: Apache-2.0
 * Registries: the messages that answers and events are made of. Our own are the event log's vocabulary. */
#include <string.h>

#include "core/bytes.h"
#include "core/version.h"
#include "service/precondition.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

/* Ours is served here; DMTF's are where DMTF publishes them. */
static const struct {
    const char *id, *registry, *uri, *publication;
} files[] = {
    {"Base", "Base.1.19", NULL, "https://redfish.dmtf.org/registries/Base.1.19.0.json"},
    {"Update", "Update.1.3", NULL, "https://redfish.dmtf.org/registries/Update.1.3.0.json"},
    {"Super4C", "Super4C.1.0", URI_REGISTRY "/Super4C.1.0.json", NULL},
};
#define FILE_COUNT (sizeof files / sizeof files[0])

void file_write_location(struct json_writer *w, const char *key, const char *uri) {
    json_put_array(w, "Languages");
    json_text(w, "en");
    json_array_end(w);
    json_put_array(w, "Location");
    json_object(w);
    json_put_text(w, "Language", "en");
    json_put_text(w, key, uri);
    json_object_end(w);
    json_array_end(w);
}

static bool registry_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index >= FILE_COUNT) return false;
    text_copy(id, COLLECTION_ID_SIZE, files[index].id);
    return true;
}

static void write_registry_file(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                                const char *id) {
    (void)core;
    (void)x;
    size_t i = 0;
    while (i + 1 < FILE_COUNT && strcmp(files[i].id, id) != 0) i++;
    resource_begin(w, uri, SCHEMA_REGISTRY_FILE, id, "Message Registry File");
    json_put_text(w, "Registry", files[i].registry);
    file_write_location(w, files[i].uri ? "Uri" : "PublicationUri", files[i].uri ? files[i].uri : files[i].publication);
    json_object_end(w);
}

static const struct collection registries = {.uri = URI_ROOT "/Registries",
                                             .schema = SCHEMA_REGISTRY_FILE_COLLECTION,
                                             .name = "Message Registry File Collection",
                                             .member_type = "MessageRegistryFile",
                                             .member = registry_member,
                                             .write = write_registry_file};

enum http_next registries_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &registries); }
enum http_next registry_file_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &registries);
}

static struct json_writer begin_registry(struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "@odata.type", "#" SCHEMA_REGISTRY);
    json_put_text(&w, "Id", "Super4C.1.0.0");
    json_put_text(&w, "Name", "Super4C Message Registry");
    json_put_text(&w, "Language", "en");
    json_put_text(&w, "Description", "What the Super4C management controller writes to its event log.");
    json_put_text(&w, "RegistryPrefix", "Super4C");
    json_put_text(&w, "RegistryVersion", "1.0.0");
    json_put_text(&w, "OwningEntity", "super4c-bmc");
    json_put_object(&w, "Messages");
    return w;
}

/* As many messages as fit, from the x->part-th on; true when none is left. */
static bool write_messages(struct http_exchange *x, struct json_writer *w) {
    size_t count;
    const struct event_type *types = event_types(&count);
    for (; x->part < count; x->part++) {
        struct json_writer mark = *w;
        event_write_type(w, &types[x->part]);
        if (!w->overflow && w->size - w->length > sizeof "}}") continue;
        *w = mark;
        return false;
    }
    return true;
}

/* Larger than the answer's memory: it goes out in parts. Its tag is that of the firmware, which it is part of. */
enum http_next registry_get(struct core *core, struct http_exchange *x) {
    (void)core;
    bool first = x->part == 0;
    if (first) {
        text_copy(x->response.etag, sizeof x->response.etag, "\"registry-" SUPER4C_VERSION "\"");
        if (precondition_names(x->request.if_none_match, x->response.etag)) return reply_empty(x, 304);
    }
    struct json_writer w = first ? begin_registry(x) : json_writer_within(x->response.out, sizeof x->response.out);
    bool all = write_messages(x, &w);
    if (all) json_object_end(&w);
    if (all) json_object_end(&w);
    enum http_next next = reply_json(x, &w, 200);
    return all ? next : HTTP_PART;
}
