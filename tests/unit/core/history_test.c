/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/history.h"

static struct history history;
static struct rail_sample lines[HISTORY_LINE_COUNT];

static int begin(void **state) {
    (void)state;
    memset(&history, 0, sizeof history);
    for (unsigned i = 0; i < HISTORY_LINE_COUNT; i++)
        lines[i] = (struct rail_sample){.valid = true, .taken_ms = 1, .mv = 5000 + (int32_t)i, .ma = 600};
    return 0;
}

static struct history_mean mean_of(unsigned line, unsigned age) {
    struct history_mean mean;
    assert_true(history_at(&history, line, age, &mean));
    return mean;
}

static bool is_gap(unsigned line, unsigned age) {
    struct history_mean mean;
    return !history_at(&history, line, age, &mean);
}

static void nothing_is_known_before_the_first_period_ends(void **state) {
    (void)state;
    for (uint64_t now_ms = 60000; now_ms < 90000; now_ms += 110) history_add(&history, lines, now_ms);
    for (unsigned age = 0; age < HISTORY_SLOT_COUNT; age++) assert_true(is_gap(0, age));
    history_add(&history, lines, 90000);
    assert_int_equal(mean_of(3, 0).mv, 5003);
    assert_int_equal(mean_of(3, 0).ma, 600);
    assert_int_equal(mean_of(3, 0).end_ms, 90000);
    assert_true(is_gap(3, 1));
}

static void means_are_of_their_own_period(void **state) {
    (void)state;
    lines[1].ma = -100;
    history_add(&history, lines, 30000);
    lines[1].ma = -300;
    lines[1].mv = 5101;
    history_add(&history, lines, 59999);
    lines[1].ma = 8190;
    lines[1].mv = 26000;
    history_add(&history, lines, 60000);
    assert_int_equal(mean_of(1, 0).ma, -200);
    assert_int_equal(mean_of(1, 0).mv, 5051);
    history_add(&history, lines, 90000);
    assert_int_equal(mean_of(1, 0).ma, 8190);
    assert_int_equal(mean_of(1, 0).mv, 26000);
    assert_int_equal(mean_of(1, 1).ma, -200);
}

static void what_was_not_measured_is_a_gap(void **state) {
    (void)state;
    lines[2].valid = false;
    history_add(&history, lines, 30000);
    lines[2].valid = true;
    history_add(&history, lines, 60000);
    assert_true(is_gap(2, 0));
    assert_false(is_gap(1, 0));
    history_add(&history, lines, 150000); /* two periods without any sampling */
    assert_true(is_gap(1, 0));
    assert_true(is_gap(1, 1));
    assert_false(is_gap(1, 2));
    assert_int_equal(mean_of(1, 2).end_ms, 90000);
}

static void zero_volts_are_a_reading(void **state) {
    (void)state;
    lines[0].mv = lines[0].ma = 0;
    history_add(&history, lines, 0);
    history_add(&history, lines, 30000);
    assert_int_equal(mean_of(0, 0).mv, 0);
    lines[0].mv = -8; /* an offset of the sensor; the record has no room for it */
    history_add(&history, lines, 60000);
    history_add(&history, lines, 90000);
    assert_int_equal(mean_of(0, 0).mv, 0);
}

static void an_hour_is_kept_and_no_more(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 130; i++) {
        lines[5].mv = 4000 + (int32_t)i;
        history_add(&history, lines, (uint64_t)i * HISTORY_PERIOD_MS);
    }
    assert_int_equal(mean_of(5, 0).mv, 4128);
    assert_int_equal(mean_of(5, HISTORY_SLOT_COUNT - 1).mv, 4009);
    assert_true(is_gap(5, HISTORY_SLOT_COUNT));
    assert_true(is_gap(HISTORY_LINE_COUNT, 0));
}

static void a_long_silence_leaves_nothing(void **state) {
    (void)state;
    history_add(&history, lines, 30000);
    history_add(&history, lines, 60000);
    history_add(&history, lines, 86400000ull * 400); /* more than a year: not counted through period by period */
    for (unsigned age = 0; age < HISTORY_SLOT_COUNT; age++) assert_true(is_gap(0, age));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_known_before_the_first_period_ends, begin),
        cmocka_unit_test_setup(means_are_of_their_own_period, begin),
        cmocka_unit_test_setup(what_was_not_measured_is_a_gap, begin),
        cmocka_unit_test_setup(zero_volts_are_a_reading, begin),
        cmocka_unit_test_setup(an_hour_is_kept_and_no_more, begin),
        cmocka_unit_test_setup(a_long_silence_leaves_nothing, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
