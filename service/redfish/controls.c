/* SPDX-License-Identifier: Apache-2.0
 * Controls of a node: its fan. The node sets the speed by its temperature, its kernel or its agent does; here it is looked at,
 * when the agent tells: no set point, and an implementation that is only monitored. */
#include <stdio.h>

#include "service/query.h"
#include "service/redfish/chassis.h"
#include "service/redfish/node_report.h"
#include "service/redfish/node_sensors.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

static bool control_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    snprintf(id, COLLECTION_ID_SIZE, "Fan");
    return index == 0 && node_index(x->parent) >= 0;
}

/* Who turns it; nothing while nobody tells. */
static void write_setter(const struct core *core, struct json_writer *w, unsigned node) {
    const struct agent_report *now = node_report_now(core, node);
    if (!now || !(now->has & AGENT_HAS_FAN_DUTY)) return;
    json_put_text(w, "ControlMode", "Automatic");
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.FanControl");
    json_put_text(w, "SetBy", now->fan_by_agent ? "Agent" : "Kernel");
    json_object_end(w);
    json_object_end(w);
}

/* Its excerpt here is one without revolutions. */
static void write_sensor(const struct core *core, struct json_writer *w, unsigned node) {
    char uri[COLLECTION_URI_SIZE];
    struct sensor sensor;
    if (!node_sensor_find(core, node, NODE_FAN_SPEED, &sensor)) return;
    sensor_uri(&sensor, uri);
    json_put_object(w, "Sensor");
    json_put_text(w, "DataSourceUri", uri);
    if (sensor.valid) json_put_thousandths(w, "Reading", sensor.thousandths);
    json_object_end(w);
}

static void write_control(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    char fan[COLLECTION_URI_SIZE];
    unsigned node = (unsigned)node_index(x->parent);
    resource_begin(w, uri, SCHEMA_CONTROL, id, "Fan speed");
    json_put_text(w, "ControlType", "Percent");
    json_put_text(w, "SetPointUnits", "%");
    json_put_text(w, "SetPointType", "Monitor");
    json_put_text(w, "Implementation", "Monitored");
    json_put_text(w, "PhysicalContext", "Fan");
    fan_write_status(core, w, node);
    write_setter(core, w, node);
    write_sensor(core, w, node);
    fan_uri(node, fan);
    json_put_links(w, "RelatedItem", fan);
    json_object_end(w);
}

static const struct collection controls = {.uri = URI_ROOT "/Chassis/{}/Controls",
                                           .schema = SCHEMA_CONTROL_COLLECTION,
                                           .name = "Control Collection",
                                           .member_type = "Control",
                                           .member = control_member,
                                           .write = write_control};

/* The board has nothing to set. */
enum http_next controls_get(struct core *core, struct http_exchange *x) {
    if (!chassis_exists(x->parent)) return chassis_none(x);
    if (node_index(x->parent) < 0) return reply_error(x, 404, MESSAGE(RESOURCE_MISSING, .arg = {x->request.path}));
    return collection_get(core, x, &controls);
}

/* Of the members that the schema marks as the excerpt none is known. */
static enum http_next reply_excerpt(struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_format(&w, "@odata.id", URI_ROOT "/Chassis/%s/Controls/%s", x->parent, x->id);
    json_put_text(&w, "@odata.type", "#" SCHEMA_CONTROL);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next control_get(struct core *core, struct http_exchange *x) {
    struct query query;
    if (!query_read(x, QUERY_EXCERPT, &query)) return HTTP_DONE;
    if (query.excerpt && collection_has(core, x, &controls, x->id)) return reply_excerpt(x);
    return collection_get_member(core, x, &controls);
}
