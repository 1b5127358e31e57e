/* SPDX-License-Identifier: Apache-2.0 */
#include "core/crash.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"

#define RECORD_VERSION 1
#define TEXT_AT        9 /* after version and time */

char *crash_text(struct crash *crash) { return (char *)&crash->record[TEXT_AT]; }

void crash_seal(struct crash *crash) {
    struct bytes_writer writer = bytes_writer(crash->record, CRASH_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u64(&writer, crash->wall_ms);
    writer.used += CRASH_TEXT_SIZE;
    bytes_put_u16(&writer, crash->number);
    bytes_seal(&writer);
}

bool crash_decode(struct crash_view *view, const uint8_t *record, size_t size) {
    if (size != CRASH_RECORD_SIZE || !bytes_sealed(record, size)) return false;
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u8(&reader) != RECORD_VERSION || record[TEXT_AT + CRASH_TEXT_SIZE - 1] != '\0') return false;
    uint64_t wall_ms = bytes_get_u64(&reader);
    reader.used += CRASH_TEXT_SIZE;
    uint16_t number = bytes_get_u16(&reader);
    if (number == 0) return false;
    *view = (struct crash_view){.wall_ms = wall_ms, .number = number, .text = (const char *)&record[TEXT_AT]};
    return true;
}

/* ---- index ---- */

void crash_key(char key[CRASH_KEY_SIZE], unsigned node, unsigned slot) {
    snprintf(key, CRASH_KEY_SIZE, "crash%u", (slot % CRASH_COUNT * NODE_COUNT + node % NODE_COUNT + 1) % 100);
}

/* How long ago a number was given; right over the turn from 65535 to 1 as well. */
static uint16_t age_of(const struct crash_index *index, unsigned slot) { return (uint16_t)(index->last - index->number[slot]); }

void crash_found(struct crash_index *index, unsigned slot, uint16_t number) {
    index->number[slot] = number;
    if (index->last == 0 || (uint16_t)(number - index->last) < 0x8000) index->last = number;
}

bool crash_may_keep(struct crash_index *index, uint64_t now_ms) {
    uint64_t periods = (now_ms - index->refill_ms) / CRASH_REFILL_MS;
    if (index->spent == 0 || periods >= index->spent) {
        index->spent = 0;
        index->refill_ms = now_ms;
    } else {
        index->spent -= (uint8_t)periods;
        index->refill_ms += periods * CRASH_REFILL_MS;
    }
    if (index->spent >= CRASH_BURST) return false;
    index->spent++;
    return true;
}

unsigned crash_next(const struct crash_index *index, uint16_t *number) {
    unsigned slot = 0;
    *number = index->last == UINT16_MAX ? 1 : (uint16_t)(index->last + 1);
    for (unsigned i = 0; i < CRASH_COUNT; i++) {
        if (index->number[i] == 0) return i;
        if (age_of(index, i) > age_of(index, slot)) slot = i;
    }
    return slot;
}

unsigned crash_count(const struct crash_index *index) {
    unsigned count = 0;
    for (unsigned i = 0; i < CRASH_COUNT; i++) count += index->number[i] != 0;
    return count;
}

int crash_slot(const struct crash_index *index, unsigned age) {
    for (unsigned i = 0; i < CRASH_COUNT; i++) {
        unsigned newer_count = 0;
        if (index->number[i] == 0) continue;
        for (unsigned k = 0; k < CRASH_COUNT; k++) newer_count += index->number[k] != 0 && age_of(index, k) < age_of(index, i);
        if (newer_count == age) return (int)i;
    }
    return -1;
}

/* ---- words ---- */

const char *crash_telling_line(const char *text, size_t *length) {
    static const char *const words[] = {"Unable to handle kernel", "BUG:", "Internal error:", "sysrq: Trigger", "Kernel panic"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *found = strstr(text, words[i]);
        if (found && (!first || found < first)) first = found;
    }
    if (!first) first = text;
    const char *end = strchr(first, '\n');
    *length = end ? (size_t)(end - first) : strlen(first);
    return first;
}
