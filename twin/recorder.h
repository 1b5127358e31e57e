/* SPDX-License-Identifier: Apache-2.0
 * recorder - remembers every edge of the eight power nets with its microsecond, in a ring that forgets the oldest and counts what
 * it forgot. It judges nothing. A restart of the controller leaves it alone; a restart of the twin begins anew. */
#ifndef TWIN_RECORDER_H
#define TWIN_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TWIN_EDGE_COUNT 65536 /* 1 MiB; a group cycle makes 16 edges, so 4,000 of them */

struct twin_edge {
    uint64_t us;
    uint8_t net; /* index into twin_nets */
    bool level;
};

struct twin_recorder {
    uint64_t recorded_count; /* since the start, forgotten ones included */
    struct twin_edge ring[TWIN_EDGE_COUNT];
};

void twin_recorder_add(struct twin_recorder *recorder, uint64_t us, unsigned net, bool level);
/* Oldest first, starting with edge number from (0 is the first ever recorded); false from the callback ends it. */
void twin_recorder_each(const struct twin_recorder *recorder, uint64_t from,
                        bool (*edge)(void *ctx, const struct twin_edge *edge), void *ctx);
uint64_t twin_recorder_forgotten_count(const struct twin_recorder *recorder);

#endif
