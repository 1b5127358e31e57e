/* SPDX-License-Identifier: Apache-2.0
 * When reports go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/pace.h"

static struct pace pace;

/* Sends whatever is due until then; how often that was. heard: each is answered. */
static unsigned run(uint64_t from_ms, uint64_t to_ms, int heard) {
    unsigned count = 0;
    for (uint64_t now_ms = from_ms; now_ms < to_ms; now_ms += 10) {
        if (!pace_due(&pace, now_ms)) continue;
        pace_sent(&pace, now_ms);
        if (heard) pace_heard(&pace, now_ms);
        count++;
    }
    return count;
}

static int begin(void **state) {
    (void)state;
    pace_init(&pace, 5000);
    return 0;
}

static void once_a_second_while_it_is_answered(void **state) {
    (void)state;
    assert_int_equal(run(5000, 65000, 1), 60);
}

static void more_and_more_seldom_in_silence(void **state) {
    (void)state;
    assert_int_equal(run(5000, 35000, 0), 30); /* thirty seconds of patience */
    assert_in_range(run(35000, 65000, 0), 4, 7);
    assert_int_equal(run(65000, 165000, 0), 10);
    pace_heard(&pace, 165000);
    assert_int_equal(run(166000, 176000, 1), 10);
}

static void at_once_when_there_is_news_but_four_a_second_at_most(void **state) {
    (void)state;
    (void)run(5000, 100000, 0);
    pace_hurry(&pace, 100000);
    assert_true(pace_due(&pace, 100000 + PACE_GAP_MIN_MS));
    (void)run(100000, 101000, 1);
    unsigned count = 0;
    for (uint64_t now_ms = 101000; now_ms < 111000; now_ms++) {
        pace_hurry(&pace, now_ms);
        if (!pace_due(&pace, now_ms)) continue;
        pace_sent(&pace, now_ms);
        count++;
    }
    assert_in_range(count, 38, 41);
}

static void a_machine_that_stood_still_sends_one_report_not_all_it_missed(void **state) {
    (void)state;
    (void)run(5000, 10000, 1);
    assert_int_equal(run(60000, 63000, 1), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(once_a_second_while_it_is_answered, begin),
        cmocka_unit_test_setup(more_and_more_seldom_in_silence, begin),
        cmocka_unit_test_setup(at_once_when_there_is_news_but_four_a_second_at_most, begin),
        cmocka_unit_test_setup(a_machine_that_stood_still_sends_one_report_not_all_it_missed, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
