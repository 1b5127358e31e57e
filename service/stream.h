/* SPDX-License-Identifier: Apache-2.0
 * stream - the server-sent event stream (WHATWG HTML 9.2) in Redfish's form (DSP0266, 13.10.3): "id:" and "data:" with an Event
 * for each log entry, or a MetricReport with the live readings. A reader too slow to keep up loses old entries, never the
 * controller's memory. An open stream is an EventDestination: whoever deletes that ends the stream, and its end deletes it. The
 * sign-out of the session that opened it does not. */
#ifndef SERVICE_STREAM_H
#define SERVICE_STREAM_H

#include "service/http.h"

#define STREAM_METRIC_PERIOD_MS 1000
#define STREAM_KEEPALIVE_MS     15000 /* a comment line, so that a dead peer is noticed */

struct stream {
    bool events, metrics;
    int account;
    uint8_t nodes;             /* as in struct http_identity: what is not of these is not sent */
    char name[USER_NAME_SIZE]; /* a slot may get another owner */
    uint32_t id;               /* of its EventDestination */
    uint32_t next_sequence;
    uint64_t metric_ms; /* when the next report is due */
    uint64_t sent_ms;
    uint32_t metric_sequence;
};

/* False when STREAM_COUNT are open: answer 503. One that has begun must be given to stream_end() once. */
bool stream_begin(struct core *core, struct stream *stream, const struct http_exchange *x, uint64_t now_ms);
void stream_end(struct core *core, struct stream *stream);
/* Writes the next message into out. Returns its length, 0 when there is nothing to send before *wake_ms, or SIZE_MAX when the
 * stream must end: the account behind it is gone or disabled, or its EventDestination was deleted. size: at least 4096. */
size_t stream_next(const struct core *core, struct stream *stream, uint64_t now_ms, uint64_t wall_ms, char *out, size_t size,
                   uint64_t *wake_ms);

#endif
