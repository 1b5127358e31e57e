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

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    return 0;
}

#define SYSTEM   "/redfish/v1/Systems/Node2"
#define RESET    SYSTEM "/Actions/ComputerSystem.Reset"
#define SESSIONS "/redfish/v1/SessionService/Sessions"
#define ACCOUNTS "/redfish/v1/AccountService/Accounts"

static int begin_as_admin(void **state) {
    begin(state);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    return 0;
}

static void bodies_that_are_no_json_objects(void **state) {
    (void)state;
    static const struct {
        const char *body, *error;
    } cases[] = {{"{\"ResetType\": \"On\"", "MalformedJSON"},
                 {"{\"ResetType\": \"On\"} x", "MalformedJSON"},
                 {"\xff", "MalformedJSON"},
                 {"[[[[[[[[[]]]]]]]]]", "MalformedJSON"},
                 {"[]", "UnrecognizedRequestBody"},
                 {"\"On\"", "UnrecognizedRequestBody"},
                 {"{\"ResetType\": \"On\", \"ResetType\": \"ForceOff\"}", "PropertyDuplicate"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(request(&f, "POST " RESET, cases[i].body), 400);
        assert_string_equal(error_name(&f), cases[i].error);
    }
    assert_int_equal(request_bytes(&f, "POST " RESET, "{\"ResetType\": \"On\"}\0", 20), 400);
    assert_int_equal(count_events(&f, EVENT_POWER_ORDERED), 0);
}

static void content_types(void **state) {
    (void)state;
    static const char *const good[] = {"application/json", "Application/JSON; charset=utf-8", "application/json;charset=UTF-8"};
    static const char *const bad[] = {"text/plain", "application/jsonx", "application/x-www-form-urlencoded", "json"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        strcpy(f.headers.content_type, good[i]);
        assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"x\"}"), 200);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        strcpy(f.headers.content_type, bad[i]);
        assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"y\"}"), 415);
        assert_string_equal(f.core.settings.node[1].label, "x");
    }
}

