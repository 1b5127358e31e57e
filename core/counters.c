/* SPDX-License-Identifier: Apache-2.0 */
#include "core/counters.h"

#include <string.h>

#include "core/power.h"

static bool restarts(const char *act) {
    static const enum power_act acts[] = {POWER_FORCE_RESTART, POWER_CYCLE, POWER_GRACEFUL_RESTART};
    bool any = false;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) any = any || strcmp(act, power_act_name(acts[i])) == 0;
    return any;
}

static void note_node(struct node_counters *node, const struct event *event) {
    switch (event->code) {
    case EVENT_POWER_DONE:
        node->orders_completed++;
        node->resets += restarts(event->text);
        break;
    case EVENT_POWER_FAILED:
    case EVENT_POWER_NOT_OBEYED:
        node->orders_failed++;
        break;
    case EVENT_POWER_SUPERSEDED:
        node->orders_superseded++;
        break;
    case EVENT_NODE_PANICKED:
        node->panics++;
        break;
    case EVENT_RAIL_LOST:
        node->rail_losses++;
        break;
    default:
        break;
    }
}

void counters_note(struct counters *counters, const struct event *event) {
    const struct event_type *type = event_type(event->code);
    if (type) counters->events[type->severity]++;
    if (event->node >= 1 && event->node <= NODE_COUNT) note_node(&counters->node[event->node - 1], event);
    if (event->code == EVENT_LOGIN) counters->logins++;
    if (event->code == EVENT_LOGIN_FAILED) counters->login_failures++;
    if (event->code == EVENT_LOGINS_SUPPRESSED) counters->login_failures += (uint32_t)event->arg[0];
}
