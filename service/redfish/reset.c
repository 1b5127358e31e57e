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

#define ANSWER_WAIT_MS  3000 /* docs/api.md: the answer comes when the effect is measured, or after 3 s */
#define VALUE_SHOWN     64
#define RESOLUTION_SIZE 160
#define NODE_NAMES_SIZE (NODE_COUNT * sizeof "Node4, ")

/* ForceOn is On: there is nothing gentle to leave out. */
static const struct {
    const char *name;
    enum power_act act;
    const char *instead; /* of one that asks the node's own system: what does not */
} reset_types[] = {{"On", POWER_ON, NULL},
                   {"ForceOn", POWER_ON, NULL},
                   {"ForceOff", POWER_FORCE_OFF, NULL},
                   {"ForceRestart", POWER_FORCE_RESTART, NULL},
                   {"PowerCycle", POWER_CYCLE, NULL},
                   {"GracefulShutdown", POWER_GRACEFUL_SHUTDOWN, "ForceOff"},
                   {"GracefulRestart", POWER_GRACEFUL_RESTART, "ForceRestart"}};
#define RESET_TYPE_COUNT (sizeof reset_types / sizeof reset_types[0])

static const struct body_field reset_fields[] = {BODY_MUST("ResetType", TEXT), BODY_END};
static const struct body_field no_fields[] = {BODY_END};

/* At least one of the nodes can take it: On and its like any node, a graceful one a node with an agent. */
static bool has_type(const struct core *core, size_t type, uint8_t node_mask) {
    bool can_ask = false;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (node_mask & 1u << i) can_ask = can_ask || power_view(&core->power, i).can_ask;
    return can_ask || !reset_types[type].instead;
}

void reset_write_types(const struct core *core, struct json_writer *w, const char *key, uint8_t node_mask) {
    json_put_array(w, key);
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++)
        if (has_type(core, i, node_mask)) json_text(w, reset_types[i].name);
    json_array_end(w);
}

/* type: RESET_TYPE_COUNT when there is none of that name. */
static enum http_next refuse_type(struct http_exchange *x, const struct body_shape *shape, const char *name, size_t type) {
    char shown[VALUE_SHOWN], resolution[RESOLUTION_SIZE];
    text_copy(shown, sizeof shown, name);
    if (type < RESET_TYPE_COUNT)
        snprintf(resolution, sizeof resolution,
                 "No agent that could do it has reported. Enrol one, do it from within, or use %s, which asks nobody.",
                 reset_types[type].instead);
    return reply_error(x, 400,
                       MESSAGE(PARAMETER_VALUE_NOT_IN_LIST, .arg = {shown, "ResetType", shape->action}, .related = "#/ResetType",
                               .resolution = type < RESET_TYPE_COUNT ? resolution : NULL));
}

/* ---- the order ---- */

static enum http_next await(struct core *core, struct http_exchange *x) {
    const struct power_task *task = power_task(&core->power, x->task_id);
    if (!task) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR)); /* forgotten: later orders took its place */
    return task->state == TASK_RUNNING && core->now_ms < x->wait_until_ms ? HTTP_WAIT : task_reply(x, task);
}

/* Who of the nodes keeps a graceful order from being taken. */
static enum http_next refuse_silent(const struct core *core, struct http_exchange *x, enum power_act act, uint8_t node_mask) {
    char nodes[NODE_NAMES_SIZE] = "", resolution[RESOLUTION_SIZE];
    size_t used = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct power_view view = power_view(&core->power, i);
        bool stopped = !view.pads.module_on || (view.halted && act == POWER_GRACEFUL_SHUTDOWN);
        if (!(node_mask & 1u << i) || view.heard || stopped) continue;
        used += (size_t)snprintf(&nodes[used], sizeof nodes - used, "%sNode%u", used ? ", " : "", i + 1);
    }
    snprintf(resolution, sizeof resolution,
             "No agent that could do it is heard on %s. Wait until it reports, or use %s, which asks nobody.", nodes,
             act == POWER_GRACEFUL_SHUTDOWN ? "ForceOff" : "ForceRestart");
    return reply_error(x, 409, MESSAGE(GENERAL_ERROR, .resolution = resolution));
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
    case POWER_REFUSED_NO_AGENT:
        return refuse_silent(core, x, act, node_mask);
    default:
        return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    }
}

/* Restarting one node that is off switches it on, as its owner asked for that very node. Restarting the board means what runs:
 * a node that somebody switched off stays so, and one that has shut down, or an empty slot, is not asked. */
static uint8_t meant(const struct core *core, enum power_act act, uint8_t node_mask) {
    bool group = node_mask & (node_mask - 1), asks = act == POWER_GRACEFUL_RESTART;
    bool restarts = act == POWER_FORCE_RESTART || act == POWER_CYCLE || asks;
    uint8_t mask = node_mask;
    for (unsigned i = 0; group && restarts && i < NODE_COUNT; i++) {
        struct power_view view = power_view(&core->power, i);
        if (view.state == POWER_STATE_OFF || (asks && view.halted)) mask &= (uint8_t) ~(1u << i);
    }
    return mask;
}

static enum http_next order_by_type(struct core *core, struct http_exchange *x, enum power_act act, uint8_t node_mask) {
    uint8_t mask = meant(core, act, node_mask);
    if (mask) return order(core, x, act, mask);
    return reply_error(x, 409, MESSAGE(RESOURCE_IN_STANDBY, .resolution = "No node runs. Use On."));
}

static enum http_next reset(struct core *core, struct http_exchange *x, const char *action, uint8_t node_mask) {
    const struct body_shape shape = {.action = action, .fields = reset_fields};
    if (x->phase > 0) return await(core, x);
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    const char *name = json_text_of(body, "ResetType");
    size_t type = 0;
    while (type < RESET_TYPE_COUNT && strcmp(reset_types[type].name, name) != 0) type++;
    bool has = type < RESET_TYPE_COUNT && has_type(core, type, node_mask);
    return has ? order_by_type(core, x, reset_types[type].act, node_mask) : refuse_type(x, &shape, name, type);
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

struct json_writer reset_info_begin(struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, x->request.path, SCHEMA_ACTION_INFO, "ResetActionInfo", "Reset Action Info");
    json_put_array(&w, "Parameters");
    json_object(&w);
    json_put_text(&w, "Name", "ResetType");
    json_put_boolean(&w, "Required", true);
    json_put_text(&w, "DataType", "String");
    return w;
}

enum http_next reset_info_end(struct http_exchange *x, struct json_writer *w) {
    json_object_end(w);
    json_array_end(w);
    json_object_end(w);
    return reply_json(x, w, 200);
}

static enum http_next reset_info(const struct core *core, struct http_exchange *x, uint8_t node_mask) {
    struct json_writer w = reset_info_begin(x);
    reset_write_types(core, &w, "AllowableValues", node_mask);
    return reset_info_end(x, &w);
}

enum http_next system_reset_info_get(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    return index < 0 ? system_none(x) : reset_info(core, x, (uint8_t)(1u << index));
}

enum http_next chassis_reset_info_get(struct core *core, struct http_exchange *x) { return reset_info(core, x, NODE_ALL); }
