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

#include "service/router.h"

#define SYSTEM   "/redfish/v1/Systems/Node2"
#define RESET    SYSTEM "/Actions/ComputerSystem.Reset"
#define ACCOUNTS "/redfish/v1/AccountService/Accounts"

/* The table cannot let a handler in without saying who may; whoever gets round its macros is caught here. */
static void every_route_says_who_may(void **state) {
    (void)state;
    static const char *const open[] = {"/redfish", "/redfish/v1", "/redfish/v1/odata", "/redfish/v1/$metadata"};
    assert_true(route_count > 30);
    for (size_t i = 0; i < route_count; i++) {
        unsigned handlers = 0;
        for (unsigned m = 0; m < ROUTE_METHOD_COUNT; m++) {
            bool has = routes[i].method.handler[m] != NULL;
            handlers += has;
            assert_int_equal(has, routes[i].method.access[m] != ACCESS_SHUT);
            if (!has || routes[i].method.access[m] > ACCESS_ANYONE) continue;
            bool known = m == ROUTE_POST && strncmp(routes[i].path, "/redfish/v1/SessionService/Sessions", 35) == 0;
            for (size_t k = 0; k < sizeof open / sizeof open[0]; k++) known = known || strcmp(routes[i].path, open[k]) == 0;
            assert_true(known);
        }
        assert_true(handlers > 0);
        if (routes[i].schema) assert_non_null(strchr(routes[i].schema, '.'));
    }
}

static void a_route_is_found_by_its_whole_path(void **state) {
    (void)state;
    char parent[HTTP_ID_SIZE], id[HTTP_ID_SIZE];
    assert_string_equal(route_find("/redfish/v1/Systems/Node1", parent, id)->path, "/redfish/v1/Systems/{}");
    assert_string_equal(id, "Node1");
    assert_string_equal(parent, "Node1");
    assert_string_equal(route_find("/redfish/v1/Systems/x/ResetActionInfo", parent, id)->path,
                        "/redfish/v1/Systems/{}/ResetActionInfo");
    assert_string_equal(id, "x");
    assert_string_equal(route_find("/redfish/v1/Chassis/a/Sensors/b", parent, id)->path, "/redfish/v1/Chassis/{}/Sensors/{}");
    assert_string_equal(parent, "a");
    assert_string_equal(id, "b");
    const char *spelled_out = "/redfish/v1/SessionService/Sessions/Members";
    assert_string_equal(route_find(spelled_out, parent, id)->path, spelled_out);
    static const char *const none[] = {"",
                                       "/",
                                       "/redfish/v1/",
                                       "/redfish/v1/Systems/",
                                       "/redfish/v1/Systems//ResetActionInfo",
                                       "/redfish/v1/Chassis//Sensors/b",
                                       "/redfish/v1/Chassis/a/Sensors/",
                                       "/redfish/v1/systems",
                                       "/redfish/v1/Systems/Node1/x",
                                       "/redfish/v1/Systems/Node1/ResetActionInfo/",
                                       "/redfish/v1/Systems/0123456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_null(route_find(none[i], parent, id));
        assert_string_equal(parent, "");
        assert_string_equal(id, "");
    }
}

static void what_is_open_needs_no_signing_in(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish", NULL), 200);
    assert_string_equal(answer(&f), "{\"v1\":\"/redfish/v1/\"}");
    assert_int_equal(request(&f, "GET /redfish/", NULL), 200);
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 200);
    assert_string_equal(member(&f, "@odata.id"), "/redfish/v1/");
    assert_int_equal(request(&f, "GET /redfish/v1/", NULL), 200);
    assert_string_equal(member(&f, "UUID"), f.core.uuid);
    assert_true(f.x.response.odata_version);
    assert_int_equal(request(&f, "GET /redfish/v1/odata", NULL), 200);
    assert_string_equal(member(&f, "@odata.context"), "/redfish/v1/$metadata");
}

static void metadata_names_every_schema(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/$metadata", NULL), 200);
    assert_int_equal(strncmp(f.x.response.content_type, "application/xml", 15), 0);
    const char *text = answer(&f);
    assert_non_null(strstr(text, "<EntityContainer Name=\"Service\" Extends=\"ServiceRoot.v1_20_0.ServiceContainer\"/>"));
    assert_non_null(strstr(text, "</edmx:Edmx>"));
    for (size_t i = 0; i < route_count; i++) {
        char include[128];
        if (!routes[i].schema) continue;
        int length = (int)(strrchr(routes[i].schema, '.') - routes[i].schema);
        snprintf(include, sizeof include, "<edmx:Include Namespace=\"%.*s\"/>", length, routes[i].schema);
        if (!strstr(text, include)) fail_msg("no %s", include);
    }
}

static void everything_else_needs_it(void **state) {
    (void)state;
    static const char *const lines[] = {"GET /redfish/v1/Systems",
                                        "GET /redfish/v1/EventService/SSE",
                                        "POST " RESET,
                                        "PATCH " SYSTEM,
                                        "DELETE " ACCOUNTS "/admin",
                                        "GET /redfish/v1/Nothing",
                                        "PUT " SYSTEM,
                                        "GET /redfish/v2",
                                        "OPTIONS " SYSTEM,
                                        "GET /redfish/v1/Registries/Super4C/Super4C.1.0.json"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) assert_int_equal(request(&f, lines[i], NULL), 401);
}

