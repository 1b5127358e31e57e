/* SPDX-License-Identifier: Apache-2.0
 * Chassis: the board, its two inputs, and the group order over all nodes. */
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

bool chassis_exists(const char *id) { return strcmp(id, "Board") == 0 || node_index(id) >= 0; }

enum http_next chassis_none(struct http_exchange *x) {
    return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {"Chassis", x->parent}));
}

static bool chassis_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, "Board");
    return true;
}

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

static void write_oem(const struct core *core, struct json_writer *w) {
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.Board");
    if (core->inputs.carrier >= 0) json_put_format(w, "CarryingInput", "DC%d", core->inputs.carrier + 1);
    if (core->inputs.settled) json_put_boolean(w, "Redundant", core->inputs.redundant);
    write_inputs(core, w);
    json_object_end(w);
    json_object_end(w);
}

/* The worst that a node or the inputs have to say. */
static const char *health_rollup(const struct core *core) {
    const char *worst = core->inputs.settled && !core->inputs.redundant ? "Warning" : "OK";
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        enum health_state state = core->health[i].state;
        if (state == HEALTH_PANICKED || state == HEALTH_FAILED) return "Critical";
        if (state == HEALTH_HALTED || state == HEALTH_UNKNOWN) worst = "Warning";
    }
    return worst;
}

static void write_links(struct json_writer *w) {
    json_put_object(w, "Links");
    json_put_array(w, "ComputerSystems");
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        json_object(w);
        json_put_format(w, "@odata.id", URI_SYSTEMS "/Node%u", i + 1);
        json_object_end(w);
    }
    json_array_end(w);
    json_put_links(w, "ManagedBy", URI_BMC);
    json_object_end(w);
}

static void write_chassis(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    (void)x;
    resource_begin(w, uri, SCHEMA_CHASSIS, id, "Super4C board");
    json_put_text(w, "ChassisType", "StandAlone"); /* one board with its own inputs; what case it sits in we cannot know */
    json_put_text(w, "Manufacturer", "DeskPi");
    json_put_text(w, "Model", "Super4C");
    json_put_text(w, "SKU", "DP-0040");
    json_put_text(w, "PowerState", "On"); /* the controller lives on the same input: while it answers, the board is powered */
    json_put_object(w, "Status");
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", "OK");
    json_put_text(w, "HealthRollup", health_rollup(core));
    json_object_end(w);
    json_put_link(w, "Sensors", URI_BOARD "/Sensors");
    json_put_object(w, "Actions");
    json_put_object(w, "#Chassis.Reset");
    json_put_text(w, "target", URI_BOARD "/Actions/Chassis.Reset");
    reset_write_types(w, "ResetType@Redfish.AllowableValues");
    json_object_end(w);
    json_object_end(w);
    write_links(w);
    write_oem(core, w);
    json_object_end(w);
}

static const struct collection chassis = {.uri = URI_ROOT "/Chassis",
                                          .schema = SCHEMA_CHASSIS_COLLECTION,
                                          .name = "Chassis Collection",
                                          .member_type = "Chassis",
                                          .member = chassis_member,
                                          .write = write_chassis};

enum http_next chassis_collection_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &chassis); }
enum http_next chassis_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &chassis); }
