/* SPDX-License-Identifier: Apache-2.0 */
#include "core/recovery.h"

#include <string.h>

#include "core/bytes.h"
#include "core/check.h"

#define HOUR_S 3600

struct step {
    struct recovery *recovery;
    const struct recovery_in *in;
    struct recovery_out *out;
};

static uint64_t since(uint64_t now_ms, uint64_t at_ms) { return at_ms < now_ms ? now_ms - at_ms : 0; }

static enum health_state state_of(const struct recovery_node_in *in) { return (enum health_state)in->health->state; }

static void enter(struct recovery_node *node, enum recovery_phase phase, uint64_t now_ms) {
    node->phase = (uint8_t)phase;
    node->phase_ms = now_ms;
    node->wait = node->told_wait = RECOVERY_WAIT_NONE;
}

static void say(const struct step *s, unsigned index, enum event_code code, int32_t arg, const char *text) {
    if (s->out->event_count == RECOVERY_EVENT_COUNT) return;
    struct event event = event_make(code, (uint8_t)(index + 1), text);
    event.arg[0] = arg;
    s->out->events[s->out->event_count++] = event;
}

static int32_t seconds(uint64_t ms) { return ms / 1000 > INT32_MAX ? INT32_MAX : (int32_t)(ms / 1000); }

void recovery_init(struct recovery *recovery, const struct recovery_limits *limits, uint64_t now_ms) {
    memset(recovery, 0, sizeof *recovery);
    recovery->limits = *limits;
    recovery->start_ms = recovery->inputs_ms = now_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) recovery_reset(recovery, i);
}

/* A maintenance mode stays: it is a will of its own. */
void recovery_reset(struct recovery *recovery, unsigned index) {
    CHECK(index < NODE_COUNT);
    struct recovery_node *node = &recovery->node[index];
    *node = (struct recovery_node){
        .rung = RECOVERY_ASK, .maintenance_ms = node->maintenance_ms, .maintenance_wall_ms = node->maintenance_wall_ms};
}

void recovery_maintain(struct recovery *recovery, unsigned index, uint64_t duration_ms, uint64_t end_wall_ms, uint64_t now_ms) {
    CHECK(index < NODE_COUNT);
    struct recovery_node *node = &recovery->node[index];
    uint64_t longest_ms = recovery->limits.maintenance_max_ms;
    node->maintenance_ms = duration_ms ? now_ms + (duration_ms < longest_ms ? duration_ms : longest_ms) : 0;
    node->maintenance_wall_ms = duration_ms ? end_wall_ms : 0;
}

void recovery_ordered(struct recovery *recovery, unsigned index, uint32_t task_id, uint64_t now_ms) {
    CHECK(index < NODE_COUNT);
    struct recovery_node *node = &recovery->node[index];
    if (node->phase != RECOVERY_ACTING) return;
    node->task_id = task_id;
    if (!task_id) enter(node, RECOVERY_BACKOFF, now_ms); /* the same rung again: it was not tried */
}

/* ---- guards ---- */

static void watch_inputs(struct recovery *recovery, const struct inputs *inputs, uint64_t now_ms) {
    unsigned seen = (unsigned)(inputs->carrier + 1);
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        const struct input_view *view = &inputs->view[i];
        seen = seen << 2 | (unsigned)(view->known && view->present) << 1 | (unsigned)(view->known && view->in_range);
    }
    if (seen != recovery->inputs_seen) recovery->inputs_ms = now_ms;
    recovery->inputs_seen = (uint8_t)seen;
}

enum recovery_wait recovery_supply_wait(const struct recovery *recovery, const struct recovery_in *in) {
    const struct inputs *inputs = in->inputs;
    if (since(in->now_ms, recovery->inputs_ms) < recovery->limits.input_settle_ms) return RECOVERY_WAIT_INPUTS;
    if (inputs->carrier < 0) return RECOVERY_WAIT_NONE; /* not measured: no reason to leave a node down for good */
    const struct input_view *carrier = &inputs->view[inputs->carrier];
    if (!carrier->known) return RECOVERY_WAIT_NONE;
    if (!carrier->in_range) return RECOVERY_WAIT_INPUTS;
    int64_t load_mw = (int64_t)carrier->sample.mv * carrier->sample.ma / 1000;
    int64_t most_mw = in->settings->input_mw;
    return most_mw && load_mw + recovery->limits.start_mw > most_mw ? RECOVERY_WAIT_POWER : RECOVERY_WAIT_NONE;
}

