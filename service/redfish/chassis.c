/* SPDX-License-Identifier: Apache-2.0
 * Chassis: the board, its two inputs, and the four slots with what is plugged into them. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/precondition.h"
#include "service/redfish/care.h"
#include "service/redfish/chassis.h"
#include "service/redfish/conditions.h"
#include "service/redfish/event_json.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

bool chassis_exists(const char *id) { return strcmp(id, "Board") == 0 || node_index(id) >= 0; }

enum http_next chassis_none(struct http_exchange *x) {
    return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {"Chassis", x->parent}));
}

/* The board first: clients that know of one chassis take that. */
static bool chassis_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    for (int node = -1; node < NODE_COUNT; node++) {
        if (!exists(x, node) || index-- > 0) continue;
        if (node < 0)
            text_copy(id, COLLECTION_ID_SIZE, "Board");
        else
            snprintf(id, COLLECTION_ID_SIZE, "Node%d", node + 1);
        return true;
    }
    return false;
}

/* ---- what both kinds have ---- */

/* The tag covers what PATCH can change, not the readings. */
static void tag_chassis(const struct core *core, char etag[PRECONDITION_TAG_SIZE], int node) {
    const struct settings *settings = &core->settings;
    struct {
        char label[NODE_LABEL_SIZE];
        uint8_t node, locate;
    } all = {.node = (uint8_t)(node + 1), .locate = node < 0 ? settings->board_locate : settings->node[node].locate};
    text_copy(all.label, sizeof all.label, node < 0 ? settings->board_label : settings->node[node].label);
    precondition_weak_tag(etag, &all, sizeof all);
}

static void begin(const struct core *core, struct json_writer *w, const char *uri, const char *id, const char *name, int node) {
    const struct settings *settings = &core->settings;
    char etag[PRECONDITION_TAG_SIZE];
    resource_begin(w, uri, SCHEMA_CHASSIS, id, name);
    tag_chassis(core, etag, node);
    json_put_text(w, "@odata.etag", etag);
    json_put_text(w, "AssetTag", node < 0 ? settings->board_label : settings->node[node].label);
    settings_write_locate(w, node < 0 ? settings->board_locate : settings->node[node].locate);
}

static void write_below(struct json_writer *w, const char *uri, const char *const *names) {
    for (; *names; names++) {
        char below[COLLECTION_URI_SIZE];
        snprintf(below, sizeof below, "%s/%s", uri, *names);
        json_put_link(w, *names, below);
    }
}

static void write_link(struct json_writer *w, const char *format, unsigned number) {
    char uri[COLLECTION_URI_SIZE];
    snprintf(uri, sizeof uri, format, number);
    json_object(w);
    json_put_text(w, "@odata.id", uri);
    json_object_end(w);
}

static const char *worse(const char *a, const char *b) {
    static const char *const words[] = {"Critical", "Warning"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(a, words[i]) == 0 || strcmp(b, words[i]) == 0) return words[i];
    return "OK";
}

static void write_healths(struct json_writer *w, const char *health, const char *rollup) {
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", health);
    json_put_text(w, "HealthRollup", worse(health, rollup));
}

static void write_board_status(const struct core *core, struct json_writer *w) {
    enum event_severity parts = condition_of_board(core);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        enum event_severity node = condition_of_node(core, i);
        if (node > parts) parts = node;
    }
    json_put_object(w, "Status");
    write_healths(w, "OK", worse(redundancy_health(core), event_severity_name(parts)));
    conditions_write_board(core, w);
    json_object_end(w);
}

static void write_node_status(const struct core *core, struct json_writer *w, unsigned index) {
    json_put_object(w, "Status");
    if (core->health[index].state == HEALTH_EMPTY) {
        json_put_text(w, "State", "Absent"); /* what is not there has no health */
    } else {
        write_healths(w, line_health(core, LINE_RAIL(index)), event_severity_name(condition_of_node(core, index)));
        conditions_write_chassis(core, w, index);
    }
    json_object_end(w);
}

/* ---- the board ---- */

