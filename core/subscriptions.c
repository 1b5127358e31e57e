/* SPDX-License-Identifier: Apache-2.0 */
#include "core/subscriptions.h"

#include <string.h>

#include "core/bytes.h"

#define RECORD_VERSION 1

_Static_assert(sizeof(struct subscription) <= 296, "static RAM is scarce");
#define X(number, name, severity, id, message, resolution)                                                                       \
    _Static_assert((number) < 32 * SUBSCRIPTION_CODE_WORDS, "a filter has a bit for each event code");
EVENT_TABLE(X)
#undef X

/* ---- the table ---- */

int subscriptions_find(const struct subscriptions *subscriptions, uint32_t id) {
    for (int slot = 0; slot < SUBSCRIPTION_COUNT; slot++)
        if (id != 0 && subscriptions->push[slot].id == id) return slot;
    return -1;
}

int subscriptions_free_slot(const struct subscriptions *subscriptions) {
    for (int slot = 0; slot < SUBSCRIPTION_COUNT; slot++)
        if (subscriptions->push[slot].id == 0) return slot;
    return -1;
}

uint32_t subscriptions_new_id(struct subscriptions *subscriptions) {
    if (++subscriptions->last_id == 0) subscriptions->last_id = 1;
    return subscriptions->last_id;
}

void subscriptions_commit(struct subscriptions *subscriptions, int slot, const struct subscription *wanted) {
    struct subscription *current = &subscriptions->push[slot];
    subscriptions->moved = true;
    if (current->id != wanted->id) {
        *current = *wanted;
        return;
    }
    /* How far it was told stands. */
    current->policy = wanted->policy;
    current->verify_certificate = wanted->verify_certificate;
    current->suspended = wanted->suspended;
    memcpy(current->context, wanted->context, sizeof current->context);
}

void subscriptions_delete(struct subscriptions *subscriptions, int slot) {
    memset(&subscriptions->push[slot], 0, sizeof subscriptions->push[slot]);
}

/* ---- records ---- */

static void put_words(struct bytes_writer *writer, const uint32_t words[SUBSCRIPTION_CODE_WORDS]) {
    for (unsigned i = 0; i < SUBSCRIPTION_CODE_WORDS; i++) bytes_put_u32(writer, words[i]);
}

static void get_words(struct bytes_reader *reader, uint32_t words[SUBSCRIPTION_CODE_WORDS]) {
    for (unsigned i = 0; i < SUBSCRIPTION_CODE_WORDS; i++) words[i] = bytes_get_u32(reader);
}

void subscription_encode(const struct subscription *wanted, uint8_t record[SUBSCRIPTION_RECORD_SIZE]) {
    const struct subscription_filter *filter = &wanted->filter;
    struct bytes_writer writer = bytes_writer(record, SUBSCRIPTION_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u32(&writer, wanted->id);
    bytes_put_u32(&writer, wanted->next_sequence);
    bytes_put_u8(&writer, wanted->format);
    bytes_put_u8(&writer, wanted->policy);
    bytes_put_u8(&writer, wanted->verify_certificate);
    bytes_put_u8(&writer, wanted->suspended);
    bytes_put_u8(&writer, filter->registry);
    bytes_put_u8(&writer, filter->origins);
    bytes_put_u8(&writer, filter->types);
    bytes_put_u8(&writer, filter->severities);
    put_words(&writer, filter->codes);
    put_words(&writer, filter->excluded);
    bytes_put(&writer, wanted->destination, SUBSCRIPTION_URI_SIZE);
    bytes_put(&writer, wanted->context, SUBSCRIPTION_CONTEXT_SIZE);
    bytes_seal(&writer);
}

bool subscription_decode(struct subscription *subscription, const uint8_t *record, size_t size) {
    if (size != SUBSCRIPTION_RECORD_SIZE || !bytes_sealed(record, size)) return false;
    struct subscription read = {0};
    struct subscription_filter *filter = &read.filter;
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u8(&reader) != RECORD_VERSION) return false;
    read.id = bytes_get_u32(&reader);
    read.next_sequence = bytes_get_u32(&reader);
    read.format = bytes_get_u8(&reader);
    read.policy = bytes_get_u8(&reader);
    read.verify_certificate = bytes_get_u8(&reader) != 0;
    read.suspended = bytes_get_u8(&reader) != 0;
    filter->registry = bytes_get_u8(&reader) != 0;
    filter->origins = bytes_get_u8(&reader);
    filter->types = bytes_get_u8(&reader);
    filter->severities = bytes_get_u8(&reader);
    get_words(&reader, filter->codes);
    get_words(&reader, filter->excluded);
    bytes_get_text(&reader, read.destination, SUBSCRIPTION_URI_SIZE);
    bytes_get_text(&reader, read.context, SUBSCRIPTION_CONTEXT_SIZE);
    if (read.id == 0 || !read.destination[0] || read.format >= FORMAT_COUNT || read.policy >= RETRY_COUNT) return false;
    *subscription = read;
    return true;
}

size_t subscription_headers_encode(uint32_t id, const char *headers, uint8_t record[SUBSCRIPTION_HEADERS_RECORD_MAX]) {
    struct bytes_writer writer = bytes_writer(record, SUBSCRIPTION_HEADERS_RECORD_MAX);
    bytes_put_u32(&writer, id);
    bytes_put(&writer, headers, strlen(headers));
    bytes_seal(&writer);
    return SUBSCRIPTION_HEADERS_RECORD_MAX;
}

