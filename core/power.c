/* SPDX-License-Identifier: Apache-2.0 */
#include "core/power.h"

#include <string.h>

#include "core/check.h"
#include "core/power_node.h"

static uint8_t bit(unsigned index) { return (uint8_t)(1u << index); }

static void queue_event(struct power *power, struct event event) {
    if (power->queue_count < POWER_EVENT_COUNT) power->queue[power->queue_count++] = event;
}

static struct event order_event(const struct power *power, unsigned index, enum event_code code, const char *text) {
    const struct power_node *node = &power->node[index];
    struct event event = event_make(code, (uint8_t)(index + 1), text);
    event.arg[0] = power->in.node[index].rail.mv;
    event.arg[1] = power->in.node[index].rail.ma;
    event.origin = node->origin;
    return event;
}

/* ---- tasks ---- */

static struct power_task *task_make(struct power *power, enum power_act act, uint8_t node_mask, const struct origin *origin) {
    struct power_task *oldest = NULL;
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
        struct power_task *task = &power->task[i];
        if (task->state != TASK_RUNNING && (!oldest || task->id < oldest->id)) oldest = task;
    }
    CHECK(oldest); /* running tasks differ in their node set, and there are only 15 sets of four nodes */
    *oldest = (struct power_task){.id = ++power->last_task_id,
                                  .state = TASK_RUNNING,
                                  .act = act,
                                  .node_mask = node_mask,
                                  .pending_mask = node_mask,
                                  .origin = *origin,
                                  .start_wall_ms = power->wall_ms};
    return oldest;
}

static void task_settle(struct power *power, struct power_task *task, unsigned index, enum power_failure failure) {
    task->failure[index] = failure;
    task->mv[index] = power->in.node[index].rail.mv;
    task->ma[index] = power->in.node[index].rail.ma;
    task->pending_mask &= (uint8_t)~bit(index);
    if (task->pending_mask) return;
    task->end_wall_ms = power->wall_ms;
    task->state = TASK_COMPLETED;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (task->failure[i] != POWER_OK) task->state = TASK_FAILED;
}

/* Whoever waits for this node gets the same answer. */
static void settle_all(struct power *power, unsigned index, enum power_failure failure) {
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
        struct power_task *task = &power->task[i];
        if (task->state == TASK_RUNNING && (task->pending_mask & bit(index))) task_settle(power, task, index, failure);
    }
}

static struct power_task *task_find(struct power *power, uint32_t id) {
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++)
        if (power->task[i].id == id && power->task[i].state != TASK_FREE) return &power->task[i];
    return NULL;
}

const struct power_task *power_task(const struct power *power, uint32_t id) {
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++)
        if (power->task[i].id == id && power->task[i].state != TASK_FREE) return &power->task[i];
    return NULL;
}

const struct power_task *power_task_at(const struct power *power, unsigned age) {
    uint32_t below = UINT32_MAX;
    const struct power_task *found = NULL;
    for (unsigned step = 0; step <= age; step++) {
        found = NULL;
        for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
            const struct power_task *task = &power->task[i];
            if (task->state != TASK_FREE && task->id < below && (!found || task->id > found->id)) found = task;
        }
        if (!found) return NULL;
        below = found->id;
    }
    return found;
}

/* ---- ends of orders ---- */

static void order_ended(struct power *power, unsigned index) {
    struct power_node *node = &power->node[index];
    enum power_act act = node->act;
    node->last_failure = node->failure;
    if ((act == POWER_FORCE_RESTART || act == POWER_CYCLE) && node->drive.module_on) node->last_reset_wall_ms = power->wall_ms;
    settle_all(power, index, node->failure);
    if (node->failure == POWER_OK)
        queue_event(power, order_event(power, index, EVENT_POWER_DONE, power_act_name(act)));
    else
        queue_event(power, order_event(power, index, EVENT_POWER_FAILED, power_failure_text(node->failure)));
    node->act = POWER_ACT_NONE;
}

void power_record(const struct power *power, unsigned index, uint8_t record[POWER_RECORD_SIZE]) {
    const struct power_node *node = &power->node[index];
    const struct power_task *task = power_task(power, node->task_id);
    bool over = node->phase == PHASE_IDLE || node->phase == PHASE_JOURNAL_END;
    struct power_node copy = *node;
    if (node->phase == PHASE_JOURNAL_END) copy.last_failure = node->failure;
    const struct power_record_order order = {
        .act = over ? POWER_ACT_NONE : node->act, .up_phase = node->up_phase, .start_wall_ms = task ? task->start_wall_ms : 0};
    power_record_encode(&copy, &order, record);
}

