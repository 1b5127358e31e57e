/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/power_inside.h"
#include "core/power_node.h"

static const struct origin restore_origin = {.actor = "restore policy", .via = VIA_CONTROLLER};
static const struct origin controller_origin = {.actor = "controller", .via = VIA_CONTROLLER};

static const struct power_delays no_delays;

static void recall_task(struct power *power, unsigned index, const struct power_record_order *order) {
    struct power_node *node = &power->node[index];
    struct power_task *task = power_task_find(power, node->task_id);
    if (!task) {
        uint32_t last_id = power->last_task_id;
        power->last_task_id = node->task_id - 1;
        task = power_task_make(power, order->act, power_bit(index), &node->origin);
        power->last_task_id = last_id;
        task->start_wall_ms = order->start_wall_ms;
    }
    task->node_mask |= power_bit(index); /* nodes of a group that had finished are not recalled: their end is in the log */
    task->pending_mask |= power_bit(index);
}

static void order_own(struct power *power, unsigned index, enum power_act act, const struct origin *origin,
                      const struct power_delays *delays) {
    struct power_task *task = power_task_make(power, act, power_bit(index), origin);
    power_order_node(power, task, index, delays, power->in.now_ms);
}

/* Input power came back: every pad rests at "on" and the hardware raises the rails by itself. */
static void restore_node(struct power *power, const struct power_adopted *adopted, unsigned index) {
    struct power_node *node = &power->node[index];
    enum power_act wanted = (enum power_act)node->wanted;
    if (adopted->node[index].restore == RESTORE_ALWAYS_ON) wanted = POWER_ON;
    if (adopted->node[index].restore == RESTORE_ALWAYS_OFF) wanted = POWER_FORCE_OFF;
    const struct power_delays start = {.cycle_ms = adopted->node[index].delays.on_ms};
    if (wanted == POWER_ON && start.cycle_ms > 0)
        order_own(power, index, POWER_CYCLE, &restore_origin, &start);
    else if (wanted != POWER_ON || node->wanted != POWER_ON)
        order_own(power, index, wanted, &restore_origin, &no_delays);
    else
        power_note_start(power, index, POWER_RESET_RESTORE);
}

/* What to do beyond the order that may have been under way. */
static void put_right(struct power *power, const struct power_adopted *adopted, unsigned index) {
    struct power_node *node = &power->node[index];
    bool found_on = node->drive.module_on && node->drive.channel_on;
    bool astray = node->act == POWER_ACT_NONE && node->wanted != POWER_ON && found_on;
    if (adopted->power_on || (astray && !adopted->holds_lost))
        restore_node(power, adopted, index);
    else if (astray)
        order_own(power, index, (enum power_act)node->wanted, &controller_origin, &no_delays);
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
        power_queue_event(power, event_make(EVENT_RECORD_DISCARDED, (uint8_t)(index + 1), "power order"));
    if (node->task_id > power->last_task_id) power->last_task_id = node->task_id;
    if (order.act != POWER_ACT_NONE) recall_task(power, index, &order);
    if (adopted->power_on) {
        if (order.act != POWER_ACT_NONE) {
            node->act = order.act;
            node->failure = POWER_FAIL_POWER_LOST;
            power_order_ended(power, index);
        }
        return;
    }
    if (order.act == POWER_ACT_NONE) return;
    power_node_resume(node, order.act, order.up_phase, adopted->now_ms);
    power_queue_event(power, power_order_event(power, index, EVENT_POWER_RESUMED, power_act_name(order.act)));
}

void power_adopt(struct power *power, const struct power_limits *limits, const struct power_adopted *adopted) {
    memset(power, 0, sizeof *power);
    power->limits = *limits;
    power->in.now_ms = adopted->now_ms;
    power->wall_ms = adopted->wall_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) power->delays[i] = adopted->node[i].delays;
    power->next_rise_ms = adopted->now_ms + limits->stagger_ms; /* a rail may have risen an instant ago */
    power->watch_from_ms = adopted->now_ms + limits->hardware_stagger_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) adopt_node(power, adopted, i);
    for (unsigned i = 0; i < NODE_COUNT; i++) adopt_order(power, adopted, i);
    for (unsigned i = 0; i < NODE_COUNT; i++) put_right(power, adopted, i);
}
