/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "service/delivery.h"
#include "tests/unit/service/fixture.h"

static struct fixture f;
static struct delivery delivery;
static uint64_t wake_ms;
static unsigned changed_slot;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    return 0;
}

/* Returns the new subscription's id. more: further members, with a comma before. */
static uint32_t subscribe(const char *more) {
    char body[512];
    snprintf(body, sizeof body, "{\"Protocol\": \"Redfish\", \"Destination\": \"http://192.0.2.50/events\"%s}", more);
    assert_int_equal(request(&f, "POST /redfish/v1/EventService/Subscriptions", body), 201);
    return f.core.subscriptions.last_id;
}

static const struct subscription *subscription(uint32_t id) {
    int slot = subscriptions_find(&f.core.subscriptions, id);
    assert_true(slot >= 0);
    return &f.core.subscriptions.push[slot];
}

static uint32_t log_event(enum event_code code, uint8_t node, const char *text) {
    struct event event = event_make(code, node, text);
    core_log(&f.core, &event);
    fixture_turn(&f);
    return f.core.log.last_sequence;
}

static bool next(void) { return delivery_next(&f.core, &delivery, &wake_ms); }

static enum delivery_end done(const char *problem) {
    enum delivery_end end = delivery_done(&f.core, &delivery, problem, &changed_slot);
    fixture_turn(&f);
    return end;
}

/* Its JSON through the same reader as answers. */
static const char *data(const char *path) {
    f.x.response.content_type = "application/json";
    f.x.response.body = delivery.body;
    f.x.response.body_size = delivery.body_size;
    return member(&f, path);
}

static void entries_go_in_order_one_at_a_time(void **state) {
    (void)state;
    uint32_t id = subscribe(", \"Context\": \"rack 3\"");
    assert_false(next()); /* nothing from before, nor its own creation */
    uint32_t first = log_event(EVENT_LINK_DOWN, 0, NULL);
    log_event(EVENT_RAIL_LOST, 2, NULL);
    char number[12];
    snprintf(number, sizeof number, "%u", first);
    assert_true(next());
    assert_int_equal(delivery.id, id);
    assert_string_equal(delivery.destination, "http://192.0.2.50/events");
    assert_string_equal(data("@odata.type"), "#Event.v1_11_0.Event");
    assert_string_equal(data("Id"), number);
    assert_string_equal(data("Context"), "rack 3");
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.LinkDown");
    assert_false(next()); /* this one first */
    assert_int_equal(done(NULL), DELIVERY_STANDS);
    assert_true(next());
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.RailLost");
    assert_string_equal(data("Events/0/OriginOfCondition/@odata.id"), "/redfish/v1/Systems/Node2");
    done(NULL);
    assert_false(next());
}

static void filters_are_heeded(void **state) {
    (void)state;
    subscribe(", \"Severities\": [\"Critical\"], \"OriginResources\": [{\"@odata.id\": \"/redfish/v1/Systems/Node2\"}]");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    log_event(EVENT_RAIL_LOST, 1, NULL);
    log_event(EVENT_RAIL_LOST, 2, NULL);
    assert_true(next());
    assert_string_equal(data("Events/0/OriginOfCondition/@odata.id"), "/redfish/v1/Systems/Node2");
    done(NULL);
    assert_false(next());
}

static void a_failed_one_comes_again_before_all_later_ones(void **state) {
    (void)state;
    static const uint64_t backoff_ms[] = {1000, 2000, 4000, 8000};
    subscribe("");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    log_event(EVENT_LINK_UP, 0, NULL);
    for (size_t i = 0; i < sizeof backoff_ms / sizeof backoff_ms[0]; i++) {
        assert_true(next());
        assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.LinkDown");
        assert_int_equal(done("no connection"), DELIVERY_STANDS);
        assert_false(next());
        assert_int_equal(wake_ms, f.now_ms + backoff_ms[i]);
        fixture_pass(&f, backoff_ms[i] - 1);
        assert_false(next());
        fixture_pass(&f, 1);
    }
    for (unsigned i = 0; i < 300; i++) { /* days */
        assert_true(next());
        done("no connection");
        f.now_ms += DELIVERY_BACKOFF_MAX_MS;
        fixture_turn(&f);
    }
    assert_true(next());
    done("no connection");
    assert_false(next());
    assert_int_equal(wake_ms, f.now_ms + DELIVERY_BACKOFF_MAX_MS);
    f.now_ms = wake_ms;
    fixture_turn(&f);
    assert_true(next());
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.LinkDown");
    done(NULL);
    assert_true(next());
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.LinkUp");
}

