/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rolling.h"

#include <string.h>

#include "core/bytes.h"

#define ORDER_MS 5000 /* the caller must have said by then what became of an act */

struct step {
    struct rolling *rolling;
    const struct rolling_limits *limits;
    const struct recovery *recovery;
    const struct recovery_in *in;
    struct rolling_out *out;
};

static uint64_t age_ms(const struct step *s) {
    return s->rolling->phase_ms < s->in->now_ms ? s->in->now_ms - s->rolling->phase_ms : 0;
}

static unsigned count_of(uint8_t mask) {
    unsigned count = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) count += mask >> i & 1u;
    return count;
}

static void enter(struct rolling *rolling, enum rolling_phase phase, uint64_t now_ms) {
    rolling->phase = (uint8_t)phase;
    rolling->phase_ms = now_ms;
}

bool rolling_start(struct rolling *rolling, uint8_t node_mask, uint64_t now_ms) {
    if (rolling->result == ROLLING_RUNS || (node_mask & NODE_ALL) == 0) return false;
    *rolling = (struct rolling){.phase = ROLLING_NEXT, .result = ROLLING_RUNS, .todo_mask = node_mask & NODE_ALL};
    rolling->phase_ms = now_ms;
    return true;
}

void rolling_cancel(struct rolling *rolling) {
    if (rolling->result != ROLLING_RUNS) return;
    rolling->result = ROLLING_CANCELLED;
    rolling->phase = ROLLING_IDLE;
}

bool rolling_has_down(const struct rolling *rolling, unsigned index) {
    return (rolling->phase == ROLLING_ACTING || rolling->phase == ROLLING_PROVING) && rolling->index == index;
}

static void finish(const struct step *s, enum rolling_result result, enum event_code code, uint8_t node, const char *text) {
    struct rolling *rolling = s->rolling;
    rolling->result = (uint8_t)result;
    enter(rolling, ROLLING_IDLE, s->in->now_ms);
    s->out->event = event_make(code, node, text);
    s->out->event.arg[0] = (int32_t)count_of(rolling->done_mask);
    s->out->event.arg[1] = (int32_t)count_of(rolling->left_mask);
}

static void stop(const struct step *s, const char *why) {
    text_copy(s->rolling->failure, sizeof s->rolling->failure, why);
    finish(s, ROLLING_STOPPED, EVENT_ROLLING_FAILED, (uint8_t)(s->rolling->index + 1), why);
}

static void want(const struct step *s, enum recovery_act act) {
    s->rolling->task_id = 0;
    s->rolling->told = (uint8_t)act;
    s->out->act = act;
    s->out->index = s->rolling->index;
    enter(s->rolling, ROLLING_ACTING, s->in->now_ms);
}

void rolling_ordered(struct rolling *rolling, uint32_t task_id, uint64_t now_ms) {
    if (rolling->phase != ROLLING_ACTING) return;
    rolling->task_id = task_id;
    if (task_id == 0) enter(rolling, ROLLING_NEXT, now_ms); /* somebody else's order is under way: its turn comes again */
}

static bool is_left_out(const struct step *s, unsigned index) {
    enum health_state state = (enum health_state)s->in->node[index].health->state;
    return state == HEALTH_OFF || state == HEALTH_MODULE_OFF || state == HEALTH_EMPTY || state == HEALTH_HALTED ||
           s->in->settings->node[index].shielded || s->recovery->node[index].maintenance_ms;
}

