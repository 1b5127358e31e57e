/* SPDX-License-Identifier: Apache-2.0
 * What is wrong now, the watchdog, and the fan's control: how the core's own judgement reads in Redfish. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "tests/unit/service/fixture.h"

#define SYSTEM2  "/redfish/v1/Systems/Node2"
#define CHASSIS2 "/redfish/v1/Chassis/Node2"
#define BOARD    "/redfish/v1/Chassis/Board"
#define FAN2     CHASSIS2 "/Controls/Fan"
#define NODE2    1

static struct fixture f;
static struct agent_report report;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    report = fixture_report();
    return 0;
}

static void expect(const char *path, const char *value) { assert_string_equal(member(&f, path), value); }

static void get(const char *uri) {
    char line[HTTP_PATH_SIZE + 8];
    snprintf(line, sizeof line, "GET %s", uri);
    assert_int_equal(request(&f, line, NULL), 200);
}

static void tell(void) { fixture_tell(&f, NODE2, NETWORK_SERVICE, &report); }

/* ---- conditions ---- */

static void where_all_is_well_there_are_none(void **state) {
    (void)state;
    static const char *const uris[] = {SYSTEM2, CHASSIS2, BOARD};
    tell();
    for (unsigned i = 0; i < 3; i++) {
        get(uris[i]);
        expect("Status/Conditions", "(absent)");
        expect("Status/Health", "OK");
        expect("Status/HealthRollup", "OK");
    }
}

static void a_panic_is_the_systems(void **state) {
    (void)state;
    static const char panic[] = "Kernel panic - not syncing: sysrq triggered crash\n";
    console_receive(&f.core.console[NODE2], (const uint8_t *)panic, strlen(panic), f.now_ms);
    fixture_turn(&f);
    get(SYSTEM2);
    expect("Status/Health", "Critical");
    expect("Status/HealthRollup", "Critical");
    expect("Status/Conditions", "(1 members)");
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.NodePanicked");
    expect("Status/Conditions/0/Message", "Node 2: kernel panic: sysrq triggered crash");
    expect("Status/Conditions/0/MessageArgs/1", "sysrq triggered crash");
    expect("Status/Conditions/0/Severity", "Critical");
    expect("Status/Conditions/0/Timestamp", "2026-01-01T00:00:21.000Z");
    expect("Status/Conditions/0/Resolution", "Read the node's last words, then restart it.");
    get(CHASSIS2);
    expect("Status/Health", "OK");
    expect("Status/HealthRollup", "Critical");
    expect("Status/Conditions", "(absent)");
    get(BOARD);
    expect("Status/Health", "OK");
    expect("Status/HealthRollup", "Critical");
    expect("Status/Conditions", "(absent)");
    get("/redfish/v1/Systems/Node1");
    expect("Status/HealthRollup", "OK");
}

/* The parts' conditions: at the system and at the chassis they are in, and in the rollups up to the board. */
static void a_warm_node_is_told_at_system_and_chassis(void **state) {
    (void)state;
    report.nvme_deci_c = 750;
    tell();
    f.core.cooling[NODE2] = (struct cooling){.level = COOLING_HIGH, .fan = COOLING_FAN_FAILED};
    f.core.drive[NODE2] = (struct drive){.heat = DRIVE_WARM, .worn = true};
    static const char *const uris[] = {SYSTEM2, CHASSIS2};
    for (unsigned i = 0; i < 2; i++) {
        get(uris[i]);
        expect("Status/Health", "OK");
        expect("Status/HealthRollup", "Critical");
        expect("Status/Conditions", "(4 members)");
        expect("Status/Conditions/0/MessageId", "Super4C.1.0.TemperatureHigh");
        expect("Status/Conditions/0/MessageArgs/1", "61");
        expect("Status/Conditions/0/Severity", "Warning");
        expect("Status/Conditions/1/MessageId", "Super4C.1.0.FanFailed");
        expect("Status/Conditions/1/Severity", "Critical");
        expect("Status/Conditions/2/Message", "Node 2: its NVMe drive is at 75 degrees Celsius.");
        expect("Status/Conditions/3/MessageId", "Super4C.1.0.DriveWorn");
    }
    get(BOARD);
    expect("Status/HealthRollup", "Critical");
    fixture_pass(&f, AGENT_LOST_MS); /* what was told no longer holds */
    get(SYSTEM2);
    expect("Status/Conditions", "(absent)");
    f.core.cooling[NODE2].level = COOLING_OFF; /* but this holds until it is switched on again */
    get(SYSTEM2);
    expect("Status/Conditions", "(1 members)");
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.TemperatureOff");
}

