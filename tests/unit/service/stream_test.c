/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "service/stream.h"
#include "tests/unit/service/fixture.h"

static struct fixture f;
static struct stream stream;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    memset(&stream, 0, sizeof stream);
    return 0;
}

#define SSE "GET /redfish/v1/EventService/SSE"

static char out[4096];
static uint64_t wake_ms;

static size_t next(void) {
    size_t length = stream_next(&f.core, &stream, f.now_ms, f.core.wall_ms, out, sizeof out - 1, &wake_ms);
    if (length < sizeof out) out[length] = '\0';
    return length;
}

static void open_stream(const char *line) {
    assert_int_equal(request(&f, line, NULL), 200);
    assert_string_equal(f.x.response.content_type, "text/event-stream");
    if (stream.id) stream_end(&f.core, &stream);
    assert_true(stream_begin(&f.core, &stream, &f.x, f.now_ms));
}

static int begin_as_reader(void **state) {
    begin(state);
    f.headers.port = 4711;
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    return 0;
}

/* The message's JSON through the same reader as answers: copied into the exchange's response. */
static const char *data(const char *path) {
    const char *json = strstr(out, "\ndata: ");
    assert_non_null(json);
    json += 7;
    assert_string_equal(strchr(json, '\n'), "\n\n"); /* one line, then the end of the message */
    f.x.response.content_type = "application/json";
    f.x.response.body = json;
    f.x.response.body_size = strlen(json);
    return member(&f, path);
}

static void log_event(const char *text) {
    struct event event = event_make(EVENT_NODE_PANICKED, 2, text);
    core_log(&f.core, &event);
    fixture_turn(&f);
}

static void events_come_as_they_happen(void **state) {
    (void)state;
    char id[24];
    open_stream(SSE "?$filter=EventFormatType%20eq%20'Event'");
    assert_int_equal(next(), 0); /* nothing from before the stream was opened */
    assert_true(wake_ms > f.now_ms);
    log_event("oops");
    assert_true(next() > 0);
    snprintf(id, sizeof id, "id: %u\n", f.core.log.last_sequence);
    assert_int_equal(strncmp(out, id, strlen(id)), 0);
    assert_string_equal(data("@odata.type"), "#Event.v1_11_0.Event");
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.NodePanicked");
    assert_string_equal(data("Events/0/OriginOfCondition/@odata.id"), "/redfish/v1/Systems/Node2");
    assert_string_equal(data("Events/0/Severity"), "Critical");
    assert_int_equal(next(), 0);
}

/* An entry that is not yet on the medium is shown to no one. */
static void unsaved_events_wait(void **state) {
    (void)state;
    open_stream(SSE "?$filter=EventFormatType eq 'Event'");
    struct event event = event_make(EVENT_NODE_PANICKED, 2, "x");
    core_log(&f.core, &event);
    assert_int_equal(next(), 0);
    fixture_turn(&f);
    assert_true(next() > 0);
}

static void readings_come_each_second(void **state) {
    (void)state;
    open_stream(SSE "?$filter=EventFormatType+eq+'MetricReport'");
    for (unsigned i = 1; i <= 3; i++) {
        char sequence[8];
        snprintf(sequence, sizeof sequence, "%u", i);
        assert_true(next() > 0);
        assert_string_equal(data("ReportSequence"), sequence);
        assert_string_equal(data("@odata.id"), "/redfish/v1/TelemetryService/MetricReports/Live");
        assert_string_equal(data("MetricValues/6/MetricId"), "Node1RailVoltage");
        assert_string_equal(data("MetricValues/6/MetricValue"), "5.184");
        log_event("not asked for");
        assert_int_equal(next(), 0);
        assert_in_range(wake_ms, f.now_ms, f.now_ms + STREAM_METRIC_PERIOD_MS);
        f.now_ms += STREAM_METRIC_PERIOD_MS;
        fixture_turn(&f);
    }
    f.sensors_lost = true;
    fixture_turn(&f);
    assert_true(next() > 0);
    assert_null(strstr(out, "RailVoltage"));
}

static void a_client_continues_where_it_was(void **state) {
    (void)state;
    uint32_t seen = f.core.log.last_sequence;
    log_event("one");
    log_event("two");
    snprintf(f.headers.last_event_id, sizeof f.headers.last_event_id, "%u", seen);
    open_stream(SSE "?$filter=EventFormatType eq 'Event'");
    assert_true(next() > 0);
    assert_string_equal(data("Events/0/MessageArgs/1"), "one");
    snprintf(f.headers.last_event_id, sizeof f.headers.last_event_id, "%u.7", seen + 1); /* a report after "one" */
    open_stream(SSE);
    assert_true(next() > 0);
    assert_string_equal(data("Events/0/MessageArgs/1"), "two");
    assert_true(next() > 0);
    char id[32];
    snprintf(id, sizeof id, "id: %u.1\n", seen + 2);
    assert_int_equal(strncmp(out, id, strlen(id)), 0);
    static const char *const odd[] = {"99999999", "-1", "x", "99999999999999", "1x", "."};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        strcpy(f.headers.last_event_id, odd[i]);
        open_stream(SSE "?$filter=EventFormatType eq 'Event'");
        assert_int_equal(next(), 0);
    }
}