/* The next node's turn: it lives, nobody else is down and the inputs are sound. */
static void step_next(const struct step *s) {
    struct rolling *rolling = s->rolling;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        uint8_t bit = (uint8_t)(1u << i);
        if (!(rolling->todo_mask & bit) || !is_left_out(s, i)) continue;
        rolling->todo_mask &= (uint8_t)~bit;
        rolling->left_mask |= bit;
    }
    if (!rolling->todo_mask) {
        finish(s, ROLLING_COMPLETE, EVENT_ROLLING_DONE, 0, NULL);
        return;
    }
    rolling->index = 0;
    while (!(rolling->todo_mask >> rolling->index & 1u)) rolling->index++;
    enum health_state state = (enum health_state)s->in->node[rolling->index].health->state;
    bool clear = recovery_down_count(s->recovery, s->in) == 0 && recovery_supply_wait(s->recovery, s->in) == RECOVERY_WAIT_NONE;
    if (clear && health_lives(state))
        want(s, s->in->node[rolling->index].reachable ? RECOVERY_ASK : RECOVERY_RESTART);
    else if (state == HEALTH_HUNG || state == HEALTH_PANICKED || state == HEALTH_FAILED)
        stop(s, health_name(state));
    else if (age_ms(s) >= s->limits->clear_ms)
        stop(s, "another node or the inputs did not settle");
}

static void step_acting(const struct step *s) {
    struct rolling *rolling = s->rolling;
    const struct power_view *power = &s->in->node[rolling->index].power;
    if (!rolling->task_id) {
        if (age_ms(s) >= ORDER_MS) stop(s, "the order was not given");
    } else if (power->act != POWER_ACT_NONE) {
        if (power->task_id != rolling->task_id) stop(s, "another order took over");
    } else if (!power->last_failed) {
        enter(rolling, ROLLING_PROVING, s->in->now_ms);
    } else if (rolling->told == RECOVERY_ASK) {
        rolling->forced = true; /* it was asked and did not: the pin does */
        want(s, RECOVERY_RESTART);
    } else {
        stop(s, power_failure_text(power->last_failure));
    }
}

static void step_proving(const struct step *s) {
    struct rolling *rolling = s->rolling;
    const struct recovery_node_in *node = &s->in->node[rolling->index];
    enum health_state state = (enum health_state)node->health->state;
    uint32_t allowed_ms = s->limits->prove_ms;
    if (node->baseline && baseline_grace_ms(node->baseline) > allowed_ms) allowed_ms = baseline_grace_ms(node->baseline);
    if (node->power.act != POWER_ACT_NONE)
        stop(s, "another order took over");
    else if (recovery_proven(node, age_ms(s)))
        enter(rolling, ROLLING_SETTLING, s->in->now_ms);
    else if (state == HEALTH_HUNG || state == HEALTH_PANICKED || state == HEALTH_FAILED)
        stop(s, health_name(state));
    else if (age_ms(s) >= allowed_ms)
        stop(s, "it did not come up in time");
}

static void step_settling(const struct step *s) {
    struct rolling *rolling = s->rolling;
    if (!health_lives((enum health_state)s->in->node[rolling->index].health->state)) {
        stop(s, "it did not stay up");
        return;
    }
    if (age_ms(s) < s->limits->settle_ms) return;
    uint8_t bit = (uint8_t)(1u << rolling->index);
    rolling->todo_mask &= (uint8_t)~bit;
    rolling->done_mask |= bit;
    enter(rolling, ROLLING_NEXT, s->in->now_ms);
}

void rolling_step(struct rolling *rolling, const struct rolling_limits *limits, const struct recovery *recovery,
                  const struct recovery_in *in, struct rolling_out *out) {
    const struct step s = {rolling, limits, recovery, in, out};
    memset(out, 0, sizeof *out);
    switch (rolling->phase) {
    case ROLLING_NEXT:
        step_next(&s);
        break;
    case ROLLING_ACTING:
        step_acting(&s);
        break;
    case ROLLING_PROVING:
        step_proving(&s);
        break;
    case ROLLING_SETTLING:
        step_settling(&s);
        break;
    default:
        break;
    }
}

const char *rolling_result_name(enum rolling_result result) {
    static const char *const names[] = {"NeverRan", "Running", "Complete", "Stopped", "Cancelled"};
    return result < sizeof names / sizeof names[0] ? names[result] : names[0];
}
