/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/waiters.h"

#include <stddef.h>

#include "core/check.h"

bool waiters_add(struct waiters *waiters, struct loop_waiter *waiter) {
    CHECK(!waiter->waiting);
    if (waiters->draining) return false;
    waiter->waiting = true;
    waiter->previous = NULL;
    waiter->next = waiters->first;
    if (waiters->first != NULL) waiters->first->previous = waiter;
    waiters->first = waiter;
    return true;
}

static void wake(struct waiters *waiters, struct loop_waiter *waiter) {
    if (waiter->previous != NULL)
        waiter->previous->next = waiter->next;
    else
        waiters->first = waiter->next;
    if (waiter->next != NULL) waiter->next->previous = waiter->previous;
    waiter->waiting = false;
    waiter->wake(waiter); /* from here on the memory may be reused */
}

static bool concerns(const struct loop_waiter *waiter, const struct eventlog *log, uint64_t now_ms) {
    return waiter->on_step || waiter->until_ms <= now_ms || eventlog_last(log) != waiter->log_sequence;
}

uint64_t waiters_wake(struct waiters *waiters, const struct eventlog *log, uint64_t now_ms) {
    uint64_t next_ms = UINT64_MAX;
    for (struct loop_waiter *waiter = waiters->first, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        if (concerns(waiter, log, now_ms))
            wake(waiters, waiter);
        else if (waiter->until_ms < next_ms)
            next_ms = waiter->until_ms;
    }
    return next_ms;
}

void waiters_drain(struct waiters *waiters) {
    waiters->draining = true;
    while (waiters->first != NULL) wake(waiters, waiters->first);
}
