/* SPDX-License-Identifier: Apache-2.0
 * agent - what the agents on the nodes have told, and what they are to do: the state behind docs/heartbeat.md. A report counts
 * only once its tag was found right; agent_take() then judges session and counter and takes the values. It never believes a value
 * to be newer than its report, and it acts on nothing. After a controller restart: keys are loaded, sessions chosen anew; the
 * first report of each node is challenged. */
#ifndef CORE_AGENT_H
#define CORE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

enum network { NETWORK_SERVICE = 0, NETWORK_BACKPLANE, NETWORK_COUNT }; /* on the wire 1 and 2 */

#define AGENT_KEY_SIZE     32
#define AGENT_SESSION_SIZE 16

enum agent_value { /* bits of struct agent_report.has */
                   AGENT_HAS_BOOT_ID = 1 << 0,
                   AGENT_HAS_UPTIME = 1 << 1,
                   AGENT_HAS_LOAD = 1 << 2,
                   AGENT_HAS_MEMORY_PRESSURE = 1 << 3,
                   AGENT_HAS_CPU_PRESSURE = 1 << 4,
                   AGENT_HAS_MEMORY = 1 << 5,
                   AGENT_HAS_CPUS = 1 << 6,
                   AGENT_HAS_CPU_TEMPERATURE = 1 << 7,
                   AGENT_HAS_THROTTLED = 1 << 8,
                   AGENT_HAS_FAN_RPM = 1 << 9,
                   AGENT_HAS_FAN_DUTY = 1 << 10,
                   AGENT_HAS_NVME_CAPACITY = 1 << 11,
                   AGENT_HAS_NVME_TEMPERATURE = 1 << 12,
                   AGENT_HAS_NVME_WEAR = 1 << 13,
                   AGENT_HAS_NVME_LINK = 1 << 14,
                   AGENT_HAS_ABILITIES = 1 << 15,
                   AGENT_HAS_FINDINGS = 1 << 16,
};

struct agent_interface {
    bool known, up;
    uint8_t full_duplex;   /* 255: not known */
    uint8_t prefix_length; /* 0: no IPv4 address */
    uint16_t speed_mbps;   /* 0: not known */
    uint8_t address[4], mac[6];
    uint32_t carrier_changes, receive_errors, transmit_errors;
};

/* The latest values; those not in has are not known. Texts are empty when not known. Units as in docs/heartbeat.md. */
struct agent_report {
    uint32_t has;
    uint8_t boot_id[16];
    uint32_t uptime_s, memory_mib, throttled;
    uint16_t load_centi, memory_pressure_centi, cpu_pressure_centi, fan_rpm;
    int16_t cpu_deci_c, nvme_deci_c;
    uint8_t cpus, fan_duty, fan_by_agent, nvme_wear_percent, nvme_generation, nvme_lanes, abilities, findings;
    uint64_t nvme_bytes;
    char nvme_model[41], nvme_serial[25], host_name[33], kernel[41], system[49], version[17];
    struct agent_interface interface[NETWORK_COUNT];
};

#endif
