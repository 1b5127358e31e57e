/* SPDX-License-Identifier: Apache-2.0
 * Systems: the four nodes as measured, their settings, and their last kernel words. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/precondition.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define LAST_WORDS_SIZE 640 /* on a node's card: about eight lines */

static const char *const restore_names[RESTORE_COUNT] = {
    [RESTORE_LAST_STATE] = "LastState", [RESTORE_ALWAYS_ON] = "AlwaysOn", [RESTORE_ALWAYS_OFF] = "AlwaysOff"};

int node_index(const char *id) {
    bool named = strncmp(id, "Node", 4) == 0 && id[4] >= '1' && id[4] < '1' + NODE_COUNT && id[5] == '\0';
    return named ? id[4] - '1' : -1;
}

bool exists(const struct http_exchange *x, int node) {
    return node < 0 ? x->identity.nodes == NODE_ALL : (x->identity.nodes & 1u << node) != 0;
}

enum http_next system_none(struct http_exchange *x) {
    return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {"ComputerSystem", x->parent}));
}

static bool system_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    for (int node = 0; node < NODE_COUNT; node++) {
        if (!exists(x, node) || index-- > 0) continue;
        snprintf(id, COLLECTION_ID_SIZE, "Node%d", node + 1);
        return true;
    }
    return false;
}

/* ---- parts of a system ---- */

static void write_power_state(struct json_writer *w, const struct power_view *view) {
    if (view->state == POWER_STATE_UNKNOWN)
        json_put_null(w, "PowerState");
    else
        json_put_text(w, "PowerState", view->state == POWER_STATE_ON ? "On" : "Off");
}

/* How a node's health reads in Redfish's words. */
static void write_status(struct json_writer *w, enum health_state state) {
    static const struct {
        const char *state, *health;
    } words[HEALTH_STATE_COUNT] = {
        [HEALTH_UNKNOWN] = {"UnavailableOffline", "Warning"},
        [HEALTH_EMPTY] = {"Absent", NULL},
        [HEALTH_OFF] = {"StandbyOffline", "OK"},
        [HEALTH_MODULE_OFF] = {"StandbyOffline", "OK"},
        [HEALTH_STARTING] = {"Starting", "OK"},
        [HEALTH_UP] = {"Enabled", "OK"},
        [HEALTH_PANICKED] = {"Enabled", "Critical"},
        [HEALTH_HALTED] = {"Quiesced", "Warning"},
        [HEALTH_FAILED] = {"Enabled", "Critical"},
    };
    if (state >= HEALTH_STATE_COUNT) state = HEALTH_UNKNOWN;
    json_put_object(w, "Status");
    json_put_text(w, "State", words[state].state);
    if (words[state].health) json_put_text(w, "Health", words[state].health);
    json_object_end(w);
}

static void write_actions(struct json_writer *w, const char *uri) {
    json_put_object(w, "Actions");
    json_put_object(w, "#ComputerSystem.Reset");
    json_put_format(w, "target", "%s/Actions/ComputerSystem.Reset", uri);
    json_put_format(w, "@Redfish.ActionInfo", "%s/ResetActionInfo", uri);
    reset_write_types(w, "ResetType@Redfish.AllowableValues");
    json_object_end(w);
    json_put_object(w, "Oem");
    json_put_object(w, "#Super4C.ModuleOff");
    json_put_format(w, "target", "%s/Actions/Oem/Super4C.ModuleOff", uri);
    json_object_end(w);
    json_object_end(w);
    json_object_end(w);
}

static void write_order(struct json_writer *w, const struct power_view *view) {
    if (view->act != POWER_ACT_NONE) {
        char task[COLLECTION_URI_SIZE];
        json_put_object(w, "Order");
        json_put_text(w, "Act", power_act_name(view->act));
        json_put_text(w, "Phase", power_phase_name(view->phase));
        snprintf(task, sizeof task, URI_TASKS "/%lu", (unsigned long)view->task_id);
        if (view->task_id) json_put_link(w, "Task", task);
        json_object_end(w);
    }
    if (view->last_failed) json_put_text(w, "LastOrderFailure", power_failure_text(view->last_failure));
}

static void write_rail(const struct core *core, struct json_writer *w, unsigned index) {
    const struct rail_sample *rail = &core->rail[index];
    if (!rail->valid || rail->taken_ms == 0) return;
    json_put_integer(w, "RailMilliVolts", rail->mv);
    json_put_integer(w, "RailMilliAmps", rail->ma);
    json_put_integer(w, "MeasuredAgeMilliSeconds", rail->taken_ms < core->now_ms ? (int64_t)(core->now_ms - rail->taken_ms) : 0);
}

