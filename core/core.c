/* SPDX-License-Identifier: Apache-2.0 */
#include "core/core.h"

void core_log(struct core *core, const struct event *event) {
    counters_note(&core->counters, event);
    eventlog_append(&core->log, event, core->now_ms - core->started_ms, core->wall_ms);
}

void core_apply_settings(struct core *core, const struct settings *settings) {
    core->settings = *settings;
    core->sessions.timeout_ms = settings->session_timeout_s * 1000;
    core->lockout.threshold = settings->lockout_threshold;
    core->lockout.base_ms = settings->lockout_base_s * 1000u;
    core->lockout.max_ms = LOCKOUT_MAX_MS;
    core->lockout.reset_ms = LOCKOUT_RESET_MS;
    for (unsigned i = 0; i < NODE_COUNT; i++) power_set_delays(&core->power, i, core_power_delays(settings, i));
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