static void write_inputs(const struct core *core, struct json_writer *w) {
    static const char *const nominal[] = {
        [INPUT_CLASS_UNKNOWN] = NULL, [INPUT_CLASS_12V] = "12 V", [INPUT_CLASS_19V] = "19 V", [INPUT_CLASS_OTHER] = "other"};
    json_put_array(w, "Inputs");
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        const struct input_view *view = &core->inputs.view[i];
        json_object(w);
        json_put_format(w, "Name", "DC%u", i + 1);
        if (view->known) {
            json_put_boolean(w, "Present", view->present);
            json_put_boolean(w, "InRange", view->in_range);
            json_put_boolean(w, "Carrying", view->carrying);
            if (nominal[view->nominal]) json_put_text(w, "Nominal", nominal[view->nominal]);
            json_put_integer(w, "MilliVolts", view->sample.mv);
            json_put_integer(w, "MilliAmps", view->sample.ma);
        }
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_board_oem(const struct core *core, struct json_writer *w) {
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.Board");
    if (core->inputs.carrier >= 0) json_put_format(w, "CarryingInput", "DC%d", core->inputs.carrier + 1);
    if (core->inputs.settled) json_put_boolean(w, "Redundant", core->inputs.redundant);
    write_inputs(core, w);
    care_write_board(core, w);
    json_object_end(w);
    json_object_end(w);
}

/* The nodes' systems are linked from their own chassis alone, as the schema asks. */
static void write_board_links(struct json_writer *w) {
    json_put_object(w, "Links");
    json_put_array(w, "Contains");
    for (unsigned i = 0; i < NODE_COUNT; i++) write_link(w, URI_ROOT "/Chassis/Node%u", i + 1);
    json_array_end(w);
    json_put_links(w, "ManagedBy", URI_BMC);
    json_put_links(w, "ManagersInChassis", URI_BMC);
    json_object_end(w);
}

static void write_board_actions(const struct core *core, struct json_writer *w) {
    json_put_object(w, "Actions");
    json_put_object(w, "#Chassis.Reset");
    json_put_text(w, "target", URI_BOARD "/Actions/Chassis.Reset");
    json_put_text(w, "@Redfish.ActionInfo", URI_BOARD "/ResetActionInfo");
    reset_write_types(core, w, "ResetType@Redfish.AllowableValues", NODE_ALL);
    json_object_end(w);
    care_write_board_actions(w);
    json_object_end(w);
}

static void write_board(const struct core *core, struct json_writer *w, const char *uri, const char *id) {
    static const char *const below[] = {"Sensors", "EnvironmentMetrics", "PowerSubsystem", "Power", "Thermal", NULL};
    begin(core, w, uri, id, "Super4C board", -1);
    json_put_text(w, "ChassisType", "StandAlone"); /* one board with its own inputs; what case it sits in we cannot know */
    json_put_text(w, "Manufacturer", "DeskPi");
    json_put_text(w, "Model", "Super4C");
    json_put_text(w, "SKU", "DP-0040");
    json_put_text(w, "PowerState", "On"); /* the controller lives on the same input: while it answers, the board is powered */
    json_put_boolean(w, "PoweredByParent", false);
    write_board_status(core, w);
    write_below(w, uri, below);
    write_board_actions(core, w);
    write_board_links(w);
    write_board_oem(core, w);
    json_object_end(w);
}

/* ---- a slot ---- */

static void write_slot(struct json_writer *w, unsigned index) {
    json_put_object(w, "Location");
    json_put_object(w, "PartLocation");
    json_put_format(w, "ServiceLabel", "CM5 slot %u", index + 1);
    json_put_text(w, "LocationType", "Slot");
    json_put_integer(w, "LocationOrdinalValue", index); /* the schema counts from 0 */
    json_object_end(w);
    json_object_end(w);
}

/* An account that is bound to the node sees no link to what does not exist for it. */
static void write_node_links(const struct http_exchange *x, struct json_writer *w, unsigned index) {
    json_put_object(w, "Links");
    json_put_array(w, "ComputerSystems");
    write_link(w, URI_SYSTEMS "/Node%u", index + 1);
    json_array_end(w);
    json_put_array(w, "Storage");
    write_link(w, URI_SYSTEMS "/Node%u/Storage/NVMe", index + 1);
    json_array_end(w);
    if (exists(x, -1)) {
        json_put_link(w, "ContainedBy", URI_BOARD);
        json_put_links(w, "ManagedBy", URI_BMC);
    }
    json_object_end(w);
}

static void write_node(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                       const char *id) {
    static const char *const below[] = {
        "Sensors", "EnvironmentMetrics", "ThermalSubsystem", "Controls", "Drives", "Power", "Thermal", NULL};
    unsigned index = (unsigned)node_index(id);
    struct power_view view = power_view(&core->power, index);
    char name[COLLECTION_ID_SIZE];
    snprintf(name, sizeof name, "Node %u", index + 1);
    begin(core, w, uri, id, name, (int)index);
    json_put_text(w, "ChassisType", "Module");
    if (power_state_word(&view)) json_put_text(w, "PowerState", power_state_word(&view));
    json_put_boolean(w, "PoweredByParent", true);
    json_put_boolean(w, "ThermalManagedByParent", false);
    write_node_status(core, w, index);
    write_slot(w, index);
    write_below(w, uri, below);
    write_node_links(x, w, index);
    json_object_end(w);
}

/* ---- the resources ---- */

static void write_chassis(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    if (node_index(id) < 0)
        write_board(core, w, uri, id);
    else
        write_node(core, x, w, uri, id);
}

static const struct collection chassis = {.uri = URI_ROOT "/Chassis",
                                          .schema = SCHEMA_CHASSIS_COLLECTION,
                                          .name = "Chassis Collection",
                                          .member_type = "Chassis",
                                          .member = chassis_member,
                                          .write = write_chassis};

enum http_next chassis_collection_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &chassis); }

