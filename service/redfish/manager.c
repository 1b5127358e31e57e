/* SPDX-License-Identifier: Apache-2.0
 * Managers: the controller itself. Neither its reset nor its reset to defaults moves a power pin. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/defaults.h"
#include "core/version.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/precondition.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

static bool manager_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, "BMC");
    return true;
}

static const char *const reset_types[] = {"ForceRestart", "GracefulRestart"};
#define RESET_TYPE_COUNT (sizeof reset_types / sizeof reset_types[0])

static void write_reset_types(struct json_writer *w, const char *key) {
    json_put_array(w, key);
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++) json_text(w, reset_types[i]);
    json_array_end(w);
}

static void write_actions(struct json_writer *w) {
    json_put_object(w, "Actions");
    json_put_object(w, "#Manager.Reset");
    json_put_text(w, "target", URI_BMC "/Actions/Manager.Reset");
    json_put_text(w, "@Redfish.ActionInfo", URI_BMC "/ResetActionInfo");
    write_reset_types(w, "ResetType@Redfish.AllowableValues");
    json_object_end(w);
    json_put_object(w, "#Manager.ResetToDefaults");
    json_put_text(w, "target", URI_BMC "/Actions/Manager.ResetToDefaults");
    json_put_array(w, "ResetType@Redfish.AllowableValues");
    for (unsigned kind = DEFAULTS_NONE + 1; kind < DEFAULTS_KIND_COUNT; kind++)
        json_text(w, defaults_name((enum defaults_kind)kind));
    json_array_end(w);
    json_object_end(w);
    json_object_end(w);
}

static void write_node_links(struct json_writer *w, const char *collection_uri) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        json_object(w);
        json_put_format(w, "@odata.id", "%s/Node%u", collection_uri, i + 1);
        json_object_end(w);
    }
}

static void write_links(const struct core *core, struct json_writer *w) {
    json_put_object(w, "Links");
    json_put_array(w, "ManagerForServers");
    write_node_links(w, URI_SYSTEMS);
    json_array_end(w);
    json_put_array(w, "ManagerForChassis");
    json_object(w);
    json_put_text(w, "@odata.id", URI_BOARD);
    json_object_end(w);
    write_node_links(w, URI_ROOT "/Chassis");
    json_array_end(w);
    json_put_link(w, "ManagerInChassis", URI_BOARD);
    char running[COLLECTION_URI_SIZE];
    snprintf(running, sizeof running, URI_FIRMWARE "/%s", firmware_slot_id(core->update.running));
    json_put_link(w, "ActiveSoftwareImage", running);
    json_put_array(w, "SoftwareImages");
    for (unsigned slot = 0; firmware_slot_id(slot); slot++) {
        json_object(w);
        json_put_format(w, "@odata.id", URI_FIRMWARE "/%s", firmware_slot_id(slot));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static void write_times(const struct core *core, struct json_writer *w) {
    json_put_time(w, "DateTime", core->wall_ms);
    if (core->wall_ms) json_put_text(w, "DateTimeLocalOffset", "+00:00");
    json_put_time(w, "LastResetTime", wall_of(core, core->started_ms));
}

static void write_oem(const struct core *core, struct json_writer *w) {
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.Manager");
    json_put_integer(w, "UptimeSeconds", (int64_t)((core->now_ms - core->started_ms) / 1000));
    json_put_text(w, "ResetCause", core->started_cause);
    json_put_boolean(w, "LinkUp", core->link_up);
    json_put_boolean(w, "StoreFailing", core->store_failing);
    json_object_end(w);
    json_object_end(w);
}

/* The time and the uptime move by themselves; a client's If-Match must not fail for that. */
static void tag_manager(const struct core *core, char etag[PRECONDITION_TAG_SIZE]) {
    uint8_t writable = core->settings.board_locate;
    precondition_weak_tag(etag, &writable, sizeof writable);
}

static void write_manager(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    char etag[PRECONDITION_TAG_SIZE];
    (void)x;
    tag_manager(core, etag);
    resource_begin(w, uri, SCHEMA_MANAGER, id, "Super4C management controller");
    json_put_text(w, "@odata.etag", etag);
    json_put_text(w, "ManagerType", "BMC");
    json_put_text(w, "Model", "Super4C");
    json_put_text(w, "FirmwareVersion", SUPER4C_VERSION);
    json_put_text(w, "PowerState", "On");
    if (core->uuid[0]) {
        json_put_text(w, "UUID", core->uuid);
        json_put_text(w, "ServiceEntryPointUUID", core->uuid);
    }
    json_put_object(w, "Status");
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", core->store_failing ? "Critical" : "OK");
    json_object_end(w);
    write_times(core, w);
    json_put_boolean(w, "LocationIndicatorActive", core->settings.board_locate);
    json_put_link(w, "NetworkProtocol", URI_BMC "/NetworkProtocol");
    json_put_link(w, "EthernetInterfaces", URI_BMC "/EthernetInterfaces");
    json_put_link(w, "LogServices", URI_BMC "/LogServices");
    write_actions(w);
    write_links(core, w);
    write_oem(core, w);
    json_object_end(w);
}

