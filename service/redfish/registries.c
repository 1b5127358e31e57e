/* SPDX-License-Identifier: Apache-2.0
 * The registry of our own messages, which are the event log's vocabulary. */
#include "core/bytes.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

static bool registry_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, "Super4C");
    return true;
}

static void write_registry_file(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                                const char *id) {
    (void)core;
    (void)x;
    resource_begin(w, uri, SCHEMA_REGISTRY_FILE, id, "Super4C Message Registry File");
    json_put_text(w, "Registry", "Super4C.1.0");
    json_put_array(w, "Languages");
    json_text(w, "en");
    json_array_end(w);
    json_put_array(w, "Location");
    json_object(w);
    json_put_text(w, "Language", "en");
    json_put_text(w, "Uri", URI_REGISTRY "/Super4C.1.0.json");
    json_object_end(w);
    json_array_end(w);
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

enum http_next registry_get(struct core *core, struct http_exchange *x) {
    size_t count;
    const struct event_type *types = event_types(&count);
    struct json_writer w = reply_writer(x);
    (void)core;
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
    for (size_t i = 0; i < count; i++) event_write_type(&w, &types[i]);
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
