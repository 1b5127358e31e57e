/* SPDX-License-Identifier: Apache-2.0 */
#include "core/power_node.h"

#include "core/check.h"

static void enter(struct power_node *node, enum power_phase phase, uint64_t now_ms) {
    if (phase == PHASE_JOURNAL_UP) node->up_phase = true;
    node->phase = phase;
    node->phase_ms = now_ms;
    node->entered = false;
}

static void fail(struct power_node *node, enum power_failure failure) {
    if (node->failure == POWER_OK) node->failure = failure; /* the first cause is the one that explains */
}

static void drive_module(struct power_node *node, bool on, uint64_t now_ms) {
    if (node->drive.module_on == on) return;
    node->drive.module_on = on;
    node->came_up = on;
    node->moving = true;
    node->changed_ms = now_ms;
    node->on_since_ms = on ? now_ms : 0;
    if (!on) node->module_low_ms = now_ms;
}

static void drive_channel(struct power_node *node, bool on, uint64_t now_ms) {
    if (node->drive.channel_on == on) return;
    node->drive.channel_on = on;
    node->moving = true;
    node->changed_ms = now_ms;
    node->good_since_ms = 0;
    if (on)
        node->channel_on_ms = now_ms;
    else
        node->channel_off_ms = now_ms;
}

static bool asks_first(const struct power_node *node) {
    return node->act == POWER_GRACEFUL_SHUTDOWN || node->act == POWER_GRACEFUL_RESTART;
}

/* ---- evidence ---- */

/* The rail's latest sample was taken wholly after the last change of a pin. */
static bool fresh(const struct power_node *node, const struct power_limits *limits, const struct power_node_in *in) {
    return in->rail.valid && in->rail.taken_ms >= node->changed_ms + limits->settle_ms;
}

static bool rail_dead(const struct power_node *node, const struct power_limits *limits, const struct power_node_in *in) {
    return fresh(node, limits, in) && in->rail.mv < limits->off_mv;
}

static bool pads_follow(const struct power_node *node, const struct power_node_in *in) {
    return in->pads_valid && in->pads.module_on == node->drive.module_on && in->pads.channel_on == node->drive.channel_on;
}

/* A module that ran must be seen to stop drawing current; one that drew little proves nothing either way. */
static bool module_stopped(const struct power_node *node, const struct power_limits *limits, const struct power_node_in *in) {
    return node->before_ma < limits->restart_check_ma || in->rail.ma <= node->before_ma - limits->restart_drop_ma;
}

enum power_state power_node_state(const struct power_node *node, const struct power_limits *limits,
                                  const struct power_node_in *in) {
    if (!in->rail.valid) return POWER_STATE_UNKNOWN;
    if (!fresh(node, limits, in)) return POWER_STATE_ON; /* not proven off: "on" is what a fencing agent must hear */
    if (in->rail.mv < limits->off_mv) return POWER_STATE_OFF;
    /* With the channel on, the module's own current tells. With the channel cut, only a dead rail does: one that lives on shows
     * that the cut failed, and then little current proves nothing. */
    bool module_cut = in->pads_valid && !in->pads.module_on && in->pads.channel_on;
    if (module_cut && in->rail.ma < limits->module_off_ma) return POWER_STATE_OFF;
    return POWER_STATE_ON;
}

/* Cutting a node that still writes to its disk is what a graceful order is there to prevent: whatever else is said of the node
 * does not count against a current that only a running module draws. */
bool power_node_halted(const struct power_limits *limits, const struct power_node_in *in) {
    return in->halted && in->rail.valid && in->rail.ma < limits->restart_check_ma;
}

static void watch_good(struct power_node *node, const struct power_limits *limits, const struct power_node_in *in) {
    bool after_rise = in->rail.taken_ms >= node->channel_on_ms;
    if (!node->drive.channel_on || !in->rail.valid || !after_rise || in->rail.mv < limits->good_mv)
        node->good_since_ms = 0;
    else if (node->good_since_ms == 0)
        node->good_since_ms = in->rail.taken_ms;
}

/* ---- phases: each returns true when it went on to another one ---- */

struct step {
    struct power_node *node;
    const struct power_limits *limits;
    const struct power_node_in *in;
    uint64_t now_ms;
    struct power_node_result result;
};

/* A phase may begin a millisecond ahead of now, see power_node_moved(). */
static uint64_t elapsed_ms(const struct step *s) { return s->now_ms > s->node->phase_ms ? s->now_ms - s->node->phase_ms : 0; }

