/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/version.h"
#include "tests/unit/service/fixture.h"

static struct fixture f;
static const char *text;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    fixture_account(&f, "scraper", ROLE_METRICS_READER, FIXTURE_PASSWORD);
    fixture_account(&f, "peer2", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD);
    use_basic(&f, "scraper", FIXTURE_PASSWORD);
    return 0;
}

static void scrape(void) {
    assert_int_equal(request(&f, "GET /metrics", NULL), 200);
    text = answer(&f);
}

/* Whether a whole line is there. */
static bool has(const char *line) {
    size_t length = strlen(line);
    for (const char *at = strstr(text, line); at; at = strstr(at + 1, line))
        if ((at == text || at[-1] == '\n') && at[length] == '\n') return true;
    return false;
}

static void expect(const char *line) {
    if (!has(line)) fail_msg("no line \"%s\" in\n%s", line, text);
}

static void expect_none(const char *part) {
    if (strstr(text, part)) fail_msg("\"%s\" in\n%s", part, text);
}

static void what_is_measured_is_told_in_base_units(void **state) {
    (void)state;
    scrape();
    assert_string_equal(f.x.response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    expect("super4c_input_volts{input=\"DC1\"} 19");
    expect("super4c_input_amperes{input=\"DC2\"} 0.003");
    expect("super4c_input_watts{input=\"DC1\"} 17.1");
    expect("super4c_input_carrying{input=\"DC1\"} 1");
    expect("super4c_input_carrying{input=\"DC2\"} 0");
    expect("super4c_redundant 1");
    expect("super4c_rail_volts{node=\"4\"} 5.184");
    expect("super4c_rail_amperes{node=\"4\"} 0.64");
    expect("super4c_rail_watts{node=\"4\"} 3.317");
    expect("super4c_node_powered{node=\"1\"} 1");
    expect("super4c_node_state{node=\"1\",super4c_node_state=\"Up\"} 1");
    expect("super4c_node_state{node=\"1\",super4c_node_state=\"Off\"} 0");
    expect("super4c_build_info{version=\"" SUPER4C_VERSION "\"} 1");
    expect("# TYPE super4c_build_info gauge");
    expect("super4c_uptime_seconds 20");
    expect("super4c_store_failing 0");
    expect_none("# EOF");
}

static double value_of(const char *name) {
    size_t length = strlen(name);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        if (strncmp(line, name, length) == 0 && line[length] == ' ') return strtod(&line[length], NULL);
    fail_msg("no %s in\n%s", name, text);
    return 0;
}

static void energy_is_power_over_time(void **state) {
    (void)state;
    scrape();
    double before = value_of("super4c_rail_joules_total{node=\"2\"}");
    fixture_pass(&f, 60000);
    scrape();
    double joules = value_of("super4c_rail_joules_total{node=\"2\"}") - before;
    assert_true(joules > 3.31776 * 59 && joules < 3.31776 * 61);
    expect("# TYPE super4c_rail_joules_total counter");
}

static void openmetrics_is_for_whoever_asks(void **state) {
    (void)state;
    f.headers.accepts_openmetrics = true;
    scrape();
    assert_string_equal(f.x.response.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect("# TYPE super4c_build info");
    expect("# TYPE super4c_rail_joules counter");
    expect("# TYPE super4c_node_state stateset");
    expect("super4c_node_resets_total{node=\"1\"} 0");
    assert_string_equal(&text[strlen(text) - 6], "# EOF\n");
}

static void orders_count_by_how_they_ended(void **state) {
    (void)state;
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    assert_int_equal(
        request(&f, "POST /redfish/v1/Systems/Node3/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceRestart\"}"), 204);
    f.stuck_on[1] = true;
    assert_int_equal(request(&f, "POST /redfish/v1/Systems/Node2/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}"),
                     500);
    scrape();
    expect("super4c_node_orders_total{node=\"3\",result=\"completed\"} 1");
    expect("super4c_node_resets_total{node=\"3\"} 1");
    expect("super4c_node_orders_total{node=\"2\",result=\"failed\"} 1");
    expect("super4c_node_resets_total{node=\"2\"} 0");
    expect("super4c_sessions 1");
    expect("super4c_events_total{severity=\"critical\"} 1");
}

static void every_refusal_counts_at_once(void **state) {
    (void)state;
    use_basic(&f, "nobody", "wrong words 1");
    for (unsigned i = 0; i < 25; i++) assert_int_equal(request(&f, "GET /metrics", NULL), 401);
    assert_true(count_events(&f, EVENT_LOGIN_FAILED) < 25); /* the log leaves some out, and locks the name */
    use_basic(&f, "scraper", FIXTURE_PASSWORD);
    scrape();
    assert_int_equal((int)value_of("super4c_login_failures_total"), (int)f.derive_count - 1);
}

static void what_is_not_measured_is_not_there(void **state) {
    (void)state;
    f.sensors_lost = true;
    fixture_turn(&f);
    fixture_pass(&f, 1000);
    scrape();
    expect_none("super4c_rail_volts");
    expect_none("super4c_input_watts");
    expect_none("super4c_input_present");
    expect_none("super4c_node_powered");
    expect_none("process_resident_memory_bytes"); /* the port has not told */
    expect("super4c_node_state{node=\"1\",super4c_node_state=\"Unknown\"} 1");
    assert_true(value_of("super4c_rail_joules_total{node=\"1\"}") > 0); /* what was counted stays counted */
    f.core.memory.resident_bytes = 12345678;
    scrape();
    expect("process_resident_memory_bytes 12345678");
}

static void what_agents_report_is_told_while_it_holds(void **state) {
    (void)state;
    const struct agent_report report = fixture_report();
    scrape();
    expect_none("_celsius");
    expect_none("agent_age");
    expect_none("node_network");
    fixture_tell(&f, 1, NETWORK_BACKPLANE, &report);
    fixture_pass(&f, 1500);
    scrape();
    expect("super4c_node_cpu_celsius{node=\"2\"} 61.3");
    expect("super4c_node_nvme_celsius{node=\"2\"} 44.7");
    expect("super4c_node_nvme_used_ratio{node=\"2\"} 0.03");
    expect("super4c_node_fan_rpm{node=\"2\"} 2740");
    expect("super4c_node_fan_duty_ratio{node=\"2\"} 0.49");
    expect("super4c_node_load1{node=\"2\"} 1.52");
    expect("super4c_node_undervoltage{node=\"2\"} 1");
    expect("super4c_node_network_up{node=\"2\",network=\"service\"} 1");
    expect("super4c_node_network_speed_bytes{node=\"2\",network=\"backplane\"} 312500000");
    expect("super4c_node_network_carrier_changes_total{node=\"2\",network=\"backplane\"} 5");
    expect("super4c_node_network_errors_total{node=\"2\",network=\"service\"} 7");
    expect("super4c_node_agent_age_seconds{node=\"2\",network=\"backplane\"} 1.5");
    expect_none("super4c_node_agent_age_seconds{node=\"2\",network=\"service\"}"); /* never */
    expect_none("super4c_node_cpu_celsius{node=\"1\"}");
    fixture_pass(&f, AGENT_LOST_MS);
    scrape();
    expect_none("_celsius");
    expect_none("network_up");
    expect("super4c_node_agent_age_seconds{node=\"2\",network=\"backplane\"} 61.5");
}

static void a_node_bound_account_sees_its_node_alone(void **state) {
    (void)state;
    const struct agent_report report = fixture_report();
    for (unsigned i = 0; i < NODE_COUNT; i++) fixture_tell(&f, i, NETWORK_SERVICE, &report);
    use_basic(&f, "peer2", FIXTURE_PASSWORD);
    scrape();
    expect("super4c_rail_volts{node=\"2\"} 5.184");
    expect("super4c_node_cpu_celsius{node=\"2\"} 61.3");
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        if (*line != '#') assert_non_null(strstr(line, "{node=\"2\""));
    expect_none("node=\"1\"");
    expect_none("super4c_input");
    expect_none("super4c_sessions");
}

static void nobody_else_sees_any(void **state) {
    (void)state;
    f.headers.authorization[0] = '\0';
    assert_int_equal(request(&f, "GET /metrics", NULL), 401);
    use_basic(&f, "scraper", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "POST /metrics", "{}"), 405);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 403);
}

