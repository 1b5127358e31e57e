/* SPDX-License-Identifier: Apache-2.0 */
#include "core/power_agent.h"

/* Four of a boot id's random bytes tell it from the one before. */
static uint32_t boot_of(const struct agent_report *report) {
    if (!(report->has & AGENT_HAS_BOOT_ID)) return 0;
    uint32_t boot = 0;
    for (unsigned i = 0; i < sizeof boot; i++) boot = boot << 8 | report->boot_id[i];
    return boot ? boot : 1;
}

struct power_agent power_agent_of(const struct agent *agent, uint64_t now_ms) {
    bool told = agent->enrolled && (agent->report.has & AGENT_HAS_ABILITIES);
    return (struct power_agent){
        .able = told && (agent->report.abilities & AGENT_CAN_SHUT_DOWN),
        .reachable = agent_reachable(agent, now_ms),
        .order_state = agent->order.state,
        .order_id = agent->order.id,
        .boot = agent->enrolled ? boot_of(&agent->report) : 0,
    };
}

void power_agent_ask(struct agent *agent, const struct power_ask *ask) {
    if (ask->act == AGENT_ACT_NONE)
        agent_order_forget(agent);
    else
        agent_order(agent, ask->id, ask->act);
}
