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
#define ACCOUNTS "/redfish/v1/AccountService/Accounts"

static void roles_are_kept_apart(void **state) {
    (void)state;
    static const struct {
        const char *line, *body;
        int reader, operator;
    } cases[] = {
        {"GET /redfish/v1/Systems", NULL, 200, 200},
        {"PATCH " SYSTEM, "{\"AssetTag\": \"x\"}", 403, 200},
        {"POST " SYSTEM "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"On\"}", 403, 204},
        {"POST " SYSTEM "/Actions/Oem/Super4C.ModuleOff", "{\"Wrong\": 1}", 403, 400},
        {"POST /redfish/v1/Chassis/Board/Actions/Chassis.Reset", "{\"ResetType\": \"On\"}", 403, 204},
        {"POST /redfish/v1/Managers/BMC/Actions/Manager.Reset", "{\"ResetType\": \"ForceRestart\"}", 403, 403},
        {"POST /redfish/v1/Managers/BMC/LogServices/EventLog/Actions/LogService.ClearLog", "{}", 403, 403},
        {"PATCH /redfish/v1/SessionService", "{\"SessionTimeout\": 60}", 403, 403},
        {"PATCH /redfish/v1/AccountService", "{\"AccountLockoutThreshold\": 0}", 403, 403},
        {"POST " ACCOUNTS, "{\"UserName\": \"new\", \"Password\": \"long enough\", \"RoleId\": \"Administrator\"}", 403, 403},
        {"PATCH " ACCOUNTS "/admin", "{\"Password\": \"long enough\"}", 403, 403},
        {"PATCH " ACCOUNTS "/nobody", "{\"Password\": \"long enough\"}", 403, 403},
        {"GET " ACCOUNTS "/admin", NULL, 403, 403},
        {"GET " ACCOUNTS "/nobody", NULL, 403, 403},
        {"DELETE " ACCOUNTS "/reader", NULL, 403, 403},
        {"DELETE " ACCOUNTS "/operator", NULL, 403, 403},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sign_in(&f, "reader", FIXTURE_PASSWORD);
        assert_int_equal(request(&f, cases[i].line, cases[i].body), cases[i].reader);
        if (cases[i].reader == 403) assert_string_equal(error_name(&f), "InsufficientPrivilege");
        sign_in(&f, "operator", FIXTURE_PASSWORD);
        assert_int_equal(request(&f, cases[i].line, cases[i].body), cases[i].operator);
    }
    assert_false(f.core.restart_requested);
    assert_int_equal(f.core.settings.session_timeout_s, 1800);
}

static void the_controller_restarts_when_told(void **state) {
    (void)state;
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "POST /redfish/v1/Managers/BMC/Actions/Manager.Reset", "{\"ResetType\": \"On\"}"), 400);
    assert_false(f.core.restart_requested);
    assert_int_equal(request(&f, "POST /redfish/v1/Managers/BMC/Actions/Manager.Reset", "{\"ResetType\": \"GracefulRestart\"}"),
                     204);
    assert_true(f.core.restart_requested);
}

/* Readings move all the time: they must not make a client's careful PATCH fail, nor hide behind 304. */
static void a_systems_tag_covers_what_can_be_set(void **state) {
    (void)state;
    char etag[40];
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
    strcpy(etag, f.x.response.etag);
    assert_string_equal(member(&f, "@odata.etag"), etag);
    fixture_pass(&f, 1000);
    strcpy(f.headers.if_none_match, etag);
    assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
    assert_string_equal(f.x.response.etag, etag);
    f.headers.if_none_match[0] = '\0';
    strcpy(f.headers.if_match, etag);
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"one\"}"), 200);
    assert_string_equal(member(&f, "AssetTag"), "one");
    assert_string_equal(member(&f, "@odata.etag"), f.x.response.etag);
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"two\"}"), 412);
    f.headers.if_match[0] = '\0';
    assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
    strcpy(f.headers.if_match, &f.x.response.etag[2]); /* without W/, as sushy tries */
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"two\"}"), 200);
}

static void other_tags_cover_the_representation(void **state) {
    (void)state;
    char etag[40];
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/SessionService", NULL), 200);
    strcpy(etag, f.x.response.etag);
    strcpy(f.headers.if_none_match, etag);
    assert_int_equal(request(&f, "GET /redfish/v1/SessionService", NULL), 304);
    assert_int_equal(f.x.response.body_size, 0);
    assert_string_equal(f.x.response.etag, etag);
    f.headers.if_none_match[0] = '\0';
    strcpy(f.headers.if_match, "\"0000000000000000\"");
    assert_int_equal(request(&f, "PATCH /redfish/v1/SessionService", "{\"SessionTimeout\": 60}"), 412);
    assert_string_equal(error_name(&f), "PreconditionFailed");
    assert_int_equal(f.core.settings.session_timeout_s, 1800);
    strcpy(f.headers.if_match, etag);
    assert_int_equal(request(&f, "PATCH /redfish/v1/SessionService", "{\"SessionTimeout\": 60}"), 200);
    assert_int_equal(f.core.sessions.timeout_ms, 60000);
    assert_string_not_equal(f.x.response.etag, etag);
    assert_int_equal(request(&f, "PATCH /redfish/v1/SessionService", "{\"SessionTimeout\": 90}"), 412);
    strcpy(f.headers.if_match, "*");
    assert_int_equal(request(&f, "PATCH /redfish/v1/SessionService", "{\"SessionTimeout\": 90}"), 200);
}

