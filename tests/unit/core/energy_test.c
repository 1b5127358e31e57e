/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/energy.h"

static struct energy_meter meter;

static int setup(void **state) {
    (void)state;
    memset(&meter, 0, sizeof meter);
    return 0;
}

static void feed(uint64_t taken_ms, int32_t mv, int32_t ma) {
    const struct rail_sample sample = {.valid = true, .taken_ms = taken_ms, .mv = mv, .ma = ma};
    energy_step(&meter, &sample);
}

static void power_times_time_is_energy(void **state) {
    (void)state;
    feed(5000, 5000, 1000);
    assert_int_equal(meter.uj, 0); /* one sample spans no time */
    for (uint64_t ms = 5100; ms <= 65000; ms += 100) feed(ms, 5000, 1000);
    assert_int_equal(meter.uj, 300000000); /* 5 W for a minute */
}

static void an_hour_at_full_load_is_exact(void **state) {
    (void)state;
    feed(1, 20000, 8000);
    for (uint64_t s = 1; s <= 3600; s++) feed(1 + s * 1000, 20000, 8000);
    assert_int_equal(meter.uj, UINT64_C(160) * 3600 * 1000000);
}

static void a_gap_counts_for_nothing(void **state) {
    (void)state;
    feed(1000, 5000, 1000);
    feed(1000 + ENERGY_GAP_MAX_MS + 1, 5000, 1000);
    assert_int_equal(meter.uj, 0);
    feed(1000 + 2 * ENERGY_GAP_MAX_MS + 1, 5000, 1000);
    assert_int_equal(meter.uj, 5000000);
}

static void a_lost_sensor_and_a_sample_seen_twice_change_nothing(void **state) {
    (void)state;
    feed(1000, 5000, 1000);
    const struct rail_sample lost = {.valid = false, .taken_ms = 1100, .mv = 5000, .ma = 1000};
    energy_step(&meter, &lost);
    feed(1000, 5000, 1000);
    feed(900, 5000, 1000);
    assert_int_equal(meter.uj, 0);
    assert_int_equal(meter.taken_ms, 1000);
}

static void it_never_runs_backwards(void **state) {
    (void)state;
    feed(1000, 5000, 100);
    feed(1100, 5000, 100);
    uint64_t before_uj = meter.uj;
    feed(1200, 5000, -4);
    feed(1300, -8, 4);
    feed(1400, -8, -4);
    assert_int_equal(meter.uj, before_uj);
    assert_int_equal(meter.taken_ms, 1400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(power_times_time_is_energy, setup),
        cmocka_unit_test_setup(an_hour_at_full_load_is_exact, setup),
        cmocka_unit_test_setup(a_gap_counts_for_nothing, setup),
        cmocka_unit_test_setup(a_lost_sensor_and_a_sample_seen_twice_change_nothing, setup),
        cmocka_unit_test_setup(it_never_runs_backwards, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
