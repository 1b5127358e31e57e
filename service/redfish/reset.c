/* SPDX-License-Identifier: Apache-2.0
 * Power orders over HTTP. The answer waits for the measurement: done (204), not done (500, with what was measured), or, when that
 * takes longer than a client's patience, a task to poll (202). */
#include <string.h>

#include "service/body.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define ANSWER_WAIT_MS 3000 /* docs/api.md: the answer comes when the effect is measured, or after 3 s */

static const enum power_act reset_types[] = {POWER_ON, POWER_FORCE_OFF, POWER_FORCE_RESTART, POWER_CYCLE};
#define RESET_TYPE_COUNT (sizeof reset_types / sizeof reset_types[0])

static const struct body_field reset_fields[] = {BODY_MUST("ResetType", TEXT), BODY_END};
static const struct body_field no_fields[] = {BODY_END};

void reset_write_types(struct json_writer *w, const char *key) {
    json_put_array(w, key);
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++) json_text(w, power_act_name(reset_types[i]));
    json_array_end(w);
}

/* ---- the answer ---- */

/* One message for each node on which it did not work. */
static enum http_next reply_failed(struct http_exchange *x, const struct power_task *task) {
    struct event events[NODE_COUNT];
    unsigned count = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(task->node_mask & 1u << i) || task->failure[i] == POWER_OK) continue;
        events[count] = event_make(EVENT_POWER_FAILED, (uint8_t)(i + 1), power_failure_text(task->failure[i]));
        events[count].arg[0] = task->mv[i];
        events[count++].arg[1] = task->ma[i];
    }
    if (count == 0) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    if (count == 1) return reply_event_error(x, 500, &events[0]);
    struct json_writer w = reply_error_begin(x, EVENT_REGISTRY "PowerOrderFailed", "The order failed on several nodes.");
    for (unsigned i = 0; i < count; i++) event_write_message(&w, &events[i]);
    return reply_error_end(x, &w, 500);
}

static enum http_next reply_running(struct http_exchange *x, const struct power_task *task) {
    struct json_writer w = reply_writer(x);
    reply_describe(x, SCHEMA_TASK);
    task_uri(task->id, x->response.location);
    task_write(&w, task);
    return reply_json(x, &w, 202);
}

static enum http_next await(struct core *core, struct http_exchange *x) {
    const struct power_task *task = power_task(&core->power, x->task_id);
    if (!task) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR)); /* forgotten: later orders took its place */
    if (task->state == TASK_COMPLETED) return reply_empty(x, 204);
    if (task->state == TASK_FAILED) return reply_failed(x, task);
    return core->now_ms >= x->wait_until_ms ? reply_running(x, task) : HTTP_WAIT;
}

/* ---- the order ---- */

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

static enum http_next reset(struct core *core, struct http_exchange *x, const char *action, uint8_t node_mask) {
    const struct body_shape shape = {.action = action, .fields = reset_fields};
    if (x->phase > 0) return await(core, x);
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    const char *type = json_text_of(body, "ResetType");
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++)
        if (strcmp(power_act_name(reset_types[i]), type) == 0) return order(core, x, reset_types[i], node_mask);
    return body_not_in_list(x, &shape, "#/ResetType", type);
}

enum http_next system_reset(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    return index < 0 ? system_none(x) : reset(core, x, "ComputerSystem.Reset", (uint8_t)(1u << index));
}

enum http_next chassis_reset(struct core *core, struct http_exchange *x) {
    return reset(core, x, "Chassis.Reset", (1u << NODE_COUNT) - 1);
}

enum http_next system_module_off(struct core *core, struct http_exchange *x) {
    const struct body_shape shape = {.action = "Super4C.ModuleOff", .fields = no_fields};
    int index = node_index(x->id);
    if (index < 0) return system_none(x);
    if (x->phase > 0) return await(core, x);
    return body_read(x, &shape) ? order(core, x, POWER_MODULE_OFF, (uint8_t)(1u << index)) : HTTP_DONE;
}

enum http_next system_reset_info_get(struct core *core, struct http_exchange *x) {
    (void)core;
    if (node_index(x->id) < 0) return system_none(x);
    struct json_writer w = reply_writer(x);
    resource_begin(&w, x->request.path, SCHEMA_ACTION_INFO, "ResetActionInfo", "Reset Action Info");
    json_put_array(&w, "Parameters");
    json_object(&w);
    json_put_text(&w, "Name", "ResetType");
    json_put_boolean(&w, "Required", true);
    json_put_text(&w, "DataType", "String");
    reset_write_types(&w, "AllowableValues");
    json_object_end(&w);
    json_array_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
