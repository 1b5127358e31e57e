/* SPDX-License-Identifier: Apache-2.0
 * power_inside - what the files of power share: power.c gives and steps orders, power_task.c keeps the tasks, power_start.c
 * adopts, power_watch.c looks after nodes nobody gave an order for. Nobody else includes this. */
#ifndef CORE_POWER_INSIDE_H
#define CORE_POWER_INSIDE_H

#include "core/power.h"

static inline uint8_t power_bit(unsigned index) { return (uint8_t)(1u << index); }

/* power.c: an event for the next answer; a full queue drops it. */
void power_queue_event(struct power *power, struct event event);
/* An event about the order of this node: who gave it, and what is measured now. */
struct event power_order_event(const struct power *power, unsigned index, enum event_code code, const char *text);
void power_order_node(struct power *power, struct power_task *task, unsigned index, const struct power_delays *delays,
                      uint64_t now_ms);
void power_order_ended(struct power *power, unsigned index);
/* The node came out of a reset with no order of its own; stored with its record. */
void power_note_start(struct power *power, unsigned index, enum power_reset_cause cause);

/* power_task.c */
struct power_task *power_task_make(struct power *power, enum power_act act, uint8_t node_mask, const struct origin *origin);
struct power_task *power_task_find(struct power *power, uint32_t id);
/* One node's part of a task is over. */
void power_task_settle(struct power *power, struct power_task *task, unsigned index, enum power_failure failure);
/* ... and of every task that waits for this node: all get the same answer. */
void power_task_settle_all(struct power *power, unsigned index, enum power_failure failure);

/* power_watch.c: at each step, after the node's own. */
void power_watch_rail(struct power *power, unsigned index);
void power_watch_pads(struct power *power, unsigned index);

#endif
