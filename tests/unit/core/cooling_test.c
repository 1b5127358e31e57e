/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "board/super4c.h"

static struct cooling cooling;
static struct agent_report report;
static struct cooling_in in;
static struct cooling_out out;
static unsigned counted[200], asked;

static void pass(unsigned s, int deci_c) {
    for (unsigned i = 0; i < s; i++) {
        in.now_ms += 1000;
        in.report_ms = in.now_ms;
        report.cpu_deci_c = (int16_t)deci_c;
        cooling_step(&cooling, &board_limits.cooling, &in, &out);
        for (size_t e = 0; e < out.event_count; e++) counted[out.events[e].code]++;
        asked += out.shut_down;
    }
}

static int setup(void **state) {
    (void)state;
    memset(&cooling, 0, sizeof cooling);
    memset(counted, 0, sizeof counted);
    asked = 0;
    report = (struct agent_report){.has = AGENT_HAS_CPU_TEMPERATURE | AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY |
                                          AGENT_HAS_THROTTLED,
                                   .fan_rpm = 4000,
                                   .fan_duty = 125,
                                   .throttled = 1u << 2};
    in = (struct cooling_in){.now_ms = 5000, .report = &report, .epoch_ms = 1000, .may_cut = true};
    pass(5, 550);
    return 0;
}

static void the_ladder_climbs_and_comes_down(void **state) {
    (void)state;
    pass(11, 810);
    assert_int_equal(cooling.level, COOLING_HIGH);
    assert_false(out.fan_full);
    pass(7, 880);
    assert_int_equal(cooling.level, COOLING_FULL);
    assert_true(out.fan_full);
    pass(600, 940);
    assert_int_equal(asked, 0);
    pass(32, 960);
    assert_int_equal(cooling.level, COOLING_SHUTDOWN);
    assert_int_equal(asked, 1);
    assert_false(out.cut);
    pass(32, 890);
    assert_int_equal(cooling.level, COOLING_FULL);
    pass(300, 760);
    assert_int_equal(cooling.level, COOLING_HIGH); /* within the hysteresis */
    pass(32, 740);
    assert_int_equal(cooling.level, COOLING_NORMAL);
    assert_int_equal(counted[EVENT_TEMPERATURE_NORMAL], 1);
}

static void off_lasts_until_somebody_switches_on(void **state) {
    (void)state;
    pass(200, 1100);
    assert_true(out.cut);
    assert_int_equal(asked, 1);
    assert_int_equal(counted[EVENT_TEMPERATURE_OFF], 1);
    pass(200, 300);
    assert_true(out.cut);
    in.epoch_ms = in.now_ms;
    pass(1, 300);
    assert_false(out.cut || out.fan_full);
}

static void a_protected_node_is_never_cut(void **state) {
    (void)state;
    in.may_cut = false;
    pass(2000, 1200);
    assert_false(out.cut);
    assert_int_equal(asked, 1);
}

static void a_heat_without_throttling_is_doubted(void **state) {
    (void)state;
    report.throttled = 0;
    pass(3600, 1200);
    assert_int_equal(cooling.level, COOLING_FULL);
    assert_int_equal(asked, 0);
    assert_int_equal(counted[EVENT_TEMPERATURE_DOUBTFUL], 1);
    report.has &= ~(uint32_t)AGENT_HAS_THROTTLED; /* nobody to contradict */
    pass(32, 1200);
    assert_int_equal(asked, 1);
}

static void what_is_missing_old_or_absurd_leads_to_nothing(void **state) {
    (void)state;
    pass(2000, 1300);
    pass(2000, -2000);
    assert_int_equal(cooling.level, COOLING_NORMAL);
    report.has &= ~(uint32_t)AGENT_HAS_CPU_TEMPERATURE;
    pass(2000, 1100);
    assert_int_equal(cooling.level, COOLING_NORMAL);
    report.has |= AGENT_HAS_CPU_TEMPERATURE;
    for (unsigned i = 0; i < 100; i++) { /* a hot reading once in a while: never long enough */
        pass(1, 1000);
        in.now_ms += 20000;
        cooling_step(&cooling, &board_limits.cooling, &in, &out);
    }
    assert_int_equal(cooling.level, COOLING_NORMAL);
    in.report = NULL;
    cooling_step(&cooling, &board_limits.cooling, &in, &out);
    assert_int_equal(out.event_count, 0);
}

static void fans(void **state) {
    (void)state;
    report.fan_rpm = 0;
    pass(10, 550);
    assert_int_equal(cooling.fan, COOLING_FAN_TURNS);
    pass(10, 550);
    assert_int_equal(cooling.fan, COOLING_FAN_FAILED);
    report.fan_duty = 0; /* that it stands still now proves nothing */
    pass(60, 550);
    assert_int_equal(cooling.fan, COOLING_FAN_FAILED);
    report.fan_rpm = 3000;
    pass(1, 550);
    assert_int_equal(counted[EVENT_FAN_RESTORED], 1);
    report.fan_rpm = 0;
    pass(60, 450);
    assert_int_equal(cooling.fan, COOLING_FAN_STILL); /* cool */
    report.has &= ~(uint32_t)AGENT_HAS_FAN_RPM;
    pass(20, 450);
    assert_int_equal(counted[EVENT_FAN_MISSING], 1);
    assert_int_equal(counted[EVENT_FAN_FAILED], 1);
    memset(&cooling, 0, sizeof cooling); /* one that never was is not missed */
    pass(60, 450);
    assert_int_equal(cooling.fan, COOLING_FAN_NONE);
    in.known_fan = true; /* ... unless it was there before the controller's restart */
    pass(20, 450);
    assert_int_equal(counted[EVENT_FAN_MISSING], 2);
}

static void curves(void **state) {
    (void)state;
    static const struct {
        struct agent_fan_point points[3];
        unsigned count;
        enum cooling_curve_error error;
    } cases[] = {
        {{{50, 75}, {60, 125}, {75, 250}}, 3, COOLING_CURVE_OK},
        {{{0, 0}}, 0, COOLING_CURVE_OK},
        {{{60, 75}, {60, 125}, {75, 250}}, 3, COOLING_CURVE_NOT_RISING},
        {{{60, 75}, {70, 50}, {75, 250}}, 3, COOLING_CURVE_FALLS},
        {{{60, 75}, {101, 250}}, 2, COOLING_CURVE_RANGE},
        {{{60, 75}, {90, 250}}, 2, COOLING_CURVE_WEAK},
        {{{60, 199}}, 1, COOLING_CURVE_WEAK},
        {{{85, 200}}, 1, COOLING_CURVE_OK},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(cooling_curve_check(cases[i].points, cases[i].count), cases[i].error);
    assert_int_equal(cooling_curve_check(cases[0].points, AGENT_FAN_POINT_COUNT + 1), COOLING_CURVE_TOO_MANY);
    struct agent_fan fan = {.full = true};
    cooling_curve_default(&fan);
    assert_int_equal(fan.point_count, 4);
    assert_true(fan.full && cooling_curve_check(fan.point, fan.point_count) == COOLING_CURVE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_ladder_climbs_and_comes_down, setup),
        cmocka_unit_test_setup(off_lasts_until_somebody_switches_on, setup),
        cmocka_unit_test_setup(a_protected_node_is_never_cut, setup),
        cmocka_unit_test_setup(a_heat_without_throttling_is_doubted, setup),
        cmocka_unit_test_setup(what_is_missing_old_or_absurd_leads_to_nothing, setup),
        cmocka_unit_test_setup(fans, setup),
        cmocka_unit_test_setup(curves, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
