/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "core/recovery.h"

const char *recovery_act_name(enum recovery_act act) {
    static const char *const names[RECOVERY_ACT_COUNT] = {[RECOVERY_NONE] = "None",
                                                          [RECOVERY_ASK] = "GracefulRestart",
                                                          [RECOVERY_RESTART] = "ForceRestart",
                                                          [RECOVERY_CYCLE] = "PowerCycle"};
    return act < RECOVERY_ACT_COUNT ? names[act] : "None";
}

const char *recovery_phase_name(enum recovery_phase phase) {
    static const char *const names[RECOVERY_PHASE_COUNT] = {
        [RECOVERY_IDLE] = "Idle",       [RECOVERY_CONFIRM] = "Confirming", [RECOVERY_ACTING] = "Acting",
        [RECOVERY_PROVING] = "Proving", [RECOVERY_BACKOFF] = "BackingOff", [RECOVERY_HOLD] = "Held"};
    return phase < RECOVERY_PHASE_COUNT ? names[phase] : "Idle";
}

const char *recovery_wait_text(enum recovery_wait wait) {
    static const char *const texts[RECOVERY_WAIT_COUNT] = {
        [RECOVERY_WAIT_NONE] = "nothing",
        [RECOVERY_WAIT_NOTIFY] = "the node's policy is to notify only",
        [RECOVERY_WAIT_PROTECTED] = "the node is protected",
        [RECOVERY_WAIT_MAINTENANCE] = "maintenance mode",
        [RECOVERY_WAIT_CONTROLLER] = "the controller has just started",
        [RECOVERY_WAIT_INPUTS] = "the inputs are low or have just changed",
        [RECOVERY_WAIT_POWER] = "the input could not carry its start",
        [RECOVERY_WAIT_BUDGET] = "as many nodes are down as may be",
        [RECOVERY_WAIT_ATTEMPTS] = "all attempts of this hour are spent",
        [RECOVERY_WAIT_TEXT] = "the panic's text is still coming",
        [RECOVERY_WAIT_UNSURE] = "it may have restarted itself, unheard",
    };
    return wait < RECOVERY_WAIT_COUNT ? texts[wait] : "nothing";
}

const char *recovery_next(const struct recovery_view *view, uint64_t now_ms, char out[RECOVERY_NEXT_SIZE]) {
    unsigned left_s = view->due_ms > now_ms ? (unsigned)((view->due_ms - now_ms + 999) / 1000) : 0;
    const char *name = recovery_act_name(view->next);
    if (view->phase == RECOVERY_ACTING || view->phase == RECOVERY_PROVING)
        snprintf(out, RECOVERY_NEXT_SIZE, "waiting for the node to come up");
    else if (view->next == RECOVERY_NONE)
        out[0] = '\0';
    else if (left_s > 0)
        snprintf(out, RECOVERY_NEXT_SIZE, "%s in %u s", name, left_s);
    else if (view->wait)
        snprintf(out, RECOVERY_NEXT_SIZE, "%s waits: %s", name, recovery_wait_text(view->wait));
    else
        snprintf(out, RECOVERY_NEXT_SIZE, "%s when the node's state allows it", name);
    return out;
}
