/* SPDX-License-Identifier: Apache-2.0
 * event_json - an event of the log in Redfish's forms: a message of our registry, a log entry, an event record.
 * The marks of core/event.h (%n, %t, %1..%3) become %1, %2 ... in order of appearance, as DSP0266 numbers message arguments. */
#ifndef SERVICE_EVENT_JSON_H
#define SERVICE_EVENT_JSON_H

#include "core/eventlog.h"
#include "service/json_writer.h"

#define EVENT_REGISTRY     "Super4C.1.0."
#define EVENT_ID_SIZE      64
#define EVENT_MESSAGE_SIZE 256
#define EVENT_ENTRIES_URI  "/redfish/v1/Managers/BMC/LogServices/EventLog/Entries"

/* "Super4C.1.0.PowerDone" */
void event_id(uint16_t code, char out[EVENT_ID_SIZE]);
const char *event_severity_name(enum event_severity severity);

/* A Message object, as in @Message.ExtendedInfo. */
void event_write_message(struct json_writer *w, const struct event *event);
/* A Condition object (Resource schema): the event is still so, since then; wall_ms 0: not known when it began. */
void event_write_condition(struct json_writer *w, const struct event *event, enum event_severity severity, uint64_t wall_ms);
/* A LogEntry resource of the collection entries_uri: the same event stands in the controller's log and in its node's. */
void event_write_log_entry(struct json_writer *w, const struct eventlog_entry *entry, const char *entries_uri);
/* An EventRecord of an Event. */
void event_write_record(struct json_writer *w, const struct eventlog_entry *entry);
/* The type as a member of our message registry: its key and its Message object. */
void event_write_type(struct json_writer *w, const struct event_type *type);

#endif
