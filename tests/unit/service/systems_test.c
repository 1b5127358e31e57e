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

#define NODE2 "/redfish/v1/Systems/Node2"

static int begin_as_operator(void **state) {
    begin(state);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    return 0;
}

static void receive(unsigned node, const char *text) {
    console_receive(&f.core.console[node - 1], (const uint8_t *)text, strlen(text), f.now_ms);
    fixture_turn(&f);
}

static void a_node_is_shown_as_measured(void **state) {
    (void)state;
    f.now_ms += 40;
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "@odata.type"), "#ComputerSystem.v1_27_0.ComputerSystem");
    assert_string_equal(member(&f, "PowerState"), "On");
    assert_string_equal(member(&f, "Status/State"), "Enabled");
    assert_string_equal(member(&f, "Oem/Super4C/State"), "Up");
    assert_string_equal(member(&f, "Oem/Super4C/RailMilliVolts"), "5184");
    assert_string_equal(member(&f, "Oem/Super4C/RailMilliAmps"), "640");
    assert_string_equal(member(&f, "Oem/Super4C/MeasuredAgeMilliSeconds"), "40");
    assert_string_equal(member(&f, "Oem/Super4C/ServiceAddress"), "127.0.0.12");
    assert_string_equal(member(&f, "Oem/Super4C/PanicLine"), "(absent)");
    assert_string_equal(member(&f, "Oem/Super4C/Order"), "(absent)");
    assert_string_equal(member(&f, "LastResetTime"), "(absent)");
    assert_string_equal(member(&f, "PowerRestorePolicy"), "LastState");
}

static void settings_are_stored_then_true(void **state) {
    (void)state;
    assert_int_equal(request(&f, "PATCH " NODE2,
                             "{\"AssetTag\": \"rack 4\", \"PowerRestorePolicy\": \"AlwaysOff\", \"PowerOnDelaySeconds\": 3600, "
                             "\"Oem\": {\"Super4C\": {\"ServiceAddress\": \"192.0.2.40\"}}}"),
                     200);
    assert_string_equal(member(&f, "AssetTag"), "rack 4");
    assert_string_equal(member(&f, "PowerRestorePolicy"), "AlwaysOff");
    assert_string_equal(member(&f, "PowerOnDelaySeconds"), "3600");
    assert_string_equal(member(&f, "Oem/Super4C/ServiceAddress"), "192.0.2.40");
    assert_int_equal(f.save_count, 1);
    assert_string_equal(f.saved_key[0], "settings");
    assert_int_equal(f.core.settings.node[1].restore, RESTORE_ALWAYS_OFF);
    assert_string_equal(f.core.settings.node[0].label, "");
    assert_string_equal(latest_text(&f, EVENT_SETTING_CHANGED), "Node2");
}

/* Nothing of a bad request is taken, not even what was good in it. */
static void a_bad_request_changes_nothing(void **state) {
    (void)state;
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"x\", \"PowerOnDelaySeconds\": 4000}"), 400);
    assert_string_equal(f.core.settings.node[1].label, "");
    assert_int_equal(f.save_count, 0);
}

static void hostile_labels_stay_text(void **state) {
    (void)state;
    static const struct {
        const char *json, *label;
    } cases[] = {{"<script>alert(1)</script>", "<script>alert(1)</script>"},
                 {"\\\"}],\\\"x\\\":[{", "\"}],\"x\":[{"},
                 {"\\\\\\\"%s%n%1$s", "\\\"%s%n%1$s"},
                 {"\\u202e\\ufeff\\ud83d\\ude00", "\xe2\x80\xae\xef\xbb\xbf\xf0\x9f\x98\x80"},
                 {"\xea\xb0\x80\xeb\x82\x98", "\xea\xb0\x80\xeb\x82\x98"},
                 {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[128];
        snprintf(body, sizeof body, "{\"AssetTag\": \"%s\"}", cases[i].json);
        assert_int_equal(request(&f, "PATCH " NODE2, body), 200);
        assert_string_equal(member(&f, "AssetTag"), cases[i].label);
        assert_string_equal(f.core.settings.node[1].label, cases[i].label);
    }
    /* 32 bytes fit; 32 characters of three bytes do not */
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"01234567890123456789012345678901\"}"), 200);
    assert_int_equal(request(&f, "PATCH " NODE2,
                             "{\"AssetTag\": \"\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80\xea\xb0"
                             "\x80\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80\"}"),
                     400);
}