static uint32_t confirm_ms(const struct baseline *baseline, bool abrupt) {
    struct baseline unknown;
    baseline_init(&unknown);
    return baseline_confirm_ms(baseline ? baseline : &unknown, abrupt);
}

/* By an act of ours that is not yet proven, or by an order: which may be one of ours from before a controller restart. */
static bool is_ordered_down(const struct recovery *recovery, const struct recovery_in *in, unsigned index) {
    const struct recovery_node *node = &recovery->node[index];
    bool ours = node->phase == RECOVERY_ACTING || node->phase == RECOVERY_PROVING || node->phase == RECOVERY_BACKOFF;
    return ours || in->node[index].down_by_us || in->node[index].power.act != POWER_ACT_NONE;
}

/* On its way for whatever reason, and be it that it draws current and has not shown more. */
static bool is_starting(const struct recovery *recovery, const struct recovery_in *in, unsigned index) {
    const struct recovery_node_in *node_in = &in->node[index];
    bool starting = state_of(node_in) == HEALTH_STARTING &&
                    since(in->now_ms, node_in->health->since_ms) < recovery->limits.starting_ms;
    bool young = since(in->now_ms, node_in->health->epoch_ms) < confirm_ms(node_in->baseline, false);
    bool unproven = young && (node_in->health->reason == HEALTH_BY_CURRENT || state_of(node_in) == HEALTH_FAILED);
    return starting || unproven;
}

unsigned recovery_down_count(const struct recovery *recovery, const struct recovery_in *in) {
    unsigned count = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) count += is_ordered_down(recovery, in, i) || is_starting(recovery, in, i);
    return count;
}

/* What people have ordered, here or on the node itself, is no act of ours, however long it takes to start. */
static bool within_budget(const struct step *s, unsigned index) {
    unsigned budget = s->in->settings->budget ? s->in->settings->budget : 1, others = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct recovery_node_in *in = &s->in->node[i];
        bool by_people = in->power.reset_cause == POWER_RESET_COMMAND || in->health->reason == HEALTH_BY_LEAVING;
        bool down = is_ordered_down(s->recovery, s->in, i) || (is_starting(s->recovery, s->in, i) && !by_people);
        others += i != index && down;
    }
    return others < budget;
}

static unsigned attempts_in_hour(const struct recovery_node *node, uint64_t now_ms) {
    unsigned count = 0;
    uint32_t now_s = (uint32_t)(now_ms / 1000);
    unsigned kept = node->attempt_count < RECOVERY_ATTEMPT_COUNT ? node->attempt_count : RECOVERY_ATTEMPT_COUNT;
    for (unsigned i = 0; i < kept; i++) count += now_s - node->attempt_s[i] < HOUR_S;
    return count;
}

static void expire_maintenance(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_in *in = s->in;
    bool over = in->now_ms >= node->maintenance_ms ||
                (in->wall_ms && node->maintenance_wall_ms && in->wall_ms >= node->maintenance_wall_ms);
    if (!node->maintenance_ms || !over) return;
    node->maintenance_ms = node->maintenance_wall_ms = 0;
    say(s, index, EVENT_MAINTENANCE_ENDED, 0, NULL);
}

static enum recovery_wait guard(const struct step *s, unsigned index) {
    const struct recovery *recovery = s->recovery;
    const struct recovery_node *node = &recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    uint64_t now_ms = s->in->now_ms;
    if (s->in->settings->node[index].mode != RECOVERY_FULL) return RECOVERY_WAIT_NOTIFY;
    if (s->in->settings->node[index].shielded) return RECOVERY_WAIT_PROTECTED;
    if (node->maintenance_ms) return RECOVERY_WAIT_MAINTENANCE;
    if (since(now_ms, recovery->start_ms) < recovery->limits.settle_ms) return RECOVERY_WAIT_CONTROLLER;
    bool awaited = since(now_ms, node->phase_ms) < recovery->limits.text_ms;
    if (state_of(in) == HEALTH_PANICKED && !in->text_kept && awaited) return RECOVERY_WAIT_TEXT;
    bool old = (uint64_t)in->health->figure[0] * 1000 >= recovery->limits.text_ms; /* of a panic: its age in seconds */
    if (state_of(in) == HEALTH_PANICKED && in->health->mute && old) return RECOVERY_WAIT_UNSURE;
    if (attempts_in_hour(node, now_ms) >= RECOVERY_ATTEMPT_COUNT) return RECOVERY_WAIT_ATTEMPTS;
    if (!within_budget(s, index)) return RECOVERY_WAIT_BUDGET;
    return recovery_supply_wait(recovery, s->in);
}