static void wake_at(struct step *s, uint64_t at_ms) {
    if (at_ms > s->now_ms && at_ms < s->result.wake_ms) s->result.wake_ms = at_ms;
}

static bool go(struct step *s, enum power_phase phase) {
    enter(s->node, phase, s->now_ms);
    return true;
}

static bool wait_record(struct step *s) {
    s->result.save = true;
    return false;
}

/* A module that is off already has nothing to wait for. */
static bool off_delay(struct step *s) {
    struct power_node *node = s->node;
    uint32_t delay_ms = node->drive.module_on ? node->off_delay_ms : 0;
    wake_at(s, node->phase_ms + delay_ms);
    return elapsed_ms(s) < delay_ms ? false : go(s, asks_first(node) ? PHASE_ASKING : PHASE_MODULE_DOWN);
}

static bool proven_restarted(const struct step *s) { return s->in->agent.boot && s->in->agent.boot != s->node->boot; }

/* Why to wait no longer; POWER_OK while there is still hope. An agent that falls silent is no reason: it shuts down too. */
static enum power_failure hopeless(struct step *s) {
    const struct power_agent *agent = &s->in->agent;
    bool answered = agent->order_id == s->node->task_id;
    if (answered && agent->order_state == AGENT_ORDER_REFUSED) return POWER_FAIL_AGENT_REFUSED;
    if (answered && agent->order_state == AGENT_ORDER_FAILED) return POWER_FAIL_AGENT_FAILED;
    wake_at(s, s->node->phase_ms + s->limits->graceful_timeout_ms);
    if (elapsed_ms(s) < s->limits->graceful_timeout_ms) return POWER_OK;
    if (s->node->act == POWER_GRACEFUL_RESTART) return POWER_FAIL_NO_RESTART;
    return s->in->rail.valid ? POWER_FAIL_NO_SHUTDOWN : POWER_FAIL_NOT_MEASURED;
}

static bool asking(struct step *s) {
    struct power_node *node = s->node;
    bool restarts = node->act == POWER_GRACEFUL_RESTART;
    if (restarts && proven_restarted(s)) {
        node->came_up = true;
        return go(s, PHASE_JOURNAL_END);
    }
    if (!restarts && (!node->drive.module_on || power_node_halted(s->limits, s->in))) {
        node->wanted = POWER_FORCE_OFF; /* not before: nobody may cut a node for an order that it did not obey */
        node->record_due = true;
        return go(s, PHASE_MODULE_DOWN);
    }
    enum power_failure failure = hopeless(s);
    if (failure == POWER_OK) return false;
    fail(node, failure);
    return go(s, PHASE_JOURNAL_END);
}

static bool module_down(struct step *s) {
    struct power_node *node = s->node;
    if (!node->entered) {
        node->entered = true;
        node->off_from_ms = s->now_ms;
        node->phase_ms = s->now_ms; /* a resumed order may come here long after its phase was set */
        node->before_ma = node->drive.module_on && s->in->rail.valid ? s->in->rail.ma : 0;
        drive_module(node, false, s->now_ms);
    }
    bool channel_follows = node->act != POWER_FORCE_RESTART && node->act != POWER_MODULE_OFF;
    uint64_t least_ms = channel_follows ? s->limits->module_to_channel_ms : s->limits->module_low_ms;
    wake_at(s, node->phase_ms + least_ms);
    if (elapsed_ms(s) < least_ms) return false;
    if (channel_follows) return go(s, PHASE_CHANNEL_DOWN);

    bool measured = fresh(node, s->limits, s->in);
    wake_at(s, node->phase_ms + least_ms + s->limits->off_timeout_ms);
    bool proof_to_come = s->in->rail.valid && elapsed_ms(s) < least_ms + s->limits->off_timeout_ms;
    if (!measured && proof_to_come) return false;
    if (!pads_follow(node, s->in))
        fail(node, POWER_FAIL_PIN);
    else if (measured && !module_stopped(node, s->limits, s->in))
        fail(node, POWER_FAIL_MODULE_NO_EFFECT);
    else if (!measured && node->act == POWER_MODULE_OFF)
        fail(node, POWER_FAIL_NOT_MEASURED);
    return go(s, node->act == POWER_MODULE_OFF ? PHASE_JOURNAL_END : PHASE_JOURNAL_UP);
}

