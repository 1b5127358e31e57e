/* SPDX-License-Identifier: Apache-2.0 */
#include "service/payload.h"

#include <string.h>

#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"

#define REGISTRY_PREFIX "Super4C."

/* ---- test events ---- */

/* NULL: the entry is no test. Of one that is not the latest any more, only the MessageId is known. */
static const struct test_event *test_event_of(const struct core *core, const struct eventlog_entry *entry) {
    static const struct test_event forgotten = {.group = -1};
    if (entry->event.code != EVENT_TEST_EVENT) return NULL;
    return entry->sequence == core->test_event.sequence ? &core->test_event : &forgotten;
}

static void write_test_args(struct json_writer *w, const struct test_event *test) {
    const char *at = test->args;
    json_put_array(w, "MessageArgs");
    for (unsigned i = 0; i < test->arg_count; i++, at += strlen(at) + 1) json_text(w, at);
    json_array_end(w);
}

/* EventService.SubmitTestEvent: what was not given is not sent. */
static void write_test_record(struct json_writer *w, const struct eventlog_entry *entry, const struct test_event *test) {
    json_object(w);
    json_put_format(w, "EventId", "%lu", (unsigned long)entry->sequence);
    json_put_format(w, "MemberId", "%lu", (unsigned long)entry->sequence);
    json_put_text(w, "EventType", "Alert"); /* deprecated, and still required by the schema */
    json_put_text(w, "MessageId", entry->event.text);
    if (test->group >= 0) json_put_integer(w, "EventGroupId", test->group);
    if (test->time[0]) json_put_text(w, "EventTimestamp", test->time);
    if (test->severity) json_put_text(w, "MessageSeverity", event_severity_name((enum event_severity)(test->severity - 1)));
    if (test->message[0]) json_put_text(w, "Message", test->message);
    if (test->arg_count) write_test_args(w, test);
    if (test->origin[0]) json_put_link(w, "OriginOfCondition", test->origin);
    json_object_end(w);
}

/* ---- events ---- */

uint16_t payload_code(const char *message_id) {
    const char *key = strrchr(message_id, '.');
    size_t count;
    const struct event_type *types = event_types(&count);
    if (!key || strncmp(message_id, REGISTRY_PREFIX, sizeof REGISTRY_PREFIX - 1) != 0) return EVENT_NONE;
    for (size_t i = 0; i < count; i++)
        if (strcmp(types[i].id, key + 1) == 0) return types[i].code;
    return EVENT_NONE;
}

struct payload_kind payload_kind(const struct core *core, const struct eventlog_entry *entry) {
    const struct event_type *type = event_type(entry->event.code);
    const struct test_event *test = test_event_of(core, entry);
    struct payload_kind kind = {.code = entry->event.code, .severity = type ? type->severity : EVENT_WARNING};
    if (test) kind.code = payload_code(entry->event.text);
    if (test && test->severity) kind.severity = (enum event_severity)(test->severity - 1);
    return kind;
}

void payload_write_event(struct json_writer *w, const struct core *core, const struct eventlog_entry *entry,
                         const char *context) {
    const struct test_event *test = test_event_of(core, entry);
    json_object(w);
    json_put_text(w, "@odata.type", "#" SCHEMA_EVENT);
    json_put_format(w, "Id", "%lu", (unsigned long)entry->sequence);
    json_put_text(w, "Name", "Event");
    if (context) json_put_text(w, "Context", context);
    json_put_array(w, "Events");
    if (test)
        write_test_record(w, entry, test);
    else
        event_write_record(w, entry);
    json_array_end(w);
    json_object_end(w);
}

/* ---- the report ---- */

static bool told_of(uint8_t nodes, unsigned node) { return nodes == NODE_ALL || (node > 0 && (nodes & 1u << (node - 1))); }

static void write_value(struct json_writer *w, const struct core *core, const struct sensor *sensor) {
    char value[JSON_THOUSANDTHS_SIZE];
    json_thousandths_text(value, sensor->thousandths);
    json_object(w);
    json_put_text(w, "MetricId", sensor->id);
    json_put_text(w, "MetricValue", value);
    json_put_time(w, "Timestamp", wall_of(core, sensor->taken_ms));
    json_object_end(w);
}

void payload_write_report(struct json_writer *w, const struct core *core, uint8_t nodes, uint32_t sequence, const char *context) {
    struct sensor sensor;
    json_object(w);
    json_put_text(w, "@odata.id", URI_TELEMETRY "/MetricReports/Live");
    json_put_text(w, "@odata.type", "#" SCHEMA_METRIC_REPORT);
    json_put_text(w, "Id", "Live");
    json_put_text(w, "Name", "Live readings");
    if (context) json_put_text(w, "Context", context);
    json_put_format(w, "ReportSequence", "%lu", (unsigned long)sequence);
    json_put_time(w, "Timestamp", core->wall_ms);
    json_put_array(w, "MetricValues");
    for (unsigned i = 0; sensor_at(core, i, &sensor); i++)
        if (sensor.valid && told_of(nodes, sensor.node)) write_value(w, core, &sensor);
    json_array_end(w);
    json_object_end(w);
}