void power_saved(struct power *power, unsigned index, bool ok) {
    if (power_node_saved(&power->node[index], ok, power->in.now_ms)) order_ended(power, index);
}

/* ---- giving orders ---- */

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
        return !drive.module_on && !drive.channel_on && state == POWER_STATE_OFF && node->wanted == act;
    case POWER_MODULE_OFF:
        return !drive.module_on && drive.channel_on && node->wanted == act;
    default:
        return false;
    }
}

static enum power_refusal refusal(const struct power *power, unsigned index, enum power_act act) {
    const struct power_node *node = &power->node[index];
    if (act == POWER_FORCE_OFF) return POWER_ACCEPTED;
    if (node->act != POWER_ACT_NONE) return POWER_REFUSED_BUSY;
    bool module_matters = act == POWER_FORCE_RESTART;
    bool channel_matters = module_matters || act == POWER_CYCLE || act == POWER_MODULE_OFF;
    if ((channel_matters && !node->drive.channel_on) || (module_matters && !node->drive.module_on)) return POWER_REFUSED_NOT_ON;
    return POWER_ACCEPTED;
}

/* The running task of just this order on just these nodes, or NULL. */
static const struct power_task *same_task(const struct power *power, enum power_act act, uint8_t node_mask) {
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
        const struct power_task *task = &power->task[i];
        if (task->state == TASK_RUNNING && task->act == act && task->node_mask == node_mask) return task;
    }
    return NULL;
}

static void order_node(struct power *power, struct power_task *task, unsigned index, uint64_t now_ms) {
    struct power_node *node = &power->node[index];
    if (fulfilled(power, index, task->act)) {
        task_settle(power, task, index, POWER_OK);
        return;
    }
    if (node->act == task->act) return; /* joins what runs; settle_all() answers both */
    if (node->act != POWER_ACT_NONE) {
        queue_event(power, order_event(power, index, EVENT_POWER_SUPERSEDED, power_act_name(node->act)));
        for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
            struct power_task *other = &power->task[i];
            if (other != task && other->state == TASK_RUNNING && (other->pending_mask & bit(index)))
                task_settle(power, other, index, POWER_FAIL_SUPERSEDED);
        }
    }
    power_node_begin(node, task->act, task->id, &task->origin, now_ms);
    queue_event(power, order_event(power, index, EVENT_POWER_ORDERED, power_act_name(task->act)));
}

enum power_refusal power_order(struct power *power, enum power_act act, uint8_t node_mask, const struct origin *origin,
                               uint64_t now_ms, uint32_t *task_id) {
    if (act <= POWER_ACT_NONE || act >= POWER_ACT_COUNT || node_mask == 0 || node_mask >= bit(NODE_COUNT))
        return POWER_REFUSED_ARGUMENT;
    const struct power_task *same = same_task(power, act, node_mask);
    if (same) {
        *task_id = same->id;
        return POWER_ACCEPTED;
    }
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(node_mask & bit(i)) || fulfilled(power, i, act)) continue;
        enum power_refusal refused = refusal(power, i, act);
        if (refused != POWER_ACCEPTED) return refused;
    }
    struct power_task *task = task_make(power, act, node_mask, origin);
    *task_id = task->id;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (node_mask & bit(i)) order_node(power, task, i, now_ms);
    return POWER_ACCEPTED;
}

/* ---- start-up ---- */

static const struct origin restore_origin = {.actor = "restore policy", .via = VIA_CONTROLLER};
static const struct origin controller_origin = {.actor = "controller", .via = VIA_CONTROLLER};

static void recall_task(struct power *power, unsigned index, const struct power_record_order *order) {
    struct power_node *node = &power->node[index];
    struct power_task *task = task_find(power, node->task_id);
    if (!task) {
        uint32_t last_id = power->last_task_id;
        power->last_task_id = node->task_id - 1;
        task = task_make(power, order->act, bit(index), &node->origin);
        power->last_task_id = last_id;
        task->start_wall_ms = order->start_wall_ms;
    }
    task->node_mask |= bit(index); /* nodes of a group that had finished are not recalled: their end is in the log */
    task->pending_mask |= bit(index);
}