static const struct collection managers = {.uri = URI_ROOT "/Managers",
                                           .schema = SCHEMA_MANAGER_COLLECTION,
                                           .name = "Manager Collection",
                                           .member_type = "Manager",
                                           .member = manager_member,
                                           .write = write_manager};

enum http_next managers_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &managers); }

enum http_next manager_get(struct core *core, struct http_exchange *x) {
    tag_manager(core, x->response.etag);
    return collection_get_member(core, x, &managers);
}

/* ---- settings ---- */

/* The clock is the host's, which sets it: DateTime can be read only. The locator is the board's, where the controller sits. */
static const struct body_field manager_fields[] = {
    BODY_MAY("LocationIndicatorActive", BOOLEAN),
    BODY_MAY("DateTime", READ_ONLY),
    BODY_MAY("DateTimeLocalOffset", READ_ONLY),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_MAY("ManagerType", READ_ONLY),
    BODY_MAY("Model", READ_ONLY),
    BODY_MAY("FirmwareVersion", READ_ONLY),
    BODY_MAY("PowerState", READ_ONLY),
    BODY_MAY("UUID", READ_ONLY),
    BODY_MAY("ServiceEntryPointUUID", READ_ONLY),
    BODY_MAY("Status", READ_ONLY),
    BODY_MAY("LastResetTime", READ_ONLY),
    BODY_MAY("NetworkProtocol", READ_ONLY),
    BODY_MAY("EthernetInterfaces", READ_ONLY),
    BODY_MAY("LogServices", READ_ONLY),
    BODY_MAY("Actions", READ_ONLY),
    BODY_MAY("Links", READ_ONLY),
    BODY_MAY("Oem", READ_ONLY),
    BODY_END,
};
static const struct body_shape manager_shape = {.fields = manager_fields};

enum http_next manager_patch(struct core *core, struct http_exchange *x) {
    if (!collection_has(core, x, &managers, x->id)) return collection_no_member(x, &managers);
    if (x->phase++ > 0) return settings_save_finish(core, x, "LocationIndicatorActive") ? manager_get(core, x) : HTTP_DONE;
    const struct json_value *body = body_read(x, &manager_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    if (!settings_take_locate(x, &manager_shape, body, &wanted.board_locate)) return HTTP_DONE;
    return settings_save(x, &wanted);
}

/* ---- reset ---- */

enum http_next manager_reset_info_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reset_info_begin(x);
    write_reset_types(&w, "AllowableValues");
    return reset_info_end(x, &w);
}

/* Both types are the same here: nothing is shut down, and a restart leaves the nodes as they are. The port restarts once this
 * answer is sent. */
enum http_next manager_reset(struct core *core, struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_MUST("ResetType", TEXT), BODY_END};
    static const struct body_shape shape = {.action = "Manager.Reset", .fields = fields};
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    const char *type = json_text_of(body, "ResetType");
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++) {
        if (strcmp(reset_types[i], type) != 0) continue;
        auth_log(core, x, event_make(EVENT_RESTART_ORDERED, 0, type));
        core->restart_requested = true;
        return reply_empty(x, 204);
    }
    return body_not_in_list(x, &shape, "#/ResetType", type);
}

/* What is stored here is only the order. It is carried out at the start that follows, before anyone is served, and again at each
 * start until it was carried out whole: see core/defaults.h. */
enum http_next manager_reset_to_defaults(struct core *core, struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_MUST("ResetType", TEXT), BODY_END};
    static const struct body_shape shape = {.action = "Manager.ResetToDefaults", .fields = fields};
    if (x->phase++ > 0) {
        if (x->save.failed) return reply_not_saved(x);
        enum defaults_kind kind = defaults_decode(x->save.record, x->save.size);
        auth_log(core, x, event_make(EVENT_DEFAULTS_ORDERED, 0, defaults_name(kind)));
        core->restart_requested = true;
        return reply_empty(x, 204);
    }
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    enum defaults_kind kind = defaults_from_name(json_text_of(body, "ResetType"));
    if (kind == DEFAULTS_NONE) return body_not_in_list(x, &shape, "#/ResetType", json_text_of(body, "ResetType"));
    text_copy(x->save.key, sizeof x->save.key, DEFAULTS_KEY);
    x->save.record = (const uint8_t *)x->response.out;
    x->save.size = defaults_encode(kind, (uint8_t *)x->response.out);
    return HTTP_SAVE;
}
