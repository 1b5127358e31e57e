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
    assert_string_equal(member(&f, "LastResetCause"), "(absent)");
    assert_string_equal(member(&f, "PowerRestorePolicy"), "LastState");
    assert_string_equal(member(&f, "Model"), "Compute Module 5");
    assert_string_equal(member(&f, "Status/HealthRollup"), "OK");
    assert_string_equal(member(&f, "BootProgress/LastState"), "OSRunning");
    assert_string_equal(member(&f, "HostWatchdogTimer/FunctionEnabled"), "false");
    assert_string_equal(member(&f, "Links/Chassis/0/@odata.id"), "/redfish/v1/Chassis/Node2");
    assert_string_equal(member(&f, "Links/ManagedBy/0/@odata.id"), "/redfish/v1/Managers/BMC");
    /* what no wire tells */
    static const char *const unknown[] = {"UUID", "SerialNumber", "HostName", "MemorySummary", "BiosVersion"};
    for (unsigned i = 0; i < 5; i++) assert_string_equal(member(&f, unknown[i]), "(absent)");
}

static void boot_progress_says_what_is_seen(void **state) {
    (void)state;
    request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}");
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "BootProgress/LastState"), "None");
    request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"On\"}");
    fixture_pass(&f, 2000);
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "Status/State"), "Starting");
    assert_string_equal(member(&f, "BootProgress"), "(absent)");
    receive(2, "Linux version 6.1\n");
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "BootProgress/LastState"), "OSBootStarted");
    fixture_pass(&f, 20000);
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "BootProgress/LastState"), "OSRunning");
    f.sensors_lost = true;
    fixture_pass(&f, 500);
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "BootProgress"), "(absent)");
}

static void the_latest_reset_has_a_time_and_a_cause(void **state) {
    (void)state;
    request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceRestart\"}");
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "LastResetTime"), "2026-01-01T00:00:22.320Z");
    assert_string_equal(member(&f, "LastResetCause"), "ManagementCommand");
}

/* ---- Boot ---- */

#define BOOT_ONCE_PXE                                                                                                            \
    "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Once\", \"BootSourceOverrideTarget\": \"Pxe\"}}" /* as MAAS and redfishtool do \
                                                                                                    */

static void expect_boot(const char *enabled, const char *target, const char *mode) {
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "Boot/BootSourceOverrideEnabled"), enabled);
    assert_string_equal(member(&f, "Boot/BootSourceOverrideTarget"), target);
    assert_string_equal(member(&f, "Boot/BootSourceOverrideMode"), mode);
}

static void boot_is_kept_as_it_is_set(void **state) {
    (void)state;
    expect_boot("Disabled", "None", "UEFI");
    assert_string_equal(member(&f, "Boot/BootSourceOverrideTarget@Redfish.AllowableValues/2"), "Cd");
    assert_string_equal(member(&f, "Boot/BootSourceOverrideEnabled@Redfish.AllowableValues"), "(3 members)");
    assert_int_equal(request(&f, "PATCH " NODE2, BOOT_ONCE_PXE), 200);
    expect_boot("Once", "Pxe", "UEFI");
    assert_string_equal(f.saved_key[0], "settings");
    assert_int_equal(request(&f, "PATCH " NODE2,
                             "{\"Boot\": {\"BootSourceOverrideTarget\": \"SDCard\", \"BootSourceOverrideMode\": \"Legacy\"}}"),
                     200);
    expect_boot("Once", "SDCard", "Legacy");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Disabled\"}}"), 200);
    expect_boot("Disabled", "None", "Legacy");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"Boot\": {\"BootSourceOverrideTarget\": \"UefiHttp\"}}"), 400);
    assert_string_equal(error_name(&f), "PropertyValueNotInList");
    assert_string_equal(error_related(&f), "#/Boot/BootSourceOverrideTarget");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"Boot\": {\"BootSourceOverrideEnabled\": true}}"), 400);
    assert_int_equal(f.core.settings.node[0].boot_override, BOOT_DISABLED);
}

/* By whatever order the node starts, and only then. */
static void once_is_used_up_by_the_next_start(void **state) {
    (void)state;
    static const char *const types[] = {"On", "ForceRestart", "PowerCycle"};
    for (unsigned i = 0; i < 3; i++) {
        char body[40];
        if (i == 0) request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}");
        assert_int_equal(request(&f, "PATCH " NODE2, BOOT_ONCE_PXE), 200);
        if (i == 1) { /* switching off starts nothing */
            request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}");
            fixture_pass(&f, 3000);
            expect_boot("Once", "Pxe", "UEFI");
        }
        snprintf(body, sizeof body, "{\"ResetType\": \"%s\"}", types[i]);
        request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", body);
        fixture_pass(&f, 8000);
        expect_boot("Disabled", "None", "UEFI");
        assert_int_equal(count_events(&f, EVENT_BOOT_OVERRIDE_SPENT), i + 1);
    }
    assert_int_equal(request(&f, "PATCH " NODE2,
                             "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Continuous\", "
                             "\"BootSourceOverrideTarget\": \"Hdd\"}}"),
                     200);
    request(&f, "POST " NODE2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceRestart\"}");
    fixture_pass(&f, 5000);
    expect_boot("Continuous", "Hdd", "UEFI");
}

