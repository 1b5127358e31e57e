/* SPDX-License-Identifier: Apache-2.0 */
#include "core/power.h"

#include <string.h>

#include "core/check.h"
#include "core/power_inside.h"
#include "core/power_node.h"

void power_queue_event(struct power *power, struct event event) {
    if (power->queue_count < POWER_EVENT_COUNT) power->queue[power->queue_count++] = event;
}

struct event power_order_event(const struct power *power, unsigned index, enum event_code code, const char *text) {
    const struct power_node *node = &power->node[index];
    struct event event = event_make(code, (uint8_t)(index + 1), text);
    event.arg[0] = power->in.node[index].rail.mv;
    event.arg[1] = power->in.node[index].rail.ma;
    event.origin = node->origin;
    return event;
}

/* ---- starts of nodes ---- */

static bool came_out(const struct power_node *node) { return node->came_up && node->drive.module_on; }

/* What the end of an order says of its node's latest reset: in memory, and a step earlier in the record of that end. */
static void note_reset(const struct power *power, struct power_node *node) {
    if (!came_out(node)) return;
    node->last_reset_wall_ms = power->wall_ms;
    bool restored = node->origin.via == VIA_CONTROLLER && strcmp(node->origin.actor, "restore policy") == 0;
    bool recovered = node->origin.via == VIA_CONTROLLER && strcmp(node->origin.actor, POWER_RECOVERY_ACTOR) == 0;
    node->reset_cause = restored ? POWER_RESET_RESTORE : recovered ? POWER_RESET_RECOVERY : POWER_RESET_COMMAND;
}

void power_note_start(struct power *power, unsigned index, enum power_reset_cause cause) {
    struct power_node *node = &power->node[index];
    node->last_reset_wall_ms = power->wall_ms;
    node->reset_cause = cause;
    node->started = node->record_due = true;
}

bool power_take_start(struct power *power, unsigned index) {
    bool started = power->node[index].started;
    power->node[index].started = false;
    return started;
}

/* ---- ends of orders ---- */

void power_order_ended(struct power *power, unsigned index) {
    struct power_node *node = &power->node[index];
    enum power_act act = node->act;
    node->last_failure = node->failure;
    node->started = node->started || came_out(node);
    note_reset(power, node);
    power_task_settle_all(power, index, node->failure);
    if (node->failure == POWER_OK)
        power_queue_event(power, power_order_event(power, index, EVENT_POWER_DONE, power_act_name(act)));
    else
        power_queue_event(power,
                          power_order_event(power, index, power_failure_event(node->failure), power_failure_text(node->failure)));
    node->act = POWER_ACT_NONE;
}

void power_record(const struct power *power, unsigned index, uint8_t record[POWER_RECORD_SIZE]) {
    const struct power_node *node = &power->node[index];
    const struct power_task *task = power_task(power, node->task_id);
    bool over = node->phase == PHASE_IDLE || node->phase == PHASE_JOURNAL_END;
    struct power_node copy = *node;
    if (node->phase == PHASE_JOURNAL_END) {
        copy.last_failure = node->failure;
        note_reset(power, &copy);
    }
    const struct power_record_order order = {
        .act = over ? POWER_ACT_NONE : node->act, .up_phase = node->up_phase, .start_wall_ms = task ? task->start_wall_ms : 0};
    power_record_encode(&copy, &order, record);
}

void power_saved(struct power *power, unsigned index, bool ok) {
    power->node[index].record_due =
        false; /* a store that refuses is not asked again and again: the next order's record has it too */
    if (power_node_saved(&power->node[index], ok, power->in.now_ms)) power_order_ended(power, index);
}

/* ---- giving orders ---- */

void power_set_delays(struct power *power, unsigned index, struct power_delays delays) { power->delays[index] = delays; }

/* The node already is as ordered, proven where proof is possible. */
static bool fulfilled(const struct power *power, unsigned index, enum power_act act) {
    const struct power_node *node = &power->node[index];
    /* After a failure the order is carried out in full, so that its proof is a new one. */
    if (node->act != POWER_ACT_NONE || node->last_failure != POWER_OK) return false;
    enum power_state state = power_node_state(node, &power->limits, &power->in.node[index]);
    struct power_pins drive = node->drive;
    switch (act) {
    case POWER_ON:
        return drive.module_on && drive.channel_on && state == POWER_STATE_ON && node->wanted == POWER_ON;
    case POWER_FORCE_OFF:
    case POWER_GRACEFUL_SHUTDOWN:
        return !drive.module_on && !drive.channel_on && state == POWER_STATE_OFF && node->wanted == POWER_FORCE_OFF;
    case POWER_MODULE_OFF:
        return !drive.module_on && drive.channel_on && node->wanted == act;
    default:
        return false;
    }
}

