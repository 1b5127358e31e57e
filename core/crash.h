/* SPDX-License-Identifier: Apache-2.0
 * crash - the texts of a node's latest panics as they are kept in the store, over restarts of the controller and of the node: of
 * a node that falls again and again the first fall tells the most. The store is the only place that has the texts; in memory
 * there is the index of what it has. Decides which slot the next text takes; never reads or writes the store itself. After a
 * controller restart the index is made anew from the records, with crash_found(). Memory of zeros is an index of nothing. */
#ifndef CORE_CRASH_H
#define CORE_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

#define CRASH_RECORD_SIZE (16 + CRASH_TEXT_SIZE)

/* One on its way into the store; the text stands in the record already. */
struct crash {
    uint64_t wall_ms; /* when it was complete, 0 when unknown */
    uint16_t number;  /* of the node's panics, from 1 on */
    uint8_t record[CRASH_RECORD_SIZE];
};

/* A record as it lies in memory; the text is the record's own. */
struct crash_view {
    uint64_t wall_ms;
    uint16_t number;
    const char *text;
};

/* Where its text goes, CRASH_TEXT_SIZE bytes with the terminator. */
char *crash_text(struct crash *crash);
/* Completes the record. */
void crash_seal(struct crash *crash);
/* False when the bytes are no crash record; *view is not touched then. */
bool crash_decode(struct crash_view *view, const uint8_t *record, size_t size);

/* ---- which of them the store has ---- */

struct crash_index {
    uint16_t last;                /* the newest number given */
    uint16_t number[CRASH_COUNT]; /* by slot; 0: nothing is kept there */
    uint8_t spent;                /* writes of late, see crash_may_keep() */
    uint64_t refill_ms;
};

#define CRASH_KEY_SIZE 8
/* "crash1" to "crash16": the first of each node, then the second of each. */
void crash_key(char key[CRASH_KEY_SIZE], unsigned node, unsigned slot);
/* The slot holds a record with this number. */
void crash_found(struct crash_index *index, unsigned slot, uint16_t number);
/* Kernel words are not authenticated, and flash wears: some texts at once, then one in CRASH_REFILL_MS. True spends one. */
#define CRASH_BURST     12
#define CRASH_REFILL_MS 600000
bool crash_may_keep(struct crash_index *index, uint64_t now_ms);
/* Where the next one goes: an empty slot, or that of the oldest; and its number. */
unsigned crash_next(const struct crash_index *index, uint16_t *number);
unsigned crash_count(const struct crash_index *index);
/* The slot of the age-th newest, 0 being the newest; -1 past the oldest. */
int crash_slot(const struct crash_index *index, unsigned age);

/* ---- what it says ---- */

/* The first line of a panic's text that names a cause, from the words that do so on; the whole first line when none does.
 * Sets its length. */
const char *crash_telling_line(const char *text, size_t *length);

#endif