/* The text's lines as an array. */
static void write_lines(struct json_writer *w, const char *key, const char *text) {
    json_put_array(w, key);
    while (*text) {
        const char *end = strchr(text, '\n');
        size_t length = end ? (size_t)(end - text) : strlen(text);
        json_text_part(w, text, length);
        text += length + (end != NULL);
    }
    json_array_end(w);
}

static void write_words(const struct core *core, struct json_writer *w, unsigned index, const char *uri) {
    const struct console *console = &core->console[index];
    char words[LAST_WORDS_SIZE], console_uri[COLLECTION_URI_SIZE];
    console_tail(console, words, sizeof words);
    snprintf(console_uri, sizeof console_uri, "%s/Oem/Super4C/Console", uri);
    json_put_boolean(w, "Panicked", core->health[index].state == HEALTH_PANICKED);
    if (console->panic_ms) json_put_text(w, "PanicLine", console->panic_line);
    write_lines(w, "LastWords", words);
    json_put_link(w, "Console", console_uri);
}

static void write_oem(const struct core *core, struct json_writer *w, unsigned index, const struct power_view *view,
                      const char *uri) {
    const struct health *health = &core->health[index];
    const uint8_t *address = core->settings.node[index].service_address;
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.Node");
    json_put_text(w, "State", health_name(health->state));
    json_put_text(w, "StateReason", health->reason);
    json_put_integer(w, "StateSeconds",
                     health->since_ms < core->now_ms ? (int64_t)((core->now_ms - health->since_ms) / 1000) : 0);
    json_put_boolean(w, "ModuleEnabled", view->pads.module_on);
    json_put_boolean(w, "ChannelEnabled", view->pads.channel_on);
    write_rail(core, w, index);
    write_order(w, view);
    json_put_format(w, "ServiceAddress", "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
    write_words(core, w, index, uri);
    json_object_end(w);
    json_object_end(w);
}

static void write_boot(struct json_writer *w) {
    json_put_object(w, "Boot");
    json_put_text(w, "BootSourceOverrideEnabled", "Disabled");
    json_put_text(w, "BootSourceOverrideTarget", "None");
    json_object_end(w);
}

/* The tag covers what PATCH can change; a reading that moves must not make a client's If-Match fail. */
static void tag_system(const struct core *core, char etag[PRECONDITION_TAG_SIZE], unsigned index) {
    const struct node_settings *node = &core->settings.node[index];
    struct {
        char label[NODE_LABEL_SIZE];
        uint8_t index, restore, delay[2], address[4];
    } all = {.index = (uint8_t)index,
             .restore = node->restore,
             .delay = {(uint8_t)node->on_delay_s, (uint8_t)(node->on_delay_s >> 8)}};
    text_copy(all.label, sizeof all.label, node->label);
    memcpy(all.address, node->service_address, sizeof all.address);
    precondition_weak_tag(etag, &all, sizeof all);
}

static void write_system(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    (void)x;
    unsigned index = (unsigned)node_index(id);
    const struct node_settings *settings = &core->settings.node[index];
    struct power_view view = power_view(&core->power, index);
    char name[COLLECTION_ID_SIZE], etag[PRECONDITION_TAG_SIZE];
    snprintf(name, sizeof name, "Node %u", index + 1);
    resource_begin(w, uri, SCHEMA_SYSTEM, id, name);
    tag_system(core, etag, index);
    json_put_text(w, "@odata.etag", etag);
    json_put_text(w, "SystemType", "Physical");
    json_put_text(w, "AssetTag", settings->label);
    write_power_state(w, &view);
    write_status(w, core->health[index].state);
    json_put_text(w, "PowerRestorePolicy", restore_names[settings->restore]);
    json_put_integer(w, "PowerOnDelaySeconds", settings->on_delay_s);
    json_put_time(w, "LastResetTime", view.last_reset_wall_ms);
    write_boot(w);
    write_actions(w, uri);
    json_put_object(w, "Links");
    json_put_links(w, "Chassis", URI_BOARD);
    json_put_links(w, "ManagedBy", URI_BMC);
    json_object_end(w);
    write_oem(core, w, index, &view, uri);
    json_object_end(w);
}

static const struct collection systems = {.uri = URI_SYSTEMS,
                                          .schema = SCHEMA_SYSTEM_COLLECTION,
                                          .name = "Computer System Collection",
                                          .member_type = "ComputerSystem",
                                          .member = system_member,
                                          .write = write_system};

enum http_next systems_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &systems); }