/* ---- the ladder of one node ---- */

static bool is_dark(const struct recovery_node_in *in) {
    return state_of(in) == HEALTH_FAILED && in->power.last_failure == POWER_FAIL_RAIL_STUCK_OFF;
}

static bool in_trouble(const struct recovery_node_in *in) {
    return state_of(in) == HEALTH_HUNG || state_of(in) == HEALTH_PANICKED || is_dark(in);
}

/* After an act of ours, all that is neither alive nor on its way, nor switched off, nor unknown. */
static bool still_down(const struct recovery_node_in *in) {
    enum health_state state = state_of(in);
    return state == HEALTH_HUNG || state == HEALTH_PANICKED || state == HEALTH_HALTED || is_dark(in);
}

static uint32_t doubled(uint32_t first_ms, uint32_t most_ms, unsigned times) {
    uint64_t ms = (uint64_t)first_ms << (times < 16 ? times : 16);
    return ms < most_ms ? (uint32_t)ms : most_ms;
}

static uint32_t backoff_ms(const struct recovery *recovery, const struct recovery_node *node) {
    unsigned times = node->failure_count ? node->failure_count - 1u : 0;
    return doubled(recovery->limits.backoff_ms, recovery->limits.backoff_max_ms, times);
}

static uint64_t due_ms(const struct recovery *recovery, const struct recovery_node *node, const struct baseline *baseline) {
    uint32_t wait_ms;
    switch (node->phase) {
    case RECOVERY_CONFIRM:
        wait_ms = node->trouble == HEALTH_HUNG       ? confirm_ms(baseline, node->abrupt)
                  : node->trouble == HEALTH_PANICKED ? recovery->limits.panic_ms
                                                     : recovery->limits.backoff_ms;
        if (node->failure_count && wait_ms < backoff_ms(recovery, node)) wait_ms = backoff_ms(recovery, node);
        break;
    case RECOVERY_BACKOFF:
        wait_ms = backoff_ms(recovery, node);
        break;
    case RECOVERY_HOLD:
        wait_ms = doubled(recovery->limits.hold_ms, recovery->limits.hold_max_ms, node->hold_count ? node->hold_count - 1u : 0);
        break;
    default:
        return 0;
    }
    return node->phase_ms + wait_ms;
}

static void give_up(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    node->rung = RECOVERY_CYCLE;
    if (node->hold_count < UINT8_MAX) node->hold_count++;
    enter(node, RECOVERY_HOLD, s->in->now_ms);
    node->alarm = true;
    uint64_t hold_ms = due_ms(s->recovery, node, NULL) - s->in->now_ms;
    say(s, index, EVENT_RECOVERY_GAVE_UP, seconds(hold_ms) / 60, recovery_act_name((enum recovery_act)node->act));
}

static void rung_failed(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    if (node->failure_count < UINT8_MAX) node->failure_count++;
    if (node->act == RECOVERY_CYCLE) {
        give_up(s, index);
        return;
    }
    node->rung = (uint8_t)(node->act + 1);
    enter(node, RECOVERY_BACKOFF, s->in->now_ms);
    say(s, index, EVENT_RECOVERY_STEP_FAILED, seconds(backoff_ms(s->recovery, node)),
        recovery_act_name((enum recovery_act)node->act));
}

/* It lives. The ladder is kept for stable_ms: who falls again has not been helped by this rung. */
static void came_back(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    if (node->phase != RECOVERY_CONFIRM)
        say(s, index, EVENT_RECOVERY_DONE, seconds(since(s->in->now_ms, node->trouble_ms)),
            health_name((enum health_state)node->trouble));
    if (node->phase != RECOVERY_CONFIRM && node->act && node->act < RECOVERY_CYCLE) node->rung = (uint8_t)(node->act + 1);
    enter(node, RECOVERY_IDLE, s->in->now_ms);
    node->alarm = false;
    node->lived_ms = s->in->now_ms;
}

