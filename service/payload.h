/* SPDX-License-Identifier: Apache-2.0
 * payload - what is sent to those who subscribed, on a stream and by POST alike: an Event with one record of the log, or a
 * MetricReport with all present readings. Nothing is kept. */
#ifndef SERVICE_PAYLOAD_H
#define SERVICE_PAYLOAD_H

#include "core/core.h"
#include "service/json_writer.h"

#define PAYLOAD_SIZE_MAX 4096 /* the report of 24 sensors; an event stays below 1.5 KiB */

/* context: the subscription's, NULL on a stream. */
void payload_write_event(struct json_writer *w, const struct core *core, const struct eventlog_entry *entry, const char *context);
/* Of the sensors of these nodes, see struct http_identity. */
void payload_write_report(struct json_writer *w, const struct core *core, uint8_t nodes, uint32_t sequence, const char *context);

/* As what an entry counts where subscribers choose: a test event as what it pretends to be. */
struct payload_kind {
    uint16_t code; /* EVENT_NONE: of another registry */
    enum event_severity severity;
};
struct payload_kind payload_kind(const struct core *core, const struct eventlog_entry *entry);
/* The code that "Super4C.1.0.LinkDown" or "Super4C.LinkDown" names, else EVENT_NONE. */
uint16_t payload_code(const char *message_id);

#endif
