/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redfish/event_json.h"

#include <stdio.h>
#include <string.h>

#include "service/redfish/schema.h"
#include "service/text.h"

void event_id(uint16_t code, char out[EVENT_ID_SIZE]) {
    const struct event_type *type = event_type(code);
    snprintf(out, EVENT_ID_SIZE, EVENT_REGISTRY "%s", type ? type->id : "Unknown");
}

const char *event_severity_name(enum event_severity severity) {
    static const char *const names[] = {"OK", "Warning", "Critical"};
    return names[severity];
}

static enum event_severity severity_of(const struct event *event) {
    const struct event_type *type = event_type(event->code);
    return type ? type->severity : EVENT_WARNING;
}

static bool is_mark(const char *at) { return at[0] == '%' && at[1] && strchr("123nt", at[1]); }

static void write_args(struct json_writer *w, const struct event *event) {
    const struct event_type *type = event_type(event->code);
    json_put_array(w, "MessageArgs");
    for (const char *at = type ? type->message : ""; *at; at++) {
        if (!is_mark(at)) continue;
        char number[12];
        long value = at[1] == 'n' ? event->node : at[1] == 't' ? 0 : (long)event->arg[at[1] - '1'];
        snprintf(number, sizeof number, "%ld", value);
        json_text(w, at[1] == 't' ? event->text : number);
    }
    json_array_end(w);
}

/* What log entries, event records and messages have in common. */
static void write_words(struct json_writer *w, const struct event *event) {
    char id[EVENT_ID_SIZE], message[EVENT_MESSAGE_SIZE];
    event_id(event->code, id);
    event_message(event, message, sizeof message);
    json_put_text(w, "Message", message);
    json_put_text(w, "MessageId", id);
    write_args(w, event);
}

void event_write_message(struct json_writer *w, const struct event *event) {
    const struct event_type *type = event_type(event->code);
    json_object(w);
    write_words(w, event);
    json_put_text(w, "MessageSeverity", event_severity_name(severity_of(event)));
    json_put_text(w, "Resolution", type ? type->resolution : "None.");
    json_object_end(w);
}

void event_write_condition(struct json_writer *w, const struct event *event, enum event_severity severity, uint64_t wall_ms) {
    json_object(w);
    write_words(w, event);
    json_put_text(w, "Severity", event_severity_name(severity));
    json_put_time(w, "Timestamp", wall_ms);
    json_put_text(w, "Resolution", event_type(event->code)->resolution);
    json_object_end(w);
}

static void write_origin_of_condition(struct json_writer *w, const struct event *event) {
    char uri[48] = "/redfish/v1/Managers/BMC";
    if (event->node) snprintf(uri, sizeof uri, "/redfish/v1/Systems/Node%u", (unsigned)event->node);
    json_put_link(w, "OriginOfCondition", uri);
}

/* Who, how and from where: what Redfish has no word for. */
static void write_oem(struct json_writer *w, const struct eventlog_entry *entry, const char *type) {
    static const char *const via[VIA_COUNT] = {"Controller", "Redfish", "Web", "Serial"};
    const struct event *event = &entry->event;
    char address[TEXT_ADDRESS_SIZE];
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_format(w, "@odata.type", "#Super4C.v1_0_0.%s", type);
    if (event->origin.actor[0]) json_put_text(w, "Actor", event->origin.actor);
    json_put_text(w, "Via", via[event->origin.via < VIA_COUNT ? event->origin.via : VIA_CONTROLLER]);
    if (text_address(address, event->origin.address)) json_put_text(w, "Address", address);
    if (event->node) json_put_integer(w, "Node", event->node);
    json_put_integer(w, "UptimeSeconds", entry->uptime_s);
    json_object_end(w);
    json_object_end(w);
}

void event_write_log_entry(struct json_writer *w, const struct eventlog_entry *entry, const char *entries_uri) {
    json_object(w);
    json_put_format(w, "@odata.id", "%s/%lu", entries_uri, (unsigned long)entry->sequence);
    json_put_text(w, "@odata.type", "#" SCHEMA_LOG_ENTRY);
    json_put_format(w, "Id", "%lu", (unsigned long)entry->sequence);
    json_put_text(w, "Name", "Event Log Entry");
    json_put_text(w, "EntryType", "Event");
    json_put_time(w, "Created", entry->wall_ms);
    json_put_text(w, "Severity", event_severity_name(severity_of(&entry->event)));
    write_words(w, &entry->event);
    json_put_object(w, "Links");
    write_origin_of_condition(w, &entry->event);
    json_object_end(w);
    write_oem(w, entry, "LogEntry");
    json_object_end(w);
}

void event_write_record(struct json_writer *w, const struct eventlog_entry *entry) {
    json_object(w);
    json_put_format(w, "EventId", "%lu", (unsigned long)entry->sequence);
    json_put_format(w, "MemberId", "%lu", (unsigned long)entry->sequence);
    json_put_text(w, "EventType", "Alert");
    json_put_time(w, "EventTimestamp", entry->wall_ms);
    json_put_text(w, "Severity", event_severity_name(severity_of(&entry->event)));
    json_put_text(w, "MessageSeverity", event_severity_name(severity_of(&entry->event)));
    write_words(w, &entry->event);
    write_origin_of_condition(w, &entry->event);
    write_oem(w, entry, "EventRecord");
    json_object_end(w);
}

/* The message of core/event.h with its marks numbered; returns how many there are. */
static unsigned numbered(const char *message, char *out, size_t size) {
    size_t used = 0;
    unsigned count = 0;
    for (const char *at = message; *at && used + 3 < size; at++) {
        out[used++] = *at;
        if (!is_mark(at)) continue;
        out[used++] = (char)('1' + count++);
        at++;
    }
    out[used] = '\0';
    return count;
}

void event_write_type(struct json_writer *w, const struct event_type *type) {
    char message[EVENT_MESSAGE_SIZE];
    unsigned count = numbered(type->message, message, sizeof message);
    json_put_object(w, type->id);
    json_put_format(w, "Description", "%s.", type->id);
    json_put_text(w, "Message", message);
    json_put_text(w, "Severity", event_severity_name(type->severity)); /* deprecated, and still required by the schema */
    json_put_text(w, "MessageSeverity", event_severity_name(type->severity));
    json_put_integer(w, "NumberOfArgs", count);
    if (count) {
        json_put_array(w, "ParamTypes");
        for (const char *at = type->message; *at; at++)
            if (is_mark(at)) json_text(w, at[1] == 't' ? "string" : "number");
        json_array_end(w);
    }
    json_put_text(w, "Resolution", type->resolution);
    json_object_end(w);
}