/* The form that every parser insists on: a family is announced once, in front of its samples, and they stand together. */
static void check_form(bool open) {
    static char seen[64][64];
    unsigned seen_count = 0;
    char family[64] = "";
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        char name[64];
        assert_non_null(strchr(line, '\n'));
        if (sscanf(line, "# HELP %63s ", name) == 1) {
            for (unsigned i = 0; i < seen_count; i++) assert_string_not_equal(seen[i], name);
            assert_true(seen_count < 64);
            memcpy(seen[seen_count++], name, sizeof name);
            memcpy(family, name, sizeof name);
            continue;
        }
        if (sscanf(line, "# TYPE %63s ", name) == 1) {
            assert_string_equal(name, family);
            continue;
        }
        if (open && strcmp(line, "# EOF\n") == 0) return;
        assert_int_equal(sscanf(line, "%63[a-z0-9_]", name), 1);
        assert_memory_equal(name, family, strlen(family));
        if (!open) assert_string_equal(name, family);
        const char *end = strchr(line, '\n'), *blank;
        for (blank = end; *blank != ' '; blank--) continue;
        char *rest;
        (void)strtod(blank, &rest);
        assert_ptr_equal(rest, end);
    }
    assert_false(open);
}

static void the_form_holds_and_the_widest_values_fit(void **state) {
    (void)state;
    for (int open = 0; open < 2; open++) {
        f.headers.accepts_openmetrics = open;
        scrape();
        check_form(open);
    }
    memset(&f.core.counters, 0xff, sizeof f.core.counters);
    struct agent_report report;
    memset(&report, 0xff, sizeof report);
    report.cpu_deci_c = report.nvme_deci_c = INT16_MIN;
    for (unsigned i = 0; i < NETWORK_COUNT; i++) report.interface[i].known = report.interface[i].up = true;
    for (unsigned i = 0; i < NODE_COUNT; i++) fixture_tell(&f, i, NETWORK_BACKPLANE, &report);
    for (unsigned i = 0; i < NODE_COUNT; i++) f.core.agent[i].link[NETWORK_SERVICE].seen_ms = 1;
    f.core.memory = (struct memory_use){UINT32_MAX, UINT32_MAX};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        f.core.energy.rail[i].uj = UINT64_MAX / 2;
        f.core.rail[i].mv = f.core.rail[i].ma = INT32_MIN;
    }
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        f.core.energy.input[i].uj = UINT64_MAX / 2;
        f.core.inputs.view[i].sample.mv = f.core.inputs.view[i].sample.ma = INT32_MIN;
    }
    scrape();
    check_form(true);
    assert_true(strlen(text) < HTTP_BODY_OUT_MAX - 2048); /* room for a family more */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_measured_is_told_in_base_units, begin),
        cmocka_unit_test_setup(energy_is_power_over_time, begin),
        cmocka_unit_test_setup(openmetrics_is_for_whoever_asks, begin),
        cmocka_unit_test_setup(orders_count_by_how_they_ended, begin),
        cmocka_unit_test_setup(every_refusal_counts_at_once, begin),
        cmocka_unit_test_setup(what_is_not_measured_is_not_there, begin),
        cmocka_unit_test_setup(what_agents_report_is_told_while_it_holds, begin),
        cmocka_unit_test_setup(a_node_bound_account_sees_its_node_alone, begin),
        cmocka_unit_test_setup(nobody_else_sees_any, begin),
        cmocka_unit_test_setup(the_form_holds_and_the_widest_values_fit, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
