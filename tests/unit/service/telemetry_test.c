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

#define TELEMETRY "/redfish/v1/TelemetryService"

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    return 0;
}

/* Half a minute after half a minute, all lines at these figures. The fixture's board keeps no history by itself. */
static void pass_periods(unsigned count, int32_t mv, int32_t ma) {
    struct rail_sample lines[HISTORY_LINE_COUNT], nothing[HISTORY_LINE_COUNT] = {0};
    for (unsigned i = 0; i < HISTORY_LINE_COUNT; i++) lines[i] = (struct rail_sample){true, f.now_ms, mv, ma};
    for (unsigned i = 0; i < count; i++) {
        history_add(&f.core.history, lines, f.now_ms);
        f.now_ms += HISTORY_PERIOD_MS;
    }
    history_add(&f.core.history, nothing, f.now_ms); /* the last one is over */
    fixture_turn(&f);
    sign_in(&f, "reader", FIXTURE_PASSWORD); /* an hour ends a session */
}

static void the_service_links_its_collections(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " TELEMETRY, NULL), 200);
    assert_string_equal(member(&f, "@odata.type"), "#TelemetryService.v1_4_0.TelemetryService");
    assert_string_equal(member(&f, "MetricReports/@odata.id"), TELEMETRY "/MetricReports");
    static const char *const lines[] = {"GET " TELEMETRY "/MetricReports", "GET " TELEMETRY "/MetricReportDefinitions",
                                        "GET " TELEMETRY "/MetricReportDefinitions?$expand=.",
                                        "GET " TELEMETRY "/MetricDefinitions?$expand=.",
                                        "GET " TELEMETRY "/MetricReports?$expand=."};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) assert_int_equal(request(&f, lines[i], NULL), 200);
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Nothing", NULL), 404);
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReportDefinitions/Node1RailEnergy", NULL), 404);
}

static void a_report_holds_what_was_measured(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Node2RailPower", NULL), 200);
    assert_string_equal(member(&f, "MetricValues"), "(0 members)"); /* the controller has just started */
    pass_periods(1, 5000, 700);
    pass_periods(1, 5200, 1000);
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Node2RailPower", NULL), 200);
    assert_string_equal(member(&f, "MetricValues"), "(2 members)");
    assert_string_equal(member(&f, "MetricValues/0/MetricId"), "Node2RailPower");
    assert_string_equal(member(&f, "MetricValues/1/Timestamp"), "2026-01-01T00:01:00.000Z");
    assert_string_equal(member(&f, "MetricValues/1/MetricValue"), "5.2");
    assert_string_equal(member(&f, "MetricReportDefinition/@odata.id"), TELEMETRY "/MetricReportDefinitions/Node2RailPower");
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/DC2Voltage", NULL), 200);
    assert_string_equal(member(&f, "MetricValues/1/MetricValue"), "5.2");
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/DC1Current", NULL), 200);
    assert_string_equal(member(&f, "MetricValues/1/MetricValue"), "1");
}

static void an_unset_clock_gives_no_times(void **state) {
    (void)state;
    f.wall_known = false;
    pass_periods(1, 5000, 700);
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/DC1Voltage", NULL), 200);
    assert_string_equal(member(&f, "MetricValues/0/MetricValue"), "5");
    assert_string_equal(member(&f, "MetricValues/0/Timestamp"), "(absent)");
}

static void the_widest_hour_fits_an_answer(void **state) {
    (void)state;
    pass_periods(HISTORY_SLOT_COUNT + 3, 26000, -8190);
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Node4RailCurrent", NULL), 200);
    assert_string_equal(member(&f, "MetricValues"), "(120 members)");
    assert_string_equal(member(&f, "MetricValues/119/MetricValue"), "-8.19");
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Node4RailPower", NULL), 200);
    assert_string_equal(member(&f, "MetricValues/0/MetricValue"), "-212.94");
    assert_string_equal(member(&f, "MetricValues"), "(120 members)");
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Live", NULL), 200);
}

static void live_holds_every_present_reading(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Live", NULL), 200);
    assert_string_equal(member(&f, "MetricValues/6/MetricId"), "Node1RailVoltage");
    assert_string_equal(member(&f, "MetricValues/6/MetricValue"), "5.184");
    assert_string_equal(member(&f, "MetricValues/6/MetricProperty"),
                        "/redfish/v1/Chassis/Node1/Sensors/Node1RailVoltage#/Reading");
    f.sensors_lost = true;
    fixture_turn(&f);
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReports/Live", NULL), 200);
    assert_null(strstr(answer(&f), "RailVoltage"));
}

static void definitions_say_how_values_come_about(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricReportDefinitions/Node1RailVoltage", NULL), 200);
    assert_string_equal(member(&f, "AppendLimit"), "120");
    assert_string_equal(member(&f, "Schedule/RecurrenceInterval"), "PT30S");
    assert_string_equal(member(&f, "Metrics/0/CollectionFunction"), "Average");
    assert_string_equal(member(&f, "MetricProperties/0"), "/redfish/v1/Chassis/Node1/Sensors/Node1RailVoltage#/Reading");
    assert_int_equal(request(&f, "GET " TELEMETRY "/MetricDefinitions/Node1RailVoltage", NULL), 200);
    assert_string_equal(member(&f, "MetricType"), "Numeric");
    assert_string_equal(member(&f, "Units"), "V");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_service_links_its_collections, begin),
        cmocka_unit_test_setup(a_report_holds_what_was_measured, begin),
        cmocka_unit_test_setup(an_unset_clock_gives_no_times, begin),
        cmocka_unit_test_setup(the_widest_hour_fits_an_answer, begin),
        cmocka_unit_test_setup(live_holds_every_present_reading, begin),
        cmocka_unit_test_setup(definitions_say_how_values_come_about, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
