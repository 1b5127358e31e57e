/* SPDX-License-Identifier: Apache-2.0
 * report - the values as items of a report (docs/heartbeat.md, "Items of a report"). Pure. */
#ifndef AGENT_REPORT_H
#define AGENT_REPORT_H

#include "agent/frame.h"
#include "agent/values.h"

struct report_order {
    bool known;
    uint32_t id;
    enum wire_order_state state;
};

struct report {
    struct node_values node;
    struct device_values device;
    struct report_order order;
    uint8_t abilities; /* enum wire_ability */
    uint8_t leaving;   /* enum wire_leaving; 0: it stays */
    bool fan_by_agent;
};

void report_write(const struct report *report, struct items *items);

#endif
