/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/baseline.h"

static struct baseline baseline;

static int setup(void **state) {
    (void)state;
    baseline_init(&baseline);
    return 0;
}

static void one_lie_moves_little_and_truth_wins(void **state) {
    (void)state;
    for (unsigned i = 0; i < 12; i++) baseline_booted(&baseline, 12000);
    assert_int_equal(baseline.boot_ms, 12000);
    assert_int_equal(baseline_grace_ms(&baseline), 180000);
    assert_int_equal(baseline_confirm_ms(&baseline, false), 60000);
    assert_int_equal(baseline_confirm_ms(&baseline, true), 30000);
    baseline_booted(&baseline, UINT64_MAX);
    assert_true(baseline.boot_ms <= 15001);
    baseline_booted(&baseline, 0);
    baseline_booted(&baseline, 0);
    assert_true(baseline.boot_ms >= 6000);
    for (unsigned i = 0; i < 60; i++) baseline_booted(&baseline, UINT64_MAX);
    assert_int_equal(baseline.boot_ms, 600000);
    assert_int_equal(baseline_grace_ms(&baseline), 900000);
    assert_int_equal(baseline_confirm_ms(&baseline, false), 300000);
    assert_int_equal(baseline_confirm_ms(&baseline, true), 300000);
}

static void a_few_boots_are_enough_and_believed_with_caution(void **state) {
    (void)state;
    static const struct {
        uint32_t observed_ms, boot_ms, abrupt_ms, confirm_ms;
    } boots[] = {
        {12000, 12000, 60000, 120000}, /* one: no less than three quarters of the default */
        {12000, 12000, 33000, 60000},  /* half as much again */
        {30000, 18000, 39000, 66000},  /* a third of the way, and a third as much again */
        {18000, 18000, 33000, 66000},  /* as it is */
    };
    assert_int_equal(baseline_confirm_ms(&baseline, true), 75000);
    for (unsigned i = 0; i < sizeof boots / sizeof boots[0]; i++) {
        baseline_booted(&baseline, boots[i].observed_ms);
        assert_int_equal(baseline.boot_ms, boots[i].boot_ms);
        assert_int_equal(baseline_confirm_ms(&baseline, true), boots[i].abrupt_ms);
        assert_int_equal(baseline_confirm_ms(&baseline, false), boots[i].confirm_ms);
    }
}

/* Whichever of the first boots was told as next to nothing: with the 12 s until it is called hung, a node is given its 70 s. */
static void one_lie_cuts_no_boot_short(void **state) {
    (void)state;
    for (unsigned lie = 0; lie < 8; lie++) {
        baseline_init(&baseline);
        for (unsigned i = 0; i < 8; i++) {
            baseline_booted(&baseline, i == lie ? 0 : 70000);
            assert_true(12000 + baseline_confirm_ms(&baseline, true) >= 70000);
        }
    }
}

static void idle_is_the_low_end_of_what_is_drawn(void **state) {
    (void)state;
    for (unsigned i = 0; i < 400; i++) baseline_idle(&baseline, i % 4 ? 820 : 640);
    assert_in_range(baseline.idle_ma, 600, 720);
    uint16_t before_ma = baseline.idle_ma;
    baseline_idle(&baseline, INT32_MAX);
    assert_true(baseline.idle_ma <= before_ma + before_ma / 128 + 1);
    for (unsigned i = 0; i < 400; i++) baseline_idle(&baseline, -5);
    assert_int_equal(baseline.idle_ma, 200);
}

static void the_halted_level_needs_a_known_idle(void **state) {
    (void)state;
    baseline_halted(&baseline, 300);
    assert_int_equal(baseline_halted_below_ma(&baseline, 60), 60);
    for (unsigned i = 0; i < 30; i++) baseline_idle(&baseline, 760);
    int32_t one_ma = baseline_halted_below_ma(&baseline, 60);
    assert_in_range(one_ma, 350, 460);
    for (unsigned i = 0; i < 20; i++) baseline_halted(&baseline, 300);
    assert_int_equal(baseline_halted_below_ma(&baseline, 60), 500); /* never more */
    baseline_halted(&baseline, 1200);                               /* that was no halted module */
    assert_int_equal(baseline.halted_ma, 300);
}

static void what_is_stored_comes_back_and_garbage_does_not(void **state) {
    (void)state;
    uint8_t record[BASELINE_RECORD_SIZE];
    baseline_booted(&baseline, 30000);
    baseline_trait(&baseline, BASELINE_AGENT);
    assert_true(baseline.due);
    baseline_record(&baseline, record);
    assert_false(baseline.due);
    baseline_trait(&baseline, BASELINE_AGENT);
    assert_false(baseline.due);
    struct baseline loaded;
    assert_true(baseline_load(&loaded, record, sizeof record));
    assert_int_equal(loaded.boot_ms, baseline.boot_ms);
    assert_true(baseline_has(&loaded, BASELINE_AGENT) && !baseline_has(&loaded, BASELINE_FAN));
    record[3] ^= 1;
    assert_false(baseline_load(&loaded, record, sizeof record));
    assert_int_equal(loaded.boot_ms, 60000);
    assert_false(baseline_load(&loaded, record, 5));
    assert_false(baseline_load(&loaded, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_lie_moves_little_and_truth_wins, setup),
        cmocka_unit_test_setup(a_few_boots_are_enough_and_believed_with_caution, setup),
        cmocka_unit_test_setup(one_lie_cuts_no_boot_short, setup),
        cmocka_unit_test_setup(idle_is_the_low_end_of_what_is_drawn, setup),
        cmocka_unit_test_setup(the_halted_level_needs_a_known_idle, setup),
        cmocka_unit_test_setup(what_is_stored_comes_back_and_garbage_does_not, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
