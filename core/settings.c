/* SPDX-License-Identifier: Apache-2.0 */
#include "core/settings.h"

#include <string.h>

#include "core/bytes.h"
#include "core/power.h"

#define RECORD_VERSION 3
#define RECORD_1_SIZE  256 /* of version 1, which ended with the first part of the nodes */

struct settings settings_default(void) {
    struct settings settings = {.host_name = "super4c", .session_timeout_s = 1800, .lockout_threshold = 5, .lockout_base_s = 30};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        /* On the twin the service network's addresses are 127.0.0.11 to 14; a real network's are the owner's to set. */
        const uint8_t address[4] = {127, 0, 0, (uint8_t)(11 + i)};
        memcpy(settings.node[i].service_address, address, sizeof address);
        settings.node[i].restore = RESTORE_LAST_STATE;
        settings.node[i].boot_uefi = true;
    }
    settings.disruption_budget = 1;
    settings.ntp_enabled = true;
    settings.ssdp_enabled = true;
    settings.ssdp_ttl = 2;        /* UPnP Device Architecture 2.0, 1.1.3; Redfish's default as well */
    settings.ssdp_notify_s = 600; /* ManagerNetworkProtocol, NotifyMulticastIntervalSeconds */
    return settings;
}

static bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* RFC 1123, 2.1: letters, digits and hyphens, no hyphen at either end. */
static bool host_name_ok(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || name[0] == '-' || name[length - 1] == '-') return false;
    for (size_t i = 0; i < length; i++)
        if (!is_alphanumeric(name[i]) && name[i] != '-') return false;
    return true;
}

const char *settings_problem(const struct settings *settings) {
    if (!host_name_ok(settings->host_name)) return "HostName";
    if (settings->session_timeout_s < 30 || settings->session_timeout_s > 86400) return "SessionTimeout";
    if (settings->lockout_threshold > 100) return "AccountLockoutThreshold";
    if (settings->lockout_base_s < 1 || settings->lockout_base_s > 3600) return "AccountLockoutDuration";
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (settings->node[i].restore >= RESTORE_COUNT) return "PowerRestorePolicy";
        if (settings->node[i].on_delay_s > 3600) return "PowerOnDelaySeconds";
        if (settings->node[i].off_delay_s > 3600) return "PowerOffDelaySeconds";
        if (settings->node[i].cycle_delay_s > 3600) return "PowerCycleDelaySeconds";
        if (settings->node[i].boot_override >= BOOT_OVERRIDE_COUNT) return "BootSourceOverrideEnabled";
        if (settings->node[i].boot_target >= BOOT_TARGET_COUNT) return "BootSourceOverrideTarget";
        if (settings->node[i].recovery >= POLICY_COUNT) return "Policy";
        if (settings->node[i].fan_point_count > AGENT_FAN_POINT_COUNT) return "FanCurve";
        if (settings->node[i].locate >= LOCATE_COUNT) return "IndicatorLED";
    }
    if (settings->board_locate >= LOCATE_COUNT) return "IndicatorLED";
    if (settings->disruption_budget < 1 || settings->disruption_budget > NODE_COUNT) return "DisruptionBudget";
    if (settings->ssdp_ttl == 0) return "NotifyTTL";
    if (settings->ssdp_notify_s != 0 && settings->ssdp_notify_s < 60) return "NotifyMulticastIntervalSeconds";
    return NULL;
}

static void encode_second_part(const struct settings *settings, struct bytes_writer *writer) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct node_settings *node = &settings->node[i];
        bytes_put_u16(writer, node->off_delay_s);
        bytes_put_u16(writer, node->cycle_delay_s);
        bytes_put_u8(writer, node->boot_override);
        bytes_put_u8(writer, node->boot_target);
        bytes_put_u8(writer, node->boot_uefi);
        bytes_put_u8(writer, node->locate);
    }
    bytes_put(writer, settings->board_label, NODE_LABEL_SIZE);
    bytes_put_u8(writer, settings->board_locate);
    bytes_put_u8(writer, settings->ntp_enabled);
    for (unsigned i = 0; i < NTP_SERVER_COUNT; i++) bytes_put(writer, settings->ntp_server[i], NTP_SERVER_SIZE);
    bytes_put_u8(writer, settings->ssdp_enabled);
    bytes_put_u8(writer, settings->ssdp_ttl);
    bytes_put_u16(writer, settings->ssdp_notify_s);
}