static void trouble_is_told_once(void **state) {
    (void)state;
    subscribe(", \"DeliveryRetryPolicy\": \"RetryForever\"");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    for (unsigned i = 1; i <= 10; i++) {
        assert_true(next());
        done("it answers 500");
        assert_int_equal(count_events(&f, EVENT_DELIVERY_FAILING), i >= DELIVERY_TELL_AFTER);
        f.now_ms += DELIVERY_RETRY_MS;
        fixture_turn(&f);
    }
    assert_string_equal(latest_text(&f, EVENT_DELIVERY_FAILING), "it answers 500");
    while (next()) done(NULL); /* what waited, and the two about itself */
    assert_int_equal(count_events(&f, EVENT_DELIVERY_RESTORED), 1);
    for (unsigned round = 0; round < 5; round++) { /* a listener that comes and goes */
        log_event(EVENT_LINK_UP, 0, NULL);
        for (unsigned i = 0; i < 4; i++) {
            assert_true(next());
            done("it answers 500");
            f.now_ms += DELIVERY_RETRY_MS;
            fixture_turn(&f);
        }
        while (next()) done(NULL);
    }
    assert_int_equal(count_events(&f, EVENT_DELIVERY_FAILING), 1);
    assert_int_equal(count_events(&f, EVENT_DELIVERY_RESTORED), 1);
}

static void fail_to_the_end(enum delivery_end expected) {
    for (unsigned i = 0; i <= DELIVERY_RETRY_COUNT; i++) {
        assert_true(next());
        assert_int_equal(done("no connection"), i < DELIVERY_RETRY_COUNT ? DELIVERY_STANDS : expected);
        f.now_ms += DELIVERY_RETRY_MS;
        fixture_turn(&f);
    }
}

static void a_suspended_one_waits_to_be_resumed(void **state) {
    (void)state;
    uint32_t id = subscribe(", \"DeliveryRetryPolicy\": \"SuspendRetries\"");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    fail_to_the_end(DELIVERY_SUSPENDED);
    assert_int_equal(changed_slot, 0);
    assert_false(next());
    assert_int_equal(wake_ms, UINT64_MAX);
    assert_int_equal(count_events(&f, EVENT_SUBSCRIPTION_SUSPENDED), 1);
    assert_int_equal(request(&f, "GET /redfish/v1/EventService/Subscriptions/1", NULL), 200);
    assert_string_equal(member(&f, "Status/State"), "Disabled");
    static const char resume[] = "POST /redfish/v1/EventService/Subscriptions/1/Actions/EventDestination.ResumeSubscription";
    assert_int_equal(request(&f, resume, "{}"), 204);
    assert_string_equal(f.saved_key[0], "sub0");
    assert_false(subscription(id)->suspended);
    assert_int_equal(request(&f, resume, "{}"), 204); /* as it is already */
    assert_int_equal(count_events(&f, EVENT_SUBSCRIPTION_RESUMED), 1);
    fixture_turn(&f);
    assert_true(next());
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.LinkDown"); /* nothing was lost meanwhile */
    assert_int_equal(
        request(&f, "POST /redfish/v1/EventService/Subscriptions/9/Actions/EventDestination.ResumeSubscription", "{}"), 404);
}

static void a_terminated_one_is_gone(void **state) {
    (void)state;
    uint32_t id = subscribe(", \"DeliveryRetryPolicy\": \"TerminateAfterRetries\"");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    fail_to_the_end(DELIVERY_TERMINATED);
    assert_int_equal(subscriptions_find(&f.core.subscriptions, id), -1);
    assert_int_equal(count_events(&f, EVENT_SUBSCRIPTION_TERMINATED), 1);
    assert_false(next());
}

static void one_that_hangs_delays_nobody(void **state) {
    (void)state;
    struct delivery hanging;
    uint32_t slow = subscribe(""), quick = subscribe("");
    while (next()) done(NULL); /* the second's creation */
    log_event(EVENT_LINK_DOWN, 0, NULL);
    assert_true(next());
    assert_int_equal(delivery.id, slow);
    hanging = delivery;
    for (unsigned i = 0; i < 5; i++) {
        assert_true(next());
        assert_int_equal(delivery.id, quick);
        done(NULL);
        log_event(EVENT_LINK_UP, 0, NULL);
    }
    delivery = hanging;
    done("timeout");
    assert_int_equal(subscription(slow)->failures, 1);
}

static void what_was_deleted_meanwhile_stays_deleted(void **state) {
    (void)state;
    subscribe("");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    assert_true(next());
    assert_int_equal(request(&f, "DELETE /redfish/v1/EventService/Subscriptions/1", NULL), 204);
    assert_int_equal(done("timeout"), DELIVERY_STANDS);
    assert_false(next());
}

static void what_left_the_log_is_counted(void **state) {
    (void)state;
    uint32_t id = subscribe("");
    uint32_t first = subscription(id)->next_sequence;
    for (unsigned i = 0; i < EVENTLOG_ENTRY_COUNT + 20; i++) log_event(EVENT_LINK_UP, 0, NULL);
    assert_true(next());
    assert_int_equal(count_events(&f, EVENT_EVENTS_MISSED), 0); /* not yet on the medium */
    uint32_t lost = delivery.sequence_next - 1 - first;
    fixture_turn(&f);
    const struct eventlog_entry *entry = latest_event(&f, EVENT_EVENTS_MISSED);
    assert_non_null(entry);
    assert_int_equal(entry->event.arg[0], (int32_t)lost);
    assert_int_equal(entry->event.arg[1], (int32_t)id);
    unsigned count = 1;
    for (done(NULL); next(); done(NULL)) count++;
    assert_in_range(count, EVENTLOG_ENTRY_COUNT, EVENTLOG_ENTRY_COUNT + 1);
}

