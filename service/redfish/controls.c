/* SPDX-License-Identifier: Apache-2.0
 * Controls of a node: its fan. Automatic is the node's own curve, or the one of the system's FanCurve; Manual is one speed at
 * every temperature, but for full speed where the module would throttle. Both are the same setting, which the node's agent
 * carries out: without one the kernel turns the fan as it likes. */
#include <stdio.h>
#include <string.h>

#include "service/body.h"
#include "service/query.h"
#include "service/redfish/chassis.h"
#include "service/redfish/node_report.h"
#include "service/redfish/node_sensors.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define DUTY_MAX    255
#define PERCENT_MAX 100

static const char *const modes[] = {"Automatic", "Manual"};

static bool control_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    snprintf(id, COLLECTION_ID_SIZE, "Fan");
    return index == 0 && node_index(x->parent) >= 0;
}

static uint8_t duty_of(int32_t percent) { return (uint8_t)((percent * DUTY_MAX + PERCENT_MAX / 2) / PERCENT_MAX); }

/* -1: the speed is not fixed. */
static int fixed_percent(const struct node_settings *node) {
    uint8_t duty;
    if (!cooling_curve_is_fixed(node->fan_point, node->fan_point_count, &duty)) return -1;
    return (duty * PERCENT_MAX + DUTY_MAX / 2) / DUTY_MAX;
}

static void write_set_point(const struct core *core, struct json_writer *w, unsigned node) {
    int percent = fixed_percent(&core->settings.node[node]);
    if (percent >= 0) json_put_integer(w, "SetPoint", percent);
}

static void write_setting(const struct core *core, struct json_writer *w, unsigned node) {
    json_put_text(w, "ControlType", "Percent");
    json_put_text(w, "ControlMode", modes[fixed_percent(&core->settings.node[node]) >= 0]);
    write_set_point(core, w, node);
    json_put_text(w, "SetPointUnits", "%");
    json_put_text(w, "SetPointType", "Single");
    json_put_integer(w, "AllowableMin", 0);
    json_put_integer(w, "AllowableMax", PERCENT_MAX);
    json_put_integer(w, "Increment", 1);
    json_put_text(w, "Implementation", "Programmable");
}

/* Who turns it; nothing while nobody tells. */
static void write_setter(const struct core *core, struct json_writer *w, unsigned node) {
    const struct agent_report *now = node_report_now(core, node);
    if (!now || !(now->has & AGENT_HAS_FAN_DUTY)) return;
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
    json_put_text(w, "PhysicalContext", "Fan");
    write_setting(core, w, node);
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

static enum http_next reply_excerpt(const struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_format(&w, "@odata.id", URI_ROOT "/Chassis/%s/Controls/%s", x->parent, x->id);
    json_put_text(&w, "@odata.type", "#" SCHEMA_CONTROL);
    write_set_point(core, &w, (unsigned)node_index(x->parent));
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next control_get(struct core *core, struct http_exchange *x) {
    struct query query;
    if (!query_read(x, QUERY_EXCERPT, &query)) return HTTP_DONE;
    if (query.excerpt && collection_has(core, x, &controls, x->id)) return reply_excerpt(core, x);
    return collection_get_member(core, x, &controls);
}

/* ---- setting it ---- */

static const struct body_field fields[] = {
    BODY_MAY("ControlMode", TEXT),
    BODY_MAY("SetPoint", INTEGER),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_MAY("PhysicalContext", READ_ONLY),
    BODY_MAY("ControlType", READ_ONLY),
    BODY_MAY("SetPointUnits", READ_ONLY),
    BODY_MAY("SetPointType", READ_ONLY),
    BODY_MAY("AllowableMin", READ_ONLY),
    BODY_MAY("AllowableMax", READ_ONLY),
    BODY_MAY("Increment", READ_ONLY),
    BODY_MAY("Implementation", READ_ONLY),
    BODY_MAY("Sensor", READ_ONLY),
    BODY_MAY("Status", READ_ONLY),
    BODY_MAY("RelatedItem", READ_ONLY),
    BODY_MAY("Oem", READ_ONLY),
    BODY_END,
};
static const struct body_shape shape = {.fields = fields};

/* A set point without a mode is Manual: nobody names a speed for it to be ignored. Automatic leaves a curve of the owner's as it
 * is, and ends a fixed speed in favour of the kernel's curve. */
static bool take(struct http_exchange *x, const struct json_value *body, struct node_settings *node) {
    const char *mode = json_text_of(body, "ControlMode");
    int32_t percent = fixed_percent(node);
    bool named = json_integer_of(body, "SetPoint", &percent);
    bool automatic = mode && strcmp(mode, modes[0]) == 0;
    if (mode && !automatic && strcmp(mode, modes[1]) != 0) {
        body_not_in_list(x, &shape, "#/ControlMode", mode);
    } else if (named && (percent < 0 || percent > PERCENT_MAX)) {
        body_out_of_range(x, "#/SetPoint", percent);
    } else if (automatic && named) {
        reply_error(x, 400,
                    MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"SetPoint"}, .related = "#/SetPoint",
                            .resolution = "The fan has a set point in the mode Manual alone: leave out one of the two."));
    } else if (!automatic && percent < 0) {
        reply_error(x, 400,
                    MESSAGE(PROPERTY_MISSING, .arg = {"SetPoint"}, .related = "#/SetPoint",
                            .resolution = "Give the fan's speed in percent as SetPoint."));
    } else {
        bool was_fixed = fixed_percent(node) >= 0;
        if (!automatic) node->fan_point_count = (uint8_t)cooling_curve_fixed(node->fan_point, duty_of(percent));
        if (automatic && was_fixed) node->fan_point_count = 0;
        return true;
    }
    return false;
}

enum http_next control_patch(struct core *core, struct http_exchange *x) {
    if (!collection_has(core, x, &controls, x->id)) return collection_no_member(x, &controls);
    if (x->phase++ > 0) {
        char what[COLLECTION_ID_SIZE];
        snprintf(what, sizeof what, "%.8s fan", x->parent);
        return settings_save_finish(core, x, what) ? collection_get_member(core, x, &controls) : HTTP_DONE;
    }
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    if (!take(x, body, &wanted.node[node_index(x->parent)])) return HTTP_DONE;
    return settings_save(x, &wanted);
}