static void order_own(struct power *power, unsigned index, enum power_act act, const struct origin *origin, uint64_t now_ms) {
    struct power_task *task = task_make(power, act, bit(index), origin);
    order_node(power, task, index, now_ms);
}

/* Input power came back: every pad rests at "on" and the hardware raises the rails by itself. */
static void restore_node(struct power *power, const struct power_adopted *adopted, unsigned index) {
    struct power_node *node = &power->node[index];
    enum power_act wanted = (enum power_act)node->wanted;
    if (adopted->node[index].restore == RESTORE_ALWAYS_ON) wanted = POWER_ON;
    if (adopted->node[index].restore == RESTORE_ALWAYS_OFF) wanted = POWER_FORCE_OFF;
    uint32_t delay_ms = adopted->node[index].on_delay_ms;
    if (wanted == POWER_ON && delay_ms > 0) {
        order_own(power, index, POWER_CYCLE, &restore_origin, adopted->now_ms);
        node->delay_until_ms = adopted->now_ms + delay_ms;
    } else if (wanted != POWER_ON || node->wanted != POWER_ON) {
        order_own(power, index, wanted, &restore_origin, adopted->now_ms);
    }
}

/* What to do beyond the order that may have been under way. */
static void put_right(struct power *power, const struct power_adopted *adopted, unsigned index) {
    struct power_node *node = &power->node[index];
    bool found_on = node->drive.module_on && node->drive.channel_on;
    bool astray = node->act == POWER_ACT_NONE && node->wanted != POWER_ON && found_on;
    if (adopted->power_on || (astray && !adopted->holds_lost))
        restore_node(power, adopted, index);
    else if (astray)
        order_own(power, index, (enum power_act)node->wanted, &controller_origin, adopted->now_ms);
}

static void adopt_node(struct power *power, const struct power_adopted *adopted, unsigned index) {
    struct power_node *node = &power->node[index];
    uint64_t now_ms = adopted->now_ms;
    node->drive = adopted->node[index].pads;
    node->changed_ms = now_ms; /* our last life may have moved a pin just before it ended */
    node->channel_on_ms = now_ms;
    if (!node->drive.module_on) node->module_low_ms = now_ms;
    if (!node->drive.channel_on) node->channel_off_ms = now_ms;
    node->on_since_ms = node->drive.module_on ? now_ms : 0;
    bool on = node->drive.module_on && node->drive.channel_on;
    node->wanted = on ? POWER_ON : node->drive.channel_on ? POWER_MODULE_OFF : POWER_FORCE_OFF;
}

static void adopt_order(struct power *power, const struct power_adopted *adopted, unsigned index) {
    struct power_node *node = &power->node[index];
    struct power_record_order order = {0};
    if (adopted->node[index].record && !power_record_decode(node, &order, adopted->node[index].record))
        queue_event(power, event_make(EVENT_RECORD_DISCARDED, (uint8_t)(index + 1), "power order"));
    if (node->task_id > power->last_task_id) power->last_task_id = node->task_id;
    if (order.act != POWER_ACT_NONE) recall_task(power, index, &order);
    if (adopted->power_on) {
        if (order.act != POWER_ACT_NONE) {
            node->act = order.act;
            node->failure = POWER_FAIL_POWER_LOST;
            order_ended(power, index);
        }
        return;
    }
    if (order.act == POWER_ACT_NONE) return;
    power_node_resume(node, order.act, order.up_phase, adopted->now_ms);
    queue_event(power, order_event(power, index, EVENT_POWER_RESUMED, power_act_name(order.act)));
}

void power_adopt(struct power *power, const struct power_limits *limits, const struct power_adopted *adopted) {
    memset(power, 0, sizeof *power);
    power->limits = *limits;
    power->in.now_ms = adopted->now_ms;
    power->next_rise_ms = adopted->now_ms + limits->stagger_ms; /* a rail may have risen an instant ago */
    power->watch_from_ms = adopted->now_ms + limits->hardware_stagger_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) adopt_node(power, adopted, i);
    for (unsigned i = 0; i < NODE_COUNT; i++) adopt_order(power, adopted, i);
    for (unsigned i = 0; i < NODE_COUNT; i++) put_right(power, adopted, i);
}

/* ---- watching without an order ---- */