/* Since version 3: what the board does of itself. */
static void encode_third_part(const struct settings *settings, struct bytes_writer *writer) {
    bytes_put_u8(writer, settings->disruption_budget);
    bytes_put_u16(writer, settings->input_watts);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct node_settings *node = &settings->node[i];
        bytes_put_u8(writer, node->recovery);
        bytes_put_u16(writer, node->maintenance_min);
        bytes_put_u32(writer, node->maintenance_end_s);
        bytes_put_u8(writer, node->protect);
        bytes_put_u8(writer, node->fan_point_count);
        for (unsigned k = 0; k < AGENT_FAN_POINT_COUNT; k++) {
            bytes_put_u8(writer, node->fan_point[k].celsius);
            bytes_put_u8(writer, node->fan_point[k].duty);
        }
    }
}

static void decode_third_part(struct settings *settings, struct bytes_reader *reader) {
    settings->disruption_budget = bytes_get_u8(reader);
    settings->input_watts = bytes_get_u16(reader);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct node_settings *node = &settings->node[i];
        node->recovery = bytes_get_u8(reader);
        node->maintenance_min = bytes_get_u16(reader);
        node->maintenance_end_s = bytes_get_u32(reader);
        node->protect = bytes_get_u8(reader);
        node->fan_point_count = bytes_get_u8(reader);
        for (unsigned k = 0; k < AGENT_FAN_POINT_COUNT; k++) {
            node->fan_point[k].celsius = bytes_get_u8(reader);
            node->fan_point[k].duty = bytes_get_u8(reader);
        }
    }
}

static void decode_second_part(struct settings *settings, struct bytes_reader *reader) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct node_settings *node = &settings->node[i];
        node->off_delay_s = bytes_get_u16(reader);
        node->cycle_delay_s = bytes_get_u16(reader);
        node->boot_override = bytes_get_u8(reader);
        node->boot_target = bytes_get_u8(reader);
        node->boot_uefi = bytes_get_u8(reader);
        node->locate = bytes_get_u8(reader);
    }
    bytes_get_text(reader, settings->board_label, NODE_LABEL_SIZE);
    settings->board_locate = bytes_get_u8(reader);
    settings->ntp_enabled = bytes_get_u8(reader);
    for (unsigned i = 0; i < NTP_SERVER_COUNT; i++) bytes_get_text(reader, settings->ntp_server[i], NTP_SERVER_SIZE);
    settings->ssdp_enabled = bytes_get_u8(reader);
    settings->ssdp_ttl = bytes_get_u8(reader);
    settings->ssdp_notify_s = bytes_get_u16(reader);
}

size_t settings_encode(const struct settings *settings, uint8_t record[SETTINGS_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, SETTINGS_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put(&writer, settings->host_name, HOST_NAME_SIZE);
    bytes_put_u32(&writer, settings->session_timeout_s);
    bytes_put_u16(&writer, settings->lockout_threshold);
    bytes_put_u16(&writer, settings->lockout_base_s);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct node_settings *node = &settings->node[i];
        bytes_put(&writer, node->label, NODE_LABEL_SIZE);
        bytes_put_u8(&writer, node->restore);
        bytes_put_u16(&writer, node->on_delay_s);
        bytes_put(&writer, node->service_address, sizeof node->service_address);
    }
    encode_second_part(settings, &writer);
    encode_third_part(settings, &writer);
    bytes_seal(&writer);
    return SETTINGS_RECORD_SIZE;
}

bool settings_decode(struct settings *settings, const uint8_t *record, size_t size) {
    if ((size != SETTINGS_RECORD_SIZE && size != RECORD_1_SIZE) || !bytes_sealed(record, size)) return false;
    struct settings read = settings_default();
    struct bytes_reader reader = bytes_reader(record, size);
    unsigned version = bytes_get_u8(&reader);
    bool known = size == RECORD_1_SIZE ? version == 1 : version >= 2 && version <= RECORD_VERSION;
    if (!known) return false;
    bytes_get_text(&reader, read.host_name, HOST_NAME_SIZE);
    read.session_timeout_s = bytes_get_u32(&reader);
    read.lockout_threshold = bytes_get_u16(&reader);
    read.lockout_base_s = bytes_get_u16(&reader);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct node_settings *node = &read.node[i];
        bytes_get_text(&reader, node->label, NODE_LABEL_SIZE);
        node->restore = bytes_get_u8(&reader);
        node->on_delay_s = bytes_get_u16(&reader);
        bytes_get(&reader, node->service_address, sizeof node->service_address);
    }
    if (version > 1) decode_second_part(&read, &reader);
    if (version > 2) decode_third_part(&read, &reader);
    if (settings_problem(&read)) return false;
    *settings = read;
    return true;
}
