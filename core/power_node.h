/* SPDX-License-Identifier: Apache-2.0
 * power_node - one node's way through an order. Inside of power; see power.h for what it promises.
 *
 *   down  JOURNAL_DOWN -> OFF_DELAY -> (ASKING ->) MODULE_DOWN -> CHANNEL_DOWN -> OFF_REST
 *   up    JOURNAL_UP -> ON_DELAY -> WAIT_SLOT -> CHANNEL_UP -> MODULE_UP -> JOURNAL_END
 *
 * ForceOff ends after CHANNEL_DOWN, module off after MODULE_DOWN, ForceRestart goes from MODULE_DOWN straight up, On starts at
 * JOURNAL_UP. GracefulShutdown is ForceOff with ASKING before it, GracefulRestart goes from ASKING to JOURNAL_END. A step that
 * does not show its effect in time is remembered as the order's failure; a node that was to come back still comes back. */
#ifndef CORE_POWER_NODE_H
#define CORE_POWER_NODE_H

#include "core/power.h"

/* Starts an order at its first phase. Whatever ran before is forgotten; the caller has settled its tasks. */
void power_node_begin(struct power_node *node, const struct power_task *task, const struct power_delays *delays, uint64_t now_ms);
/* Continues an order from its record. The record is stored already, so the pins may move at once. */
void power_node_resume(struct power_node *node, enum power_act act, bool up_phase, uint64_t now_ms);

struct power_node_result {
    bool save;       /* its record is to be stored before it goes on */
    bool wants_rise; /* its rail may rise when the board lets it: power_node_rise() */
    bool ended;      /* the order is over: node->failure says how */
    uint64_t wake_ms;
};
struct power_node_result power_node_step(struct power_node *node, const struct power_limits *limits,
                                         const struct power_node_in *in, uint64_t now_ms);
/* The pins of the last answer had surely moved at moved_ms: every time counts from then, not from when it was decided. */
void power_node_moved(struct power_node *node, uint64_t moved_ms);
void power_node_rise(struct power_node *node, uint64_t now_ms);
/* The record that was asked for is stored, or the store refused. True when the order ended by that. */
bool power_node_saved(struct power_node *node, bool ok, uint64_t now_ms);

/* What the node's agent is to be asked now. */
enum agent_act power_node_ask(const struct power_node *node, const struct power_node_in *in);

/* Its current proves that nothing runs on it any more, though it is not cut. */
bool power_node_halted(const struct power_limits *limits, const struct power_node_in *in);
enum power_state power_node_state(const struct power_node *node, const struct power_limits *limits,
                                  const struct power_node_in *in);

/* power_record.c */
struct power_record_order {
    enum power_act act; /* POWER_ACT_NONE: nothing under way */
    bool up_phase;
    uint64_t start_wall_ms;
};
void power_record_encode(const struct power_node *node, const struct power_record_order *order,
                         uint8_t record[POWER_RECORD_SIZE]);
/* False when the bytes are no valid record; the node is not touched then. */
bool power_record_decode(struct power_node *node, struct power_record_order *order, const uint8_t *record);

#endif
