/* SPDX-License-Identifier: Apache-2.0
 * subscriptions - who is told of events: the listeners we POST to, and the event streams that are open at this moment. Decides
 * which log entry a listener wants and what its record in the store is; service/delivery.h decides when it is told.
 * Changes are made in two steps: subscription_encode() yields the record of a wanted subscription, the caller stores it, and only
 * then subscriptions_commit() makes it true. Headers for the listener hold secrets and are read by deliveries alone: they are in
 * the store and not here.
 * After a controller restart: subscriptions_load() takes each stored one back, subscriptions_load_positions() how far each was
 * told. That is written at most every POSITIONS_SAVE_MS, so after a crash the latest entries may come twice, and none is left
 * out. Streams are gone with their connections. */
#ifndef CORE_SUBSCRIPTIONS_H
#define CORE_SUBSCRIPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/eventlog.h"
#include "core/limits.h"

#define SUBSCRIPTION_COUNT        8   /* a site has two or three collectors; below 300 bytes each */
#define SUBSCRIPTION_URI_SIZE     160 /* a destination of up to 159 characters */
#define SUBSCRIPTION_CONTEXT_SIZE 48  /* the subscriber's word, up to 47 bytes */
#define SUBSCRIPTION_HEADERS_SIZE 320 /* "Name: value\n" of each: a bearer token and what goes with it */
#define SUBSCRIPTION_CODE_WORDS   4   /* one bit for each event code below 128 */
#define STREAM_COUNT              10  /* people who look at the page at once, and a collector or two */

#define SUBSCRIPTION_RECORD_SIZE        320
#define SUBSCRIPTION_HEADERS_RECORD_MAX (SUBSCRIPTION_HEADERS_SIZE + 8)
#define POSITIONS_RECORD_SIZE           (8 * SUBSCRIPTION_COUNT + 4)
#define POSITIONS_SAVE_MS               10000

/* Stored by number. */
enum subscription_format { FORMAT_EVENT = 0, FORMAT_METRIC_REPORT, FORMAT_COUNT };
enum retry_policy { RETRY_FOREVER_BACKOFF = 0, RETRY_FOREVER, RETRY_SUSPEND, RETRY_TERMINATE, RETRY_COUNT };

#define ORIGIN_BOARD (1u << NODE_COUNT) /* the others: bit 0 = node 1 */
enum origin_type { ORIGIN_TYPE_SYSTEM = 1, ORIGIN_TYPE_MANAGER = 2 };

/* What a listener wants. Zero is no filter, in each of them. */
struct subscription_filter {
    uint32_t codes[SUBSCRIPTION_CODE_WORDS];    /* MessageIds: bit = event code */
    uint32_t excluded[SUBSCRIPTION_CODE_WORDS]; /* ExcludeMessageIds */
    bool registry;                              /* RegistryPrefixes names ours, so all codes are wanted */
    uint8_t origins;                            /* OriginResources */
    uint8_t types;                              /* ResourceTypes, enum origin_type */
    uint8_t severities;                         /* Severities: bit = enum event_severity */
};

struct subscription {
    uint32_t id;            /* rising; 0 marks a free slot */
    uint32_t next_sequence; /* the first log entry not yet delivered, or passed over as not wanted; of reports: the last one's */
    uint64_t due_ms;        /* nothing is sent before */
    struct subscription_filter filter;
    uint8_t format, policy; /* enum subscription_format, retry_policy */
    bool verify_certificate;
    bool suspended;
    bool under_way;    /* a delivery has been handed out */
    bool told_failing; /* the log says that it does not get through */
    uint8_t failures;  /* in a row, at most 255 */
    uint32_t told_s;   /* monotonic, when the log last said so */
    char destination[SUBSCRIPTION_URI_SIZE];
    char context[SUBSCRIPTION_CONTEXT_SIZE];
};

/* An open event stream. */
struct stream_seat {
    uint32_t id; /* 0: free */
    int8_t account;
    bool events, metrics;
    uint16_t port;
    uint8_t address[16];
};

struct subscriptions {
    struct subscription push[SUBSCRIPTION_COUNT];
    struct stream_seat stream[STREAM_COUNT];
    uint32_t last_id; /* of both kinds */
    bool moved;       /* positions have changed since they were handed out for storing */
    uint64_t save_ms; /* not before */
};

/* Slot of the id, or -1. 0 is nobody's. */
int subscriptions_find(const struct subscriptions *subscriptions, uint32_t id);
/* A free slot, or -1. */
int subscriptions_free_slot(const struct subscriptions *subscriptions);
uint32_t subscriptions_new_id(struct subscriptions *subscriptions);
/* The wanted subscription is stored: the slot is from now on as wanted. Of one that is there already, that is what may change:
 * its policy, VerifyCertificate, context, and whether it is suspended. */
void subscriptions_commit(struct subscriptions *subscriptions, int slot, const struct subscription *wanted);
void subscriptions_delete(struct subscriptions *subscriptions, int slot);

void subscription_encode(const struct subscription *wanted, uint8_t record[SUBSCRIPTION_RECORD_SIZE]);
/* False when the bytes are no record of a subscription. */
bool subscription_decode(struct subscription *subscription, const uint8_t *record, size_t size);
/* The headers' record names its subscription: a slot may get another owner. Returns its size. */
size_t subscription_headers_encode(uint32_t id, const char *headers, uint8_t record[SUBSCRIPTION_HEADERS_RECORD_MAX]);
/* Empty when the record is not this subscription's. */
void subscription_headers_decode(uint32_t id, const uint8_t *record, size_t size, char headers[SUBSCRIPTION_HEADERS_SIZE]);

/* At start, for each stored slot, before the positions. last_sequence: of the log as loaded. */
bool subscriptions_load(struct subscriptions *subscriptions, unsigned slot, const uint8_t *record, size_t size,
                        uint32_t last_sequence);
void subscriptions_load_positions(struct subscriptions *subscriptions, const uint8_t *record, size_t size,
                                  uint32_t last_sequence);
/* True when positions are to be stored now. at_once: also before POSITIONS_SAVE_MS is over. */
bool subscriptions_unsaved(struct subscriptions *subscriptions, uint64_t now_ms, bool at_once,
                           uint8_t record[POSITIONS_RECORD_SIZE]);

/* Whether an event passes the listener's filter. code: EVENT_NONE for a test event whose MessageId is of another registry. */
bool subscription_wants(const struct subscription_filter *filter, uint16_t code, uint8_t node, enum event_severity severity);

/* Takes a place for a stream; its id, or 0 when all are taken. */
uint32_t stream_seat_take(struct subscriptions *subscriptions, const struct stream_seat *seat);
void stream_seat_leave(struct subscriptions *subscriptions, uint32_t id);
const struct stream_seat *stream_seat_find(const struct subscriptions *subscriptions, uint32_t id);

#endif
