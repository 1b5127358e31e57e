/* SPDX-License-Identifier: Apache-2.0
 * counters - how often things have happened since the controller started, for whoever draws curves. They count the events that
 * are logged, all of them and nothing else, so the log and the curves tell the same story; and they go on counting when old
 * entries leave the log. Memory of zeros is a new set. After a controller restart they begin at zero. */
#ifndef CORE_COUNTERS_H
#define CORE_COUNTERS_H

#include <stdint.h>

#include "core/event.h"

struct node_counters {
    uint32_t orders_completed, orders_failed, orders_superseded;
    uint32_t resets; /* of the orders completed, those that restart a node */
    uint32_t panics, rail_losses;
};

struct counters {
    struct node_counters node[NODE_COUNT];
    uint32_t logins, login_failures;
    uint32_t events[EVENT_SEVERITY_COUNT];
};

void counters_note(struct counters *counters, const struct event *event);

#endif
