/* SPDX-License-Identifier: Apache-2.0 */
#include "core/power.h"

#define WORDS_OF(number) #number
#define SECONDS(number)  WORDS_OF(number) " s"
#define GRACEFUL_TIME    SECONDS(POWER_GRACEFUL_S)

const char *power_act_name(enum power_act act) {
    static const char *const names[POWER_ACT_COUNT] = {
        [POWER_ACT_NONE] = "None",
        [POWER_ON] = "On",
        [POWER_FORCE_OFF] = "ForceOff",
        [POWER_FORCE_RESTART] = "ForceRestart",
        [POWER_CYCLE] = "PowerCycle",
        [POWER_MODULE_OFF] = "ModuleOff",
        [POWER_GRACEFUL_SHUTDOWN] = "GracefulShutdown",
        [POWER_GRACEFUL_RESTART] = "GracefulRestart",
    };
    return act < POWER_ACT_COUNT ? names[act] : "None";
}

const char *power_failure_text(enum power_failure failure) {
    static const char *const texts[POWER_FAILURE_COUNT] = {
        [POWER_OK] = "it worked",
        [POWER_FAIL_RAIL_STUCK_ON] = "the 5 V rail stayed on",
        [POWER_FAIL_RAIL_STUCK_OFF] = "the 5 V rail did not come up",
        [POWER_FAIL_NOT_MEASURED] = "no sensor proves the effect",
        [POWER_FAIL_PIN] = "a power pin does not follow",
        [POWER_FAIL_MODULE_NO_EFFECT] = "the module kept drawing current",
        [POWER_FAIL_STORE] = "the order could not be journaled",
        [POWER_FAIL_SUPERSEDED] = "a later ForceOff took over",
        [POWER_FAIL_POWER_LOST] = "input power was lost meanwhile",
        [POWER_FAIL_NO_SHUTDOWN] = ("it did not shut down in " GRACEFUL_TIME "; it still runs"),
        [POWER_FAIL_NO_RESTART] = ("it did not restart within " GRACEFUL_TIME),
        [POWER_FAIL_AGENT_REFUSED] = "its agent refused the order",
        [POWER_FAIL_AGENT_FAILED] = "its agent could not do as ordered",
    };
    return failure < POWER_FAILURE_COUNT ? texts[failure] : "unknown";
}

enum event_code power_failure_event(enum power_failure failure) {
    switch (failure) {
    case POWER_FAIL_NO_SHUTDOWN:
    case POWER_FAIL_NO_RESTART:
    case POWER_FAIL_AGENT_REFUSED:
    case POWER_FAIL_AGENT_FAILED:
        return EVENT_POWER_NOT_OBEYED;
    default:
        return EVENT_POWER_FAILED;
    }
}

const char *power_phase_name(enum power_phase phase) {
    static const char *const names[PHASE_COUNT] = {
        [PHASE_IDLE] = "Idle",
        [PHASE_JOURNAL_DOWN] = "Journaling",
        [PHASE_OFF_DELAY] = "Delayed",
        [PHASE_ASKING] = "AskingAgent",
        [PHASE_MODULE_DOWN] = "CuttingModule",
        [PHASE_CHANNEL_DOWN] = "CuttingChannel",
        [PHASE_OFF_REST] = "Resting",
        [PHASE_JOURNAL_UP] = "Journaling",
        [PHASE_ON_DELAY] = "Delayed",
        [PHASE_WAIT_SLOT] = "WaitingForSlot",
        [PHASE_CHANNEL_UP] = "RaisingChannel",
        [PHASE_MODULE_UP] = "ReleasingModule",
        [PHASE_JOURNAL_END] = "Journaling",
    };
    return phase < PHASE_COUNT ? names[phase] : "Idle";
}
