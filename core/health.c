/* SPDX-License-Identifier: Apache-2.0 */
#include "core/health.h"

#include <stdio.h>
#include <string.h>

const char *health_name(enum health_state state) {
    static const char *const names[HEALTH_STATE_COUNT] = {
        [HEALTH_UNKNOWN] = "Unknown",      [HEALTH_EMPTY] = "Empty",       [HEALTH_OFF] = "Off",
        [HEALTH_MODULE_OFF] = "ModuleOff", [HEALTH_STARTING] = "Starting", [HEALTH_UP] = "Up",
        [HEALTH_PANICKED] = "Panicked",    [HEALTH_HALTED] = "Halted",     [HEALTH_FAILED] = "Failed",
    };
    return state < HEALTH_STATE_COUNT ? names[state] : "Unknown";
}

struct verdict {
    enum health_state state;
    char reason[sizeof((struct health *)0)->reason];
};

static unsigned seconds(uint64_t ms) { return (unsigned)(ms / 1000); }

static void watch_current(struct health *health, const struct health_limits *limits, const struct health_in *in) {
    bool low = in->rail.valid && in->rail.ma < limits->halted_ma;
    if (!low)
        health->low_since_ms = 0;
    else if (health->low_since_ms == 0)
        health->low_since_ms = in->now_ms;
    if (in->rail.valid && in->rail.ma >= limits->up_ma) health->ran = true;
}

/* Off in one of its forms, or not measured; true when that settles it. */
static bool judge_supply(const struct health_in *in, struct verdict *verdict) {
    const struct power_view *power = &in->power;
    int mv = (int)in->rail.mv, ma = (int)in->rail.ma;
    size_t size = sizeof verdict->reason;
    if (!in->rail.valid) {
        verdict->state = HEALTH_UNKNOWN;
        snprintf(verdict->reason, size, "its power sensor does not answer");
    } else if (power->act == POWER_ACT_NONE && power->last_failed && power->last_failure != POWER_FAIL_SUPERSEDED &&
               power->last_failure != POWER_FAIL_POWER_LOST && power->last_failure != POWER_FAIL_STORE) {
        verdict->state = HEALTH_FAILED;
        snprintf(verdict->reason, size, "the last order failed: %s", power_failure_text(power->last_failure));
    } else if (!power->pads.module_on && power->pads.channel_on) {
        verdict->state = HEALTH_MODULE_OFF;
        snprintf(verdict->reason, size, "PMIC_EN is low; the channel's peripherals draw %d mA", ma);
    } else if (power->state == POWER_STATE_OFF) {
        verdict->state = HEALTH_OFF;
        snprintf(verdict->reason, size, "the rail is dead at %d mV", mv);
    } else {
        return false;
    }
    return true;
}

static void judge_module(const struct health *health, const struct health_limits *limits, const struct health_in *in,
                         struct verdict *verdict) {
    uint64_t age_ms = in->now_ms - health->epoch_ms;
    bool said_up = in->up_text_ms > health->epoch_ms;
    bool quiet = health->low_since_ms && in->now_ms >= health->low_since_ms + limits->quiet_ms;
    int ma = (int)in->rail.ma;
    size_t size = sizeof verdict->reason;
    if (in->panic_ms > health->epoch_ms && in->panic_ms >= in->up_text_ms) {
        verdict->state = HEALTH_PANICKED;
        snprintf(verdict->reason, size, "its kernel reported a panic");
    } else if (quiet && !health->ran && ma >= limits->empty_ma) {
        verdict->state = HEALTH_EMPTY;
        snprintf(verdict->reason, size, "draws %d mA, as an empty slot does", ma);
    } else if (quiet) {
        verdict->state = HEALTH_HALTED;
        snprintf(verdict->reason, size, "draws %d mA, less than a running module", ma);
    } else if (said_up) {
        verdict->state = HEALTH_UP;
        snprintf(verdict->reason, size, "its kernel has started user space");
    } else if (age_ms < limits->start_ms || ma < limits->up_ma) {
        verdict->state = HEALTH_STARTING;
        snprintf(verdict->reason, size, "switched on %u s ago; draws %d mA", seconds(age_ms), ma);
    } else {
        verdict->state = HEALTH_UP;
        snprintf(verdict->reason, size, "draws %d mA, %u s after it was switched on", ma, seconds(age_ms));
    }
}

bool health_step(struct health *health, const struct health_limits *limits, const struct health_in *in) {
    if (in->power.on_since_ms && in->power.on_since_ms != health->epoch_ms) { /* switched on anew: what was, is void */
        health->epoch_ms = in->power.on_since_ms;
        health->ran = false;
        health->low_since_ms = 0;
    }
    watch_current(health, limits, in);
    struct verdict verdict = {.state = HEALTH_UNKNOWN};
    if (!judge_supply(in, &verdict)) judge_module(health, limits, in, &verdict);
    memcpy(health->reason, verdict.reason, sizeof health->reason);
    if (verdict.state == health->state) return false;
    health->state = verdict.state;
    health->since_ms = in->now_ms;
    return true;
}
