/* SPDX-License-Identifier: Apache-2.0
 * delivery - tells listeners of events by POST (DSP0266, "Eventing"): which log entry goes next to which subscription, when a
 * failed one is tried again, and what becomes of a subscription whose listener stays away. Pure: the port sends what
 * delivery_next() hands out, several at a time but one for each subscription, and says how it went; so a listener that hangs
 * delays nobody else. Entries go in the order of the log. One that was not taken is tried again before any later one; those that
 * leave the log before are lost to that listener, and the log says how many.
 * What goes wrong and what is well again is an event of its own, once; a listener that comes and goes says so once in
 * DELIVERY_TELL_GAP_S.
 * After a controller restart: deliveries go on where core/subscriptions.h knows them to be. */
#ifndef SERVICE_DELIVERY_H
#define SERVICE_DELIVERY_H

#include "core/core.h"
#include "service/payload.h"

#define DELIVERY_RETRY_COUNT      3      /* before a subscription is suspended or removed, where its policy says so */
#define DELIVERY_RETRY_MS         5000   /* constant, as EventService names it */
#define DELIVERY_BACKOFF_FIRST_MS 1000   /* of RetryForeverWithBackoff: doubled with each failure */
#define DELIVERY_BACKOFF_MAX_MS   300000 /* a listener that is back after a night is told within five minutes */
#define DELIVERY_REPORT_MS        10000  /* between two metric reports to one listener: each may cost a TLS handshake */
#define DELIVERY_TELL_AFTER       3      /* failures in a row before the log says so: a listener that restarts is no news */
#define DELIVERY_TELL_GAP_S       600

struct delivery {
    uint32_t id;            /* of the subscription */
    uint32_t sequence_next; /* of the log, once this is delivered */
    bool verify_certificate;
    char destination[SUBSCRIPTION_URI_SIZE];
    char headers[SUBSCRIPTION_HEADERS_SIZE]; /* "Name: value\n" of each; from the store, by bmc/ */
    char body[PAYLOAD_SIZE_MAX];
    size_t body_size;
};

/* Fills in the next delivery that is due; false when there is none before *wake_ms or a new log entry. At the time of core. */
bool delivery_next(struct core *core, struct delivery *delivery, uint64_t *wake_ms);

enum delivery_end {
    DELIVERY_STANDS,     /* the subscription, or it was gone already */
    DELIVERY_SUSPENDED,  /* by this failure: its record is to be stored */
    DELIVERY_TERMINATED, /* ... to be erased */
};
/* How a delivery ended. problem: NULL when it was taken, else why not, for people: "no connection", "answer 500". slot: of the
 * subscription, where its record changes. */
enum delivery_end delivery_done(struct core *core, const struct delivery *delivery, const char *problem, unsigned *slot);

/* A suspended subscription goes on with what the log still holds. */
void delivery_resume(struct subscription *subscription, uint64_t now_ms);

#endif
