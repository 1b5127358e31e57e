/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "core/health.h"

const char *health_name(enum health_state state) {
    static const char *const names[HEALTH_STATE_COUNT] = {
        [HEALTH_UNKNOWN] = "Unknown",   [HEALTH_EMPTY] = "Empty",
        [HEALTH_OFF] = "Off",           [HEALTH_MODULE_OFF] = "ModuleOff",
        [HEALTH_STARTING] = "Starting", [HEALTH_UP] = "Up",
        [HEALTH_PANICKED] = "Panicked", [HEALTH_HALTED] = "Halted",
        [HEALTH_FAILED] = "Failed",     [HEALTH_BUSY] = "Busy",
        [HEALTH_DEGRADED] = "Degraded", [HEALTH_HUNG] = "Hung",
    };
    return state < HEALTH_STATE_COUNT ? names[state] : "Unknown";
}

/* The two figures in the order of the enum's comments. */
static const char *const sentences[HEALTH_REASON_COUNT] = {
    [HEALTH_BY_NOTHING] = "nothing is known yet",
    [HEALTH_BY_SENSOR_LOST] = "its power sensor does not answer",
    [HEALTH_BY_PMIC] = "PMIC_EN is low; the channel's peripherals draw %d mA",
    [HEALTH_BY_DEAD_RAIL] = "the rail is dead at %d mV",
    [HEALTH_BY_PANIC] = "its kernel reported a panic %d s ago",
    [HEALTH_BY_EMPTY_SLOT] = "draws %d mA, as an empty slot does",
    [HEALTH_BY_LOW_CURRENT] = "draws %d mA; running it draws more than %d mA",
    [HEALTH_BY_USER_SPACE] = "its kernel has started user space",
    [HEALTH_BY_START] = "switched on %d s ago; draws %d mA",
    [HEALTH_BY_CURRENT] = "draws %d mA, %d s after it was switched on",
    [HEALTH_BY_REPORTS] = "its agent reported %d s ago",
    [HEALTH_BY_PING] = "answered a ping %d s ago",
    [HEALTH_BY_SERVICE_LOST] = "service network silent for %d s, backplane reports",
    [HEALTH_BY_BACKPLANE_LOST] = "backplane silent for %d s, service network reports",
    [HEALTH_BY_LATE_LOADED] = "its last report is %d s old and told of a load of %d.%02d",
    [HEALTH_BY_PING_LOADED] = "answers pings; its last report is %d s old and told of a load of %d.%02d",
    [HEALTH_BY_AGENT_LOST] = "answers pings, but its agent has been silent for %d s",
    [HEALTH_BY_AGENT_ABSENT] = "answers pings, but its agent has not reported in the %d s since it was switched on",
    [HEALTH_BY_NETWORK_DOWN] = "no sign for %d s, but nobody else is heard either; draws %d mA",
    [HEALTH_BY_SILENCE] = "no sign on any network for %d s, draws %d mA",
    [HEALTH_BY_NO_FIRST_SIGN] = "no sign in the %d s since it was switched on, draws %d mA",
    [HEALTH_BY_LEAVING] = "its system stops or restarts by its own word of %d s ago; draws %d mA",
    [HEALTH_BY_AGENT_STOPPED] = "its agent was stopped %d s ago; draws %d mA",
    [HEALTH_BY_FALSE_RAIL] = "reports, although its rail is measured at %d mV",
    [HEALTH_BY_FALSE_PMIC] = "reports, although PMIC_EN is low",
    [HEALTH_BY_NO_SIGN_YET] = "no sign for %d s, draws %d mA",
};

const char *health_reason(const struct health *health, char out[HEALTH_REASON_SIZE]) {
    int first = (int)health->figure[0], second = (int)health->figure[1];
    switch (health->reason) {
    case HEALTH_BY_FAILURE:
        snprintf(out, HEALTH_REASON_SIZE, "the last order failed: %s", power_failure_text((enum power_failure)first));
        break;
    case HEALTH_BY_LATE_LOADED:
    case HEALTH_BY_PING_LOADED:
        snprintf(out, HEALTH_REASON_SIZE, sentences[health->reason], first, second / 100, second % 100);
        break;
    default:
        snprintf(out, HEALTH_REASON_SIZE, sentences[health->reason < HEALTH_REASON_COUNT ? health->reason : HEALTH_BY_NOTHING],
                 first, second);
    }
    return out;
}