static void a_slow_reader_loses_the_oldest(void **state) {
    (void)state;
    open_stream(SSE "?$filter=EventFormatType eq 'Event'");
    for (unsigned i = 0; i < EVENTLOG_ENTRY_COUNT + 50; i++) log_event("x");
    unsigned count = 0;
    while (next() > 0) count++;
    assert_int_equal(count, EVENTLOG_ENTRY_COUNT);
    eventlog_clear(&f.core.log);
    log_event("after clearing");
    assert_true(next() > 0);
    assert_string_equal(data("Events/0/MessageArgs/1"), "after clearing");
}

static void silence_is_broken_by_a_comment(void **state) {
    (void)state;
    open_stream(SSE "?$filter=EventFormatType eq 'Event'");
    assert_int_equal(next(), 0);
    assert_int_equal(wake_ms, f.now_ms + STREAM_KEEPALIVE_MS);
    f.now_ms = wake_ms;
    assert_true(next() > 0);
    assert_int_equal(out[0], ':');
    assert_int_equal(next(), 0);
}

static void the_stream_ends_with_its_account(void **state) {
    (void)state;
    open_stream(SSE);
    sessions_close_account(&f.core.sessions, 2, 0); /* but not with its session */
    assert_true(next() > 0);
    f.core.accounts.slot[2].enabled = false;
    assert_int_equal(next(), SIZE_MAX);
    f.core.accounts.slot[2].enabled = true;
    strcpy(f.core.accounts.slot[2].name, "successor");
    assert_int_equal(next(), SIZE_MAX);
}

/* DSP0266, 13.10.3: an open stream is a subscription; whoever deletes it closes the stream, and its end deletes it. */
static void an_open_stream_is_an_event_destination(void **state) {
    (void)state;
    char uri[96], line[128];
    open_stream(SSE "?$filter=EventFormatType eq 'Event'");
    assert_int_equal(next(), 0);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/EventService/Subscriptions", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    snprintf(uri, sizeof uri, "%s", member(&f, "Members/0/@odata.id"));
    snprintf(line, sizeof line, "GET %s", uri);
    assert_int_equal(request(&f, line, NULL), 200);
    assert_string_equal(member(&f, "SubscriptionType"), "SSE");
    assert_string_equal(member(&f, "Protocol"), "Redfish");
    assert_string_equal(member(&f, "EventFormatType"), "Event");
    assert_string_equal(member(&f, "Context"), "reader");
    assert_string_equal(member(&f, "Destination"), "redfish-sse://192.0.2.7:4711");
    snprintf(line, sizeof line, "PATCH %s", uri);
    assert_int_equal(request(&f, line, "{\"Context\": \"x\"}"), 405);
    snprintf(line, sizeof line, "DELETE %s", uri);
    assert_int_equal(request(&f, line, NULL), 204);
    fixture_turn(&f);
    assert_int_equal(next(), SIZE_MAX);
    assert_int_equal(count_events(&f, EVENT_SUBSCRIPTION_DELETED), 1);
    assert_int_equal(request(&f, line, NULL), 404);
    stream_end(&f.core, &stream);
    open_stream(SSE);
    stream_end(&f.core, &stream);
    assert_int_equal(request(&f, "GET /redfish/v1/EventService/Subscriptions", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "0");
}

static void no_more_streams_than_there_are_places(void **state) {
    (void)state;
    static struct stream many[STREAM_COUNT + 1];
    for (unsigned i = 0; i <= STREAM_COUNT; i++) {
        assert_int_equal(request(&f, SSE, NULL), 200);
        assert_int_equal(stream_begin(&f.core, &many[i], &f.x, f.now_ms), i < STREAM_COUNT);
    }
    assert_int_equal(many[STREAM_COUNT].id, 0);
    stream_end(&f.core, &many[STREAM_COUNT]); /* takes nobody's place away */
    assert_false(stream_begin(&f.core, &many[STREAM_COUNT], &f.x, f.now_ms));
    stream_end(&f.core, &many[0]);
    assert_true(stream_begin(&f.core, &many[0], &f.x, f.now_ms));
}

static void head_opens_no_stream(void **state) {
    (void)state;
    assert_int_equal(request_begin(&f, "HEAD /redfish/v1/EventService/SSE", NULL), HTTP_DONE);
    assert_int_equal(f.core.subscriptions.stream[0].id, 0);
    assert_int_equal(f.x.response.status, 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(events_come_as_they_happen, begin_as_reader),
        cmocka_unit_test_setup(unsaved_events_wait, begin_as_reader),
        cmocka_unit_test_setup(readings_come_each_second, begin_as_reader),
        cmocka_unit_test_setup(a_client_continues_where_it_was, begin_as_reader),
        cmocka_unit_test_setup(a_slow_reader_loses_the_oldest, begin_as_reader),
        cmocka_unit_test_setup(silence_is_broken_by_a_comment, begin_as_reader),
        cmocka_unit_test_setup(the_stream_ends_with_its_account, begin_as_reader),
        cmocka_unit_test_setup(an_open_stream_is_an_event_destination, begin_as_reader),
        cmocka_unit_test_setup(no_more_streams_than_there_are_places, begin_as_reader),
        cmocka_unit_test_setup(head_opens_no_stream, begin_as_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
