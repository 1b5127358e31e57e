/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

static struct fixture f;

#define SUBSCRIPTIONS "/redfish/v1/EventService/Subscriptions"
#define POST          "POST " SUBSCRIPTIONS
#define HERE          "\"Protocol\": \"Redfish\", \"Destination\": \"https://192.0.2.50/events\""

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    return 0;
}

/* "GET /redfish/v1/EventService/Subscriptions/1" */
static const char *line(const char *method, unsigned id) {
    static char text[96];
    snprintf(text, sizeof text, "%s " SUBSCRIPTIONS "/%u", method, id);
    return text;
}

static void the_service_says_what_it_can(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/EventService", NULL), 200);
    assert_string_equal(member(&f, "@odata.type"), "#EventService.v1_12_0.EventService");
    assert_string_equal(member(&f, "DeliveryRetryAttempts"), "3");
    assert_string_equal(member(&f, "DeliveryRetryIntervalSeconds"), "5");
    assert_string_equal(member(&f, "Subscriptions/@odata.id"), SUBSCRIPTIONS);
    assert_string_equal(member(&f, "SSEFilterPropertiesSupported/EventFormatType"), "true");
    assert_string_equal(member(&f, "SSEFilterPropertiesSupported/MessageId"), "false");
    assert_string_equal(member(&f, "Actions/#EventService.SubmitTestEvent/target"),
                        "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent");
}