static bool channel_down(struct step *s) {
    struct power_node *node = s->node;
    drive_channel(node, false, s->now_ms);
    bool dead = rail_dead(node, s->limits, s->in);
    wake_at(s, node->phase_ms + s->limits->off_timeout_ms);
    if (!dead && elapsed_ms(s) < s->limits->off_timeout_ms) return false;
    if (!dead) fail(node, s->in->rail.valid ? POWER_FAIL_RAIL_STUCK_ON : POWER_FAIL_NOT_MEASURED);
    return go(s, node->act == POWER_CYCLE ? PHASE_OFF_REST : PHASE_JOURNAL_END);
}

static bool off_rest(struct step *s) {
    uint64_t until_ms = s->node->channel_off_ms + s->limits->channel_off_ms;
    wake_at(s, until_ms);
    return s->now_ms < until_ms ? false : go(s, PHASE_JOURNAL_UP);
}

/* A module that is on was switched on by this order before the controller restarted, or never was off. */
static bool on_delay(struct step *s) {
    struct power_node *node = s->node;
    uint64_t until_ms = node->drive.module_on ? s->now_ms : node->off_from_ms + node->on_delay_ms;
    wake_at(s, until_ms);
    return s->now_ms < until_ms ? false : go(s, PHASE_WAIT_SLOT);
}

static bool wait_slot(struct step *s) {
    struct power_node *node = s->node;
    bool kept_good = node->act == POWER_FORCE_RESTART && s->in->rail.valid && s->in->rail.mv >= s->limits->good_mv;
    if (node->drive.channel_on) return go(s, kept_good ? PHASE_MODULE_UP : PHASE_CHANNEL_UP);
    drive_module(node, false, s->now_ms); /* never a released module on a rising rail */
    uint64_t rested_ms = node->channel_off_ms + s->limits->channel_off_ms;
    wake_at(s, rested_ms);
    s->result.wants_rise = s->now_ms >= rested_ms;
    return false;
}

static bool channel_up(struct step *s) {
    struct power_node *node = s->node;
    bool stable = node->good_since_ms && s->now_ms >= node->good_since_ms + s->limits->stable_ms;
    wake_at(s, node->phase_ms + s->limits->up_timeout_ms);
    if (node->good_since_ms) wake_at(s, node->good_since_ms + s->limits->stable_ms);
    if (stable) return go(s, PHASE_MODULE_UP);
    if (elapsed_ms(s) < s->limits->up_timeout_ms) return false;
    if (!s->in->rail.valid) { /* a lost sensor shall not keep a node dark: go on by time, and say that nothing is proven */
        fail(node, POWER_FAIL_NOT_MEASURED);
        return go(s, PHASE_MODULE_UP);
    }
    bool ran_on_it = node->act == POWER_FORCE_RESTART && s->in->rail.mv >= s->limits->lost_mv;
    if (ran_on_it) return go(s, PHASE_MODULE_UP); /* a poor rail, but the node lived on it before */
    fail(node, POWER_FAIL_RAIL_STUCK_OFF);
    drive_module(node, false, s->now_ms);
    drive_channel(node, false, s->now_ms);
    return go(s, PHASE_JOURNAL_END);
}

static bool module_up(struct step *s) {
    struct power_node *node = s->node;
    uint64_t low_until_ms = node->module_low_ms + s->limits->module_low_ms;
    if (!node->entered) {
        wake_at(s, low_until_ms);
        if (!node->drive.module_on && s->now_ms < low_until_ms) return false;
        node->entered = true;
        node->phase_ms = s->now_ms;
        drive_module(node, true, s->now_ms);
        return false; /* the pad is read back at the next step */
    }
    uint64_t proof_ms = s->limits->pad_ms + s->limits->settle_ms;
    bool proven = pads_follow(node, s->in) && fresh(node, s->limits, s->in);
    wake_at(s, node->phase_ms + proof_ms);
    if (!proven && elapsed_ms(s) < 2 * proof_ms) return false;
    if (!pads_follow(node, s->in))
        fail(node, POWER_FAIL_PIN);
    else if (!proven)
        fail(node, POWER_FAIL_NOT_MEASURED);
    else if (s->in->rail.mv < s->limits->lost_mv)
        fail(node, POWER_FAIL_RAIL_STUCK_OFF);
    return go(s, PHASE_JOURNAL_END);
}

static bool (*const phases[PHASE_COUNT])(struct step *) = {
    [PHASE_JOURNAL_DOWN] = wait_record, [PHASE_OFF_DELAY] = off_delay,       [PHASE_ASKING] = asking,
    [PHASE_MODULE_DOWN] = module_down,  [PHASE_CHANNEL_DOWN] = channel_down, [PHASE_OFF_REST] = off_rest,
    [PHASE_JOURNAL_UP] = wait_record,   [PHASE_ON_DELAY] = on_delay,         [PHASE_WAIT_SLOT] = wait_slot,
    [PHASE_CHANNEL_UP] = channel_up,    [PHASE_MODULE_UP] = module_up,       [PHASE_JOURNAL_END] = wait_record,
};

