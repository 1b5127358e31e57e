/* SPDX-License-Identifier: Apache-2.0
 * crash - a panic's text as it is kept in the store, over restarts of the controller and of the node. The store is the only place
 * that has it: whoever wants to read it loads the record. */
#ifndef CORE_CRASH_H
#define CORE_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

struct crash {
    uint64_t wall_ms; /* when it was complete, 0 when unknown */
    char text[CRASH_TEXT_SIZE];
};

#define CRASH_RECORD_SIZE (16 + CRASH_TEXT_SIZE)

void crash_encode(const struct crash *crash, uint8_t record[CRASH_RECORD_SIZE]);
/* False when the bytes are no crash record; *crash is not touched then. */
bool crash_decode(struct crash *crash, const uint8_t *record, size_t size);

#endif