static void accounts_of_one_node_have_no_subscriptions(void **state) {
    (void)state;
    fixture_account(&f, "node2", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD);
    sign_in(&f, "node2", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/EventService", NULL), 200);
    assert_string_equal(member(&f, "Subscriptions"), "(absent)");
    assert_string_equal(member(&f, "Actions"), "(0 members)");
    assert_int_equal(request(&f, "GET " SUBSCRIPTIONS, NULL), 404);
    assert_int_equal(request(&f, POST, "{" HERE "}"), 404);
}

static void a_subscription_is_made_and_shown(void **state) {
    (void)state;
    assert_int_equal(request(&f, POST, "{" HERE ", \"Context\": \"RPV test subscription\"}"), 201);
    assert_string_equal(f.x.response.location, SUBSCRIPTIONS "/1");
    assert_string_equal(member(&f, "Id"), "1");
    assert_int_equal(request(&f, line("GET", 1), NULL), 200);
    assert_string_equal(member(&f, "@odata.type"), "#EventDestination.v1_16_0.EventDestination");
    assert_string_equal(member(&f, "Destination"), "https://192.0.2.50/events");
    assert_string_equal(member(&f, "Context"), "RPV test subscription");
    assert_string_equal(member(&f, "SubscriptionType"), "RedfishEvent");
    assert_string_equal(member(&f, "EventFormatType"), "Event");
    assert_string_equal(member(&f, "DeliveryRetryPolicy"), "RetryForeverWithBackoff");
    assert_string_equal(member(&f, "VerifyCertificate"), "false"); /* the schema's default */
    assert_string_equal(member(&f, "HttpHeaders"), "(0 members)");
    assert_string_equal(member(&f, "Status/State"), "Enabled");
    assert_int_equal(count_events(&f, EVENT_SUBSCRIPTION_CREATED), 1);
    assert_string_equal(f.saved_key[0], "sub0");
    assert_int_equal(f.saved_size[0], SUBSCRIPTION_RECORD_SIZE);
    assert_int_equal(f.core.subscriptions.push[0].next_sequence, f.core.log.last_sequence + 1);
    assert_int_equal(request(&f, "GET " SUBSCRIPTIONS "?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members/0/Context"), "RPV test subscription");
}

static void filters_are_kept_and_shown(void **state) {
    (void)state;
    assert_int_equal(request(&f, POST,
                             "{" HERE ", \"MessageIds\": [\"Super4C.1.0.LinkDown\", \"Super4C.RailLost\"],"
                             " \"ExcludeMessageIds\": [\"Super4C.LoginFailed\"], \"RegistryPrefixes\": [\"Super4C\"],"
                             " \"OriginResources\": [{\"@odata.id\": \"/redfish/v1/Systems/Node2\"},"
                             " {\"@odata.id\": \"/redfish/v1/Managers/BMC\"}], \"ResourceTypes\": [\"Manager\"],"
                             " \"Severities\": [\"Critical\"], \"EventTypes\": [\"StatusChange\", \"Alert\"],"
                             " \"SubordinateResources\": false, \"EventFormatType\": \"Event\"}"),
                     201);
    assert_string_equal(member(&f, "MessageIds"), "(2 members)");
    assert_string_equal(member(&f, "MessageIds/0"), "Super4C.RailLost"); /* in the order of the registry */
    assert_string_equal(member(&f, "MessageIds/1"), "Super4C.LinkDown");
    assert_string_equal(member(&f, "ExcludeMessageIds/0"), "Super4C.LoginFailed");
    assert_string_equal(member(&f, "RegistryPrefixes/0"), "Super4C");
    assert_string_equal(member(&f, "OriginResources/0/@odata.id"), "/redfish/v1/Systems/Node2");
    assert_string_equal(member(&f, "OriginResources/1/@odata.id"), "/redfish/v1/Managers/BMC");
    assert_string_equal(member(&f, "ResourceTypes/0"), "Manager");
    assert_string_equal(member(&f, "Severities/0"), "Critical");
}

static void bad_requests_name_what_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *body, *error, *related;
    } bad[] = {
        {"{\"Protocol\": \"Redfish\"}", "PropertyMissing", "#/Destination"},
        {"{\"Destination\": \"https://x/\"}", "PropertyMissing", "#/Protocol"},
        {"{\"Protocol\": \"FTP\", \"Destination\": \"https://x/\"}", "PropertyValueNotInList", "#/Protocol"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"ftp://x/\"}", "PropertyValueFormatError", "#/Destination"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"file:///etc/passwd\"}", "PropertyValueFormatError", "#/Destination"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"https://\"}", "PropertyValueFormatError", "#/Destination"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"https://:80/\"}", "PropertyValueFormatError", "#/Destination"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"https://u:secret@x/\"}", "PropertyValueFormatError", "#/Destination"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"https://x/\\r\\nHost: y\"}", "PropertyValueFormatError",
         "#/Destination"},
        {"{\"Protocol\": \"Redfish\", \"Destination\": \"https://x/#part\"}", "PropertyValueFormatError", "#/Destination"},
        {"{" HERE ", \"SubscriptionType\": \"SSE\"}", "PropertyValueNotInList", "#/SubscriptionType"},
        {"{" HERE ", \"EventFormatType\": \"Log\"}", "PropertyValueNotInList", "#/EventFormatType"},
        {"{" HERE ", \"DeliveryRetryPolicy\": \"Never\"}", "PropertyValueNotInList", "#/DeliveryRetryPolicy"},
        {"{" HERE ", \"MessageIds\": [\"Super4C.1.0.LinkDown\", \"Base.1.19.Success\"]}", "PropertyValueNotInList",
         "#/MessageIds/1"},
        {"{" HERE ", \"OriginResources\": [{\"@odata.id\": \"/redfish/v1/Systems/Node9\"}]}", "PropertyValueNotInList",
         "#/OriginResources/0"},
        {"{" HERE ", \"RegistryPrefixes\": [7]}", "PropertyValueNotInList", "#/RegistryPrefixes/0"},
        {"{" HERE ", \"EventTypes\": [\"StatusChange\"]}", "PropertyValueError", "#/EventTypes"},
        {"{" HERE ", \"SubordinateResources\": true}", "PropertyValueNotInList", "#/SubordinateResources"},
        {"{" HERE ", \"Context\": \"0123456789012345678901234567890123456789012345678\"}", "StringValueTooLong", "#/Context"},
        {"{" HERE ", \"HttpHeaders\": [\"A: b\"]}", "PropertyValueError", "#/HttpHeaders"},
        {"{" HERE ", \"HttpHeaders\": [{\"A\": \"b\\r\\nHost: c\"}]}", "PropertyValueError", "#/HttpHeaders"},
        {"{" HERE ", \"HttpHeaders\": [{\"A B\": \"c\"}]}", "PropertyValueError", "#/HttpHeaders"},
        {"{" HERE ", \"HttpHeaders\": [{\"content-length\": \"0\"}]}", "PropertyValueError", "#/HttpHeaders"},
        {"{" HERE ", \"Surprise\": 1}", "PropertyUnknown", "#/Surprise"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (request(&f, POST, bad[i].body) != 400) fail_msg("%s: %d", bad[i].body, f.x.response.status);
        assert_string_equal(error_name(&f), bad[i].error);
        assert_string_equal(error_related(&f), bad[i].related);
        assert_null(strstr(answer(&f), "secret"));
    }
    char body[512], host[300];
    memset(host, 'h', sizeof host);
    snprintf(body, sizeof body, "{\"Protocol\": \"Redfish\", \"Destination\": \"https://%.*s/\"}", SUBSCRIPTION_URI_SIZE - 9,
             host);
    assert_int_equal(request(&f, POST, body), 400);
    snprintf(body, sizeof body, "{\"Protocol\": \"Redfish\", \"Destination\": \"https://%.*s/\"}", SUBSCRIPTION_URI_SIZE - 10,
             host);
    assert_int_equal(request(&f, POST, body), 201);
    assert_int_equal(f.save_count, 1);
}