/* Both names of the one indicator; IndicatorLED is what redfishtool and old sushy set, without If-Match. */
static void the_indicator_has_two_names(void **state) {
    (void)state;
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"IndicatorLED\": \"Lit\"}"), 200);
    assert_string_equal(member(&f, "LocationIndicatorActive"), "true");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"LocationIndicatorActive\": false}"), 200);
    assert_string_equal(member(&f, "IndicatorLED"), "Off");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"IndicatorLED\": \"Green\"}"), 400);
    assert_string_equal(error_related(&f), "#/IndicatorLED");
}

/* Whatever can be set moves the tag, and each in its own way. */
static void the_tag_moves_with_every_setting(void **state) {
    (void)state;
    static const char *const bodies[] = {"{\"AssetTag\": \"a\"}",
                                         "{\"PowerRestorePolicy\": \"AlwaysOn\"}",
                                         "{\"PowerOnDelaySeconds\": 1}",
                                         "{\"PowerOffDelaySeconds\": 256}",
                                         "{\"PowerCycleDelaySeconds\": 3600}",
                                         "{\"LocationIndicatorActive\": true}",
                                         "{\"Boot\": {\"BootSourceOverrideEnabled\": \"Once\"}}",
                                         "{\"Boot\": {\"BootSourceOverrideTarget\": \"Usb\"}}",
                                         "{\"Boot\": {\"BootSourceOverrideMode\": \"Legacy\"}}",
                                         "{\"Oem\": {\"Super4C\": {\"ServiceAddress\": \"192.0.2.9\"}}}"};
    char before[40];
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        strcpy(before, f.x.response.etag);
        assert_int_equal(strncmp(before, "W/\"", 3), 0);
        assert_int_equal(request(&f, "PATCH " NODE2, bodies[i]), 200);
        assert_string_not_equal(f.x.response.etag, before);
        assert_string_equal(member(&f, "@odata.etag"), f.x.response.etag);
        assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    }
}

static void what_cannot_be_set_is_named(void **state) {
    (void)state;
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"HostWatchdogTimer\": {\"FunctionEnabled\": true}}"), 400);
    assert_string_equal(error_name(&f), "PropertyNotWritable");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"PowerCycleDelaySeconds\": -1}"), 400);
    assert_string_equal(error_related(&f), "#/PowerCycleDelaySeconds");
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"PowerOffDelaySeconds\": 3601}"), 400);
    assert_string_equal(error_name(&f), "PropertyValueOutOfRange");
}

/* No link to what is not there for the account. */
static void a_node_account_sees_no_link_beyond_its_node(void **state) {
    (void)state;
    assert_true(fixture_account(&f, "second", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD) >= 0);
    sign_in(&f, "second", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET " NODE2, NULL), 200);
    assert_string_equal(member(&f, "Links/Chassis/0/@odata.id"), "/redfish/v1/Chassis/Node2");
    assert_string_equal(member(&f, "Links/ManagedBy"), "(absent)");
    assert_null(strstr(answer(&f), "Managers"));
    assert_null(strstr(answer(&f), "Board"));
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
    fixture_keep_crash(&f, 1, "older");
    fixture_keep_crash(&f, 1, "kept\nover restarts");
    f.crash[1][1].wall_ms = FIXTURE_WALL_MS;
    crash_seal(&f.crash[1][1]);
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
    fixture_keep_crash(&f, 1, "");
    memset(crash_text(&f.crash[1][0]), '\\', CRASH_TEXT_SIZE - 1);
    crash_seal(&f.crash[1][0]);
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
        cmocka_unit_test_setup(boot_progress_says_what_is_seen, begin_as_operator),
        cmocka_unit_test_setup(the_latest_reset_has_a_time_and_a_cause, begin_as_operator),
        cmocka_unit_test_setup(boot_is_kept_as_it_is_set, begin_as_operator),
        cmocka_unit_test_setup(once_is_used_up_by_the_next_start, begin_as_operator),
        cmocka_unit_test_setup(the_indicator_has_two_names, begin_as_operator),
        cmocka_unit_test_setup(the_tag_moves_with_every_setting, begin_as_operator),
        cmocka_unit_test_setup(what_cannot_be_set_is_named, begin_as_operator),
        cmocka_unit_test_setup(a_node_account_sees_no_link_beyond_its_node, begin_as_operator),
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