/* Who may not is told so before the tag is looked at. */
static void authorisation_goes_before_tags(void **state) {
    (void)state;
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    strcpy(f.headers.if_match, "\"wrong\"");
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"x\"}"), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/admin", "{\"Password\": \"long enough\"}"), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 412);
}

/* DNS rebinding: a foreign name that points at our address. */
/* RFC 9110, 13.1.1: a list of tags or a star, and nothing that merely looks like one. */
static void if_match_is_read_to_the_letter(void **state) {
    (void)state;
    static const struct {
        const char *format; /* %s: the tag, with its quotes and without W/ */
        bool names;
    } cases[] = {{"%s", true},           {"W/%s", true},      {"  %s  ", true},    {"\"a\", %s", true},
                 {"W/\"a\",W/%s", true}, {"*", true},         {"%sfoobar", false}, {"W/%sfoobar", false},
                 {"\"a*b\"", false},     {"*, \"a\"", false}, {"foobar%s", false}, {"\"a\" %s", false},
                 {"%s junk", false},     {"\"", false},       {"W/", false},       {"%s, \"a", false}};
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f.headers.if_match[0] = '\0';
        assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
        char tag[40];
        strcpy(tag, &f.x.response.etag[2]);
        const char *mark = strstr(cases[i].format, "%s");
        size_t before = mark ? (size_t)(mark - cases[i].format) : strlen(cases[i].format);
        snprintf(f.headers.if_match, sizeof f.headers.if_match, "%.*s%s%s", (int)before, cases[i].format, mark ? tag : "",
                 mark ? mark + 2 : "");
        int status = request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"x\"}");
        if (status != (cases[i].names ? 200 : 412)) fail_msg("%s: %d", cases[i].format, status);
    }
}

static void foreign_names_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *host;
        int status;
    } hosts[] = {{"192.0.2.1", 200},
                 {"192.0.2.1:8443", 200},
                 {"[2001:db8::1]:8443", 200},
                 {"[::1]", 200},
                 {"localhost:1", 200},
                 {"SUPER4C", 200},
                 {"super4c.local:443", 200},
                 {"", 200},
                 {"evil.example", 421},
                 {"super4c.evil.example", 421},
                 {"192.0.2.1.evil.example", 421},
                 {"[evil", 421},
                 {"super4c.locale", 421},
                 {":8443", 421},
                 {"01.2.3.4", 421},
                 {"[evil.example]", 421}};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        strcpy(f.headers.host, hosts[i].host);
        int status = request(&f, "GET /redfish/v1", NULL);
        if (status != hosts[i].status) fail_msg("Host %s: %d", hosts[i].host, status);
        assert_int_equal(request(&f, "GET /", NULL), hosts[i].status);
    }
}

static void foreign_pages_cannot_write(void **state) {
    (void)state;
    static const struct {
        const char *origin;
        int status;
    } origins[] = {{"https://192.0.2.1:8443", 200},
                   {"https://evil.example", 403},
                   {"null", 403},
                   {"http://192.0.2.1:8443", 403},
                   {"https://192.0.2.1", 403}};
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    strcpy(f.headers.host, "192.0.2.1:8443");
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        strcpy(f.headers.http_origin, origins[i].origin);
        assert_int_equal(request(&f, "PATCH " SYSTEM, "{\"AssetTag\": \"x\"}"), origins[i].status);
        assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
    }
}

static void odata_versions(void **state) {
    (void)state;
    strcpy(f.headers.odata_version, "4.1");
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 412);
    strcpy(f.headers.odata_version, "4.0");
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 200);
}

static void too_large(void **state) {
    (void)state;
    f.headers.path_too_long = true;
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 414);
    f.headers.path_too_long = false;
    f.headers.too_long = true;
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 431);
    f.headers.too_long = false;
    f.headers.body_too_large = true;
    assert_int_equal(request(&f, "POST /redfish/v1/SessionService/Sessions", NULL), 413);
    assert_string_equal(error_name(&f), "PayloadTooLarge");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(roles_are_kept_apart, begin),
        cmocka_unit_test_setup(the_controller_restarts_when_told, begin),
        cmocka_unit_test_setup(a_systems_tag_covers_what_can_be_set, begin),
        cmocka_unit_test_setup(other_tags_cover_the_representation, begin),
        cmocka_unit_test_setup(authorisation_goes_before_tags, begin),
        cmocka_unit_test_setup(if_match_is_read_to_the_letter, begin),
        cmocka_unit_test_setup(foreign_names_are_refused, begin),
        cmocka_unit_test_setup(foreign_pages_cannot_write, begin),
        cmocka_unit_test_setup(odata_versions, begin),
        cmocka_unit_test_setup(too_large, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
