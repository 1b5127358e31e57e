/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "board/super4c.h"

static struct drive drive;
static struct agent_report report;
static struct drive_in in;
static unsigned count;
static struct event last;

/* A report each second. */
static void pass(unsigned seconds, int16_t deci_c) {
    report.nvme_deci_c = deci_c;
    for (unsigned i = 0; i < seconds; i++) {
        struct event events[DRIVE_EVENT_COUNT];
        in.now_ms += 1000;
        in.report_ms = in.now_ms;
        size_t said = drive_step(&drive, &board_limits.drive, &in, events);
        assert_true(said <= DRIVE_EVENT_COUNT);
        if (said) last = events[said - 1];
        count += (unsigned)said;
        assert_int_equal(drive_step(&drive, &board_limits.drive, &in, events), 0); /* nothing new */
    }
}

static void expect(unsigned events, enum event_code code, int32_t figure) {
    assert_int_equal(count, events);
    assert_int_equal(last.code, code);
    assert_int_equal(last.arg[0], figure);
}

static int setup(void **state) {
    (void)state;
    memset(&drive, 0, sizeof drive);
    memset(&last, 0, sizeof last);
    count = 0;
    report = (struct agent_report){.has = AGENT_HAS_NVME_TEMPERATURE | AGENT_HAS_NVME_WEAR};
    in = (struct drive_in){.now_ms = 100000, .report = &report, .epoch_ms = 50000};
    return 0;
}

static void heat_is_told_once_and_its_end_after_the_hysteresis(void **state) {
    (void)state;
    pass(60, 699);
    assert_int_equal(count, 0);
    pass(60, 700);
    expect(1, EVENT_DRIVE_HOT, 70);
    pass(600, 651); /* about the limit: neither again nor over */
    pass(600, 705);
    expect(1, EVENT_DRIVE_HOT, 70);
    pass(60, 650 - 1);
    expect(2, EVENT_DRIVE_COOL, 64);
    pass(60, 810);
    expect(3, EVENT_DRIVE_TOO_HOT, 81);
    pass(60, 760);
    assert_int_equal(count, 3);
    pass(60, 740);
    expect(4, EVENT_DRIVE_HOT, 74);
    pass(60, 400);
    expect(5, EVENT_DRIVE_COOL, 40);
}

static void a_moment_is_no_heat(void **state) {
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        pass(9, 900);
        pass(1, 400);
    }
    assert_int_equal(count, 0);
}

static void a_gap_begins_anew(void **state) {
    (void)state;
    struct event events[DRIVE_EVENT_COUNT];
    pass(5, 900);
    in.now_ms += 20000; /* silence */
    assert_int_equal(drive_step(&drive, &board_limits.drive, &in, events), 0);
    pass(9, 900);
    assert_int_equal(count, 0);
    pass(3, 900);
    expect(1, EVENT_DRIVE_TOO_HOT, 90);
}

static void nothing_is_concluded_from_no_reading(void **state) {
    (void)state;
    pass(100, 2000); /* no drive is at 200 degrees */
    pass(100, -500);
    report.has = AGENT_HAS_NVME_WEAR;
    pass(100, 900);
    report.has |= AGENT_HAS_NVME_TEMPERATURE;
    in.epoch_ms = in.now_ms + 500000; /* from before it was switched on */
    pass(100, 900);
    assert_int_equal(count, 0);
    assert_int_equal(drive.heat, DRIVE_NORMAL);
}

static void another_life_shows_its_heat_again(void **state) {
    (void)state;
    pass(20, 750);
    assert_int_equal(drive.heat, DRIVE_WARM);
    in.epoch_ms = in.now_ms + 500;
    pass(1, 750);
    assert_int_equal(drive.heat, DRIVE_NORMAL);
    pass(20, 750);
    expect(2, EVENT_DRIVE_HOT, 75);
}

static void wear_is_told_once_and_another_drive_ends_it(void **state) {
    (void)state;
    report.nvme_wear_percent = 89;
    pass(10, 400);
    assert_int_equal(count, 0);
    report.nvme_wear_percent = 90;
    pass(10, 400);
    expect(1, EVENT_DRIVE_WORN, 90);
    report.nvme_wear_percent = 255;
    pass(10, 400);
    report.nvme_wear_percent = 86; /* as it never does */
    pass(10, 400);
    assert_int_equal(count, 1);
    report.nvme_wear_percent = 3;
    pass(10, 400);
    expect(2, EVENT_DRIVE_NOT_WORN, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(heat_is_told_once_and_its_end_after_the_hysteresis, setup),
        cmocka_unit_test_setup(a_moment_is_no_heat, setup),
        cmocka_unit_test_setup(a_gap_begins_anew, setup),
        cmocka_unit_test_setup(nothing_is_concluded_from_no_reading, setup),
        cmocka_unit_test_setup(another_life_shows_its_heat_again, setup),
        cmocka_unit_test_setup(wear_is_told_once_and_another_drive_ends_it, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
