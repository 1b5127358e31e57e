/* SPDX-License-Identifier: Apache-2.0 */
#include "core/core.h"

void core_log(struct core *core, const struct event *event) {
    eventlog_append(&core->log, event, core->now_ms - core->started_ms, core->wall_ms);
}

void core_apply_settings(struct core *core, const struct settings *settings) {
    core->settings = *settings;
    core->sessions.timeout_ms = settings->session_timeout_s * 1000;
    core->lockout.threshold = settings->lockout_threshold;
    core->lockout.base_ms = settings->lockout_base_s * 1000u;
    core->lockout.max_ms = LOCKOUT_MAX_MS;
    core->lockout.reset_ms = LOCKOUT_RESET_MS;
}
