/* SPDX-License-Identifier: Apache-2.0
 * Where clients begin: the versions, the service root, and OData's list of services. All readable without signing in. */
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

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
    bool board; /* not there for an account that is bound to a node */
} services[] = {
    {"Systems", URI_SYSTEMS, false},
    {"Chassis", URI_ROOT "/Chassis", false},
    {"Managers", URI_ROOT "/Managers", true},
    {"Tasks", URI_ROOT "/TaskService", false},
    {"SessionService", URI_ROOT "/SessionService", false},
    {"AccountService", URI_ROOT "/AccountService", false},
    {"EventService", URI_ROOT "/EventService", false},
    {"UpdateService", URI_ROOT "/UpdateService", true},
    {"TelemetryService", URI_ROOT "/TelemetryService", true},
    {"CertificateService", URI_ROOT "/CertificateService", true},
    {"JsonSchemas", URI_ROOT "/JsonSchemas", false},
    {"Registries", URI_ROOT "/Registries", false},
};

/* DSP0266, 7.3, as query.c has it. */
static void write_features(struct json_writer *w) {
    json_put_object(w, "ProtocolFeaturesSupported");
    json_put_boolean(w, "ExcerptQuery", true);
    json_put_object(w, "ExpandQuery");
    json_put_boolean(w, "ExpandAll", false);
    json_put_boolean(w, "Levels", true);
    json_put_boolean(w, "Links", false);
    json_put_integer(w, "MaxLevels", 1);
    json_put_boolean(w, "NoLinks", true);
    json_object_end(w);
    json_put_boolean(w, "FilterQuery", false);
    json_put_boolean(w, "MultipleHTTPRequests", false);
    json_put_boolean(w, "OnlyMemberQuery", true);
    json_put_boolean(w, "SelectQuery", false);
    json_object_end(w);
}

enum http_next service_root_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/", SCHEMA_SERVICE_ROOT, "RootService", "Root Service");
    json_put_text(&w, "RedfishVersion", "1.20.0");
    if (core->uuid[0]) json_put_text(&w, "UUID", core->uuid);
    json_put_text(&w, "Product", "Super4C");
    json_put_text(&w, "Vendor", "super4c-bmc");
    bool whole = x->identity.account < 0 || exists(x, -1);
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        if (whole || !services[i].board) json_put_link(&w, services[i].name, services[i].uri);
    json_put_object(&w, "Links");
    json_put_link(&w, "Sessions", URI_SESSIONS);
    json_object_end(&w);
    write_features(&w);
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
