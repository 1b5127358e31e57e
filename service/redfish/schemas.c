/* SPDX-License-Identifier: Apache-2.0
 * JsonSchemas and $metadata: which schemas the resources here follow, and where each is published. Both are read off the routes.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/oem.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/router.h"

#define SCHEMA_NAME_SIZE 80
#define LINE_SIZE        384

static bool named_before(size_t index) {
    for (size_t i = 0; i < index; i++)
        if (routes[i].schema && strcmp(routes[i].schema, routes[index].schema) == 0) return true;
    return false;
}

/* The index-th distinct schema of the routes; NULL past the last. */
static const char *schema_at(unsigned index) {
    for (size_t i = 0; i < route_count; i++)
        if (routes[i].schema && !named_before(i) && index-- == 0) return routes[i].schema;
    return NULL;
}

/* "Sensor.v1_12_0" of "Sensor.v1_12_0.Sensor"; what stands before its first dot is the file. */
static void namespace_of(const char *schema, char out[SCHEMA_NAME_SIZE]) {
    const char *last = strrchr(schema, '.');
    snprintf(out, SCHEMA_NAME_SIZE, "%.*s", (int)(last - schema), schema);
}

/* How long the file's name is, "Sensor". */
static int file_length(const char *space) {
    const char *dot = strchr(space, '.');
    return (int)(dot ? dot - space : (ptrdiff_t)strlen(space));
}

/* ---- JsonSchemas ---- */

static bool schema_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    char name[SCHEMA_NAME_SIZE] = OEM_NAMESPACE;
    const char *schema = schema_at(index);
    if (!schema && (index == 0 || !schema_at(index - 1))) return false; /* ours is the one after the last */
    if (schema) namespace_of(schema, name);
    text_copy(id, COLLECTION_ID_SIZE, name);
    return true;
}

static void write_schema(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    (void)core;
    (void)x;
    bool ours = strcmp(id, OEM_NAMESPACE) == 0;
    resource_begin(w, uri, SCHEMA_JSON_SCHEMA_FILE, id, "Schema File");
    json_put_format(w, "Schema", "#%s.%.*s", id, file_length(id), id);
    char published[COLLECTION_URI_SIZE];
    snprintf(published, sizeof published, "http://redfish.dmtf.org/schemas/v1/%s.json", id);
    file_write_location(w, ours ? "Uri" : "PublicationUri", ours ? OEM_SCHEMA_URI : published);
    json_object_end(w);
}

static const struct collection schemas = {.uri = URI_ROOT "/JsonSchemas",
                                          .schema = SCHEMA_JSON_SCHEMA_FILE_COLLECTION,
                                          .name = "JSON Schema File Collection",
                                          .member_type = "JsonSchemaFile",
                                          .member = schema_member,
                                          .write = write_schema};

enum http_next json_schemas_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &schemas); }
enum http_next json_schema_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &schemas); }

/* ---- $metadata ---- */

/* A collection's namespace has no version: it is included once. */
static void put_reference(struct xml_writer *w, const char *schema) {
    char space[SCHEMA_NAME_SIZE], line[LINE_SIZE];
    namespace_of(schema, space);
    int file = file_length(space);
    snprintf(line, sizeof line,
             "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/%.*s_v1.xml\"><edmx:Include Namespace=\"%.*s\"/>", file,
             space, file, space);
    xml_put(w, line);
    if (space[file]) {
        snprintf(line, sizeof line, "<edmx:Include Namespace=\"%s\"/>", space);
        xml_put(w, line);
    }
    xml_put(w, "</edmx:Reference>\n");
}

/* OData CSDL (DSP0266, 8.4.1): the schemas that the routes name, ours, and the container. */
enum http_next metadata_get(struct core *core, struct http_exchange *x) {
    (void)core;
    const char *schema;
    struct xml_writer w = xml_writer(x->response.out, sizeof x->response.out);
    xml_put(&w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n");
    for (unsigned i = 0; (schema = schema_at(i)) != NULL; i++) put_reference(&w, schema);
    xml_put(&w,
            "<edmx:Reference Uri=\"" OEM_CSDL_URI
            "\"><edmx:Include Namespace=\"Super4C\"/><edmx:Include Namespace=\"" OEM_NAMESPACE "\"/></edmx:Reference>\n"
            "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml\">"
            "<edmx:Include Namespace=\"RedfishExtensions.v1_0_0\" Alias=\"Redfish\"/></edmx:Reference>\n"
            "<edmx:DataServices><Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"Service\">"
            "<EntityContainer Name=\"Service\" Extends=\"ServiceRoot.v1_20_0.ServiceContainer\"/></Schema></edmx:DataServices>\n"
            "</edmx:Edmx>\n");
    return xml_reply(x, &w);
}