static void a_panic_is_shown_with_its_words(void **state) {
    (void)state;
    receive(2, "Linux version 6.1\nsystemd[1]: Reached target Multi-User System\n");
    fixture_pass(&f, 1000);
    receive(2, "sysrq: Trigger a crash\nKernel panic - not syncing: sysrq triggered crash\n");
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/State"), "Panicked");
    assert_string_equal(member(&f, "Oem/Super4C/Panicked"), "true");
    assert_string_equal(member(&f, "Status/Health"), "Critical");
    assert_string_equal(member(&f, "Oem/Super4C/PanicLine"), f.core.console[1].panic_line);
    assert_string_not_equal(f.core.console[1].panic_line, "");
    assert_string_equal(member(&f, "Oem/Super4C/LastWords"), "(4 members)");
    assert_string_equal(member(&f, "Oem/Super4C/LastWords/3"), "Kernel panic - not syncing: sysrq triggered crash");
    assert_int_equal(request(&f, "GET " NODE2 "/Oem/Super4C/Console", NULL), 200);
    assert_string_equal(member(&f, "Panicked"), "true");
    assert_string_equal(member(&f, "LinesReceived"), "4");
    assert_non_null(strstr(member(&f, "Text"), "Trigger a crash\nKernel panic"));
    assert_string_equal(member(&f, "LastPanic"), "(absent)");
    f.core.crash_stored[1] = true;
    strcpy(f.crash[1].text, "kept\nover restarts");
    f.crash[1].wall_ms = FIXTURE_WALL_MS;
    assert_int_equal(request(&f, "GET " NODE2 "/Oem/Super4C/Console", NULL), 200);
    assert_string_equal(member(&f, "LastPanic/Text"), "kept\nover restarts");
    assert_string_equal(member(&f, "LastPanic/Time"), "2026-01-01T00:00:00.000Z");
}

/* A full ring of what escapes worst, and a full crash record beside it, still make one whole answer. */
static void the_worst_console_fits_the_answer(void **state) {
    (void)state;
    char line[200];
    memset(line, '"', sizeof line);
    memcpy(line, "\x1b\xff\xfe\\", 4);
    line[198] = '\n';
    line[199] = '\0';
    for (unsigned i = 0; i < 100; i++) receive(2, line);
    f.core.crash_stored[1] = true;
    memset(f.crash[1].text, '\\', sizeof f.crash[1].text - 1);
    assert_int_equal(request(&f, "GET " NODE2 "/Oem/Super4C/Console", NULL), 200);
    assert_true(strlen(member(&f, "Text")) > CONSOLE_RING_SIZE / 2);
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    answer(&f);
}

/* Sixteen orders that failed on four nodes each say more than one answer holds: links are given instead. */
static void expanding_too_much_gives_links(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/Systems?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members/3/Oem/Super4C/State"), "Up");
    f.store_fails = true;
    for (unsigned i = 0; i < POWER_TASK_COUNT; i++) {
        int status = request(&f, "POST /redfish/v1/Chassis/Board/Actions/Chassis.Reset", "{\"ResetType\": \"ForceOff\"}");
        assert_int_equal(status, 500);
    }
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks/1", NULL), 200);
    assert_string_equal(member(&f, "Messages"), "(4 members)");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members/15/@odata.id"), "/redfish/v1/TaskService/Tasks/1");
    assert_string_equal(member(&f, "Members/15/TaskState"), "(absent)");
}

static void inputs_are_shown(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board", NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/CarryingInput"), "DC1");
    assert_string_equal(member(&f, "Oem/Super4C/Redundant"), "true");
    assert_string_equal(member(&f, "Oem/Super4C/Inputs/0/Nominal"), "19 V");
    assert_string_equal(member(&f, "Oem/Super4C/Inputs/0/MilliVolts"), "19000");
    assert_string_equal(member(&f, "Oem/Super4C/Inputs/1/Carrying"), "false");
    assert_string_equal(member(&f, "Status/HealthRollup"), "OK");
    f.sensors_lost = true;
    fixture_pass(&f, 500);
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board", NULL), 200);
    assert_string_equal(member(&f, "Oem/Super4C/Inputs/0/MilliVolts"), "(absent)");
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis/Board/Sensors/DC1Voltage", NULL), 200);
    assert_string_equal(member(&f, "Reading"), "(absent)");
    assert_string_equal(member(&f, "Status/State"), "UnavailableOffline");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_node_is_shown_as_measured, begin_as_operator),
        cmocka_unit_test_setup(settings_are_stored_then_true, begin_as_operator),
        cmocka_unit_test_setup(a_bad_request_changes_nothing, begin_as_operator),
        cmocka_unit_test_setup(hostile_labels_stay_text, begin_as_operator),
        cmocka_unit_test_setup(a_panic_is_shown_with_its_words, begin_as_operator),
        cmocka_unit_test_setup(the_worst_console_fits_the_answer, begin_as_operator),
        cmocka_unit_test_setup(expanding_too_much_gives_links, begin_as_operator),
        cmocka_unit_test_setup(inputs_are_shown, begin_as_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