static void headers_are_stored_and_never_shown(void **state) {
    (void)state;
    assert_int_equal(request(&f, POST, "{" HERE ", \"HttpHeaders\": [{\"Authorization\": \"Bearer s3cret\"}, {\"X-A\": \"b\"}]}"),
                     201);
    assert_null(strstr(answer(&f), "s3cret"));
    assert_string_equal(f.saved_key[1], "subh0");
    assert_string_equal(f.saved_key[0], "sub0");
    assert_int_equal(request(&f, line("GET", 1), NULL), 200);
    assert_string_equal(member(&f, "HttpHeaders"), "(0 members)");
    assert_int_equal(request(&f, line("PATCH", 1), "{\"HttpHeaders\": []}"), 200);
    assert_string_equal(f.saved_key[1], "subh0");
}

static void what_may_change_changes(void **state) {
    (void)state;
    assert_int_equal(request(&f, POST, "{" HERE "}"), 201);
    assert_int_equal(request(&f, line("PATCH", 1),
                             "{\"Context\": \"new\", \"DeliveryRetryPolicy\": \"SuspendRetries\", \"VerifyCertificate\": true}"),
                     200);
    assert_string_equal(member(&f, "Context"), "new");
    assert_string_equal(member(&f, "DeliveryRetryPolicy"), "SuspendRetries");
    assert_string_equal(member(&f, "VerifyCertificate"), "true");
    assert_int_equal(request(&f, line("PATCH", 1), "{\"Destination\": \"https://elsewhere/\"}"), 400);
    assert_int_equal(request(&f, line("PATCH", 2), "{\"Context\": \"new\"}"), 404);
    f.store_fails = true;
    assert_int_equal(request(&f, line("PATCH", 1), "{\"Context\": \"newer\"}"), 500);
    f.store_fails = false;
    assert_int_equal(request(&f, line("GET", 1), NULL), 200);
    assert_string_equal(member(&f, "Context"), "new");
}

