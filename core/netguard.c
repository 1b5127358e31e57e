/* SPDX-License-Identifier: Apache-2.0 */
#include "core/netguard.h"

#define DAY_MS 86400000u

void netguard_init(struct netguard *guard, const struct netguard_past *past) {
    *guard = (struct netguard){0};
    if (past != NULL) guard->past = *past;
}

/* ---- what is heard ---- */

static uint64_t later(uint64_t a, uint64_t b) { return a > b ? a : b; }

static uint64_t age_ms(uint64_t now_ms, uint64_t then_ms) { return now_ms > then_ms ? now_ms - then_ms : 0; }

static uint64_t heard_ms(const struct netguard_in *in) { return later(later(in->others_ms, in->gateway_ms), in->served_ms); }

/* Silences are learned from those only who are not the gateway: a gateway that is pinged is heard as often as we ask, which says
 * nothing about how often a network without it is heard. */
static void learn_gap(struct netguard *guard, const struct netguard_in *in) {
    if (in->others_ms <= guard->others_ms) return;
    uint64_t gap_ms = age_ms(in->others_ms, later(guard->others_ms, guard->up_ms));
    if (guard->others_ms > 0 && guard->done == NETGUARD_NONE) guard->usual_gap_ms = later(guard->usual_gap_ms, gap_ms);
    guard->others_ms = in->others_ms;
}

/* 0: somebody was heard lately, or silence is nothing unusual here. */
static uint64_t silent_for_ms(const struct netguard *guard, const struct netguard_limits *limits, const struct netguard_in *in) {
    uint64_t limit_ms = later(limits->silent_ms, guard->usual_gap_ms * limits->silent_factor);
    uint64_t silent_ms = age_ms(in->now_ms, later(heard_ms(in), guard->up_ms));
    if (!in->link_up || guard->others_ms == 0) return 0; /* when only the gateway was ever heard, the silence is its own */
    return silent_ms > limit_ms ? silent_ms : 0;
}

/* 0: the chip answers, or has not been dumb for long, or was heard in spite of it. */
static uint64_t faulty_for_ms(struct netguard *guard, const struct netguard_limits *limits, const struct netguard_in *in) {
    bool heard = heard_ms(in) > 0 && age_ms(in->now_ms, heard_ms(in)) <= limits->silent_ms;
    if (!in->chip_fault || heard)
        guard->fault_since_ms = 0;
    else if (guard->fault_since_ms == 0)
        guard->fault_since_ms = in->now_ms;
    uint64_t faulty_ms = guard->fault_since_ms > 0 ? age_ms(in->now_ms, guard->fault_since_ms) : 0;
    return faulty_ms > limits->fault_ms ? faulty_ms : 0;
}

/* ---- the ladder ---- */

static struct event tell(enum event_code code, uint64_t trouble_for_ms, uint32_t count, const char *words) {
    struct event event = event_make(code, 0, words);
    event.arg[0] = (int32_t)(trouble_for_ms / 1000);
    event.arg[1] = (int32_t)count;
    return event;
}

static void count_day(struct netguard *guard, uint64_t now_ms) {
    if (guard->last_ms > 0) guard->past.day_ms += age_ms(now_ms, guard->last_ms);
    guard->last_ms = now_ms;
    if (guard->past.day_ms >= DAY_MS) guard->past = (struct netguard_past){0};
}

/* The ladder did not help: later once more from its foot. */
static void give_up(struct netguard *guard, const struct netguard_limits *limits, uint64_t now_ms) {
    if (guard->backoff_ms == 0) guard->backoff_ms = limits->backoff_ms;
    guard->next_ms = now_ms + guard->backoff_ms;
    guard->backoff_ms = guard->backoff_ms < limits->backoff_max_ms / 2 ? guard->backoff_ms * 2 : limits->backoff_max_ms;
    guard->done = NETGUARD_NONE;
}

static struct netguard_out climb(struct netguard *guard, const struct netguard_limits *limits, const struct netguard_in *in,
                                 uint64_t trouble_for_ms) {
    static const char *const words[NETGUARD_ACT_COUNT] = {
        [NETGUARD_RESTART_DRIVER] = "the driver is restarted",
        [NETGUARD_RESET_CHIP] = "the network chip is reset",
        [NETGUARD_RESTART_CONTROLLER] = "the controller restarts, no node is touched",
    };
    struct netguard_out out = {.act = NETGUARD_NONE};
    enum netguard_act next = (enum netguard_act)(guard->done + 1);
    bool spent = guard->past.restart_count >= limits->restart_count;
    if (next == NETGUARD_ACT_COUNT || (next == NETGUARD_RESTART_CONTROLLER && spent)) {
        if (!guard->told_failure) out.event = tell(EVENT_NETWORK_GIVEN_UP, trouble_for_ms, guard->past.restart_count, NULL);
        guard->told_failure = true;
        give_up(guard, limits, in->now_ms);
        return out;
    }
    out.act = next;
    out.event = tell(EVENT_NETWORK_REPAIR, trouble_for_ms, 0, words[next]);
    guard->done = (uint8_t)next;
    guard->next_ms = in->now_ms + limits->settle_ms;
    if (next == NETGUARD_RESTART_CONTROLLER) guard->past.restart_count++;
    return out;
}

static struct netguard_out be_well(struct netguard *guard, const struct netguard_limits *limits, const struct netguard_in *in) {
    struct netguard_out out = {.act = NETGUARD_NONE};
    if (guard->trouble_ms > 0 && heard_ms(in) > guard->trouble_ms) {
        if (guard->done != NETGUARD_NONE || guard->told_failure)
            out.event = tell(EVENT_NETWORK_REPAIRED, age_ms(in->now_ms, guard->trouble_ms), 0, NULL);
        guard->trouble_ms = 0;
        guard->told_failure = false;
        guard->well_ms = in->now_ms;
    }
    if (guard->trouble_ms == 0 && age_ms(in->now_ms, guard->well_ms) >= limits->stable_ms) {
        guard->done = NETGUARD_NONE;
        guard->backoff_ms = 0;
        guard->next_ms = 0;
    }
    return out;
}

struct netguard_out netguard_step(struct netguard *guard, const struct netguard_limits *limits, const struct netguard_in *in) {
    count_day(guard, in->now_ms);
    if (!in->link_up) guard->up_ms = in->now_ms; /* silence counts from when there is a link */
    learn_gap(guard, in);
    uint64_t trouble_for_ms = later(silent_for_ms(guard, limits, in), faulty_for_ms(guard, limits, in));
    if (trouble_for_ms == 0) return be_well(guard, limits, in);
    if (guard->trouble_ms == 0) guard->trouble_ms = in->now_ms;
    if (in->busy || in->now_ms < guard->next_ms) return (struct netguard_out){.act = NETGUARD_NONE};
    return climb(guard, limits, in, trouble_for_ms);
}