struct power_node_result power_node_step(struct power_node *node, const struct power_limits *limits,
                                         const struct power_node_in *in, uint64_t now_ms) {
    struct step s = {.node = node, .limits = limits, .in = in, .now_ms = now_ms, .result = {.wake_ms = UINT64_MAX}};
    watch_good(node, limits, in);
    while (node->phase != PHASE_IDLE && phases[node->phase](&s)) {}
    return s.result;
}

void power_node_moved(struct power_node *node, uint64_t moved_ms) {
    uint64_t decided_ms = node->changed_ms;
    if (!node->moving || moved_ms < decided_ms) return;
    uint64_t *const times[] = {&node->changed_ms,     &node->phase_ms,      &node->module_low_ms,
                               &node->channel_off_ms, &node->channel_on_ms, &node->off_from_ms};
    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++)
        if (*times[i] == decided_ms) *times[i] = moved_ms;
    node->moving = false;
}

void power_node_rise(struct power_node *node, uint64_t now_ms) {
    CHECK(node->phase == PHASE_WAIT_SLOT && !node->drive.channel_on && !node->drive.module_on);
    drive_channel(node, true, now_ms);
    enter(node, PHASE_CHANNEL_UP, now_ms);
}

/* ---- orders ---- */

/* A node of which the boot is not known may be the one that has just come back, and is not sent down a second time. */
enum agent_act power_node_ask(const struct power_node *node, const struct power_node_in *in) {
    if (node->phase != PHASE_ASKING) return AGENT_ACT_NONE;
    if (node->act == POWER_GRACEFUL_SHUTDOWN) return AGENT_ACT_SHUT_DOWN;
    return in->agent.boot == node->boot ? AGENT_ACT_REBOOT : AGENT_ACT_NONE;
}

void power_node_begin(struct power_node *node, const struct power_task *task, const struct power_delays *delays,
                      uint64_t now_ms) {
    enum power_act act = task->act;
    node->act = act;
    node->up_phase = false;
    node->failure = POWER_OK;
    node->task_id = task->id;
    node->origin = task->origin;
    node->off_delay_ms = act == POWER_MODULE_OFF ? 0 : delays->off_ms;
    node->on_delay_ms = act == POWER_CYCLE ? delays->cycle_ms : delays->on_ms;
    node->off_from_ms = now_ms;
    node->came_up = false;
    if (!asks_first(node)) node->wanted = act == POWER_FORCE_OFF || act == POWER_MODULE_OFF ? (uint8_t)act : POWER_ON;
    enter(node, act == POWER_ON ? PHASE_JOURNAL_UP : PHASE_JOURNAL_DOWN, now_ms);
}

void power_node_resume(struct power_node *node, enum power_act act, bool up_phase, uint64_t now_ms) {
    node->act = act;
    node->up_phase = up_phase;
    node->failure = POWER_OK;
    node->off_from_ms = now_ms;
    node->came_up = up_phase && node->drive.module_on; /* before the restart, by this order */
    bool runs = node->drive.module_on && node->drive.channel_on;
    if (asks_first(node) && runs) node->wanted = POWER_ON; /* also when it had stopped, and lost holds have started it */
    enter(node, up_phase ? PHASE_ON_DELAY : PHASE_OFF_DELAY, now_ms);
}

bool power_node_saved(struct power_node *node, bool ok, uint64_t now_ms) {
    switch (node->phase) {
    case PHASE_JOURNAL_DOWN:
        if (!ok) break;
        enter(node, PHASE_OFF_DELAY, now_ms);
        return false;
    case PHASE_JOURNAL_UP:
        if (!ok && node->act == POWER_ON) break;
        /* An order that has already cut its node goes on without its record rather than leave the node dark. */
        if (!ok) fail(node, POWER_FAIL_STORE);
        enter(node, PHASE_ON_DELAY, now_ms);
        return false;
    case PHASE_JOURNAL_END:
        enter(node, PHASE_IDLE, now_ms);
        return true;
    default:
        return false; /* nothing was asked: an answer that came late */
    }
    fail(node, POWER_FAIL_STORE);
    enter(node, PHASE_IDLE, now_ms);
    return true;
}
