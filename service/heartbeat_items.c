/* SPDX-License-Identifier: Apache-2.0
 * The items of a report, docs/heartbeat.md. */
#include <string.h>

#include "service/heartbeat.h"
#include "service/utf8.h"

#define ORDER_STATE_MAX  4 /* on the wire: 1 taken, 2 done, 3 refused, 4 failed */
#define DUPLEX_NOT_KNOWN 255
#define PREFIX_MAX       32

/* ---- numbers: type, size, and where they go; a signed one has the same bits ---- */

static const struct {
    uint8_t type, size;
    uint32_t has;
    size_t offset;
} numbers[] = {
    {2, 4, AGENT_HAS_UPTIME, offsetof(struct agent_report, uptime_s)},
    {3, 2, AGENT_HAS_LOAD, offsetof(struct agent_report, load_centi)},
    {4, 2, AGENT_HAS_MEMORY_PRESSURE, offsetof(struct agent_report, memory_pressure_centi)},
    {5, 2, AGENT_HAS_CPU_PRESSURE, offsetof(struct agent_report, cpu_pressure_centi)},
    {6, 4, AGENT_HAS_MEMORY, offsetof(struct agent_report, memory_mib)},
    {7, 1, AGENT_HAS_CPUS, offsetof(struct agent_report, cpus)},
    {8, 2, AGENT_HAS_CPU_TEMPERATURE, offsetof(struct agent_report, cpu_deci_c)},
    {9, 4, AGENT_HAS_THROTTLED, offsetof(struct agent_report, throttled)},
    {10, 2, AGENT_HAS_FAN_RPM, offsetof(struct agent_report, fan_rpm)},
    {14, 8, AGENT_HAS_NVME_CAPACITY, offsetof(struct agent_report, nvme_bytes)},
    {15, 2, AGENT_HAS_NVME_TEMPERATURE, offsetof(struct agent_report, nvme_deci_c)},
    {16, 1, AGENT_HAS_NVME_WEAR, offsetof(struct agent_report, nvme_wear_percent)},
    {24, 1, AGENT_HAS_ABILITIES, offsetof(struct agent_report, abilities)},
    {25, 1, AGENT_HAS_FINDINGS, offsetof(struct agent_report, findings)},
};

static void put_number(void *place, size_t size, uint64_t number) {
    uint8_t u8 = (uint8_t)number;
    uint16_t u16 = (uint16_t)number;
    uint32_t u32 = (uint32_t)number;
    const void *from = size == 1 ? (const void *)&u8 : size == 2 ? (const void *)&u16 : size == 4 ? (const void *)&u32 : &number;
    memcpy(place, from, size);
}

static void take_number(struct agent_report *report, uint8_t type, const uint8_t *value, size_t size) {
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].type != type || numbers[i].size != size) continue;
        put_number((uint8_t *)report + numbers[i].offset, size, heartbeat_number(value, size));
        report->has |= numbers[i].has;
    }
}

/* ---- texts ---- */

static const struct {
    uint8_t type, size_max; /* the field has room for the terminator as well */
    size_t offset;
} texts[] = {
    {12, sizeof((struct agent_report *)0)->nvme_model - 1, offsetof(struct agent_report, nvme_model)},
    {13, sizeof((struct agent_report *)0)->nvme_serial - 1, offsetof(struct agent_report, nvme_serial)},
    {19, sizeof((struct agent_report *)0)->host_name - 1, offsetof(struct agent_report, host_name)},
    {20, sizeof((struct agent_report *)0)->kernel - 1, offsetof(struct agent_report, kernel)},
    {21, sizeof((struct agent_report *)0)->system - 1, offsetof(struct agent_report, system)},
    {22, sizeof((struct agent_report *)0)->version - 1, offsetof(struct agent_report, version)},
};

/* UTF-8 without the control characters of ASCII and of Latin-1, which some terminals obey as well. */
static bool is_text(const uint8_t *value, size_t size) {
    for (size_t at = 0; at < size;) {
        size_t length = utf8_length((const char *)value + at, size - at);
        bool control = value[at] < 0x20 || value[at] == 0x7f || (value[at] == 0xc2 && length == 2 && value[at + 1] < 0xa0);
        if (length == 0 || control) return false;
        at += length;
    }
    return size > 0;
}