static void headers_describe_the_resource(void **state) {
    (void)state;
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
    assert_string_equal(f.x.response.link, "<https://redfish.dmtf.org/schemas/v1/ComputerSystem.v1_27_0.json>; rel=describedby");
    assert_string_equal(f.x.response.allow, "GET, HEAD, PATCH");
    assert_string_equal(f.x.response.cache_control, "no-cache");
    assert_int_equal(request(&f, "PATCH " SYSTEM, "{}"), 400);
    assert_string_equal(f.x.response.link, ""); /* an error is no ComputerSystem */
    assert_int_equal(request(&f, "HEAD /redfish/v1/Systems", NULL), 200);
    assert_string_equal(f.x.response.link,
                        "<https://redfish.dmtf.org/schemas/v1/ComputerSystemCollection.json>; rel=describedby");
    assert_true(f.x.response.body_size > 0);
}

static void wrong_methods(void **state) {
    (void)state;
    assert_int_equal(request(&f, "DELETE /redfish/v1", NULL), 405);
    assert_string_equal(f.x.response.allow, "GET, HEAD");
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    static const char *const lines[] = {"POST " SYSTEM, "DELETE " SYSTEM, "PUT " SYSTEM, "OPTIONS " SYSTEM};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(request(&f, lines[i], NULL), 405);
        assert_string_equal(f.x.response.allow, "GET, HEAD, PATCH");
        assert_string_equal(error_name(&f), "OperationNotAllowed");
    }
    assert_int_equal(request(&f, "GET " RESET, NULL), 405);
    assert_string_equal(f.x.response.allow, "POST");
    assert_int_equal(request(&f, "BREW " SYSTEM, NULL), 501);
}

static void unknown_resources(void **state) {
    (void)state;
    static const char *const lines[] = {"GET /redfish/v1/Systems/Node5",
                                        "GET /redfish/v1/Systems/Node1x",
                                        "PATCH /redfish/v1/Systems/Node0",
                                        "POST /redfish/v1/Systems/Node9/Actions/ComputerSystem.Reset",
                                        "POST /redfish/v1/Systems/Node9/Actions/Oem/Super4C.ModuleOff",
                                        "GET /redfish/v1/Systems/Node9/Oem/Super4C/Console",
                                        "GET /redfish/v1/Systems/Node9/ResetActionInfo",
                                        "GET /redfish/v1/Chassis/Bored/Sensors",
                                        "GET /redfish/v1/Chassis/Board/Sensors/DC3Voltage",
                                        "GET /redfish/v1/TaskService/Tasks/99",
                                        "GET /redfish/v1/TaskService/Tasks/00",
                                        "GET /redfish/v1/AccountService/Roles/administrator",
                                        "GET /redfish/v1/AccountService/Accounts/nobody",
                                        "DELETE /redfish/v1/AccountService/Accounts/nobody",
                                        "GET /redfish/v1/Managers/BMC/LogServices/EventLog/Entries/01",
                                        "GET /redfish/v1/Managers/BMC/LogServices/EventLog/Entries/99999999999",
                                        "GET /redfish/v1/Registries/Basis"};
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int status = request(&f, lines[i], NULL);
        if (status != 404) fail_msg("%s: %d", lines[i], status);
        assert_string_equal(error_name(&f), "ResourceNotFound");
    }
    assert_int_equal(request(&f, "GET /redfish/v1/Nothing", NULL), 404);
    assert_string_equal(error_name(&f), "ResourceMissingAtURI");
}

static void the_page_is_open_and_cached_by_tag(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /", NULL), 200);
    assert_string_equal(f.x.response.content_encoding, "gzip");
    assert_string_equal(f.x.response.etag, "\"a1\"");
    assert_false(f.x.response.odata_version);
    strcpy(f.headers.if_none_match, "W/\"a1\"");
    assert_int_equal(request(&f, "GET /", NULL), 304);
    assert_int_equal(f.x.response.body_size, 0);
    assert_int_equal(request(&f, "GET /app.js", NULL), 200);
    assert_int_equal(request(&f, "GET /app.css", NULL), 404);
    assert_int_equal(request(&f, "GET /../etc/passwd", NULL), 404);
    assert_int_equal(request(&f, "POST /", "{}"), 405);
    assert_string_equal(f.x.response.allow, "GET, HEAD");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_route_says_who_may, begin),
        cmocka_unit_test_setup(a_route_is_found_by_its_whole_path, begin),
        cmocka_unit_test_setup(what_is_open_needs_no_signing_in, begin),
        cmocka_unit_test_setup(metadata_names_every_schema, begin),
        cmocka_unit_test_setup(everything_else_needs_it, begin),
        cmocka_unit_test_setup(headers_describe_the_resource, begin),
        cmocka_unit_test_setup(wrong_methods, begin),
        cmocka_unit_test_setup(unknown_resources, begin),
        cmocka_unit_test_setup(the_page_is_open_and_cached_by_tag, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