static void reports_come_now_and_then(void **state) {
    (void)state;
    subscribe(", \"EventFormatType\": \"MetricReport\", \"Context\": \"m\"");
    assert_true(next());
    assert_string_equal(data("@odata.type"), "#MetricReport.v1_5_0.MetricReport");
    assert_string_equal(data("Context"), "m");
    assert_string_equal(data("MetricValues/6/MetricId"), "Node1RailVoltage");
    assert_string_equal(data("MetricValues/6/MetricValue"), "5.184");
    log_event(EVENT_LINK_DOWN, 0, NULL);
    done(NULL);
    assert_false(next());
    assert_int_equal(wake_ms, f.now_ms + DELIVERY_REPORT_MS);
    fixture_pass(&f, DELIVERY_REPORT_MS);
    assert_true(next());
}

/* With the widest figures the report still fits. */
static void a_report_of_everything_fits(void **state) {
    (void)state;
    for (unsigned i = 0; i < NODE_COUNT; i++) f.core.rail[i] = (struct rail_sample){true, f.now_ms, 26000, -8190};
    for (unsigned i = 0; i < INPUT_COUNT; i++) f.core.inputs.view[i].sample = f.core.rail[0];
    subscribe(", \"EventFormatType\": \"MetricReport\", \"Context\": \"12345678901234567890123456789012345678901234567\"");
    assert_true(next());
    assert_in_range(delivery.body_size, 1500, PAYLOAD_SIZE_MAX - 400); /* room for a few sensors more */
}

static void a_test_event_is_what_its_sender_wrote(void **state) {
    (void)state;
    subscribe(", \"MessageIds\": [\"Super4C.LinkDown\"]");
    subscribe("");
    while (next()) done(NULL);
    assert_int_equal(
        request(
            &f, "POST /redfish/v1/EventService/Actions/EventService.SubmitTestEvent",
            "{\"MessageId\": \"Base.1.19.Success\", \"Message\": \"hello \\\"you\\\"\", \"MessageArgs\": [\"a\", \"\", \"c\"],"
            " \"MessageSeverity\": \"Critical\", \"OriginOfCondition\": \"/redfish/v1/Systems/Node3\","
            " \"EventTimestamp\": \"2026-01-01T00:00:00Z\", \"EventGroupId\": 7, \"EventId\": \"x\"}"),
        204);
    fixture_turn(&f);
    assert_true(next());
    assert_int_equal(delivery.id, 2); /* the first did not ask for such */
    assert_string_equal(data("Events/0/MessageId"), "Base.1.19.Success");
    assert_string_equal(data("Events/0/Message"), "hello \"you\"");
    assert_string_equal(data("Events/0/MessageArgs"), "(3 members)");
    assert_string_equal(data("Events/0/MessageArgs/1"), "");
    assert_string_equal(data("Events/0/MessageArgs/2"), "c");
    assert_string_equal(data("Events/0/MessageSeverity"), "Critical");
    assert_string_equal(data("Events/0/OriginOfCondition/@odata.id"), "/redfish/v1/Systems/Node3");
    assert_string_equal(data("Events/0/EventTimestamp"), "2026-01-01T00:00:00Z");
    assert_string_equal(data("Events/0/EventGroupId"), "7");
    done(NULL);
    assert_int_equal(request(&f, "POST /redfish/v1/EventService/Actions/EventService.SubmitTestEvent",
                             "{\"MessageId\": \"Super4C.1.0.LinkDown\"}"),
                     204);
    fixture_turn(&f);
    assert_true(next());
    assert_int_equal(delivery.id, 1);
    assert_string_equal(data("Events/0/MessageId"), "Super4C.1.0.LinkDown");
    assert_string_equal(data("Events/0/Message"), "(absent)"); /* what was not given is not sent */
    assert_string_equal(data("Events/0/MessageArgs"), "(absent)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_go_in_order_one_at_a_time, begin),
        cmocka_unit_test_setup(filters_are_heeded, begin),
        cmocka_unit_test_setup(a_failed_one_comes_again_before_all_later_ones, begin),
        cmocka_unit_test_setup(trouble_is_told_once, begin),
        cmocka_unit_test_setup(a_suspended_one_waits_to_be_resumed, begin),
        cmocka_unit_test_setup(a_terminated_one_is_gone, begin),
        cmocka_unit_test_setup(one_that_hangs_delays_nobody, begin),
        cmocka_unit_test_setup(what_was_deleted_meanwhile_stays_deleted, begin),
        cmocka_unit_test_setup(what_left_the_log_is_counted, begin),
        cmocka_unit_test_setup(reports_come_now_and_then, begin),
        cmocka_unit_test_setup(a_report_of_everything_fits, begin),
        cmocka_unit_test_setup(a_test_event_is_what_its_sender_wrote, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