static void the_networks_are_the_systems(void **state) {
    (void)state;
    tell();
    f.core.links[NODE2] = (struct links){.findings = LINK_FINDING_SAME_SUBNET | LINK_FINDING_FORWARDING};
    f.core.links[NODE2].link[NETWORK_BACKPLANE] = (struct node_link){.slow = true, .speed_mbps = 1000};
    get(SYSTEM2);
    expect("Status/Health", "OK");
    expect("Status/HealthRollup", "Warning");
    expect("Status/Conditions", "(3 members)");
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.NodeLinkSlow");
    assert_non_null(strstr(member(&f, "Status/Conditions/0/Message"), "1000 Mbit/s instead of 2500"));
    expect("Status/Conditions/1/MessageId", "Super4C.1.0.NetworksInOneSubnet");
    get(CHASSIS2);
    expect("Status/HealthRollup", "Warning");
    expect("Status/Conditions", "(absent)");
}

static void recovery_that_waits_or_gave_up_is_told(void **state) {
    (void)state;
    f.core.recovery.node[NODE2] = (struct recovery_node){
        .phase = RECOVERY_CONFIRM, .rung = RECOVERY_RESTART, .wait = RECOVERY_WAIT_MAINTENANCE};
    get(SYSTEM2);
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.RecoveryWaits");
    expect("Status/HealthRollup", "Warning");
    f.core.recovery.node[NODE2] = (struct recovery_node){.phase = RECOVERY_HOLD, .rung = RECOVERY_CYCLE, .alarm = true};
    get(SYSTEM2);
    expect("Status/Conditions", "(1 members)");
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.RecoveryGaveUp");
    expect("Status/Conditions/0/MessageArgs/1", "PowerCycle");
    expect("Status/HealthRollup", "Critical");
}

static void a_failed_order_says_why(void **state) {
    (void)state;
    f.stuck_on[NODE2] = true;
    request(&f, "POST " SYSTEM2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}");
    fixture_pass(&f, 5000);
    get(SYSTEM2);
    expect("Oem/Super4C/State", "Failed");
    expect("Status/Health", "Critical");
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.PowerOrderFailed");
    expect("Status/Conditions/0/MessageArgs/1", "the 5 V rail stayed on");
    expect("Status/Conditions/0/MessageArgs/2", "5184");
}

static void the_board_tells_of_its_inputs(void **state) {
    (void)state;
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    f.core.inputs.view[1].in_range = false;
    f.core.inputs.view[1].sample.mv = 22000;
    f.core.inputs.redundant = false;
    get(BOARD);
    expect("Status/Health", "OK");
    expect("Status/HealthRollup", "Warning");
    expect("Status/Conditions", "(2 members)");
    expect("Status/Conditions/0/MessageId", "Super4C.1.0.InputOutOfRange");
    expect("Status/Conditions/0/MessageArgs/1", "22000");
    expect("Status/Conditions/1/MessageId", "Super4C.1.0.RedundancyLost");
    expect("Status/Conditions/1/Severity", "Warning");
}

static void all_at_once_still_fits(void **state) {
    (void)state;
    memset(&report, 0xff, sizeof report);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        fixture_tell(&f, i, NETWORK_SERVICE, &report);
        f.core.cooling[i] = (struct cooling){.level = COOLING_FULL, .fan = COOLING_FAN_FAILED, .doubtful = true};
        f.core.drive[i] = (struct drive){.heat = DRIVE_HOT, .worn = true};
        f.core.links[i].findings = (1u << LINK_FINDING_COUNT) - 1;
        for (unsigned k = 0; k < NETWORK_COUNT; k++) f.core.links[i].link[k].slow = f.core.links[i].link[k].flapping = true;
        f.core.recovery.node[i] = (struct recovery_node){.phase = RECOVERY_HOLD, .rung = RECOVERY_CYCLE, .alarm = true};
        f.core.health[i].state = HEALTH_HUNG;
    }
    get(SYSTEM2);
    expect("Status/Conditions", "(14 members)");
    get("/redfish/v1/Systems?$expand=.");
    expect("Members@odata.count", "4");
    get(CHASSIS2);
    expect("Status/Conditions", "(5 members)");
}

