/* SPDX-License-Identifier: Apache-2.0
 * What the board does for its nodes of itself, as its owner sees and sets it: recovery, protection, maintenance, the fan curve,
 * and the restart of all nodes one after another. */
#include "service/redfish/care.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/reply.h"

#define MAINTENANCE_MAX_MIN 10080 /* a week, as recovery has it */

static const char *const policies[POLICY_COUNT] = {
    [POLICY_AUTOMATIC] = "Automatic", [POLICY_OFF] = "Off", [POLICY_NOTIFY] = "NotifyOnly", [POLICY_FULL] = "Full"};

/* ---- a node ---- */

static void write_curve(struct json_writer *w, const struct node_settings *node) {
    json_put_array(w, "FanCurve");
    for (unsigned i = 0; i < node->fan_point_count && i < AGENT_FAN_POINT_COUNT; i++) {
        json_object(w);
        json_put_integer(w, "Celsius", node->fan_point[i].celsius);
        json_put_integer(w, "Duty", node->fan_point[i].duty);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_recovery(const struct core *core, struct json_writer *w, unsigned index) {
    struct recovery_view view = recovery_view(&core->recovery, index, &core->baseline[index]);
    char next[RECOVERY_NEXT_SIZE];
    recovery_next(&view, core->now_ms, next);
    json_put_object(w, "Recovery");
    json_put_text(w, "Phase", recovery_phase_name(view.phase));
    if (next[0]) json_put_text(w, "Next", next);
    json_put_integer(w, "AttemptsLastHour", view.attempt_count);
    json_put_boolean(w, "GaveUp", view.gave_up);
    json_object_end(w);
}

static int64_t minutes_left(const struct core *core, unsigned index) {
    struct recovery_view view = recovery_view(&core->recovery, index, &core->baseline[index]);
    return view.maintenance_ms > core->now_ms ? (int64_t)((view.maintenance_ms - core->now_ms + 59999) / 60000) : 0;
}

void care_write_node(const struct core *core, struct json_writer *w, unsigned index) {
    const struct node_settings *node = &core->settings.node[index];
    json_put_text(w, "RecoveryPolicy", policies[node->recovery < POLICY_COUNT ? node->recovery : POLICY_AUTOMATIC]);
    json_put_boolean(w, "Protected", node->protect);
    json_put_integer(w, "MaintenanceMinutes", minutes_left(core, index));
    write_curve(w, node);
    write_recovery(core, w, index);
}

static bool take_policy(struct http_exchange *x, const struct body_shape *shape, const char *name, struct node_settings *node) {
    if (!name) return true;
    for (unsigned i = 0; i < POLICY_COUNT; i++) {
        if (strcmp(policies[i], name) != 0) continue;
        node->recovery = (uint8_t)i;
        return true;
    }
    body_not_in_list(x, shape, "#/Oem/Super4C/RecoveryPolicy", name);
    return false;
}

static bool take_minutes(const struct core *core, struct http_exchange *x, const struct json_value *oem,
                         struct node_settings *node) {
    int32_t minutes;
    if (!json_integer_of(oem, "MaintenanceMinutes", &minutes)) return true;
    if (minutes < 0 || minutes > MAINTENANCE_MAX_MIN) {
        body_out_of_range(x, "#/Oem/Super4C/MaintenanceMinutes", minutes);
        return false;
    }
    node->maintenance_min = (uint16_t)minutes;
    node->maintenance_end_s = minutes && core->wall_ms ? (uint32_t)(core->wall_ms / 1000) + (uint32_t)minutes * 60 : 0;
    return true;
}

static bool refuse_curve(struct http_exchange *x, const char *why) {
    reply_error(x, 400,
                MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"FanCurve"}, .related = "#/Oem/Super4C/FanCurve", .resolution = why));
    return false;
}

static bool take_curve(struct http_exchange *x, const struct json_value *curve, struct node_settings *node) {
    struct agent_fan_point points[AGENT_FAN_POINT_COUNT];
    unsigned count = 0;
    if (!curve) return true;
    for (const struct json_value *item = json_first(curve); item; item = json_next(item), count++) {
        int32_t celsius, duty;
        bool pair = json_kind(item) == JSON_OBJECT && json_integer_of(item, "Celsius", &celsius) &&
                    json_integer_of(item, "Duty", &duty);
        if (count == AGENT_FAN_POINT_COUNT) return refuse_curve(x, cooling_curve_error_text(COOLING_CURVE_TOO_MANY));
        if (!pair || celsius < 0 || celsius > 100 || duty < 0 || duty > 255)
            return refuse_curve(x, "Give points as {\"Celsius\": 0 to 100, \"Duty\": 0 to 255}.");
        points[count] = (struct agent_fan_point){.celsius = (uint8_t)celsius, .duty = (uint8_t)duty};
    }
    enum cooling_curve_error error = cooling_curve_check(points, count);
    if (error != COOLING_CURVE_OK) return refuse_curve(x, cooling_curve_error_text(error));
    node->fan_point_count = (uint8_t)count;
    memset(node->fan_point, 0, sizeof node->fan_point);
    memcpy(node->fan_point, points, count * sizeof points[0]);
    return true;
}

