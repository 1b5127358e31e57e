/* SPDX-License-Identifier: Apache-2.0
 * Where clients begin: the versions, the service root, and OData's two descriptions of it. All readable without signing in. */
#include <stdio.h>
#include <string.h>

#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/router.h"

/* DSP0266, 6.2: exactly this. */
enum http_next versions_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "v1", URI_ROOT "/");
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* The services, in the order in which clients see them. */
static const struct {
    const char *name, *uri;
} services[] = {
    {"Systems", URI_SYSTEMS},
    {"Chassis", URI_ROOT "/Chassis"},
    {"Managers", URI_ROOT "/Managers"},
    {"Tasks", URI_ROOT "/TaskService"},
    {"SessionService", URI_ROOT "/SessionService"},
    {"AccountService", URI_ROOT "/AccountService"},
    {"EventService", URI_ROOT "/EventService"},
    {"Registries", URI_ROOT "/Registries"},
};

enum http_next service_root_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/", SCHEMA_SERVICE_ROOT, "RootService", "Root Service");
    json_put_text(&w, "RedfishVersion", "1.20.0");
    if (core->uuid[0]) json_put_text(&w, "UUID", core->uuid);
    json_put_text(&w, "Product", "Super4C");
    json_put_text(&w, "Vendor", "super4c-bmc");
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) json_put_link(&w, services[i].name, services[i].uri);
    json_put_object(&w, "Links");
    json_put_link(&w, "Sessions", URI_SESSIONS);
    json_object_end(&w);
    json_put_object(&w, "ProtocolFeaturesSupported");
    json_put_boolean(&w, "ExcerptQuery", false);
    json_put_boolean(&w, "FilterQuery", false);
    json_put_boolean(&w, "OnlyMemberQuery", true);
    json_put_boolean(&w, "SelectQuery", false);
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next odata_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "@odata.context", URI_ROOT "/$metadata");
    json_put_array(&w, "value");
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        json_object(&w);
        json_put_text(&w, "name", services[i].name);
        json_put_text(&w, "kind", "Singleton");
        json_put_text(&w, "url", services[i].uri);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

struct xml {
    char *out;
    size_t size, used;
};

static void put(struct xml *xml, const char *text) {
    size_t length = strlen(text);
    if (length > xml->size - xml->used) return; /* the test sees that all fits */
    memcpy(&xml->out[xml->used], text, length);
    xml->used += length;
}

/* The namespace of a schema, "Sensor.v1_12_0", and its file, "Sensor". */
static void put_reference(struct xml *xml, const char *schema) {
    char space[64] = "", file[64] = "", line[384];
    const char *dot = strchr(schema, '.');
    snprintf(file, sizeof file, "%.*s", (int)(dot - schema), schema);
    const char *last = strchr(dot + 1, '.');
    snprintf(space, sizeof space, "%.*s", last ? (int)(last - schema) : (int)(dot - schema), schema);
    snprintf(line, sizeof line,
             "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/%s_v1.xml\"><edmx:Include Namespace=\"%s\"/>"
             "<edmx:Include Namespace=\"%s\"/></edmx:Reference>\n",
             file, file, space);
    put(xml, line);
}

static bool named_before(size_t index) {
    for (size_t i = 0; i < index; i++)
        if (routes[i].schema && strcmp(routes[i].schema, routes[index].schema) == 0) return true;
    return false;
}

/* OData CSDL (DSP0266, 8.4.1): the schemas that the routes name, and the container. */
enum http_next metadata_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct xml xml = {.out = x->response.out, .size = sizeof x->response.out};
    put(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n");
    for (size_t i = 0; i < route_count; i++)
        if (routes[i].schema && !named_before(i)) put_reference(&xml, routes[i].schema);
    put(&xml,
        "<edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml\">"
        "<edmx:Include Namespace=\"RedfishExtensions.v1_0_0\" Alias=\"Redfish\"/></edmx:Reference>\n"
        "<edmx:DataServices><Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"Service\">"
        "<EntityContainer Name=\"Service\" Extends=\"ServiceRoot.v1_20_0.ServiceContainer\"/></Schema></edmx:DataServices>\n"
        "</edmx:Edmx>\n");
    x->response.status = 200;
    x->response.content_type = "application/xml; charset=utf-8";
    x->response.body = x->response.out;
    x->response.body_size = xml.used;
    return HTTP_DONE;
}