/* ---- the watchdog ---- */

static void the_watchdog_is_recovery(void **state) {
    (void)state;
    get(SYSTEM2);
    expect("HostWatchdogTimer/FunctionEnabled", "false");
    expect("HostWatchdogTimer/TimeoutAction", "None");
    expect("HostWatchdogTimer/Status/State", "Disabled");
    f.core.agent[NODE2].enrolled = true; /* Automatic is Full for whoever has an agent */
    get(SYSTEM2);
    expect("HostWatchdogTimer/FunctionEnabled", "true");
    expect("HostWatchdogTimer/TimeoutAction", "ResetSystem");
    expect("HostWatchdogTimer/Status/State", "StandbyOffline");
    tell();
    get(SYSTEM2);
    expect("HostWatchdogTimer/Status/State", "Enabled");
    static const char *const wishes[] = {"{\"Oem\": {\"Super4C\": {\"Protected\": true}}}",
                                         "{\"Oem\": {\"Super4C\": {\"Protected\": false, \"RecoveryPolicy\": \"NotifyOnly\"}}}",
                                         "{\"Oem\": {\"Super4C\": {\"RecoveryPolicy\": \"Off\"}}}"};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(request(&f, "PATCH " SYSTEM2, wishes[i]), 200);
        expect("HostWatchdogTimer/FunctionEnabled", "false");
        expect("HostWatchdogTimer/TimeoutAction", "None");
    }
}

static void boot_progress_has_a_time_where_it_is_known(void **state) {
    (void)state;
    get(SYSTEM2);
    expect("BootProgress/LastState", "OSRunning");
    expect("BootProgress/LastStateTime", "(absent)");
    f.core.health[NODE2].boot_seen_ms = 12000;
    f.core.health[NODE2].state = HEALTH_DEGRADED; /* it runs all the same */
    get(SYSTEM2);
    expect("BootProgress/LastState", "OSRunning");
    expect("BootProgress/LastStateTime", "2026-01-01T00:00:12.000Z");
    f.core.health[NODE2].state = HEALTH_HUNG;
    get(SYSTEM2);
    expect("BootProgress", "(absent)");
}

/* ---- the fan ---- */

static void a_fixed_speed_is_a_flat_curve(void **state) {
    (void)state;
    tell();
    assert_int_equal(request(&f, "PATCH " FAN2, "{\"ControlMode\": \"Manual\", \"SetPoint\": 40}"), 200);
    expect("ControlMode", "Manual");
    expect("SetPoint", "40");
    expect("Oem/Super4C/SetBy", "Kernel"); /* the agent has yet to do it */
    const struct node_settings *node = &f.core.settings.node[NODE2];
    assert_int_equal(node->fan_point_count, 2);
    assert_int_equal(node->fan_point[0].duty, 102);
    assert_int_equal(node->fan_point[0].celsius, 0);
    assert_int_equal(node->fan_point[1].duty, 255); /* nobody can cook a node */
    assert_int_equal(cooling_curve_check(node->fan_point, node->fan_point_count), COOLING_CURVE_OK);
    assert_string_equal(latest_text(&f, EVENT_SETTING_CHANGED), "Node2 fan");
    get(SYSTEM2);
    expect("Oem/Super4C/FanCurve/0/Duty", "102");
    get(FAN2 "?excerpt");
    expect("SetPoint", "40");
    assert_int_equal(request(&f, "PATCH " FAN2, "{\"ControlMode\": \"Automatic\"}"), 200);
    expect("ControlMode", "Automatic");
    expect("SetPoint", "(absent)");
    get(SYSTEM2);
    expect("Oem/Super4C/FanCurve", "(0 members)");
}

