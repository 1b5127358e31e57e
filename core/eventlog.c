/* SPDX-License-Identifier: Apache-2.0 */
#include "core/eventlog.h"

#include <string.h>

#include "core/bytes.h"
#include "core/check.h"

#define RECORD_VERSION 1

void eventlog_init(struct eventlog *log) { memset(log, 0, sizeof *log); }

static struct eventlog_entry *slot_of(struct eventlog *log, uint32_t sequence) {
    return &log->entries[sequence % EVENTLOG_ENTRY_COUNT];
}

static void encode(const struct eventlog_entry *entry, uint8_t record[EVENTLOG_RECORD_SIZE]) {
    const struct event *event = &entry->event;
    struct bytes_writer writer = bytes_writer(record, EVENTLOG_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u8(&writer, event->node);
    bytes_put_u16(&writer, event->code);
    bytes_put_u32(&writer, entry->sequence);
    bytes_put_u32(&writer, entry->uptime_s);
    bytes_put_u64(&writer, entry->wall_ms);
    for (unsigned i = 0; i < 3; i++) bytes_put_u32(&writer, (uint32_t)event->arg[i]);
    bytes_put_u8(&writer, event->origin.via);
    bytes_put(&writer, event->origin.actor, USER_NAME_SIZE);
    bytes_put(&writer, event->origin.address, sizeof event->origin.address);
    bytes_put(&writer, event->text, EVENT_TEXT_SIZE);
    bytes_seal(&writer);
}

static bool decode(struct eventlog_entry *entry, const uint8_t *record, size_t size) {
    if (size != EVENTLOG_RECORD_SIZE || !bytes_sealed(record, size)) return false;
    struct event *event = &entry->event;
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u8(&reader) != RECORD_VERSION) return false;
    event->node = bytes_get_u8(&reader);
    event->code = bytes_get_u16(&reader);
    entry->sequence = bytes_get_u32(&reader);
    entry->uptime_s = bytes_get_u32(&reader);
    entry->wall_ms = bytes_get_u64(&reader);
    for (unsigned i = 0; i < 3; i++) event->arg[i] = (int32_t)bytes_get_u32(&reader);
    event->origin.via = bytes_get_u8(&reader);
    bytes_get_text(&reader, event->origin.actor, USER_NAME_SIZE);
    bytes_get(&reader, event->origin.address, sizeof event->origin.address);
    bytes_get_text(&reader, event->text, EVENT_TEXT_SIZE);
    return entry->sequence != 0 && event->node <= NODE_COUNT && event->origin.via < VIA_COUNT;
}

bool eventlog_load(struct eventlog *log, unsigned slot, const uint8_t *record, size_t size) {
    struct eventlog_entry entry = {0};
    if (!decode(&entry, record, size) || entry.sequence % EVENTLOG_ENTRY_COUNT != slot) return false;
    *slot_of(log, entry.sequence) = entry;
    if (entry.sequence > log->last_sequence) log->last_sequence = entry.sequence;
    return true;
}

void eventlog_loaded(struct eventlog *log, uint32_t base_sequence) {
    /* A cleared and never refilled log has no slot that tells where counting stood; a number must not come twice. */
    if (base_sequence > log->last_sequence) log->last_sequence = base_sequence;
    log->base_sequence = base_sequence;
    log->saved_sequence = log->last_sequence;
}

uint32_t eventlog_append(struct eventlog *log, const struct event *event, uint64_t uptime_ms, uint64_t wall_ms) {
    uint32_t sequence = ++log->last_sequence;
    *slot_of(log, sequence) = (struct eventlog_entry){
        .sequence = sequence, .uptime_s = (uint32_t)(uptime_ms / 1000), .wall_ms = wall_ms, .event = *event};
    return sequence;
}

bool eventlog_unsaved(const struct eventlog *log, unsigned *slot, uint8_t record[EVENTLOG_RECORD_SIZE]) {
    uint32_t sequence = log->saved_sequence + 1;
    /* More were appended in one go than the ring holds: the overwritten ones are gone, start at the oldest there is. */
    if (log->last_sequence >= EVENTLOG_ENTRY_COUNT && sequence <= log->last_sequence - EVENTLOG_ENTRY_COUNT)
        sequence = log->last_sequence - EVENTLOG_ENTRY_COUNT + 1;
    if (sequence > log->last_sequence) return false;
    *slot = sequence % EVENTLOG_ENTRY_COUNT;
    encode(&log->entries[*slot], record);
    return true;
}

void eventlog_saved(struct eventlog *log) {
    unsigned slot;
    uint8_t record[EVENTLOG_RECORD_SIZE];
    if (eventlog_unsaved(log, &slot, record)) log->saved_sequence = log->entries[slot].sequence;
}

uint32_t eventlog_clear(struct eventlog *log) {
    log->base_sequence = log->last_sequence;
    return log->base_sequence;
}

uint32_t eventlog_last(const struct eventlog *log) { return log->saved_sequence; }

uint32_t eventlog_first(const struct eventlog *log) {
    uint32_t first = log->base_sequence + 1;
    if (log->last_sequence >= EVENTLOG_ENTRY_COUNT && first <= log->last_sequence - EVENTLOG_ENTRY_COUNT)
        first = log->last_sequence - EVENTLOG_ENTRY_COUNT + 1;
    return first;
}

const struct eventlog_entry *eventlog_find(const struct eventlog *log, uint32_t sequence) {
    if (sequence < eventlog_first(log) || sequence > eventlog_last(log)) return NULL;
    const struct eventlog_entry *entry = &log->entries[sequence % EVENTLOG_ENTRY_COUNT];
    return entry->sequence == sequence ? entry : NULL; /* a slot whose record was unreadable */
}
