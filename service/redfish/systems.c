/* SPDX-License-Identifier: Apache-2.0
 * Systems: the four nodes as measured. */
#include "service/redfish/systems.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/conditions.h"
#include "service/redfish/event_json.h"
#include "service/redfish/module.h"
#include "service/redfish/node_report.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

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

/* While an order moves the node, what is measured flickers between On and Off; clients that poll are told that it is moving. */
const char *power_state_word(const struct power_view *view) {
    static const char *const moving[PHASE_COUNT] = {
        [PHASE_MODULE_DOWN] = "PoweringOff", [PHASE_CHANNEL_DOWN] = "PoweringOff", [PHASE_WAIT_SLOT] = "PoweringOn",
        [PHASE_CHANNEL_UP] = "PoweringOn",   [PHASE_MODULE_UP] = "PoweringOn",
    };
    if (view->state == POWER_STATE_UNKNOWN) return NULL;
    if (view->phase < PHASE_COUNT && moving[view->phase]) return moving[view->phase];
    return view->state == POWER_STATE_ON ? "On" : "Off";
}

static void write_power_state(struct json_writer *w, const struct power_view *view) {
    const char *word = power_state_word(view);
    if (word)
        json_put_text(w, "PowerState", word);
    else
        json_put_null(w, "PowerState");
}

/* How a node's health reads in Redfish's words; the rollup is that of its parts as well. */
static void write_status(const struct core *core, struct json_writer *w, unsigned index) {
    enum health_state state = (enum health_state)core->health[index].state;
    const char *word = state == HEALTH_STARTING ? "Starting" : state == HEALTH_FAILED ? "Enabled" : node_part_state(core, index);
    json_put_object(w, "Status");
    json_put_text(w, "State", word);
    if (state != HEALTH_EMPTY) {
        json_put_text(w, "Health", event_severity_name(condition_of_state(state)));
        json_put_text(w, "HealthRollup", event_severity_name(condition_of_node(core, index)));
        conditions_write_system(core, w, index);
    }
    json_object_end(w);
}

/* Every module is of one make; of an empty slot nothing is said. */
static void write_module(const struct core *core, struct json_writer *w, unsigned index) {
    if (core->health[index].state == HEALTH_EMPTY) return;
    json_put_text(w, "Manufacturer", MODULE_MANUFACTURER);
    json_put_text(w, "Model", MODULE_MODEL);
    json_put_object(w, "ProcessorSummary");
    json_put_integer(w, "Count", 1);
    json_put_integer(w, "CoreCount", MODULE_CPU_CORE_COUNT);
    json_put_integer(w, "LogicalProcessorCount", node_thread_count(core, index));
    json_put_text(w, "Model", MODULE_CPU_MODEL);
    json_object_end(w);
}

/* Only what is seen: that the node is off, that its kernel has begun to speak, that its system runs. When that began is known of
 * what is off, and of a system whose agent told of its boot. */
static void write_boot_progress(const struct core *core, struct json_writer *w, unsigned index) {
    const struct health *health = &core->health[index];
    enum health_state now = (enum health_state)health->state;
    bool off = now == HEALTH_OFF || now == HEALTH_MODULE_OFF || now == HEALTH_HALTED;
    bool speaks = now == HEALTH_STARTING && core->console[index].text_ms > health->epoch_ms;
    bool runs = now == HEALTH_UP || now == HEALTH_BUSY || now == HEALTH_DEGRADED;
    uint64_t since_ms = off ? health->since_ms : runs ? health->boot_seen_ms : 0;
    const char *state = off ? "None" : speaks ? "OSBootStarted" : runs ? "OSRunning" : NULL;
    if (!state) return;
    json_put_object(w, "BootProgress");
    json_put_text(w, "LastState", state);
    if (since_ms) json_put_time(w, "LastStateTime", wall_of(core, since_ms));
    json_object_end(w);
}

static void write_last_reset(struct json_writer *w, const struct power_view *view) {
    static const char *const causes[POWER_RESET_COUNT] = {
        [POWER_RESET_COMMAND] = "ManagementCommand",
        [POWER_RESET_RESTORE] = "PowerRestorePolicy",
        [POWER_RESET_UNEXPLAINED] = "Unknown",
        [POWER_RESET_RECOVERY] = "Watchdog",
    };
    if (!causes[view->reset_cause]) return;
    json_put_time(w, "LastResetTime", view->last_reset_wall_ms);
    json_put_text(w, "LastResetCause", causes[view->reset_cause]);
}

/* The node's agent feeds it with each report; what recovery does once they stop is its action, of which a reset of the module is
 * the first that needs no help of the node. */