static void errors_name_the_property(void **state) {
    (void)state;
    static const struct {
        const char *line, *body, *error, *related;
    } cases[] = {
        {"POST " RESET, "{\"ResetTypo\": \"On\"}", "ActionParameterUnknown", "#/ResetTypo"},
        {"POST " RESET, "{}", "ActionParameterMissing", "#/ResetType"},
        {"POST " RESET, NULL, "ActionParameterMissing", "#/ResetType"},
        {"POST " RESET, "{\"ResetType\": 1}", "ActionParameterValueTypeError", "#/ResetType"},
        {"POST " RESET, "{\"ResetType\": \"on\"}", "ActionParameterValueNotInList", "#/ResetType"},
        {"POST " RESET, "{\"ResetType\": \"ModuleOff\"}", "ActionParameterValueNotInList", "#/ResetType"},
        {"POST " SYSTEM "/Actions/Oem/Super4C.ModuleOff", "{\"Depth\": 1}", "ActionParameterUnknown", "#/Depth"},
        {"PATCH " SYSTEM, "{\"AssetTagg\": \"x\"}", "PropertyUnknown", "#/AssetTagg"},
        {"PATCH " SYSTEM, "{\"AssetTag\": null}", "PropertyValueTypeError", "#/AssetTag"},
        {"PATCH " SYSTEM, "{\"AssetTag\": \"012345678901234567890123456789012\"}", "StringValueTooLong", "#/AssetTag"},
        {"PATCH " SYSTEM, "{\"AssetTag\": \"a\\u001bb\"}", "PropertyValueFormatError", "#/AssetTag"},
        {"PATCH " SYSTEM, "{\"PowerState\": \"Off\"}", "PropertyNotWritable", "#/PowerState"},
        {"PATCH " SYSTEM, "{\"PowerRestorePolicy\": \"Sometimes\"}", "PropertyValueNotInList", "#/PowerRestorePolicy"},
        {"PATCH " SYSTEM, "{\"PowerOnDelaySeconds\": 3601}", "PropertyValueOutOfRange", "#/PowerOnDelaySeconds"},
        {"PATCH " SYSTEM, "{\"PowerOnDelaySeconds\": -1}", "PropertyValueOutOfRange", "#/PowerOnDelaySeconds"},
        {"PATCH " SYSTEM, "{\"PowerOnDelaySeconds\": 1.5}", "PropertyValueTypeError", "#/PowerOnDelaySeconds"},
        {"PATCH " SYSTEM, "{\"PowerOnDelaySeconds\": \"1\"}", "PropertyValueTypeError", "#/PowerOnDelaySeconds"},
        {"PATCH " SYSTEM, "{\"Oem\": {\"Super4C\": {\"ServiceAddress\": \"1.2.3\"}}}", "PropertyValueFormatError",
         "#/Oem/Super4C/ServiceAddress"},
        {"PATCH " SYSTEM, "{\"Oem\": {\"Super4C\": {\"Nonsense\": 1}}}", "PropertyUnknown", "#/Oem/Super4C/Nonsense"},
        {"PATCH " SYSTEM, "{\"Oem\": {\"Other\": {}}}", "PropertyUnknown", "#/Oem/Other"},
        {"PATCH " SYSTEM, "{\"Oem\": []}", "PropertyValueTypeError", "#/Oem"},
        {"PATCH " SYSTEM, "{\"Bad\": 1, \"PowerState\": \"Off\"}", "PropertyUnknown", "#/Bad"},
        {"PATCH " SYSTEM, "{\"AssetTag\": 7, \"Bad\": 1}", "PropertyValueTypeError", "#/AssetTag"},
        {"PATCH " SYSTEM, "{}", "NoOperation", "(absent)"},
        {"PATCH " SYSTEM, NULL, "NoOperation", "(absent)"},
        {"PATCH " SYSTEM, "{\"@odata.id\": \"x\"}", "NoOperation", "(absent)"},
        {"PATCH /redfish/v1/SessionService", "{\"SessionTimeout\": 29}", "PropertyValueOutOfRange", "#/SessionTimeout"},
        {"PATCH /redfish/v1/AccountService", "{\"AccountLockoutThreshold\": 101}", "PropertyValueOutOfRange",
         "#/AccountLockoutThreshold"},
        {"PATCH /redfish/v1/AccountService", "{\"AccountLockoutDuration\": 65537}", "PropertyValueOutOfRange",
         "#/AccountLockoutDuration"},
        {"POST " SESSIONS, "{\"UserName\": \"x\"}", "PropertyMissing", "#/Password"},
        {"POST " SESSIONS, "{\"Password\": \"x\"}", "PropertyMissing", "#/UserName"},
        {"POST " SESSIONS, "{\"UserName\": \"x\", \"Password\": 12345678}", "PropertyValueTypeError", "#/Password"},
        {"POST " ACCOUNTS, "{\"UserName\": \"new\", \"Password\": \"long enough\", \"RoleId\": \"Root\"}",
         "PropertyValueNotInList", "#/RoleId"},
        {"POST " ACCOUNTS, "{\"UserName\": \"a b\", \"Password\": \"long enough\", \"RoleId\": \"Operator\"}",
         "PropertyValueFormatError", "#/UserName"},
        {"POST " ACCOUNTS, "{\"UserName\": \"new\", \"Password\": \"short\", \"RoleId\": \"Operator\"}", "PropertyValueError",
         "#/Password"},
        {"POST " ACCOUNTS, "{\"UserName\": \"admin\", \"Password\": \"long enough\", \"RoleId\": \"Operator\"}",
         "ResourceAlreadyExists", "#/UserName"},
        {"PATCH " ACCOUNTS "/admin", "{\"UserName\": \"root\"}", "PropertyNotWritable", "#/UserName"},
        {"PATCH " ACCOUNTS "/admin", "{\"Locked\": true}", "PropertyValueNotInList", "#/Locked"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = request(&f, cases[i].line, cases[i].body);
        if (status != 400) fail_msg("%s %s: %d", cases[i].line, cases[i].body, status);
        assert_string_equal(error_name(&f), cases[i].error);
        assert_string_equal(error_related(&f), cases[i].related);
        assert_null(strstr(answer(&f), "12345678\"")); /* a password that is no text */
        assert_null(strstr(answer(&f), "\"short\""));
    }
    assert_int_equal(f.save_count, 0);
    assert_int_equal(count_events(&f, EVENT_POWER_ORDERED), 0);
}

static void an_error_has_its_parts(void **state) {
    (void)state;
    static const char sentence[] = "The property Resett is not in the list of valid properties for the resource.";
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"Resett\": 1}"), 400);
    assert_string_equal(member(&f, "error/code"), "Base.1.19.PropertyUnknown");
    assert_string_equal(member(&f, "error/message"), sentence);
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageId"), "Base.1.19.PropertyUnknown");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/Message"), sentence);
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/0"), "Resett");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageSeverity"), "Warning");
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/Resolution"),
                        "Remove the unknown property from the request body and resubmit the request if the operation failed.");
}

