/* SPDX-License-Identifier: Apache-2.0
 * eventlog - the bounded log of what happened, kept in RAM and mirrored entry by entry to the store.
 * Pure: the caller writes what eventlog_unsaved() hands out and confirms it. An entry is shown to no one before it is saved
 * (or its saving has failed, which is an event of its own), so whatever a reader has seen is there after a power cut.
 * After a controller restart: eventlog_load() takes back each slot; a torn or foreign slot is skipped. */
#ifndef CORE_EVENTLOG_H
#define CORE_EVENTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "core/limits.h"

#define EVENTLOG_RECORD_SIZE 128

struct eventlog_entry {
    uint32_t sequence; /* 1 for the first entry ever; 0 marks an empty slot */
    uint32_t uptime_s; /* of the controller, for entries without wall time */
    uint64_t wall_ms;  /* since 1970 UTC, 0 when unknown */
    struct event event;
};

struct eventlog {
    struct eventlog_entry entries[EVENTLOG_ENTRY_COUNT]; /* slot = sequence % EVENTLOG_ENTRY_COUNT */
    uint32_t last_sequence;                              /* 0 when nothing was ever logged */
    uint32_t saved_sequence;                             /* all up to here are on the medium or given up */
    uint32_t base_sequence;                              /* entries up to here were cleared */
};

void eventlog_init(struct eventlog *log);
/* Puts one stored record back. Any order. False when the bytes are no valid record of this slot; nothing is changed then. */
bool eventlog_load(struct eventlog *log, unsigned slot, const uint8_t *record, size_t size);
/* After the last eventlog_load(): base is what eventlog_clear() once returned, 0 if never. Everything loaded counts as saved. */
void eventlog_loaded(struct eventlog *log, uint32_t base_sequence);

/* Appends and returns the sequence number. Overwrites the oldest entry when full. uptime_ms: of the controller. */
uint32_t eventlog_append(struct eventlog *log, const struct event *event, uint64_t uptime_ms, uint64_t wall_ms);
/* The oldest entry not yet saved: its slot and its record. False when all is saved. */
bool eventlog_unsaved(const struct eventlog *log, unsigned *slot, uint8_t record[EVENTLOG_RECORD_SIZE]);
/* The record that eventlog_unsaved() handed out is on the medium, or never will be. */
void eventlog_saved(struct eventlog *log);
/* Forgets all entries present. Returns the new base, which the caller stores. */
uint32_t eventlog_clear(struct eventlog *log);

/* Visible entries: saved, not cleared, not overwritten. Sequence numbers first..last, none when last < first. */
uint32_t eventlog_first(const struct eventlog *log);
uint32_t eventlog_last(const struct eventlog *log);
/* NULL when not visible. */
const struct eventlog_entry *eventlog_find(const struct eventlog *log, uint32_t sequence);

#endif
