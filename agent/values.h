/* SPDX-License-Identifier: Apache-2.0
 * values - what can be known about a node, with the units of docs/heartbeat.md. Everything may be not known: then the reading
 * says so, or the text is empty. */
#ifndef AGENT_VALUES_H
#define AGENT_VALUES_H

#include "agent/tree.h"
#include "agent/wire.h"

#define DUPLEX_NOT_KNOWN 255

/* What the kernel has in memory: read with each report, never waits for a device. */
struct node_values {
    bool has_boot_id;
    uint8_t boot_id[16];
    struct reading uptime_s, load_centi, memory_pressure_centi, cpu_pressure_centi, memory_mib, cpus;
    struct reading cpu_deci_c, fan_rpm, fan_duty;
    char host_name[33], kernel[41], system[49];
};

struct interface_values {
    bool known, up;
    uint16_t speed_mbps;   /* 0: not known */
    uint8_t full_duplex;   /* 0, 1, DUPLEX_NOT_KNOWN */
    uint8_t prefix_length; /* 0: no address */
    uint8_t address[4], mac[6];
    uint32_t carrier_changes, receive_errors, transmit_errors;
};

/* What a device, a driver's lock or the firmware may be slow to tell. */
struct device_values {
    struct reading throttled;
    char nvme_model[41], nvme_serial[25];
    struct reading nvme_bytes, nvme_deci_c, nvme_wear_percent, nvme_generation, nvme_lanes;
    struct interface_values interface[NETWORK_COUNT];
    struct reading findings; /* enum wire_finding */
};

#endif