/* Whoever tells no boot id could never prove a restart. */
static bool heard(const struct power_node_in *in) { return in->agent.able && in->agent.reachable && in->agent.boot != 0; }

/* A node that has stopped already needs no asking to be switched off. */
static enum power_refusal graceful_refusal(const struct power *power, unsigned index, enum power_act act) {
    const struct power_node_in *in = &power->in.node[index];
    bool runs = power->node[index].drive.module_on, halted = power_node_halted(&power->limits, in);
    if (act == POWER_GRACEFUL_SHUTDOWN) return heard(in) || !runs || halted ? POWER_ACCEPTED : POWER_REFUSED_NO_AGENT;
    if (!runs) return POWER_REFUSED_NOT_ON;
    return heard(in) ? POWER_ACCEPTED : POWER_REFUSED_NO_AGENT;
}

static enum power_refusal refusal(const struct power *power, unsigned index, enum power_act act) {
    const struct power_node *node = &power->node[index];
    if (act == POWER_FORCE_OFF) return POWER_ACCEPTED;
    if (node->act != POWER_ACT_NONE) return POWER_REFUSED_BUSY;
    if (act == POWER_GRACEFUL_SHUTDOWN || act == POWER_GRACEFUL_RESTART) return graceful_refusal(power, index, act);
    return act == POWER_MODULE_OFF && !node->drive.channel_on ? POWER_REFUSED_NOT_ON : POWER_ACCEPTED;
}

/* The running task of just this order on just these nodes, or NULL. */
static const struct power_task *same_task(const struct power *power, enum power_act act, uint8_t node_mask) {
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
        const struct power_task *task = &power->task[i];
        if (task->state == TASK_RUNNING && task->act == act && task->node_mask == node_mask) return task;
    }
    return NULL;
}

void power_order_node(struct power *power, struct power_task *task, unsigned index, const struct power_delays *delays,
                      uint64_t now_ms) {
    struct power_node *node = &power->node[index];
    if (fulfilled(power, index, task->act)) {
        power_task_settle(power, task, index, POWER_OK);
        return;
    }
    if (node->act == task->act) return; /* joins what runs; power_task_settle_all() answers both */
    if (node->act != POWER_ACT_NONE) {
        power_queue_event(power, power_order_event(power, index, EVENT_POWER_SUPERSEDED, power_act_name(node->act)));
        for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
            struct power_task *other = &power->task[i];
            if (other != task && other->state == TASK_RUNNING && (other->pending_mask & power_bit(index)))
                power_task_settle(power, other, index, POWER_FAIL_SUPERSEDED);
        }
    }
    power_node_begin(node, task, delays, now_ms);
    node->boot = power->in.node[index].agent.boot;
    power_queue_event(power, power_order_event(power, index, EVENT_POWER_ORDERED, power_act_name(task->act)));
}

enum power_refusal power_order(struct power *power, enum power_act act, uint8_t node_mask, const struct origin *origin,
                               uint64_t now_ms, uint32_t *task_id) {
    if (act <= POWER_ACT_NONE || act >= POWER_ACT_COUNT || node_mask == 0 || node_mask >= power_bit(NODE_COUNT))
        return POWER_REFUSED_ARGUMENT;
    const struct power_task *same = same_task(power, act, node_mask);
    if (same) {
        *task_id = same->id;
        return POWER_ACCEPTED;
    }
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(node_mask & power_bit(i)) || fulfilled(power, i, act)) continue;
        enum power_refusal refused = refusal(power, i, act);
        if (refused != POWER_ACCEPTED) return refused;
    }
    struct power_task *task = power_task_make(power, act, node_mask, origin);
    *task_id = task->id;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (node_mask & power_bit(i)) power_order_node(power, task, i, &power->delays[i], now_ms);
    return POWER_ACCEPTED;
}

