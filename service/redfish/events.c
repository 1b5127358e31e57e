/* SPDX-License-Identifier: Apache-2.0
 * EventService: what can be subscribed to, where the event stream is and the request that opens it, and test events. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/delivery.h"
#include "service/query.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define SSE_URI URI_EVENTS "/SSE"

/* ---- the service ---- */

static void write_list(struct json_writer *w, const char *key, const char *const items[], size_t count) {
    json_put_array(w, key);
    for (size_t i = 0; i < count; i++) json_text(w, items[i]);
    json_array_end(w);
}

static void write_kinds(struct json_writer *w) {
    static const char *const formats[] = {"Event", "MetricReport"}, *const registries[] = {"Super4C"};
    static const char *const severities[] = {"OK", "Warning", "Critical"}, *const types[] = {"ComputerSystem", "Manager"};
    write_list(w, "EventFormatTypes", formats, 2);
    write_list(w, "RegistryPrefixes", registries, 1);
    write_list(w, "ResourceTypes", types, 2);
    write_list(w, "Severities", severities, 3);
    json_put_boolean(w, "SubordinateResourcesSupported", false);
    json_put_boolean(w, "IncludeOriginOfConditionSupported", false);
    json_put_boolean(w, "OriginResourcesSupported", true);
    json_put_boolean(w, "ExcludeMessageId", true);
    json_put_boolean(w, "ExcludeRegistryPrefix", false);
}

/* Of the filters on the stream, what event_stream_get() understands. */
static void write_stream_filters(struct json_writer *w) {
    static const char *const unsupported[] = {"MessageId",      "MetricReportDefinition", "OriginResource",
                                              "RegistryPrefix", "ResourceType",           "SubordinateResources"};
    json_put_object(w, "SSEFilterPropertiesSupported");
    json_put_boolean(w, "EventFormatType", true);
    for (size_t i = 0; i < sizeof unsupported / sizeof unsupported[0]; i++) json_put_boolean(w, unsupported[i], false);
    json_object_end(w);
}

static void write_actions(struct json_writer *w) {
    static const char *const severities[] = {"OK", "Warning", "Critical"};
    json_put_object(w, "#EventService.SubmitTestEvent");
    json_put_text(w, "target", URI_EVENTS "/Actions/EventService.SubmitTestEvent");
    write_list(w, "MessageSeverity@Redfish.AllowableValues", severities, 3);
    json_object_end(w);
}