static void watch_rail(struct power *power, unsigned index) {
    struct power_node *node = &power->node[index];
    const struct rail_sample *rail = &power->in.node[index].rail;
    bool expected = node->act == POWER_ACT_NONE && node->drive.channel_on && power->in.now_ms >= power->watch_from_ms;
    if (!expected || !rail->valid || rail->taken_ms < node->changed_ms + power->limits.settle_ms) {
        if (!node->drive.channel_on) node->alarm_lost = false;
        return;
    }
    if (!node->alarm_lost && rail->mv < power->limits.lost_mv) {
        node->alarm_lost = true;
        struct event event = event_make(EVENT_RAIL_LOST, (uint8_t)(index + 1), NULL);
        event.arg[0] = rail->mv;
        queue_event(power, event);
    } else if (node->alarm_lost && rail->mv >= power->limits.good_mv) {
        node->alarm_lost = false;
        node->on_since_ms = node->drive.module_on ? power->in.now_ms : 0;
        struct event event = event_make(EVENT_RAIL_RETURNED, (uint8_t)(index + 1), NULL);
        event.arg[0] = rail->mv;
        queue_event(power, event);
    }
}

static void watch_pads(struct power *power, unsigned index) {
    static const char *const names[2][NODE_COUNT] = {
        {"CM5_1_PMIC_ENABLE", "CM5_2_PMIC_ENABLE", "CM5_3_PMIC_ENABLE", "CM5_4_PMIC_ENABLE"},
        {"BMC_PSU1", "BMC_PSU2", "BMC_PSU3", "BMC_PSU4"}};
    struct power_node *node = &power->node[index];
    const struct power_node_in *in = &power->in.node[index];
    bool module_differs = in->pads.module_on != node->drive.module_on;
    bool channel_differs = in->pads.channel_on != node->drive.channel_on;
    /* PMIC_ENABLE is pulled up by the module itself: on a dead rail a released pad reads low, and that is no fault of the pin. */
    if (node->drive.module_on && in->rail.mv < power->limits.lost_mv) module_differs = false;
    if (!in->pads_valid || (!module_differs && !channel_differs)) {
        node->mismatch_since_ms = 0;
        if (in->pads_valid) node->alarm_pin = false;
        return;
    }
    if (node->mismatch_since_ms == 0) node->mismatch_since_ms = power->in.now_ms;
    if (node->alarm_pin || power->in.now_ms < node->mismatch_since_ms + power->limits.pad_ms) return;
    node->alarm_pin = true;
    struct event event = event_make(EVENT_PIN_MISMATCH, (uint8_t)(index + 1), names[!module_differs][index]);
    /* in the schematic's levels: PSU is high when the rail is off */
    event.arg[0] = module_differs ? in->pads.module_on : !in->pads.channel_on;
    event.arg[1] = module_differs ? node->drive.module_on : !node->drive.channel_on;
    queue_event(power, event);
}

/* ---- the step ---- */

/* After power-on the hardware raises the rails by itself, and that it is done is seen on the rails alone: until a released one
 * is good, it may be rising this very moment. A restart of the controller meanwhile changes nothing of that, so every start
 * watches for as long. */
static void heed_hardware(struct power *power) {
    if (power->in.now_ms >= power->watch_from_ms) return;
    uint64_t earliest_ms = power->in.now_ms + power->limits.stagger_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct rail_sample *rail = &power->in.node[i].rail;
        bool good = rail->valid && rail->mv >= power->limits.good_mv;
        if (power->node[i].drive.channel_on && !good && power->next_rise_ms < earliest_ms) power->next_rise_ms = earliest_ms;
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
        out->save[i] = result.save;
        wants_rise[i] = result.wants_rise;
        if (result.wake_ms < out->wake_ms) out->wake_ms = result.wake_ms;
        watch_rail(power, i);
        watch_pads(power, i);
    }
    heed_hardware(power);
    grant_rise(power, wants_rise, &out->wake_ms);
    for (unsigned i = 0; i < NODE_COUNT; i++) out->pins[i] = power->node[i].drive;
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
        .phase = node->phase,
        .act = node->act,
        .task_id = node->act == POWER_ACT_NONE ? 0 : node->task_id,
        .last_failed = node->last_failure != POWER_OK,
        .last_failure = node->last_failure,
        .on_since_ms = node->on_since_ms,
        .last_reset_wall_ms = node->last_reset_wall_ms,
    };
}