static void every_percent_comes_back(void **state) {
    (void)state;
    for (unsigned percent = 0; percent <= 100; percent++) {
        char body[32], text[8];
        snprintf(body, sizeof body, "{\"SetPoint\": %u}", percent);
        snprintf(text, sizeof text, "%u", percent);
        assert_int_equal(request(&f, "PATCH " FAN2, body), 200);
        expect("ControlMode", "Manual");
        expect("SetPoint", text);
    }
}

static void a_curve_of_the_owners_is_automatic(void **state) {
    (void)state;
    assert_int_equal(
        request(&f, "PATCH " SYSTEM2,
                "{\"Oem\": {\"Super4C\": {\"FanCurve\": [{\"Celsius\": 40, \"Duty\": 90}, {\"Celsius\": 70, \"Duty\": 255}]}}}"),
        200);
    get(FAN2);
    expect("ControlMode", "Automatic");
    expect("SetPoint", "(absent)");
    assert_int_equal(request(&f, "PATCH " FAN2, "{\"ControlMode\": \"Automatic\"}"), 200);
    get(SYSTEM2);
    expect("Oem/Super4C/FanCurve", "(2 members)");
}

static void a_wrong_wish_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *body, *error, *related;
    } cases[] = {
        {"{\"ControlMode\": \"Manual\"}", "PropertyMissing", "#/SetPoint"},
        {"{\"ControlMode\": \"Disabled\"}", "PropertyValueNotInList", "#/ControlMode"},
        {"{\"SetPoint\": 101}", "PropertyValueOutOfRange", "#/SetPoint"},
        {"{\"SetPoint\": -1}", "PropertyValueOutOfRange", "#/SetPoint"},
        {"{\"SetPoint\": \"40\"}", "PropertyValueTypeError", "#/SetPoint"},
        {"{\"ControlMode\": \"Automatic\", \"SetPoint\": 40}", "PropertyValueError", "#/SetPoint"},
        {"{\"AllowableMax\": 50}", "PropertyNotWritable", "#/AllowableMax"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(request(&f, "PATCH " FAN2, cases[i].body), 400);
        assert_string_equal(error_name(&f), cases[i].error);
        assert_string_equal(error_related(&f), cases[i].related);
    }
    assert_int_equal(f.save_count, 0);
    f.store_fails = true;
    assert_int_equal(request(&f, "PATCH " FAN2, "{\"SetPoint\": 40}"), 500);
    assert_int_equal(f.core.settings.node[NODE2].fan_point_count, 0);
    f.store_fails = false;
    assert_int_equal(request(&f, "PATCH " BOARD "/Controls/Fan", "{\"SetPoint\": 40}"), 404);
    assert_int_equal(request(&f, "PATCH " CHASSIS2 "/Controls/Pump", "{\"SetPoint\": 40}"), 404);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "PATCH " FAN2, "{\"SetPoint\": 40}"), 403);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(where_all_is_well_there_are_none, begin),
        cmocka_unit_test_setup(a_panic_is_the_systems, begin),
        cmocka_unit_test_setup(a_warm_node_is_told_at_system_and_chassis, begin),
        cmocka_unit_test_setup(the_networks_are_the_systems, begin),
        cmocka_unit_test_setup(recovery_that_waits_or_gave_up_is_told, begin),
        cmocka_unit_test_setup(a_failed_order_says_why, begin),
        cmocka_unit_test_setup(the_board_tells_of_its_inputs, begin),
        cmocka_unit_test_setup(all_at_once_still_fits, begin),
        cmocka_unit_test_setup(the_watchdog_is_recovery, begin),
        cmocka_unit_test_setup(boot_progress_has_a_time_where_it_is_known, begin),
        cmocka_unit_test_setup(a_fixed_speed_is_a_flat_curve, begin),
        cmocka_unit_test_setup(every_percent_comes_back, begin),
        cmocka_unit_test_setup(a_curve_of_the_owners_is_automatic, begin),
        cmocka_unit_test_setup(a_wrong_wish_is_refused, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