static void take_text(struct agent_report *report, uint8_t type, const uint8_t *value, size_t size) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].type != type || size > texts[i].size_max || !is_text(value, size)) continue;
        char *place = (char *)report + texts[i].offset;
        memcpy(place, value, size);
        place[size] = '\0';
    }
}

/* ---- items of several parts ---- */

static void take_boot_id(struct agent_heartbeat *heartbeat, const uint8_t *value) {
    memcpy(heartbeat->report.boot_id, value, sizeof heartbeat->report.boot_id);
    heartbeat->report.has |= AGENT_HAS_BOOT_ID;
}

static void take_fan_duty(struct agent_heartbeat *heartbeat, const uint8_t *value) {
    if (value[1] > 1) return;
    heartbeat->report.fan_duty = value[0];
    heartbeat->report.fan_by_agent = value[1];
    heartbeat->report.has |= AGENT_HAS_FAN_DUTY;
}

static void take_nvme_link(struct agent_heartbeat *heartbeat, const uint8_t *value) {
    heartbeat->report.nvme_generation = value[0];
    heartbeat->report.nvme_lanes = value[1];
    heartbeat->report.has |= AGENT_HAS_NVME_LINK;
}

static void take_interface(struct agent_heartbeat *heartbeat, const uint8_t *value) {
    bool network_fits = value[0] >= 1 && value[0] <= NETWORK_COUNT;
    bool rest_fits = value[1] <= 1 && (value[4] <= 1 || value[4] == DUPLEX_NOT_KNOWN) && value[5] <= PREFIX_MAX;
    if (!network_fits || !rest_fits) return;
    struct agent_interface *interface = &heartbeat->report.interface[value[0] - 1];
    *interface = (struct agent_interface){
        .known = true,
        .up = value[1] == 1,
        .speed_mbps = (uint16_t)heartbeat_number(&value[2], 2),
        .full_duplex = value[4],
        .prefix_length = value[5],
        .carrier_changes = (uint32_t)heartbeat_number(&value[16], 4),
        .receive_errors = (uint32_t)heartbeat_number(&value[20], 4),
        .transmit_errors = (uint32_t)heartbeat_number(&value[24], 4),
    };
    memcpy(interface->address, &value[6], sizeof interface->address);
    memcpy(interface->mac, &value[10], sizeof interface->mac);
}

static void take_order(struct agent_heartbeat *heartbeat, const uint8_t *value) {
    uint32_t id = (uint32_t)heartbeat_number(value, 4);
    if (id == 0 || value[4] < 1 || value[4] > ORDER_STATE_MAX) return;
    heartbeat->order = (struct agent_order){.id = id, .state = (uint8_t)(AGENT_ORDER_TAKEN + value[4] - 1)};
}

static void take_leaving(struct agent_heartbeat *heartbeat, const uint8_t *value) {
    if (value[0] <= AGENT_STOPS) heartbeat->report.leaving = value[0];
}

static const struct {
    uint8_t type, size;
    void (*take)(struct agent_heartbeat *heartbeat, const uint8_t *value);
} parts[] = {{1, 16, take_boot_id},    {11, 2, take_fan_duty}, {17, 2, take_nvme_link},
             {18, 30, take_interface}, {23, 5, take_order},    {26, 1, take_leaving}};

void heartbeat_read_items(const uint8_t *body, size_t size, struct agent_heartbeat *heartbeat) {
    heartbeat->order = (struct agent_order){0};
    heartbeat->report = (struct agent_report){0};
    for (size_t at = 0; size - at >= 2 && body[at + 1] <= size - at - 2; at += 2u + body[at + 1]) {
        const uint8_t type = body[at], length = body[at + 1], *value = &body[at + 2];
        take_number(&heartbeat->report, type, value, length);
        take_text(&heartbeat->report, type, value, length);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            if (parts[i].type == type && parts[i].size == length) parts[i].take(heartbeat, value);
    }
}
