/* SPDX-License-Identifier: Apache-2.0
 * The curve: steps up at once, down with hysteresis, and never a guess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/fan.h"

static struct fan fan;
static const struct fan_curve curve = {3, {40, 60, 80}, {50, 120, 250}};

static int begin(void **state) {
    (void)state;
    fan = (struct fan){.full = false};
    fan_wish(&fan, &curve, false);
    return 0;
}

static void expect(int deci_c, int duty) {
    struct reading reading = fan_duty(&fan, known(deci_c));
    assert_true(reading.known);
    assert_int_equal(reading.value, duty);
}

static void it_follows_the_points(void **state) {
    (void)state;
    expect(399, 0);
    expect(400, 50);
    expect(599, 50);
    expect(850, 250); /* two steps at once */
    expect(-100, 0);
}

static void it_falls_five_degrees_below_a_point(void **state) {
    (void)state;
    expect(600, 120);
    expect(590, 120);
    expect(550, 120);
    expect(549, 50);
    expect(590, 50);
    expect(600, 120);
}

static void the_same_wish_again_keeps_the_step_and_another_curve_begins_anew(void **state) {
    (void)state;
    expect(600, 120);
    fan_wish(&fan, &curve, false);
    expect(560, 120);
    struct fan_curve other = curve;
    other.duty[0] = 60;
    fan_wish(&fan, &other, false);
    expect(560, 60);
}

static void without_curve_or_temperature_it_is_the_kernels(void **state) {
    (void)state;
    assert_false(fan_duty(&fan, not_known).known);
    fan_wish(&fan, &(struct fan_curve){.count = 0}, false);
    assert_false(fan_duty(&fan, known(900)).known);
}

static void full_is_full_without_either(void **state) {
    (void)state;
    fan_wish(&fan, &(struct fan_curve){.count = 0}, true);
    assert_int_equal(fan_duty(&fan, not_known).value, 255);
    assert_true(fan_duty(&fan, not_known).known);
}

static void what_is_given_back_runs_as_the_kernel_would_have_it(void **state) {
    (void)state;
    assert_int_equal(fan_kernel_duty(known(499)), 0);
    assert_int_equal(fan_kernel_duty(known(500)), 75);
    assert_int_equal(fan_kernel_duty(known(680)), 175);
    assert_int_equal(fan_kernel_duty(known(990)), 250);
    assert_int_equal(fan_kernel_duty(not_known), 255);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_follows_the_points, begin),
        cmocka_unit_test_setup(it_falls_five_degrees_below_a_point, begin),
        cmocka_unit_test_setup(the_same_wish_again_keeps_the_step_and_another_curve_begins_anew, begin),
        cmocka_unit_test_setup(without_curve_or_temperature_it_is_the_kernels, begin),
        cmocka_unit_test_setup(full_is_full_without_either, begin),
        cmocka_unit_test_setup(what_is_given_back_runs_as_the_kernel_would_have_it, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
