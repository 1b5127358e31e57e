/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redfish/node_report.h"

#include "service/redfish/module.h"

static const char *const part_states[HEALTH_STATE_COUNT] = {
    [HEALTH_UNKNOWN] = "UnavailableOffline", [HEALTH_EMPTY] = "Absent",
    [HEALTH_OFF] = "StandbyOffline",         [HEALTH_MODULE_OFF] = "StandbyOffline",
    [HEALTH_STARTING] = "Enabled",           [HEALTH_UP] = "Enabled",
    [HEALTH_PANICKED] = "Enabled",           [HEALTH_HALTED] = "Quiesced",
    [HEALTH_FAILED] = "UnavailableOffline",  [HEALTH_BUSY] = "Enabled",
    [HEALTH_DEGRADED] = "Enabled",           [HEALTH_HUNG] = "Enabled",
};

const char *node_part_state(const struct core *core, unsigned node) { return part_states[core->health[node].state]; }

/* What a node told before it went dark says nothing of how it is now, however short a time that is ago. */
static bool is_dark(const struct core *core, unsigned node) {
    switch ((enum health_state)core->health[node].state) {
    case HEALTH_EMPTY:
    case HEALTH_OFF:
    case HEALTH_MODULE_OFF:
    case HEALTH_HALTED:
        return true;
    default:
        return false;
    }
}

static bool holds(const struct core *core, unsigned node, uint64_t told_ms) {
    bool recent = told_ms != 0 && core->now_ms < told_ms + AGENT_LOST_MS && told_ms >= core->health[node].epoch_ms;
    return recent && !is_dark(core, node);
}

const struct agent_report *node_report(const struct core *core, unsigned node) {
    const struct agent *agent = &core->agent[node];
    return agent->report_ms ? &agent->report : NULL;
}

const struct agent_report *node_report_now(const struct core *core, unsigned node) {
    return holds(core, node, core->agent[node].report_ms) ? &core->agent[node].report : NULL;
}

bool node_network_heard(const struct core *core, unsigned node, enum node_network network) {
    return holds(core, node, core->agent[node].link[network].seen_ms);
}

void node_put_age(const struct core *core, struct json_writer *w, const char *key, uint64_t then_ms) {
    if (then_ms == 0) return;
    json_put_integer(w, key, then_ms < core->now_ms ? (int64_t)((core->now_ms - then_ms) / 1000) : 0);
}

unsigned node_thread_count(const struct core *core, unsigned node) {
    const struct agent_report *report = node_report(core, node);
    return report && (report->has & AGENT_HAS_CPUS) ? report->cpus : MODULE_CPU_THREAD_COUNT;
}