bool care_take_node(const struct core *core, struct http_exchange *x, const struct body_shape *shape,
                    const struct json_value *oem, struct node_settings *node) {
    json_boolean_of(oem, "Protected", &node->protect);
    return take_policy(x, shape, json_text_of(oem, "RecoveryPolicy"), node) && take_minutes(core, x, oem, node) &&
           take_curve(x, json_member(oem, "FanCurve"), node);
}

/* ---- the board ---- */

void care_write_board(const struct core *core, struct json_writer *w) {
    const struct rolling *rolling = &core->rolling;
    json_put_integer(w, "DisruptionBudget", core->settings.disruption_budget);
    json_put_integer(w, "InputWatts", core->settings.input_watts);
    json_put_object(w, "RollingRestart");
    json_put_text(w, "Result", rolling_result_name((enum rolling_result)rolling->result));
    if (rolling->result == ROLLING_RUNS) json_put_format(w, "Node", "Node%u", rolling->index + 1u);
    if (rolling->result == ROLLING_STOPPED) json_put_text(w, "Failure", rolling->failure);
    json_object_end(w);
}

void care_write_board_actions(struct json_writer *w) {
    static const char *const names[] = {"RollingRestart", "CancelRollingRestart"};
    json_put_object(w, "Oem");
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        char key[COLLECTION_ID_SIZE];
        snprintf(key, sizeof key, "#Super4C.%s", names[i]);
        json_put_object(w, key);
        json_put_format(w, "target", URI_BOARD "/Actions/Oem/Super4C.%s", names[i]);
        json_object_end(w);
    }
    json_object_end(w);
}

static bool out_of_range(struct http_exchange *x, const char *related, int32_t number) {
    body_out_of_range(x, related, number);
    return false;
}

bool care_take_board(struct http_exchange *x, const struct json_value *oem, struct settings *settings) {
    int32_t number;
    if (json_integer_of(oem, "DisruptionBudget", &number)) {
        if (number < 1 || number > NODE_COUNT) return out_of_range(x, "#/Oem/Super4C/DisruptionBudget", number);
        settings->disruption_budget = (uint8_t)number;
    }
    if (json_integer_of(oem, "InputWatts", &number)) {
        if (number < 0 || number > UINT16_MAX) return out_of_range(x, "#/Oem/Super4C/InputWatts", number);
        settings->input_watts = (uint16_t)number;
    }
    return true;
}

static const struct body_field no_fields[] = {BODY_END};

enum http_next rolling_restart(struct core *core, struct http_exchange *x) {
    static const struct body_shape shape = {.action = "Super4C.RollingRestart", .fields = no_fields};
    if (!body_read(x, &shape)) return HTTP_DONE;
    if (!rolling_start(&core->rolling, NODE_ALL, core->now_ms))
        return reply_error(x, 409,
                           MESSAGE(RESOURCE_IN_USE, .resolution = "A rolling restart is under way. Wait for it, or cancel it."));
    struct event event = event_make(EVENT_ROLLING_STARTED, 0, NULL);
    for (unsigned mask = core->rolling.todo_mask; mask; mask >>= 1) event.arg[0] += mask & 1;
    auth_log(core, x, event);
    return reply_empty(x, 204);
}

enum http_next rolling_restart_cancel(struct core *core, struct http_exchange *x) {
    static const struct body_shape shape = {.action = "Super4C.CancelRollingRestart", .fields = no_fields};
    if (!body_read(x, &shape)) return HTTP_DONE;
    struct event event = event_make(EVENT_ROLLING_CANCELLED, 0, NULL);
    for (unsigned mask = core->rolling.done_mask; mask; mask >>= 1) event.arg[0] += mask & 1;
    if (core->rolling.result == ROLLING_RUNS) auth_log(core, x, event);
    rolling_cancel(&core->rolling);
    return reply_empty(x, 204);
}