void subscription_headers_decode(uint32_t id, const uint8_t *record, size_t size, char headers[SUBSCRIPTION_HEADERS_SIZE]) {
    headers[0] = '\0';
    if (size != SUBSCRIPTION_HEADERS_RECORD_MAX || !bytes_sealed(record, size)) return;
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u32(&reader) == id) bytes_get_text(&reader, headers, SUBSCRIPTION_HEADERS_SIZE);
}

/* ---- at start, and how far each was told ---- */

bool subscriptions_load(struct subscriptions *subscriptions, unsigned slot, const uint8_t *record, size_t size,
                        uint32_t last_sequence) {
    struct subscription *subscription = &subscriptions->push[slot];
    if (!subscription_decode(subscription, record, size)) return false;
    /* A log that was lost begins anew with lower numbers. */
    if (subscription->next_sequence > last_sequence + 1) subscription->next_sequence = last_sequence + 1;
    if (subscription->id > subscriptions->last_id) subscriptions->last_id = subscription->id;
    return true;
}

void subscriptions_load_positions(struct subscriptions *subscriptions, const uint8_t *record, size_t size,
                                  uint32_t last_sequence) {
    if (size != POSITIONS_RECORD_SIZE || !bytes_sealed(record, size)) return;
    struct bytes_reader reader = bytes_reader(record, size);
    for (unsigned i = 0; i < SUBSCRIPTION_COUNT; i++) {
        int slot = subscriptions_find(subscriptions, bytes_get_u32(&reader));
        uint32_t next_sequence = bytes_get_u32(&reader);
        if (slot < 0 || next_sequence > last_sequence + 1) continue;
        struct subscription *subscription = &subscriptions->push[slot];
        /* The subscription's own record may be the later one. */
        if (next_sequence > subscription->next_sequence) subscription->next_sequence = next_sequence;
    }
}

bool subscriptions_unsaved(struct subscriptions *subscriptions, uint64_t now_ms, bool at_once,
                           uint8_t record[POSITIONS_RECORD_SIZE]) {
    if (!subscriptions->moved || (!at_once && now_ms < subscriptions->save_ms)) return false;
    struct bytes_writer writer = bytes_writer(record, POSITIONS_RECORD_SIZE);
    for (unsigned slot = 0; slot < SUBSCRIPTION_COUNT; slot++) {
        bytes_put_u32(&writer, subscriptions->push[slot].id);
        bytes_put_u32(&writer, subscriptions->push[slot].next_sequence);
    }
    bytes_seal(&writer);
    subscriptions->moved = false;
    subscriptions->save_ms = now_ms + POSITIONS_SAVE_MS;
    return true;
}

/* ---- filters ---- */

static bool has_bit(const uint32_t words[SUBSCRIPTION_CODE_WORDS], uint16_t code) {
    return code < 32 * SUBSCRIPTION_CODE_WORDS && (words[code / 32] >> code % 32 & 1);
}

static bool any_bit(const uint32_t words[SUBSCRIPTION_CODE_WORDS]) {
    for (unsigned i = 0; i < SUBSCRIPTION_CODE_WORDS; i++)
        if (words[i]) return true;
    return false;
}

/* EventDestination: an event passes when MessageIds names it or RegistryPrefixes names its registry, or when neither is given. */
static bool wants_code(const struct subscription_filter *filter, uint16_t code) {
    if (has_bit(filter->excluded, code)) return false;
    if (!filter->registry && !any_bit(filter->codes)) return true;
    return has_bit(filter->codes, code) || (filter->registry && code != EVENT_NONE);
}

bool subscription_wants(const struct subscription_filter *filter, uint16_t code, uint8_t node, enum event_severity severity) {
    unsigned origin = node ? 1u << (node - 1) : ORIGIN_BOARD;
    unsigned type = node ? ORIGIN_TYPE_SYSTEM : ORIGIN_TYPE_MANAGER;
    return wants_code(filter, code) && (!filter->origins || (filter->origins & origin)) &&
           (!filter->types || (filter->types & type)) && (!filter->severities || (filter->severities & 1u << severity));
}

/* ---- streams ---- */

uint32_t stream_seat_take(struct subscriptions *subscriptions, const struct stream_seat *seat) {
    for (unsigned i = 0; i < STREAM_COUNT; i++) {
        if (subscriptions->stream[i].id) continue;
        subscriptions->stream[i] = *seat;
        return subscriptions->stream[i].id = subscriptions_new_id(subscriptions);
    }
    return 0;
}

const struct stream_seat *stream_seat_find(const struct subscriptions *subscriptions, uint32_t id) {
    for (unsigned i = 0; i < STREAM_COUNT; i++)
        if (id != 0 && subscriptions->stream[i].id == id) return &subscriptions->stream[i];
    return NULL;
}

void stream_seat_leave(struct subscriptions *subscriptions, uint32_t id) {
    for (unsigned i = 0; i < STREAM_COUNT; i++)
        if (id != 0 && subscriptions->stream[i].id == id) memset(&subscriptions->stream[i], 0, sizeof subscriptions->stream[i]);
}
