/* SPDX-License-Identifier: Apache-2.0
 * Managers: the controller itself. Its reset moves no power pin. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/version.h"
#include "service/auth.h"
#include "service/body.h"
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

static void write_actions(struct json_writer *w) {
    json_put_object(w, "Actions");
    json_put_object(w, "#Manager.Reset");
    json_put_text(w, "target", URI_BMC "/Actions/Manager.Reset");
    json_put_array(w, "ResetType@Redfish.AllowableValues");
    for (size_t i = 0; i < RESET_TYPE_COUNT; i++) json_text(w, reset_types[i]);
    json_array_end(w);
    json_object_end(w);
    json_object_end(w);
}

static void write_links(struct json_writer *w) {
    json_put_object(w, "Links");
    json_put_array(w, "ManagerForServers");
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        json_object(w);
        json_put_format(w, "@odata.id", URI_SYSTEMS "/Node%u", i + 1);
        json_object_end(w);
    }
    json_array_end(w);
    json_put_links(w, "ManagerForChassis", URI_BOARD);
    json_put_link(w, "ManagerInChassis", URI_BOARD);
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

static void write_manager(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    (void)x;
    resource_begin(w, uri, SCHEMA_MANAGER, id, "Super4C management controller");
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
    json_put_link(w, "LogServices", URI_BMC "/LogServices");
    write_actions(w);
    write_links(w);
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
enum http_next manager_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &managers); }

/* Both types are the same here: nothing is shut down, and a restart leaves the nodes as they are. The port restarts once this
 * answer is sent. */
enum http_next manager_reset(struct core *core, struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_MUST("ResetType", TEXT), BODY_END};
    static const struct body_shape shape = {.action = "Manager.Reset", .fields = fields};
    if (!collection_has(core, x, &managers, x->id)) return collection_no_member(x, &managers);
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