enum http_next system_get(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    if (index >= 0) tag_system(core, x->response.etag, (unsigned)index);
    return collection_get_member(core, x, &systems);
}

/* ---- settings of a node ---- */

static const struct body_field super4c_fields[] = {
    BODY_MAY("ServiceAddress", TEXT),
    BODY_MAY("State", READ_ONLY),
    BODY_END,
};
static const struct body_field oem_fields[] = {
    BODY_HAS("Super4C", super4c_fields),
    BODY_END,
};
static const struct body_field system_fields[] = {
    BODY_MAY("AssetTag", TEXT),
    BODY_MAY("PowerRestorePolicy", TEXT),
    BODY_MAY("PowerOnDelaySeconds", INTEGER),
    BODY_HAS("Oem", oem_fields),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_MAY("SystemType", READ_ONLY),
    BODY_MAY("PowerState", READ_ONLY),
    BODY_MAY("Status", READ_ONLY),
    BODY_MAY("Boot", READ_ONLY),
    BODY_MAY("Actions", READ_ONLY),
    BODY_MAY("Links", READ_ONLY),
    BODY_MAY("LastResetTime", READ_ONLY),
    BODY_END,
};
static const struct body_shape system_shape = {.fields = system_fields};

static bool refuse(struct http_exchange *x, const struct message *message) {
    reply_error(x, 400, message);
    return false;
}

static bool has_control_character(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f) return true;
    return false;
}

static bool take_label(struct http_exchange *x, const char *label, struct node_settings *node) {
    char shown[48];
    if (!label) return true;
    text_copy(shown, sizeof shown, label);
    if (strlen(label) >= sizeof node->label)
        return refuse(x, MESSAGE(STRING_TOO_LONG, .arg = {shown, "32"}, .related = "#/AssetTag"));
    if (has_control_character(label))
        return refuse(x, MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "AssetTag"}, .related = "#/AssetTag"));
    text_copy(node->label, sizeof node->label, label);
    return true;
}

static bool take_restore(struct http_exchange *x, const char *name, struct node_settings *node) {
    if (!name) return true;
    for (unsigned i = 0; i < RESTORE_COUNT; i++) {
        if (strcmp(restore_names[i], name) != 0) continue;
        node->restore = (uint8_t)i;
        return true;
    }
    body_not_in_list(x, &system_shape, "#/PowerRestorePolicy", name);
    return false;
}

static bool take_delay(struct http_exchange *x, const struct json_value *body, struct node_settings *node) {
    int32_t seconds;
    if (!json_integer_of(body, "PowerOnDelaySeconds", &seconds)) return true;
    if (seconds < 0 || seconds > 3600) {
        body_out_of_range(x, "#/PowerOnDelaySeconds", seconds);
        return false;
    }
    node->on_delay_s = (uint16_t)seconds;
    return true;
}

static bool take_address(struct http_exchange *x, const char *address, struct node_settings *node) {
    char shown[48];
    if (!address || text_read_ipv4(address, node->service_address)) return true;
    text_copy(shown, sizeof shown, address);
    return refuse(x, MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "ServiceAddress"}, .related = "#/Oem/Super4C/ServiceAddress",
                             .resolution = "Give an IPv4 address, or 0.0.0.0 for none."));
}

enum http_next system_patch(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    if (index < 0) return collection_no_member(x, &systems);
    if (x->phase++ > 0) {
        char what[COLLECTION_ID_SIZE];
        snprintf(what, sizeof what, "Node%d", index + 1);
        return settings_save_finish(core, x, what) ? system_get(core, x) : HTTP_DONE;
    }
    const struct json_value *body = body_read(x, &system_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    struct node_settings *node = &wanted.node[index];
    const struct json_value *oem = json_member(json_member(body, "Oem"), "Super4C");
    if (!take_label(x, json_text_of(body, "AssetTag"), node)) return HTTP_DONE;
    if (!take_restore(x, json_text_of(body, "PowerRestorePolicy"), node)) return HTTP_DONE;
    if (!take_delay(x, body, node)) return HTTP_DONE;
    if (!take_address(x, json_text_of(oem, "ServiceAddress"), node)) return HTTP_DONE;
    if (settings_problem(&wanted)) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    return settings_save(x, &wanted);
}