static void step_idle(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    uint64_t now_ms = s->in->now_ms;
    if (!health_lives(state_of(in)))
        node->lived_ms = 0;
    else if (!node->lived_ms)
        node->lived_ms = now_ms;
    if (node->lived_ms && since(now_ms, node->lived_ms) >= s->recovery->limits.stable_ms) {
        node->rung = RECOVERY_ASK;
        node->failure_count = node->hold_count = 0;
    }
    if (!in_trouble(in)) return;
    node->trouble = (uint8_t)state_of(in);
    node->abrupt = in->health->abrupt;
    node->trouble_ms = now_ms;
    enter(node, RECOVERY_CONFIRM, now_ms);
    char reason[HEALTH_REASON_SIZE];
    say(s, index, EVENT_RECOVERY_NEEDED, 0, health_reason(in->health, reason));
}

/* Our order, unless another one has taken its place; then what we wanted is void. */
static void step_acting(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct power_view *power = &s->in->node[index].power;
    if (!node->task_id) { /* the caller has not said what became of it */
        if (since(s->in->now_ms, node->phase_ms) >= s->recovery->limits.order_ms) enter(node, RECOVERY_BACKOFF, s->in->now_ms);
        return;
    }
    if (power->act != POWER_ACT_NONE) {
        if (power->task_id != node->task_id) recovery_reset(s->recovery, index);
        return;
    }
    bool not_tried = power->last_failure == POWER_FAIL_STORE || power->last_failure == POWER_FAIL_POWER_LOST;
    bool hopeless = power->last_failure == POWER_FAIL_RAIL_STUCK_OFF || node->act == RECOVERY_ASK;
    if (power->last_failed && not_tried)
        enter(node, RECOVERY_BACKOFF, s->in->now_ms);
    else if (power->last_failed && hopeless)
        rung_failed(s, index);
    else
        enter(node, RECOVERY_PROVING,
              s->in->now_ms); /* a measurement that shows no effect may lie: the node itself is the proof */
}

bool recovery_proven(const struct recovery_node_in *in, uint64_t age_ms) {
    bool weak = in->health->reason == HEALTH_BY_CURRENT && age_ms < confirm_ms(in->baseline, false);
    return health_lives(state_of(in)) && !weak;
}

static void step_proving(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    enum health_state state = state_of(in);
    uint64_t age_ms = since(s->in->now_ms, node->phase_ms), state_ms = since(s->in->now_ms, in->health->since_ms);
    bool fell_again = state == HEALTH_HUNG || state == HEALTH_PANICKED || is_dark(in);
    bool stays_so = state_ms >= confirm_ms(in->baseline, false);
    bool too_late = age_ms >= s->recovery->limits.starting_ms && state != HEALTH_UNKNOWN;
    if (recovery_proven(in, age_ms))
        came_back(s, index);
    else if (fell_again || (state == HEALTH_HALTED && stays_so) || too_late)
        rung_failed(s, index);
    else if (state == HEALTH_FAILED && stays_so)
        give_up(s, index); /* the order showed no effect and the node has no voice: whether it is down nobody knows */
}

/* Up again by itself, taken out, or out of trouble in a way that needs nobody: true when there is nothing left to do. */
static bool resolved(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    enum health_state state = state_of(in);
    bool touched = node->phase != RECOVERY_CONFIRM;
    if (health_lives(state)) {
        came_back(s, index);
        return true;
    }
    bool gone = state == HEALTH_EMPTY || (!touched && state != HEALTH_UNKNOWN && !in_trouble(in));
    if (gone) recovery_reset(s->recovery, index);
    if (!gone && !touched && in_trouble(in)) node->trouble = (uint8_t)state;
    return gone;
}

/* Reports that would refute a panic could have been heard all the while. */
static bool refutable(const struct step *s, const struct recovery_node_in *in) {
    uint64_t others_ms = in->health->others_since_ms;
    return in->health->lone || (others_ms && since(s->in->now_ms, others_ms) >= s->recovery->limits.panic_ms);
}

