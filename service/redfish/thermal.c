/* SPDX-License-Identifier: Apache-2.0
 * ThermalSubsystem of a node: its fan hangs on the module and is run by the node's own kernel. The controller has no wire to it,
 * so there is no reading until something on the node reports one. The board itself has neither fan nor thermometer: nothing. */
#include <stdio.h>

#include "service/redfish/chassis.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

/* Answers 404 for the board. */
static bool is_node(struct http_exchange *x) {
    if (node_index(x->parent) >= 0) return true;
    if (!chassis_exists(x->parent))
        chassis_none(x);
    else
        reply_error(x, 404, MESSAGE(RESOURCE_MISSING, .arg = {x->request.path}));
    return false;
}

/* Writes the beginning of Chassis/NodeN/ThermalSubsystem, or of what lies below. */
static struct json_writer begin(struct http_exchange *x, const char *below, const char *schema, const char *id,
                                const char *name) {
    char uri[COLLECTION_URI_SIZE];
    snprintf(uri, sizeof uri, URI_ROOT "/Chassis/%s/ThermalSubsystem%s", x->parent, below);
    struct json_writer w = reply_writer(x);
    resource_begin(&w, uri, schema, id, name);
    return w;
}

enum http_next thermal_subsystem_get(struct core *core, struct http_exchange *x) {
    char uri[COLLECTION_URI_SIZE];
    if (!is_node(x)) return HTTP_DONE;
    struct json_writer w = begin(x, "", SCHEMA_THERMAL_SUBSYSTEM, "ThermalSubsystem", "Thermal subsystem");
    fan_write_status(core, &w, (unsigned)node_index(x->parent));
    snprintf(uri, sizeof uri, URI_ROOT "/Chassis/%s/ThermalSubsystem/Fans", x->parent);
    json_put_link(&w, "Fans", uri);
    snprintf(uri, sizeof uri, URI_ROOT "/Chassis/%s/ThermalSubsystem/ThermalMetrics", x->parent);
    json_put_link(&w, "ThermalMetrics", uri);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next thermal_metrics_get(struct core *core, struct http_exchange *x) {
    (void)core;
    if (!is_node(x)) return HTTP_DONE;
    struct json_writer w = begin(x, "/ThermalMetrics", SCHEMA_THERMAL_METRICS, "ThermalMetrics", "Thermal metrics");
    json_put_array(&w, "TemperatureReadingsCelsius");
    json_array_end(&w);
    json_put_integer(&w, "TemperatureReadingsCelsius@odata.count", 0);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- fans ---- */

void fan_uri(unsigned node, char uri[COLLECTION_URI_SIZE]) {
    snprintf(uri, COLLECTION_URI_SIZE, URI_ROOT "/Chassis/Node%u/ThermalSubsystem/Fans/Fan", node + 1);
}

/* No Health: nobody has told us any. */
void fan_write_status(const struct core *core, struct json_writer *w, unsigned node) {
    bool empty = core->health[node].state == HEALTH_EMPTY;
    json_put_object(w, "Status");
    json_put_text(w, "State", empty ? "Absent" : "UnavailableOffline");
    json_object_end(w);
}

static bool fan_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    snprintf(id, COLLECTION_ID_SIZE, "Fan");
    return index == 0;
}

static void write_fan(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                      const char *id) {
    unsigned node = (unsigned)node_index(x->parent);
    resource_begin(w, uri, SCHEMA_FAN, id, "Fan");
    json_put_text(w, "Description", "The module's fan, run by the kernel of its node. Read when the node has an agent.");
    json_put_text(w, "PhysicalContext", "CPU");
    fan_write_status(core, w, node);
    json_object_end(w);
}

static const struct collection fans = {.uri = URI_ROOT "/Chassis/{}/ThermalSubsystem/Fans",
                                       .schema = SCHEMA_FAN_COLLECTION,
                                       .name = "Fan Collection",
                                       .member_type = "Fan",
                                       .member = fan_member,
                                       .write = write_fan};

enum http_next fans_get(struct core *core, struct http_exchange *x) {
    return is_node(x) ? collection_get(core, x, &fans) : HTTP_DONE;
}

enum http_next fan_get(struct core *core, struct http_exchange *x) {
    return is_node(x) ? collection_get_member(core, x, &fans) : HTTP_DONE;
}
