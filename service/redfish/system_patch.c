/* SPDX-License-Identifier: Apache-2.0
 * What can be set of a node. Nothing is true before it is stored. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/care.h"
#include "service/redfish/systems.h"
#include "service/reply.h"
#include "service/text.h"

#define DELAY_MAX_S 3600 /* as core/settings.h has it */

const char *const system_restore_names[RESTORE_COUNT] = {
    [RESTORE_LAST_STATE] = "LastState", [RESTORE_ALWAYS_ON] = "AlwaysOn", [RESTORE_ALWAYS_OFF] = "AlwaysOff"};

static const struct body_field super4c_fields[] = {
    BODY_MAY("ServiceAddress", TEXT), BODY_MAY("RecoveryPolicy", TEXT),
    BODY_MAY("Protected", BOOLEAN),   BODY_MAY("MaintenanceMinutes", INTEGER),
    BODY_MAY("FanCurve", ARRAY),      BODY_MAY("Recovery", READ_ONLY),
    BODY_MAY("State", READ_ONLY),     BODY_END,
};
static const struct body_field oem_fields[] = {
    BODY_HAS("Super4C", super4c_fields),
    BODY_END,
};
static const struct body_field fields[] = {
    BODY_MAY("AssetTag", TEXT),
    BODY_MAY("PowerRestorePolicy", TEXT),
    BODY_MAY("PowerOnDelaySeconds", INTEGER),
    BODY_MAY("PowerOffDelaySeconds", INTEGER),
    BODY_MAY("PowerCycleDelaySeconds", INTEGER),
    BODY_MAY("LocationIndicatorActive", BOOLEAN),
    BODY_MAY("IndicatorLED", TEXT),
    BODY_HAS("Boot", system_boot_fields),
    BODY_HAS("Oem", oem_fields),
    BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),
    BODY_MAY("Description", READ_ONLY),
    BODY_MAY("SystemType", READ_ONLY),
    BODY_MAY("Manufacturer", READ_ONLY),
    BODY_MAY("Model", READ_ONLY),
    BODY_MAY("PowerState", READ_ONLY),
    BODY_MAY("Status", READ_ONLY),
    BODY_MAY("BootProgress", READ_ONLY),
    BODY_MAY("HostWatchdogTimer", READ_ONLY),
    BODY_MAY("ProcessorSummary", READ_ONLY),
    BODY_MAY("MemorySummary", READ_ONLY),
    BODY_MAY("HostName", READ_ONLY),
    BODY_MAY("Processors", READ_ONLY),
    BODY_MAY("Memory", READ_ONLY),
    BODY_MAY("EthernetInterfaces", READ_ONLY),
    BODY_MAY("Storage", READ_ONLY),
    BODY_MAY("LogServices", READ_ONLY),
    BODY_MAY("Actions", READ_ONLY),
    BODY_MAY("Links", READ_ONLY),
    BODY_MAY("LastResetTime", READ_ONLY),
    BODY_MAY("LastResetCause", READ_ONLY),
    BODY_END,
};
static const struct body_shape shape = {.fields = fields};

static bool take_restore(struct http_exchange *x, const char *name, struct node_settings *node) {
    if (!name) return true;
    for (unsigned i = 0; i < RESTORE_COUNT; i++) {
        if (strcmp(system_restore_names[i], name) != 0) continue;
        node->restore = (uint8_t)i;
        return true;
    }
    body_not_in_list(x, &shape, "#/PowerRestorePolicy", name);
    return false;
}

/* related: "#/PowerOnDelaySeconds" */
static bool take_delay(struct http_exchange *x, const struct json_value *body, const char *related, uint16_t *delay_s) {
    int32_t seconds;
    if (!json_integer_of(body, related + 2, &seconds)) return true;
    if (seconds < 0 || seconds > DELAY_MAX_S) {
        body_out_of_range(x, related, seconds);
        return false;
    }
    *delay_s = (uint16_t)seconds;
    return true;
}

static bool take_address(struct http_exchange *x, const char *address, struct node_settings *node) {
    char shown[48];
    if (!address || text_read_ipv4(address, node->service_address)) return true;
    text_copy(shown, sizeof shown, address);
    reply_error(x, 400,
                MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "ServiceAddress"}, .related = "#/Oem/Super4C/ServiceAddress",
                        .resolution = "Give an IPv4 address, or 0.0.0.0 for none."));
    return false;
}

static bool take_all(const struct core *core, struct http_exchange *x, const struct json_value *body,
                     struct node_settings *node) {
    const struct json_value *oem = json_member(json_member(body, "Oem"), "Super4C");
    return settings_take_label(x, body, node->label) && take_restore(x, json_text_of(body, "PowerRestorePolicy"), node) &&
           take_delay(x, body, "#/PowerOnDelaySeconds", &node->on_delay_s) &&
           take_delay(x, body, "#/PowerOffDelaySeconds", &node->off_delay_s) &&
           take_delay(x, body, "#/PowerCycleDelaySeconds", &node->cycle_delay_s) &&
           settings_take_locate(x, &shape, body, &node->locate) && system_take_boot(x, &shape, json_member(body, "Boot"), node) &&
           take_address(x, json_text_of(oem, "ServiceAddress"), node) && care_take_node(core, x, &shape, oem, node);
}

enum http_next system_patch(struct core *core, struct http_exchange *x) {
    int index = node_index(x->id);
    if (index < 0) return system_none(x);
    if (x->phase++ > 0) {
        char what[COLLECTION_ID_SIZE];
        snprintf(what, sizeof what, "Node%d", index + 1);
        return settings_save_finish(core, x, what) ? system_get(core, x) : HTTP_DONE;
    }
    const struct json_value *body = body_read(x, &shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    if (!take_all(core, x, body, &wanted.node[index])) return HTTP_DONE;
    if (settings_problem(&wanted)) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    return settings_save(x, &wanted);
}
