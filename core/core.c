/* SPDX-License-Identifier: Apache-2.0 */
#include "core/core.h"

void core_log(struct core *core, const struct event *event) {
    counters_note(&core->counters, event);
    eventlog_append(&core->log, event, core->now_ms - core->started_ms, core->wall_ms);
}

void core_maintain(struct core *core, unsigned index) {
    const struct node_settings *node = &core->settings.node[index];
    uint64_t whole_ms = node->maintenance_min * 60000ull, end_ms = node->maintenance_end_s * 1000ull;
    bool known = core->wall_ms && end_ms;
    uint64_t left_ms = !known ? whole_ms : end_ms > core->wall_ms ? end_ms - core->wall_ms : 0;
    recovery_maintain(&core->recovery, index, left_ms, end_ms, core->now_ms);
}

void core_apply_settings(struct core *core, const struct settings *settings) {
    bool changed[NODE_COUNT];
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct node_settings *old = &core->settings.node[i], *new = &settings->node[i];
        changed[i] = old->maintenance_min != new->maintenance_min || old->maintenance_end_s != new->maintenance_end_s;
    }
    core->settings = *settings;
    core->sessions.timeout_ms = settings->session_timeout_s * 1000;
    core->lockout.threshold = settings->lockout_threshold;
    core->lockout.base_ms = settings->lockout_base_s * 1000u;
    core->lockout.max_ms = LOCKOUT_MAX_MS;
    core->lockout.reset_ms = LOCKOUT_RESET_MS;
    for (unsigned i = 0; i < NODE_COUNT; i++) power_set_delays(&core->power, i, core_power_delays(settings, i));
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!changed[i]) continue;
        core_maintain(core, i);
        bool begun = settings->node[i].maintenance_min > 0;
        struct event event = event_make(begun ? EVENT_MAINTENANCE_STARTED : EVENT_MAINTENANCE_ENDED, (uint8_t)(i + 1), NULL);
        event.arg[0] = settings->node[i].maintenance_min;
        if (core->recovery.start_ms) core_log(core, &event); /* not for what is loaded at a start */
    }
}

struct power_delays core_power_delays(const struct settings *settings, unsigned index) {
    const struct node_settings *node = &settings->node[index];
    return (struct power_delays){
        .on_ms = node->on_delay_s * 1000u, .off_ms = node->off_delay_s * 1000u, .cycle_ms = node->cycle_delay_s * 1000u};
}

/* ComputerSystem, BootSourceOverrideEnabled: "If set to Once, the value is reset to Disabled" after that boot. */
bool core_spend_boot_overrides(struct core *core) {
    bool changed = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct node_settings *node = &core->settings.node[i];
        if (!power_take_start(&core->power, i) || node->boot_override != BOOT_ONCE) continue;
        node->boot_override = BOOT_DISABLED;
        node->boot_target = BOOT_NONE;
        changed = true;
        struct event event = event_make(EVENT_BOOT_OVERRIDE_SPENT, (uint8_t)(i + 1), NULL);
        core_log(core, &event);
    }
    return changed;
}

enum recovery_mode core_recovery_mode(const struct core *core, unsigned index) {
    switch (core->settings.node[index].recovery) {
    case POLICY_OFF:
        return RECOVERY_OFF;
    case POLICY_NOTIFY:
        return RECOVERY_NOTIFY;
    case POLICY_FULL:
        return RECOVERY_FULL;
    default:
        return core->agent[index].enrolled ? RECOVERY_FULL : RECOVERY_NOTIFY;
    }
}
