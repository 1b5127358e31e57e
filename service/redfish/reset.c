/* SPDX-License-Identifier: Apache-2.0
 * Power orders over HTTP. The answer waits for the measurement: done (204), not done (500, with what was measured), or, when that
 * takes longer than a client's patience, a task to poll (202). */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define ANSWER_WAIT_MS 3000 /* docs/api.md: the answer comes when the effect is measured, or after 3 s */
#define VALUE_SHOWN    64

/* ForceOn is On: there is nothing gentle to leave out. */
static const struct {
    const char *name;
    enum power_act act;
} reset_types[] = {{"On", POWER_ON},
                   {"ForceOn", POWER_ON},
                   {"ForceOff", POWER_FORCE_OFF},
                   {"ForceRestart", POWER_FORCE_RESTART},
                   {"PowerCycle", POWER_CYCLE}};
#define RESET_TYPE_COUNT (sizeof reset_types / sizeof reset_types[0])

static const struct body_field reset_fields[] = {BODY_MUST("ResetType", TEXT), BODY_END};
static const struct body_field no_fields[] = {BODY_END};

void reset_write_types(struct json_writer *w, const char *key) {
    json_put_array(w, key);
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++) json_text(w, reset_types[i].name);
    json_array_end(w);
}

/* What would need the node's own system to lend a hand, and what to do instead; NULL for any other type. */
static const char *instead_of(const char *type) {
    if (strcmp(type, "GracefulShutdown") == 0)
        return "The node has no agent that could shut its system down. Shut it down from within, or use ForceOff, which cuts its "
               "power at once.";
    if (strcmp(type, "GracefulRestart") == 0)
        return "The node has no agent that could restart its system. Restart it from within, or use ForceRestart, which does not "
               "wait for it.";
    return NULL;
}

static enum http_next refuse_type(struct http_exchange *x, const struct body_shape *shape, const char *type) {
    char shown[VALUE_SHOWN];
    text_copy(shown, sizeof shown, type);
    return reply_error(x, 400,
                       MESSAGE(PARAMETER_VALUE_NOT_IN_LIST, .arg = {shown, "ResetType", shape->action}, .related = "#/ResetType",
                               .resolution = instead_of(type)));
}

/* ---- the order ---- */

static enum http_next await(struct core *core, struct http_exchange *x) {
    const struct power_task *task = power_task(&core->power, x->task_id);
    if (!task) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR)); /* forgotten: later orders took its place */
    return task->state == TASK_RUNNING && core->now_ms < x->wait_until_ms ? HTTP_WAIT : task_reply(x, task);
}

static enum http_next order(struct core *core, struct http_exchange *x, enum power_act act, uint8_t node_mask) {
    x->phase = 1;
    x->wait_until_ms = core->now_ms + ANSWER_WAIT_MS;
    switch (power_order(&core->power, act, node_mask, &x->identity.origin, core->now_ms, &x->task_id)) {
    case POWER_ACCEPTED:
        return HTTP_STEP;
    case POWER_REFUSED_BUSY:
        return reply_error(
            x, 409, MESSAGE(RESOURCE_IN_USE, .resolution = "Another power order is under way. Wait for it, or use ForceOff."));
    case POWER_REFUSED_NOT_ON:
        return reply_error(x, 409, MESSAGE(RESOURCE_IN_STANDBY, .resolution = "The node is off. Use On."));
    default:
        return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    }
}

/* Restarting one node that is off switches it on, as its owner asked for that very node. Restarting the board means what runs:
 * a node that somebody switched off stays so. */
static uint8_t meant(const struct core *core, enum power_act act, uint8_t node_mask) {
    bool group = node_mask & (node_mask - 1), restarts = act == POWER_FORCE_RESTART || act == POWER_CYCLE;
    uint8_t mask = node_mask;
    for (unsigned i = 0; group && restarts && i < NODE_COUNT; i++)
        if (power_view(&core->power, i).state == POWER_STATE_OFF) mask &= (uint8_t) ~(1u << i);
    return mask;
}

static enum http_next order_by_type(struct core *core, struct http_exchange *x, enum power_act act, uint8_t node_mask) {
    uint8_t mask = meant(core, act, node_mask);
    if (mask) return order(core, x, act, mask);
    return reply_error(x, 409, MESSAGE(RESOURCE_IN_STANDBY, .resolution = "All nodes are off. Use On."));
}

static enum http_next reset(struct core *core, struct http_exchange *x, const char *action, uint8_t node_mask) {
    const struct body_shape shape = {.action = action, .fields = reset_fields};
    if (x->phase > 0) return await(core, x);
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    const char *type = json_text_of(body, "ResetType");
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++)
        if (strcmp(reset_types[i].name, type) == 0) return order_by_type(core, x, reset_types[i].act, node_mask);
    return refuse_type(x, &shape, type);
}

enum http_next system_reset(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    return index < 0 ? system_none(x) : reset(core, x, "ComputerSystem.Reset", (uint8_t)(1u << index));
}

enum http_next chassis_reset(struct core *core, struct http_exchange *x) { return reset(core, x, "Chassis.Reset", NODE_ALL); }

enum http_next system_module_off(struct core *core, struct http_exchange *x) {
    const struct body_shape shape = {.action = "Super4C.ModuleOff", .fields = no_fields};
    int index = node_index(x->id);
    if (index < 0) return system_none(x);
    if (x->phase > 0) return await(core, x);
    return body_read(x, &shape) ? order(core, x, POWER_MODULE_OFF, (uint8_t)(1u << index)) : HTTP_DONE;
}

/* ---- what can be ordered ---- */

enum http_next reset_reply_info(struct http_exchange *x, void (*write_types)(struct json_writer *w, const char *key)) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, x->request.path, SCHEMA_ACTION_INFO, "ResetActionInfo", "Reset Action Info");
    json_put_array(&w, "Parameters");
    json_object(&w);
    json_put_text(&w, "Name", "ResetType");
    json_put_boolean(&w, "Required", true);
    json_put_text(&w, "DataType", "String");
    write_types(&w, "AllowableValues");
    json_object_end(&w);
    json_array_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next system_reset_info_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return node_index(x->id) < 0 ? system_none(x) : reset_reply_info(x, reset_write_types);
}

enum http_next chassis_reset_info_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reset_reply_info(x, reset_write_types);
}
