/* SPDX-License-Identifier: Apache-2.0
 * Inputs and rails: which supply carries, and the curve of a rail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "twin/rail.h"
#include "twin/supply.h"

static struct twin_supply supply_of(int32_t dc1_mv, int32_t dc2_mv) {
    return (struct twin_supply){.source_mv = {dc1_mv, dc2_mv}, .carrying = -1};
}

static void the_higher_input_carries(void **state) {
    (void)state;
    struct twin_supply supply = supply_of(12000, 19000);
    assert_true(twin_supply_step(&supply));
    assert_int_equal(supply.carrying, 1);
    supply.source_mv[1] = 0;
    assert_true(twin_supply_step(&supply));
    assert_int_equal(supply.carrying, 0);
}

static void nearly_equal_inputs_do_not_flap(void **state) {
    (void)state;
    struct twin_supply supply = supply_of(19000, 18990);
    assert_true(twin_supply_step(&supply));
    supply.source_mv[1] = 19040;
    assert_true(twin_supply_step(&supply));
    assert_int_equal(supply.carrying, 0);
    supply.source_mv[1] = 19060;
    assert_true(twin_supply_step(&supply));
    assert_int_equal(supply.carrying, 1);
}

static void too_low_is_no_power(void **state) {
    (void)state;
    struct twin_supply supply = supply_of(9200, 0);
    assert_false(twin_supply_step(&supply)); /* not enough to start with */
    supply.source_mv[0] = 12000;
    assert_true(twin_supply_step(&supply));
    supply.source_mv[0] = 9200;
    assert_true(twin_supply_step(&supply)); /* enough to go on */
    supply.source_mv[0] = 8900;
    assert_false(twin_supply_step(&supply));
}

static void a_blackout_takes_both(void **state) {
    (void)state;
    struct twin_supply supply = supply_of(19000, 18000);
    supply.blackout = true;
    assert_false(twin_supply_step(&supply));
    supply.blackout = false;
    assert_true(twin_supply_step(&supply));
    assert_int_equal(supply.carrying, 0);
}

static void readings_show_load_leak_and_float(void **state) {
    (void)state;
    struct twin_supply supply = supply_of(19000, 18600);
    assert_true(twin_supply_step(&supply));
    struct twin_input_reading loaded = twin_supply_read(&supply, 0, 38.0), idle = twin_supply_read(&supply, 1, 38.0);
    assert_in_range(loaded.ma, 2000, 2020);
    assert_in_range(loaded.mv, 18900, 18930); /* 2 A through 40 mOhm */
    assert_int_equal(idle.mv, 18600);
    assert_in_range(idle.ma, 0, 6);
    supply.source_mv[1] = 0;
    struct twin_input_reading floating = twin_supply_read(&supply, 1, 38.0);
    assert_int_equal(floating.mv, 8600);
    assert_in_range(floating.ma, 2, 6);
}

static void a_rail_rises_within_milliseconds_and_droops_under_load(void **state) {
    (void)state;
    struct twin_rail rail;
    twin_rail_init(&rail, 0);
    twin_rail_switch(&rail, true, 1000);
    assert_in_range(twin_rail_mv(&rail, 0, 2000), 1000, 1100);
    uint64_t good_us = twin_rail_next_us(&rail);
    assert_in_range(good_us, 5000, 6000);
    twin_rail_step(&rail, good_us - 1);
    assert_false(rail.good);
    twin_rail_step(&rail, good_us);
    assert_true(rail.good);
    assert_int_equal(twin_rail_mv(&rail, 0, 10000), 5190);
    assert_int_equal(twin_rail_mv(&rail, 1000, 10000), 5175);
    assert_true(twin_rail_next_us(&rail) == UINT64_MAX);
}

static void a_rail_decays_below_the_off_threshold_within_a_quarter_second(void **state) {
    (void)state;
    struct twin_rail rail;
    twin_rail_init(&rail, 0);
    twin_rail_switch(&rail, true, 0);
    twin_rail_step(&rail, 10000);
    twin_rail_switch(&rail, false, 20000);
    assert_true(rail.good); /* the capacitors still hold it */
    uint64_t lost_us = twin_rail_next_us(&rail);
    assert_in_range(lost_us, 29000, 31000);
    twin_rail_step(&rail, lost_us);
    assert_false(rail.good);
    assert_in_range(twin_rail_mv(&rail, 0, 120000), 1000, 2000);
    assert_in_range(twin_rail_mv(&rail, 0, 270000), 100, 300);
    assert_int_equal(twin_rail_mv(&rail, 0, 5000000), 15);
}

static void a_short_interruption_never_leaves_good(void **state) {
    (void)state;
    struct twin_rail rail;
    twin_rail_init(&rail, 0);
    twin_rail_switch(&rail, true, 0);
    twin_rail_step(&rail, 10000);
    twin_rail_switch(&rail, false, 20000);
    twin_rail_switch(&rail, true, 22000);
    assert_true(rail.good);
    assert_true(twin_rail_next_us(&rail) == UINT64_MAX);
    assert_in_range(twin_rail_mv(&rail, 0, 22000), 5000, 5100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_higher_input_carries),
        cmocka_unit_test(nearly_equal_inputs_do_not_flap),
        cmocka_unit_test(too_low_is_no_power),
        cmocka_unit_test(a_blackout_takes_both),
        cmocka_unit_test(readings_show_load_leak_and_float),
        cmocka_unit_test(a_rail_rises_within_milliseconds_and_droops_under_load),
        cmocka_unit_test(a_rail_decays_below_the_off_threshold_within_a_quarter_second),
        cmocka_unit_test(a_short_interruption_never_leaves_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
