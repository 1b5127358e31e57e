/* SPDX-License-Identifier: Apache-2.0 */
#include "core/check.h"
#include "core/power_inside.h"

struct power_task *power_task_make(struct power *power, enum power_act act, uint8_t node_mask, const struct origin *origin) {
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

void power_task_settle(struct power *power, struct power_task *task, unsigned index, enum power_failure failure) {
    task->failure[index] = failure;
    task->mv[index] = power->in.node[index].rail.mv;
    task->ma[index] = power->in.node[index].rail.ma;
    task->pending_mask &= (uint8_t)~power_bit(index);
    if (task->pending_mask) return;
    task->end_wall_ms = power->wall_ms;
    task->state = TASK_COMPLETED;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (task->failure[i] != POWER_OK) task->state = TASK_FAILED;
}

/* Whoever waits for this node gets the same answer. */
void power_task_settle_all(struct power *power, unsigned index, enum power_failure failure) {
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
        struct power_task *task = &power->task[i];
        if (task->state == TASK_RUNNING && (task->pending_mask & power_bit(index)))
            power_task_settle(power, task, index, failure);
    }
}

struct power_task *power_task_find(struct power *power, uint32_t id) {
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
