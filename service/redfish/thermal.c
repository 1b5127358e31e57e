/* SPDX-License-Identifier: Apache-2.0
 * ThermalSubsystem of a node: its fan hangs on the module and is run by the node itself. The controller has no wire to it: what
 * is read is what the node's agent reports. The board itself has neither fan nor thermometer: nothing. */
#include <stdio.h>

#include "service/redfish/chassis.h"
#include "service/redfish/node_report.h"
#include "service/redfish/node_sensors.h"
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
    static const enum node_quantity temperatures[] = {NODE_CPU_TEMPERATURE, NODE_NVME_TEMPERATURE};
    struct sensor sensor;
    unsigned count = 0;
    if (!is_node(x)) return HTTP_DONE;
    unsigned node = (unsigned)node_index(x->parent);
    struct json_writer w = begin(x, "/ThermalMetrics", SCHEMA_THERMAL_METRICS, "ThermalMetrics", "Thermal metrics");
    json_put_array(&w, "TemperatureReadingsCelsius");
    for (size_t i = 0; i < sizeof temperatures / sizeof temperatures[0]; i++) {
        node_sensor_write_element(core, &w, node, temperatures[i]);
        count += node_sensor_find(core, node, temperatures[i], &sensor);
    }
    json_array_end(&w);
    json_put_integer(&w, "TemperatureReadingsCelsius@odata.count", count);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- fans ---- */

void fan_uri(unsigned node, char uri[COLLECTION_URI_SIZE]) {
    snprintf(uri, COLLECTION_URI_SIZE, URI_ROOT "/Chassis/Node%u/ThermalSubsystem/Fans/Fan", node + 1);
}

/* Of this moment: one that is starting stands still for a moment, too. When to raise an alarm is another matter. */
const char *fan_health(const struct core *core, unsigned node) {
    const struct agent_report *now = node_report_now(core, node);
    bool turns = now && (now->has & AGENT_HAS_FAN_RPM) && now->fan_rpm > 0;
    bool both = now && (now->has & AGENT_HAS_FAN_RPM) && (now->has & AGENT_HAS_FAN_DUTY);
    if (!turns && !both) return NULL;
    return turns || now->fan_duty < core->cooling_limits.fan_duty ? "OK" : "Critical";
}

/* "Absent" is what the agent says that looked for one and found none. */
static const char *fan_state(const struct core *core, unsigned node) {
    const struct agent_report *now = node_report_now(core, node);
    if (core->health[node].state == HEALTH_EMPTY) return "Absent";
    if (!now) return "UnavailableOffline";
    return now->has & (AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY) ? "Enabled" : "Absent";
}

void fan_write_status(const struct core *core, struct json_writer *w, unsigned node) {
    const char *health = fan_health(core, node);
    json_put_object(w, "Status");
    json_put_text(w, "State", fan_state(core, node));
    if (health) json_put_text(w, "Health", health);
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
    char sensor[COLLECTION_ID_SIZE];
    resource_begin(w, uri, SCHEMA_FAN, id, "Fan");
    json_put_text(w, "Description", "The module's fan, run by its node. Read when the node has an agent.");
    json_put_text(w, "PhysicalContext", "CPU");
    fan_write_status(core, w, node);
    snprintf(sensor, sizeof sensor, "Node%uFanSpeed", node + 1);
    sensor_write_excerpt(core, w, "SpeedPercent", sensor);
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
