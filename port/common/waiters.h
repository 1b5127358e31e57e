/* SPDX-License-Identifier: Apache-2.0
 * waiters - those who wait for a step of the controller: requests for a pin's effect, event streams for the log. Used under the
 * controller's lock; whoever steps the controller wakes whom that concerns. Decides nothing. Nobody waits over a restart. */
#ifndef PORT_COMMON_WAITERS_H
#define PORT_COMMON_WAITERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/eventlog.h"

/* Someone to be woken once. The memory is the caller's; wake() is called with the lock held and must not block. */
struct loop_waiter {
    void (*wake)(struct loop_waiter *waiter);
    uint64_t until_ms; /* at the latest */
    bool on_step;      /* after any step; else only when the log has grown past log_sequence or was cleared */
    uint32_t log_sequence;
    struct loop_waiter *previous, *next;
    bool waiting;
};

struct waiters {
    struct loop_waiter *first;
    bool draining;
};

/* False when the program is ending: then nobody would wake it. */
bool waiters_add(struct waiters *waiters, struct loop_waiter *waiter);
/* Wakes all whom the step concerns. Returns the earliest time at which one that stays must be woken. */
uint64_t waiters_wake(struct waiters *waiters, const struct eventlog *log, uint64_t now_ms);
/* From now on waiters_add() refuses; wakes everybody. */
void waiters_drain(struct waiters *waiters);

#endif
