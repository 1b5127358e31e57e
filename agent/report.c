/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/report.h"

#include <stddef.h>
#include <string.h>

/* Numbers, each with what its item can hold. One beyond that is sent as the limit: a load of 700 is still a high load. */
static const struct number_item {
    enum wire_item type;
    uint8_t size;
    size_t at; /* a struct reading in struct report */
    int64_t least, most;
} number_items[] = {
    {WIRE_UPTIME, 4, offsetof(struct report, node.uptime_s), 0, UINT32_MAX},
    {WIRE_LOAD, 2, offsetof(struct report, node.load_centi), 0, UINT16_MAX},
    {WIRE_MEMORY_PRESSURE, 2, offsetof(struct report, node.memory_pressure_centi), 0, UINT16_MAX},
    {WIRE_CPU_PRESSURE, 2, offsetof(struct report, node.cpu_pressure_centi), 0, UINT16_MAX},
    {WIRE_MEMORY, 4, offsetof(struct report, node.memory_mib), 0, UINT32_MAX},
    {WIRE_CPUS, 1, offsetof(struct report, node.cpus), 0, UINT8_MAX},
    {WIRE_CPU_TEMPERATURE, 2, offsetof(struct report, node.cpu_deci_c), INT16_MIN, INT16_MAX},
    {WIRE_THROTTLED, 4, offsetof(struct report, device.throttled), 0, UINT32_MAX},
    {WIRE_FAN_RPM, 2, offsetof(struct report, node.fan_rpm), 0, UINT16_MAX},
    {WIRE_NVME_CAPACITY, 8, offsetof(struct report, device.nvme_bytes), 0, INT64_MAX},
    {WIRE_NVME_TEMPERATURE, 2, offsetof(struct report, device.nvme_deci_c), INT16_MIN, INT16_MAX},
    {WIRE_NVME_WEAR, 1, offsetof(struct report, device.nvme_wear_percent), 0, UINT8_MAX},
    {WIRE_FINDINGS, 1, offsetof(struct report, device.findings), 0, UINT8_MAX},
};

static const struct text_item {
    enum wire_item type;
    size_t at;
} text_items[] = {
    {WIRE_NVME_MODEL, offsetof(struct report, device.nvme_model)},
    {WIRE_NVME_SERIAL, offsetof(struct report, device.nvme_serial)},
    {WIRE_HOST_NAME, offsetof(struct report, node.host_name)},
    {WIRE_KERNEL, offsetof(struct report, node.kernel)},
    {WIRE_SYSTEM, offsetof(struct report, node.system)},
};

static void put_numbers(const struct report *report, struct items *items) {
    for (size_t i = 0; i < sizeof number_items / sizeof number_items[0]; i++) {
        const struct number_item *item = &number_items[i];
        struct reading reading;
        uint8_t bytes[8];
        memcpy(&reading, (const char *)report + item->at, sizeof reading);
        if (!reading.known) continue;
        int64_t value = reading.value < item->least ? item->least : reading.value > item->most ? item->most : reading.value;
        wire_put(bytes, item->size, (uint64_t)value);
        items_put(items, item->type, bytes, item->size);
    }
}

static void put_text(struct items *items, enum wire_item type, const char *text) {
    if (text[0]) items_put(items, type, text, strlen(text));
}

static void put_pair(struct items *items, enum wire_item type, int64_t first, int64_t second) {
    uint8_t bytes[2] = {(uint8_t)first, (uint8_t)second};
    items_put(items, type, bytes, sizeof bytes);
}

static void put_interface(struct items *items, enum network network, const struct interface_values *values) {
    uint8_t bytes[30] = {0};
    if (!values->known) return;
    bytes[0] = (uint8_t)(network + 1);
    bytes[1] = values->up;
    wire_put(bytes + 2, 2, values->speed_mbps);
    bytes[4] = values->full_duplex;
    bytes[5] = values->prefix_length;
    memcpy(bytes + 6, values->address, 4);
    memcpy(bytes + 10, values->mac, 6);
    wire_put(bytes + 16, 4, values->carrier_changes);
    wire_put(bytes + 20, 4, values->receive_errors);
    wire_put(bytes + 24, 4, values->transmit_errors);
    items_put(items, WIRE_INTERFACE, bytes, sizeof bytes);
}

static void put_order(struct items *items, const struct report_order *order) {
    uint8_t bytes[5];
    if (!order->known) return;
    wire_put(bytes, 4, order->id);
    bytes[4] = (uint8_t)order->state;
    items_put(items, WIRE_LATEST_ORDER, bytes, sizeof bytes);
}

void report_write(const struct report *report, struct items *items) {
    const struct node_values *node = &report->node;
    const struct device_values *device = &report->device;
    items->size = 0;
    if (node->has_boot_id) items_put(items, WIRE_BOOT_ID, node->boot_id, sizeof node->boot_id);
    put_order(items, &report->order);
    items_put(items, WIRE_ABILITIES, &report->abilities, 1);
    if (report->leaving) items_put(items, WIRE_LEAVING, &report->leaving, 1);
    put_numbers(report, items);
    if (node->fan_duty.known) put_pair(items, WIRE_FAN_DUTY, node->fan_duty.value, report->fan_by_agent);
    if (device->nvme_generation.known && device->nvme_lanes.known)
        put_pair(items, WIRE_NVME_LINK, device->nvme_generation.value, device->nvme_lanes.value);
    for (unsigned n = 0; n < NETWORK_COUNT; n++) put_interface(items, (enum network)n, &device->interface[n]);
    for (size_t i = 0; i < sizeof text_items / sizeof text_items[0]; i++)
        put_text(items, text_items[i].type, (const char *)report + text_items[i].at);
    put_text(items, WIRE_AGENT_VERSION, AGENT_VERSION);
}