/* A name may be anything that JSON can say; the answer stays JSON and bounded. */
static void hostile_names_are_only_text(void **state) {
    (void)state;
    char body[4000] = "{\"";
    memset(&body[2], '/', 3000);
    strcat(body, "\": 1}");
    assert_int_equal(request(&f, "PATCH " SYSTEM, body), 400);
    assert_string_equal(error_name(&f), "PropertyUnknown");
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"<script>\\\"\\\\%s%n\\u0007\xea\xb0\x80\": 1}"), 400);
    assert_string_equal(member(&f, "error/@Message.ExtendedInfo/0/MessageArgs/0"), "<script>\"\\%s%n\a\xea\xb0\x80");
    assert_int_equal(request(&f, "GET /redfish/v1/\"<%s>\xff", NULL), 404);
    assert_string_equal(error_name(&f), "ResourceMissingAtURI");
}

/* ilorest repeats the action in its body; annotations are not properties. */
static void what_may_be_ignored_is_ignored(void **state) {
    (void)state;
    assert_int_equal(request(&f, "POST " RESET, "{\"Action\": \"ComputerSystem.Reset\", \"ResetType\": \"On\"}"), 204);
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"@odata.etag\": \"x\", \"AssetTag\": \"y\"}"), 200);
}

/* DSP0266, 7.7: what can be set is set, and the answer names what could not. */
static void a_patch_does_what_it_can(void **state) {
    (void)state;
    static const char *const body =
        "{\"Bad\": 1, \"AssetTag\": \"y\", \"Oem\": {\"Super4C\": {\"State\": \"Up\"}}, \"Id\": \"z\"}";
    assert_int_equal(request(&f, "PATCH " SYSTEM, body), 200);
    assert_string_equal(f.core.settings.node[1].label, "y");
    assert_string_equal(member(&f, "AssetTag"), "y");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/0/MessageId"), "Base.1.19.PropertyUnknown");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/0/RelatedProperties/0"), "#/Bad");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/1/MessageId"), "Base.1.19.PropertyNotWritable");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/1/RelatedProperties/0"), "#/Oem/Super4C/State");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/2/RelatedProperties/0"), "#/Id");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/3"), "(absent)");
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"z\"}"), 200);
    assert_string_equal(member(&f, "@Message.ExtendedInfo"), "(absent)");
    /* A password change takes two more steps and says it at the end. */
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"another one\", \"UserName\": \"root\"}"), 200);
    assert_string_equal(member(&f, "@Message.ExtendedInfo/0/RelatedProperties/0"), "#/UserName");
    /* Many wrong members are not many messages. */
    char many[1200] = "{\"AssetTag\": \"y\"";
    for (unsigned i = 0; i < 40; i++) snprintf(&many[strlen(many)], 24, ", \"Bad%u\": 1", i);
    strcat(many, "}");
    assert_int_equal(request(&f, "PATCH " SYSTEM, many), 200);
    assert_string_equal(member(&f, "@Message.ExtendedInfo/7/RelatedProperties/0"), "#/Bad7");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/8"), "(absent)");
}

