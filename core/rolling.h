/* SPDX-License-Identifier: Apache-2.0
 * rolling - restarts the nodes of the board one after another: through the agent where one is heard, else by the pin; each is
 * proven up, and stays so for a while, before the next one is touched. It stops at the first node that fails, and at one that is
 * in trouble when its turn comes. Nodes that are off or not there are left out, protected ones too; it wakes nobody. It never
 * orders by itself: it wants at most one act per step and waits for what became of it. After a controller restart it is over: an
 * order under way is finished by power, the nodes after it are not restarted. */
#ifndef CORE_ROLLING_H
#define CORE_ROLLING_H

#include "core/recovery.h"

enum rolling_phase { ROLLING_IDLE = 0, ROLLING_NEXT, ROLLING_ACTING, ROLLING_PROVING, ROLLING_SETTLING };
enum rolling_result { ROLLING_NEVER_RAN = 0, ROLLING_RUNS, ROLLING_COMPLETE, ROLLING_STOPPED, ROLLING_CANCELLED };

struct rolling_limits {
    uint32_t prove_ms;  /* a node must be up by then, unless its own boots take longer */
    uint32_t settle_ms; /* ... and stay so for that long */
    uint32_t clear_ms;  /* how long a turn may wait for the board to be undisturbed */
};

struct rolling {
    uint8_t phase, result;                   /* enum rolling_phase, enum rolling_result */
    uint8_t todo_mask, done_mask, left_mask; /* bit 0 = node 1; left: off, empty or protected */
    uint8_t index;                           /* the node whose turn it is */
    bool forced;                             /* the agent did not manage: the pin was used */
    uint8_t told;                            /* enum recovery_act wanted last */
    uint32_t task_id;                        /* of our order, 0 while it is not given */
    uint64_t phase_ms;
    char failure[EVENT_TEXT_SIZE]; /* why it stopped */
};

struct rolling_out {
    enum recovery_act act; /* RECOVERY_ASK or RECOVERY_RESTART of node index: give the order, then call rolling_ordered() */
    uint8_t index;
    struct event event; /* code EVENT_NONE: none */
};

/* False when one is running, or no node is left to restart. */
bool rolling_start(struct rolling *rolling, uint8_t node_mask, uint64_t now_ms);
/* The order under way goes on; no further node is touched. */
void rolling_cancel(struct rolling *rolling);
/* The order was accepted as this task; 0: it was refused. */
void rolling_ordered(struct rolling *rolling, uint32_t task_id, uint64_t now_ms);
/* After recovery_step() of this step, with the same evidence. */
void rolling_step(struct rolling *rolling, const struct rolling_limits *limits, const struct recovery *recovery,
                  const struct recovery_in *in, struct rolling_out *out);
/* For recovery_node_in.down_by_us. */
bool rolling_has_down(const struct rolling *rolling, unsigned index);
const char *rolling_result_name(enum rolling_result result); /* "Complete" */

#endif