/* ---- the step ---- */

/* After power-on the hardware raises the rails by itself, and that it is done is seen on the rails alone: until a released one
 * is good, it may be rising this very moment, and one that was cut may have risen until then. A restart of the controller
 * meanwhile changes nothing of that, so every start watches for as long. */
static void heed_hardware(struct power *power) {
    if (power->in.now_ms >= power->watch_from_ms) return;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct power_node *node = &power->node[i];
        const struct rail_sample *rail = &power->in.node[i].rail;
        bool good = rail->valid && rail->mv >= power->limits.good_mv;
        if (node->drive.channel_on && good) continue;
        uint64_t latest_ms = node->drive.channel_on ? power->in.now_ms : node->channel_off_ms;
        uint64_t earliest_ms = latest_ms + power->limits.stagger_ms;
        if (power->next_rise_ms < earliest_ms) power->next_rise_ms = earliest_ms;
    }
}

/* One rail a time: the one that has waited longest. */
static void grant_rise(struct power *power, const bool wants[NODE_COUNT], uint64_t *wake_ms) {
    int chosen = -1;
    for (int i = 0; i < NODE_COUNT; i++)
        if (wants[i] && (chosen < 0 || power->node[i].phase_ms < power->node[chosen].phase_ms)) chosen = i;
    if (chosen < 0) return;
    if (power->in.now_ms < power->next_rise_ms) {
        if (power->next_rise_ms < *wake_ms) *wake_ms = power->next_rise_ms;
        return;
    }
    power_node_rise(&power->node[chosen], power->in.now_ms);
    power->next_rise_ms = power->in.now_ms + power->limits.stagger_ms;
}

static void note_moved(struct power *power, unsigned index, uint64_t moved_ms) {
    struct power_node *node = &power->node[index];
    bool rising = node->moving && node->phase == PHASE_CHANNEL_UP && node->channel_on_ms == node->changed_ms;
    power_node_moved(node, moved_ms);
    if (rising && power->next_rise_ms < moved_ms + power->limits.stagger_ms)
        power->next_rise_ms = moved_ms + power->limits.stagger_ms;
}

void power_step(struct power *power, const struct power_in *in, uint64_t wall_ms, struct power_out *out) {
    CHECK(in->now_ms >= power->in.now_ms);
    power->in = *in;
    power->wall_ms = wall_ms;
    if (in->pins_done_ms) { /* one millisecond for what the clock rounds off */
        for (unsigned i = 0; i < NODE_COUNT; i++) note_moved(power, i, in->pins_done_ms + 1);
    }
    *out = (struct power_out){.wake_ms = UINT64_MAX};
    bool wants_rise[NODE_COUNT];
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct power_node_result result = power_node_step(&power->node[i], &power->limits, &in->node[i], in->now_ms);
        out->save[i] = result.save || power->node[i].record_due;
        wants_rise[i] = result.wants_rise;
        if (result.wake_ms < out->wake_ms) out->wake_ms = result.wake_ms;
        power_watch_rail(power, i);
        power_watch_pads(power, i);
    }
    heed_hardware(power);
    grant_rise(power, wants_rise, &out->wake_ms);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct power_node *node = &power->node[i];
        out->pins[i] = node->drive;
        out->ask[i] = (struct power_ask){.act = power_node_ask(node, &in->node[i]), .id = node->task_id};
    }
    memcpy(out->events, power->queue, sizeof power->queue);
    out->event_count = power->queue_count;
    power->queue_count = 0;
}

struct power_view power_view(const struct power *power, unsigned index) {
    const struct power_node *node = &power->node[index];
    const struct power_node_in *in = &power->in.node[index];
    return (struct power_view){
        .state = power_node_state(node, &power->limits, in),
        .pads = in->pads_valid ? in->pads : node->drive,
        .halted = power_node_halted(&power->limits, in),
        .can_ask = in->agent.able,
        .heard = heard(in),
        .phase = node->phase,
        .act = node->act,
        .task_id = node->act == POWER_ACT_NONE ? 0 : node->task_id,
        .last_failed = node->last_failure != POWER_OK,
        .last_failure = node->last_failure,
        .on_since_ms = node->on_since_ms,
        .last_reset_wall_ms = node->last_reset_wall_ms,
        .reset_cause = node->reset_cause,
    };
}