enum http_next chassis_get(struct core *core, struct http_exchange *x) {
    if (chassis_exists(x->id)) tag_chassis(core, x->response.etag, node_index(x->id));
    return collection_get_member(core, x, &chassis);
}

static const struct body_field super4c_fields[] = {
    BODY_MAY("DisruptionBudget", INTEGER),
    BODY_MAY("InputWatts", INTEGER),
    BODY_END,
};
static const struct body_field oem_fields[] = {BODY_HAS("Super4C", super4c_fields), BODY_END};
static const struct body_field chassis_fields[] = {
    BODY_MAY("AssetTag", TEXT),
    BODY_MAY("LocationIndicatorActive", BOOLEAN),
    BODY_MAY("IndicatorLED", TEXT),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_MAY("ChassisType", READ_ONLY),
    BODY_MAY("Manufacturer", READ_ONLY),
    BODY_MAY("Model", READ_ONLY),
    BODY_MAY("SKU", READ_ONLY),
    BODY_MAY("PowerState", READ_ONLY),
    BODY_MAY("PoweredByParent", READ_ONLY),
    BODY_MAY("ThermalManagedByParent", READ_ONLY),
    BODY_MAY("Status", READ_ONLY),
    BODY_MAY("Location", READ_ONLY),
    BODY_MAY("Actions", READ_ONLY),
    BODY_MAY("Links", READ_ONLY),
    BODY_HAS("Oem", oem_fields),
    BODY_END,
};
static const struct body_shape chassis_shape = {.fields = chassis_fields};

enum http_next chassis_patch(struct core *core, struct http_exchange *x) {
    int node = node_index(x->id);
    if (!collection_has(core, x, &chassis, x->id)) return collection_no_member(x, &chassis);
    if (x->phase++ > 0) return settings_save_finish(core, x, x->id) ? chassis_get(core, x) : HTTP_DONE;
    const struct json_value *body = body_read(x, &chassis_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    if (!settings_take_label(x, body, node < 0 ? wanted.board_label : wanted.node[node].label)) return HTTP_DONE;
    uint8_t *locate = node < 0 ? &wanted.board_locate : &wanted.node[node].locate;
    if (!settings_take_locate(x, &chassis_shape, body, locate)) return HTTP_DONE;
    const struct json_value *oem = json_member(json_member(body, "Oem"), "Super4C");
    if (node < 0 && !care_take_board(x, oem, &wanted)) return HTTP_DONE;
    return settings_save(x, &wanted);
}