enum http_next event_service_get(struct core *core, struct http_exchange *x) {
    bool whole_board = x->identity.nodes == NODE_ALL; /* to others subscriptions and test events do not exist */
    (void)core;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_EVENTS, SCHEMA_EVENT_SERVICE, "EventService", "Event Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    json_put_object(&w, "Status");
    json_put_text(&w, "State", "Enabled");
    json_put_text(&w, "Health", "OK");
    json_object_end(&w);
    json_put_integer(&w, "DeliveryRetryAttempts", DELIVERY_RETRY_COUNT);
    json_put_integer(&w, "DeliveryRetryIntervalSeconds", DELIVERY_RETRY_MS / 1000);
    json_put_text(&w, "ServerSentEventUri", SSE_URI);
    write_kinds(&w);
    write_stream_filters(&w);
    if (whole_board) json_put_link(&w, "Subscriptions", URI_SUBSCRIPTIONS);
    json_put_object(&w, "Actions"); /* sushy wants it even when it is empty */
    if (whole_board) write_actions(&w);
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- the stream ---- */

static bool choose(struct http_exchange *x, const char *filter) {
    bool events = strcmp(filter, "EventFormatType eq 'Event'") == 0;
    bool metrics = strcmp(filter, "EventFormatType eq 'MetricReport'") == 0;
    if (filter[0] && !events && !metrics) {
        reply_error(x, 400,
                    MESSAGE(QUERY_VALUE_FORMAT, .arg = {filter, "$filter"},
                            .resolution = "Use EventFormatType eq 'Event' or EventFormatType eq 'MetricReport'."));
        return false;
    }
    x->stream.events = !metrics;
    x->stream.metrics = !events;
    return true;
}

/* WHATWG HTML 9.2: a client that comes back says what it saw last: "17", or "17.9" for the ninth report after entry 17. What it
 * cannot have seen is taken as "from now on". */
static uint32_t continue_after(const struct core *core, const char *last_event_id) {
    uint32_t seen, last = eventlog_last(&core->log);
    char number[12] = "";
    for (size_t i = 0; i + 1 < sizeof number && last_event_id[i] && last_event_id[i] != '.'; i++) number[i] = last_event_id[i];
    bool known = text_read_number(number, UINT32_MAX, &seen) && seen <= last;
    return (known ? seen : last) + 1;
}

enum http_next event_stream_get(struct core *core, struct http_exchange *x) {
    struct query query;
    if (!query_read(x, QUERY_FILTER, &query) || !choose(x, query.filter)) return HTTP_DONE;
    x->stream.next_sequence = continue_after(core, x->request.last_event_id);
    x->response.status = 200;
    x->response.content_type = "text/event-stream";
    return x->request.method == HTTP_HEAD ? HTTP_DONE : HTTP_STREAM;
}

/* ---- test events ---- */

#define TEST_ACTION "EventService.SubmitTestEvent"

static const struct body_field test_fields[] = {
    BODY_MUST("MessageId", TEXT), BODY_MAY("EventId", TEXT), /* replaced by our own, as the schema allows */
    BODY_MAY("EventType", TEXT),  BODY_MAY("EventTimestamp", TEXT),    BODY_MAY("EventGroupId", INTEGER),
    BODY_MAY("Message", TEXT),    BODY_MAY("MessageArgs", ARRAY),      BODY_MAY("MessageSeverity", TEXT),
    BODY_MAY("Severity", TEXT),   BODY_MAY("OriginOfCondition", TEXT), BODY_END,
};
static const struct body_shape test_shape = {.action = TEST_ACTION, .fields = test_fields};

static bool refuse_parameter(struct http_exchange *x, const char *name, const char *resolution) {
    char pointer[24];
    snprintf(pointer, sizeof pointer, "#/%s", name);
    reply_error(x, 400, MESSAGE(PARAMETER_VALUE_ERROR, .arg = {name, TEST_ACTION}, .related = pointer, .resolution = resolution));
    return false;
}

/* Event, MessageId: registry, two numbers and a key, with dots between. */
static bool is_message_id(const char *id) {
    unsigned dots = 0;
    bool empty = true;
    for (; *id; id++) {
        bool digit = *id >= '0' && *id <= '9';
        bool letter = (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z');
        if (*id == '.' ? empty : !(digit || (letter && (dots == 0 || dots >= 3)))) return false;
        empty = *id == '.';
        dots += empty;
    }
    return dots >= 3 && !empty;
}

static bool read_test_text(struct http_exchange *x, const struct json_value *body, const char *name, char *out, size_t size) {
    const char *value = json_text_of(body, name);
    out[0] = '\0';
    if (!value) return true;
    if (strlen(value) >= size) return refuse_parameter(x, name, "Shorten it: the controller keeps little of a test event.");
    text_copy(out, size, value);
    return true;
}

static bool read_test_args(struct http_exchange *x, const struct json_value *body, struct test_event *test) {
    const struct json_value *array = json_member(body, "MessageArgs");
    size_t used = 0;
    for (const struct json_value *item = array ? json_first(array) : NULL; item; item = json_next(item)) {
        const char *value = json_text_value(item);
        if (!value) return refuse_parameter(x, "MessageArgs", "Give an array of strings.");
        if (strlen(value) >= sizeof test->args - used)
            return refuse_parameter(x, "MessageArgs", "Shorten them: the controller keeps little of a test event.");
        text_copy(&test->args[used], sizeof test->args - used, value);
        used += strlen(value) + 1;
        test->arg_count++;
    }
    return true;
}

/* Severity is the older name of MessageSeverity. */
static bool read_test_severity(struct http_exchange *x, const struct json_value *body, struct test_event *test) {
    const char *name = json_member(body, "MessageSeverity") ? "MessageSeverity" : "Severity";
    const char *value = json_text_of(body, name);
    if (!value) return true;
    for (enum event_severity severity = EVENT_OK; severity <= EVENT_CRITICAL; severity++)
        if (strcmp(event_severity_name(severity), value) == 0) test->severity = (uint8_t)(severity + 1);
    return test->severity != 0 || refuse_parameter(x, name, "Use OK, Warning or Critical.");
}

/* Roughly RFC 3339; it is handed on and never reckoned with. */
static bool is_time(const char *time) {
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? time[i] < '0' || time[i] > '9' : time[i] != form[i]) return false;
    return true;
}

static bool read_test(struct http_exchange *x, struct test_event *test, char message_id[EVENT_TEXT_SIZE]) {
    const struct json_value *body = body_read(x, &test_shape);
    *test = (struct test_event){.group = -1};
    if (!body || !read_test_text(x, body, "MessageId", message_id, EVENT_TEXT_SIZE) ||
        !read_test_text(x, body, "Message", test->message, sizeof test->message) ||
        !read_test_text(x, body, "OriginOfCondition", test->origin, sizeof test->origin) ||
        !read_test_text(x, body, "EventTimestamp", test->time, sizeof test->time) || !read_test_args(x, body, test) ||
        !read_test_severity(x, body, test))
        return false;
    if (!is_message_id(message_id)) return refuse_parameter(x, "MessageId", "Use the form Registry.1.0.Key.");
    if (test->time[0] && !is_time(test->time)) return refuse_parameter(x, "EventTimestamp", "Use the form of RFC 3339.");
    if (test->origin[0] && test->origin[0] != '/') return refuse_parameter(x, "OriginOfCondition", "Use the URI of a resource.");
    if (json_integer_of(body, "EventGroupId", &test->group) && test->group < 0)
        return refuse_parameter(x, "EventGroupId", "Use a number from 0 on.");
    return true;
}

/* So that a test about a node reaches those who hear of that node alone. */
static uint8_t node_of(const char *origin) {
    static const char systems[] = URI_SYSTEMS "/";
    bool system = strncmp(origin, systems, sizeof systems - 1) == 0;
    return (uint8_t)(system ? node_index(origin + sizeof systems - 1) + 1 : 0);
}

enum http_next event_submit_test(struct core *core, struct http_exchange *x) {
    struct test_event test;
    char message_id[EVENT_TEXT_SIZE];
    if (!read_test(x, &test, message_id)) return HTTP_DONE;
    auth_log(core, x, event_make(EVENT_TEST_EVENT, node_of(test.origin), message_id));
    test.sequence = core->log.last_sequence;
    core->test_event = test;
    return reply_empty(x, 204);
}