static void queries(void **state) {
    (void)state;
    static const char entries[] = "GET /redfish/v1/Managers/BMC/LogServices/EventLog/Entries";
    static const struct {
        const char *line, *query;
        int status;
    } cases[] = {{"GET /redfish/v1/Systems", "$select=Id", 501},
                 {"GET /redfish/v1/Systems", "%24orderby=Id", 501},
                 {"GET /redfish/v1/Managers", "only=1", 400},
                 {"GET /redfish/v1/Managers", "only=", 200},
                 {"GET /redfish/v1/Systems", "excerpt", 400},
                 {"GET /redfish/v1/Chassis/Board/Sensors/DC1Power", "excerpt", 200},
                 {"GET /redfish/v1/Chassis/Board/Sensors/DC1Power", "excerpt=1", 400},
                 {"GET /redfish/v1/Systems", "unknown=1&x", 200},
                 {"GET /redfish/v1/Systems", "$expand=.", 200},
                 {"GET /redfish/v1/Systems", "$expand=.($levels=1)", 200},
                 {"GET /redfish/v1/Systems", "$expand=*", 501},
                 {"GET " SYSTEM, "$expand=.", 400},
                 {"GET " SYSTEM, "only", 400},
                 {"GET /redfish/v1/Systems", "$top=1", 400},
                 {"PATCH " SYSTEM, "$expand=.", 400},
                 {entries, "$top=x", 400},
                 {entries, "$skip=-1", 400},
                 {entries, "$skip=99999999999", 400},
                 {entries, "$skip", 400},
                 {"GET /redfish/v1/EventService/SSE", "$filter=nonsense", 400},
                 {"GET /redfish/v1", "%zz", 200},
                 {"GET /redfish/v1", "$%zz", 501},
                 {"GET /redfish/v1", "a=%00", 200}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[256];
        snprintf(line, sizeof line, "%s?%s", cases[i].line, cases[i].query);
        int status = request(&f, line, line[0] == 'P' ? "{\"AssetTag\": \"x\"}" : NULL);
        if (status != cases[i].status) fail_msg("%s: %d", line, status);
    }
}

static void collections_expand_and_reduce(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board/Sensors", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "10");
    assert_string_equal(member(&f, "Members/0/Reading"), "(absent)");
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board/Sensors?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members/0/Reading"), "19");
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Node4/Sensors?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members/2/Id"), "Node4RailPower");
    assert_string_equal(member(&f, "Members/2/Reading"), "3.317");
    assert_int_equal(request(&f, "GET /redfish/v1/Managers?only", NULL), 200);
    assert_string_equal(member(&f, "@odata.id"), "/redfish/v1/Managers/BMC");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems?only", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "4");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bodies_that_are_no_json_objects, begin_as_admin),
        cmocka_unit_test_setup(content_types, begin_as_admin),
        cmocka_unit_test_setup(errors_name_the_property, begin_as_admin),
        cmocka_unit_test_setup(an_error_has_its_parts, begin_as_admin),
        cmocka_unit_test_setup(hostile_names_are_only_text, begin_as_admin),
        cmocka_unit_test_setup(what_may_be_ignored_is_ignored, begin_as_admin),
        cmocka_unit_test_setup(a_patch_does_what_it_can, begin_as_admin),
        cmocka_unit_test_setup(queries, begin_as_admin),
        cmocka_unit_test_setup(collections_expand_and_reduce, begin_as_admin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