static void the_ninth_is_refused(void **state) {
    (void)state;
    for (unsigned i = 0; i < SUBSCRIPTION_COUNT; i++) assert_int_equal(request(&f, POST, "{" HERE "}"), 201);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(request(&f, POST, "{" HERE "}"), 400);
        assert_string_equal(error_name(&f), "CreateLimitReachedForResource");
    }
    assert_int_equal(request(&f, line("DELETE", 3), NULL), 204);
    assert_string_equal(f.saved_key[1], "sub2");
    assert_string_equal(f.saved_key[0], "subh2");
    assert_int_equal(f.saved_size[0], 0);
    assert_int_equal(request(&f, line("GET", 3), NULL), 404);
    assert_int_equal(request(&f, POST, "{" HERE "}"), 201);
    assert_string_equal(member(&f, "Id"), "9"); /* an id is not given twice */
    assert_int_equal(count_events(&f, EVENT_SUBSCRIPTION_DELETED), 1);
}

static void a_store_that_refuses_changes_nothing(void **state) {
    (void)state;
    f.store_fails = true;
    assert_int_equal(request(&f, POST, "{" HERE "}"), 500);
    assert_int_equal(f.core.subscriptions.push[0].id, 0);
    f.store_fails = false;
    assert_int_equal(request(&f, POST, "{" HERE "}"), 201);
    f.store_fails = true;
    assert_int_equal(request(&f, line("DELETE", 2), NULL), 500);
    f.store_fails = false;
    assert_int_equal(request(&f, line("GET", 2), NULL), 200);
}

static void only_who_configures_components_subscribes(void **state) {
    (void)state;
    assert_int_equal(request(&f, POST, "{" HERE "}"), 201);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, POST, "{" HERE "}"), 403);
    assert_int_equal(request(&f, line("PATCH", 1), "{\"Context\": \"x\"}"), 403);
    assert_int_equal(request(&f, line("DELETE", 1), NULL), 403);
    assert_int_equal(request(&f, line("GET", 1), NULL), 200);
    static const char *const odd[] = {"GET " SUBSCRIPTIONS "/0", "GET " SUBSCRIPTIONS "/01", "GET " SUBSCRIPTIONS "/x",
                                      "GET " SUBSCRIPTIONS "/4294967297"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) assert_int_equal(request(&f, odd[i], NULL), 404);
}

#define SUBMIT "POST /redfish/v1/EventService/Actions/EventService.SubmitTestEvent"

static void test_events_are_checked(void **state) {
    (void)state;
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, SUBMIT, "{\"MessageId\": \"Base.1.19.Success\"}"), 204);
    assert_string_equal(latest_text(&f, EVENT_TEST_EVENT), "Base.1.19.Success");
    static const struct {
        const char *body, *error;
    } bad[] = {
        {"{}", "ActionParameterMissing"},
        {"{\"MessageId\": \"nonsense\"}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.x.B\"}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.\"}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.B\", \"MessageSeverity\": \"Fatal\"}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.B\", \"MessageArgs\": [1]}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.B\", \"OriginOfCondition\": \"http://x\"}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.B\", \"EventTimestamp\": \"yesterday\"}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.B\", \"EventGroupId\": -2}", "ActionParameterValueError"},
        {"{\"MessageId\": \"A.1.0.B\", \"Volume\": 11}", "ActionParameterUnknown"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (request(&f, SUBMIT, bad[i].body) != 400) fail_msg("%s: %d", bad[i].body, f.x.response.status);
        assert_string_equal(error_name(&f), bad[i].error);
    }
    assert_int_equal(count_events(&f, EVENT_TEST_EVENT), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_service_says_what_it_can, begin),
        cmocka_unit_test_setup(accounts_of_one_node_have_no_subscriptions, begin),
        cmocka_unit_test_setup(a_subscription_is_made_and_shown, begin),
        cmocka_unit_test_setup(filters_are_kept_and_shown, begin),
        cmocka_unit_test_setup(bad_requests_name_what_is_wrong, begin),
        cmocka_unit_test_setup(headers_are_stored_and_never_shown, begin),
        cmocka_unit_test_setup(what_may_change_changes, begin),
        cmocka_unit_test_setup(the_ninth_is_refused, begin),
        cmocka_unit_test_setup(a_store_that_refuses_changes_nothing, begin),
        cmocka_unit_test_setup(only_who_configures_components_subscribes, begin),
        cmocka_unit_test_setup(test_events_are_checked, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