static void write_watchdog(const struct core *core, struct json_writer *w, unsigned index) {
    bool enabled = core_recovery_mode(core, index) == RECOVERY_FULL && !core->settings.node[index].protect;
    const char *state = enabled && node_report_now(core, index) ? "Enabled" : enabled ? "StandbyOffline" : "Disabled";
    json_put_object(w, "HostWatchdogTimer");
    json_put_boolean(w, "FunctionEnabled", enabled);
    json_put_text(w, "TimeoutAction", enabled ? "ResetSystem" : "None");
    json_put_object(w, "Status");
    json_put_text(w, "State", state);
    json_object_end(w);
    json_object_end(w);
}

static void write_parts(struct json_writer *w, const char *uri) {
    static const char *const parts[] = {"Processors", "Memory", "EthernetInterfaces", "Storage", "LogServices"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char part[COLLECTION_URI_SIZE];
        snprintf(part, sizeof part, "%s/%s", uri, parts[i]);
        json_put_link(w, parts[i], part);
    }
}

static void write_actions(const struct core *core, struct json_writer *w, unsigned index, const char *uri) {
    json_put_object(w, "Actions");
    json_put_object(w, "#ComputerSystem.Reset");
    json_put_format(w, "target", "%s/Actions/ComputerSystem.Reset", uri);
    json_put_format(w, "@Redfish.ActionInfo", "%s/ResetActionInfo", uri);
    reset_write_types(core, w, "ResetType@Redfish.AllowableValues", (uint8_t)(1u << index));
    json_object_end(w);
    json_put_object(w, "Oem");
    json_put_object(w, "#Super4C.ModuleOff");
    json_put_format(w, "target", "%s/Actions/Oem/Super4C.ModuleOff", uri);
    json_object_end(w);
    system_write_agent_actions(w, uri);
    json_object_end(w);
    json_object_end(w);
}

static void write_links(const struct http_exchange *x, struct json_writer *w, unsigned index) {
    char chassis[COLLECTION_URI_SIZE];
    snprintf(chassis, sizeof chassis, URI_ROOT "/Chassis/Node%u", index + 1);
    json_put_object(w, "Links");
    json_put_links(w, "Chassis", chassis);
    if (exists(x, -1)) json_put_links(w, "ManagedBy", URI_BMC);
    json_object_end(w);
}

static void write_settings(struct json_writer *w, const struct node_settings *settings) {
    json_put_text(w, "AssetTag", settings->label);
    settings_write_locate(w, settings->locate);
    json_put_text(w, "PowerRestorePolicy", system_restore_names[settings->restore]);
    json_put_integer(w, "PowerOnDelaySeconds", settings->on_delay_s);
    json_put_integer(w, "PowerOffDelaySeconds", settings->off_delay_s);
    json_put_integer(w, "PowerCycleDelaySeconds", settings->cycle_delay_s);
    system_write_boot(w, settings);
}

/* ---- the system ---- */

void system_tag(const struct core *core, unsigned index, char etag[PRECONDITION_TAG_SIZE]) {
    const struct node_settings *node = &core->settings.node[index];
    struct {
        uint16_t delay[3];
        uint8_t index, restore, boot[3], locate, address[4];
        char label[NODE_LABEL_SIZE];
    } all;
    memset(&all, 0, sizeof all); /* its padding is hashed too */
    all.index = (uint8_t)index;
    all.restore = node->restore;
    all.delay[0] = node->on_delay_s;
    all.delay[1] = node->off_delay_s;
    all.delay[2] = node->cycle_delay_s;
    all.boot[0] = node->boot_override;
    all.boot[1] = node->boot_target;
    all.boot[2] = node->boot_uefi;
    all.locate = node->locate;
    memcpy(all.address, node->service_address, sizeof all.address);
    text_copy(all.label, sizeof all.label, node->label);
    precondition_weak_tag(etag, &all, sizeof all);
}

static void write_system(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    int found = node_index(id);
    if (found < 0) return; /* the collection lists nodes alone */
    unsigned index = (unsigned)found;
    struct power_view view = power_view(&core->power, index);
    char name[COLLECTION_ID_SIZE], etag[PRECONDITION_TAG_SIZE];
    snprintf(name, sizeof name, "Node %u", index + 1);
    resource_begin(w, uri, SCHEMA_SYSTEM, id, name);
    system_tag(core, index, etag);
    json_put_text(w, "@odata.etag", etag);
    json_put_text(w, "SystemType", "Physical");
    write_module(core, w, index);
    system_write_summary(core, w, index);
    write_power_state(w, &view);
    write_status(core, w, index);
    write_boot_progress(core, w, index);
    write_last_reset(w, &view);
    write_watchdog(core, w, index);
    write_settings(w, &core->settings.node[index]);
    write_parts(w, uri);
    write_actions(core, w, index, uri);
    write_links(x, w, index);
    system_write_oem(core, x, w, index, uri);
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
    if (index >= 0) system_tag(core, (unsigned)index, x->response.etag);
    return collection_get_member(core, x, &systems);
}
