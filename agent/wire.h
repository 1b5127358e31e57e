/* SPDX-License-Identifier: Apache-2.0
 * wire - the numbers of docs/heartbeat.md, version 1, and how big-endian numbers are put and taken. */
#ifndef AGENT_WIRE_H
#define AGENT_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_PORT          6668
#define WIRE_VERSION       1
#define WIRE_DATAGRAM_MAX  1024
#define WIRE_HEAD_SIZE     40
#define WIRE_TAG_SIZE      32
#define WIRE_BODY_MAX      (WIRE_DATAGRAM_MAX - WIRE_HEAD_SIZE - WIRE_TAG_SIZE)
#define WIRE_KEY_SIZE      32
#define WIRE_SESSION_SIZE  16
#define WIRE_NODE_MAX      4
#define WIRE_CURVE_MAX     8     /* points of a fan curve */
#define WIRE_SENT_VALID_MS 5000  /* how long a report may be answered */
#define WIRE_LOST_MS       10000 /* no good answer for so long: the controller is lost */

enum network { NETWORK_SERVICE = 0, NETWORK_BACKPLANE, NETWORK_COUNT }; /* on the wire 1 and 2 */

enum wire_kind { WIRE_REPORT = 1, WIRE_CHALLENGE, WIRE_ANSWER };

enum wire_item {
    WIRE_BOOT_ID = 1,
    WIRE_UPTIME,
    WIRE_LOAD,
    WIRE_MEMORY_PRESSURE,
    WIRE_CPU_PRESSURE,
    WIRE_MEMORY,
    WIRE_CPUS,
    WIRE_CPU_TEMPERATURE,
    WIRE_THROTTLED,
    WIRE_FAN_RPM,
    WIRE_FAN_DUTY,
    WIRE_NVME_MODEL,
    WIRE_NVME_SERIAL,
    WIRE_NVME_CAPACITY,
    WIRE_NVME_TEMPERATURE,
    WIRE_NVME_WEAR,
    WIRE_NVME_LINK,
    WIRE_INTERFACE,
    WIRE_HOST_NAME,
    WIRE_KERNEL,
    WIRE_SYSTEM,
    WIRE_AGENT_VERSION,
    WIRE_LATEST_ORDER,
    WIRE_ABILITIES,
    WIRE_FINDINGS,
    WIRE_LEAVING,
    WIRE_ORDER = 64,
    WIRE_FAN_CURVE,
    WIRE_FAN_FULL,
};

enum wire_order { WIRE_SHUT_DOWN = 1, WIRE_REBOOT };
enum wire_order_state { WIRE_ORDER_TAKEN = 1, WIRE_ORDER_DONE, WIRE_ORDER_REFUSED, WIRE_ORDER_FAILED };
enum wire_ability { WIRE_CAN_SHUT_DOWN = 1, WIRE_CAN_SET_FAN = 2, WIRE_SAYS_GOODBYE = 4 };
enum wire_leaving { WIRE_SHUTS_DOWN = 1, WIRE_RESTARTS, WIRE_AGENT_STOPS };
enum wire_finding { WIRE_FORWARDING = 1, WIRE_BACKPLANE_DEFAULT_ROUTE = 2 };

/* The lowest size bytes of the value, 1 to 8. */
static inline void wire_put(uint8_t *at, size_t size, uint64_t value) {
    for (size_t i = size; i > 0; i--, value >>= 8) at[i - 1] = (uint8_t)value;
}

static inline uint64_t wire_get(const uint8_t *at, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | at[i];
    return value;
}

#endif