/* True when it is this node's turn for an act. */
static bool wants_act(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    if (resolved(s, index) || s->in->now_ms < due_ms(s->recovery, node, in->baseline)) return false;
    if (node->phase == RECOVERY_CONFIRM ? !in_trouble(in) : !still_down(in)) return false;
    if (state_of(in) == HEALTH_PANICKED && !refutable(s, in)) return false;
    node->wait = (uint8_t)guard(s, index);
    bool news = node->wait != node->told_wait && node->wait > RECOVERY_WAIT_NOTIFY && node->wait != RECOVERY_WAIT_TEXT;
    if (news) {
        node->told_wait = node->wait;
        say(s, index, EVENT_RECOVERY_WAITS, 0, recovery_wait_text((enum recovery_wait)node->wait));
    }
    return node->wait == RECOVERY_WAIT_NONE;
}

static bool step_node(const struct step *s, unsigned index) {
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    expire_maintenance(s, index);
    bool others_order = in->power.act != POWER_ACT_NONE && node->phase != RECOVERY_ACTING;
    if (others_order || in->down_by_us || s->in->settings->node[index].mode == RECOVERY_OFF) {
        recovery_reset(s->recovery, index);
        return false;
    }
    switch (node->phase) {
    case RECOVERY_IDLE:
        step_idle(s, index);
        return false;
    case RECOVERY_ACTING:
        step_acting(s, index);
        return false;
    case RECOVERY_PROVING:
        step_proving(s, index);
        return false;
    default:
        return wants_act(s, index);
    }
}

static void act(const struct step *s, unsigned index) {
    static const enum event_code codes[RECOVERY_ACT_COUNT] = {[RECOVERY_ASK] = EVENT_RECOVERY_ASKS,
                                                              [RECOVERY_RESTART] = EVENT_RECOVERY_PULSES,
                                                              [RECOVERY_CYCLE] = EVENT_RECOVERY_CYCLES};
    struct recovery_node *node = &s->recovery->node[index];
    const struct recovery_node_in *in = &s->in->node[index];
    uint8_t rung = node->rung;
    if (rung == RECOVERY_ASK && !in->reachable) rung = RECOVERY_RESTART; /* nobody there to ask */
    if (state_of(in) == HEALTH_FAILED) rung = RECOVERY_CYCLE;            /* its rail is down: only the channel can help */
    node->act = rung;
    node->task_id = 0;
    node->attempt_s[node->attempt_count % RECOVERY_ATTEMPT_COUNT] = (uint32_t)(s->in->now_ms / 1000);
    node->attempt_count++;
    if (node->attempt_count == 2 * RECOVERY_ATTEMPT_COUNT) node->attempt_count = RECOVERY_ATTEMPT_COUNT;
    enter(node, RECOVERY_ACTING, s->in->now_ms);
    char reason[HEALTH_REASON_SIZE];
    health_reason(in->health, reason);
    s->out->act = (enum recovery_act)rung;
    s->out->index = (uint8_t)index;
    text_copy(s->out->reason, sizeof s->out->reason, reason);
    say(s, index, codes[rung], (int32_t)attempts_in_hour(node, s->in->now_ms), reason);
}

void recovery_step(struct recovery *recovery, const struct recovery_in *in, struct recovery_out *out) {
    struct step s = {recovery, in, out};
    memset(out, 0, sizeof *out);
    watch_inputs(recovery, in->inputs, in->now_ms);
    int chosen = -1;
    for (int i = 0; i < NODE_COUNT; i++) {
        bool wants = step_node(&s, (unsigned)i);
        if (wants && (chosen < 0 || recovery->node[i].trouble_ms < recovery->node[chosen].trouble_ms)) chosen = i;
    }
    if (chosen >= 0) act(&s, (unsigned)chosen);
}

/* ---- for people ---- */

struct recovery_view recovery_view(const struct recovery *recovery, unsigned index, const struct baseline *baseline) {
    CHECK(index < NODE_COUNT);
    const struct recovery_node *node = &recovery->node[index];
    bool waits = node->phase == RECOVERY_CONFIRM || node->phase == RECOVERY_BACKOFF || node->phase == RECOVERY_HOLD;
    enum recovery_act next = node->rung == RECOVERY_ASK ? RECOVERY_RESTART : (enum recovery_act)node->rung;
    return (struct recovery_view){
        .phase = (enum recovery_phase)node->phase,
        .next = waits ? next : RECOVERY_NONE,
        .wait = (enum recovery_wait)node->wait,
        .due_ms = waits ? due_ms(recovery, node, baseline) : 0,
        .attempt_count = node->attempt_count,
        .gave_up = node->alarm,
        .maintenance_ms = node->maintenance_ms,
    };
}
