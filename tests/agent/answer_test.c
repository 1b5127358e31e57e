/* SPDX-License-Identifier: Apache-2.0
 * What the controller wants, and items that make no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/answer.h"

#define READ(...) answer_read((const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})

static void everything_is_read(void **state) {
    (void)state;
    struct answer answer = READ(64, 5, 0, 0, 1, 2, 2, 65, 5, 2, 40, 10, 50, 20, 66, 1, 1);
    assert_true(answer.has_order);
    assert_int_equal(answer.order_id, 258);
    assert_int_equal(answer.order_what, WIRE_REBOOT);
    assert_int_equal(answer.curve.count, 2);
    assert_int_equal(answer.curve.celsius[1], 50);
    assert_int_equal(answer.curve.duty[1], 20);
    assert_true(answer.fan_full);
}

static void nothing_is_no_wish(void **state) {
    (void)state;
    struct answer answer = answer_read(NULL, 0);
    assert_false(answer.has_order || answer.fan_full || answer.curve.count);
}

static void unknown_items_are_passed_over(void **state) {
    (void)state;
    struct answer answer = READ(200, 3, 64, 5, 1, 64, 4, 0, 0, 0, 9, 64, 5, 0, 0, 0, 9, 1, 66, 2, 1, 1);
    assert_true(answer.has_order);
    assert_int_equal(answer.order_id, 9);
    assert_false(answer.fan_full);
}

static void a_curve_that_makes_no_sense_is_none(void **state) {
    (void)state;
    assert_int_equal(READ(65, 5, 2, 50, 10, 50, 20).curve.count, 0); /* not rising */
    assert_int_equal(READ(65, 5, 2, 60, 10, 50, 20).curve.count, 0);
    assert_int_equal(READ(65, 3, 2, 50, 10).curve.count, 0); /* cut off */
    assert_int_equal(READ(65, 5, 1, 50, 10, 60, 20).curve.count, 0);
    assert_int_equal(READ(65, 0).curve.count, 0);
    assert_int_equal(READ(65, 19, 9, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9, 1).curve.count, 0);
    assert_int_equal(READ(65, 17, 8, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1).curve.count, 8);
}

static void what_follows_a_cut_item_is_not_read(void **state) {
    (void)state;
    assert_false(READ(66, 9, 1, 66, 1, 1).fan_full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(nothing_is_no_wish),
        cmocka_unit_test(unknown_items_are_passed_over),
        cmocka_unit_test(a_curve_that_makes_no_sense_is_none),
        cmocka_unit_test(what_follows_a_cut_item_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
