/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/button.h"

#define STEP_MS 50

static struct button button;
static uint64_t now_ms;
static unsigned count[BUTTON_HELD + 1]; /* of each act */

static enum button_act look(bool pressed) {
    enum button_act act = button_step(&button, pressed, now_ms);
    count[act]++;
    return act;
}

static void keep(bool pressed, unsigned ms) {
    for (unsigned i = 0; i < ms / STEP_MS; i++) {
        now_ms += STEP_MS;
        look(pressed);
    }
}

static int setup(void **state) {
    (void)state;
    button = (struct button){0};
    now_ms = 5000000;
    memset(count, 0, sizeof count);
    return 0;
}

static int released(void **state) {
    setup(state);
    keep(false, 200);
    return 0;
}

static void a_short_press_is_one_click_on_release(void **state) {
    (void)state;
    keep(true, 150);
    assert_int_equal(count[BUTTON_DOWN], 1);
    assert_int_equal(count[BUTTON_CLICK], 0);
    keep(false, 500);
    assert_int_equal(count[BUTTON_CLICK], 1);
    assert_int_equal(count[BUTTON_HELD], 0);
}

static void a_bouncing_contact_is_one_click(void **state) {
    (void)state;
    for (unsigned press = 0; press < 2; press++) {
        for (unsigned ms = 0; ms < 20; ms++, now_ms++) look(ms % 3 == 0); /* 20 ms of chatter, down first */
        keep(true, 100);
        for (unsigned ms = 0; ms < 20; ms++, now_ms++) look(ms % 3 != 0);
        keep(false, 200);
    }
    assert_int_equal(count[BUTTON_DOWN], 2);
    assert_int_equal(count[BUTTON_CLICK], 2);
}

static void a_hold_counts_down_and_is_told_once(void **state) {
    (void)state;
    keep(true, 2900);
    assert_int_equal(button_countdown_s(&button), 0);
    keep(true, 200);
    assert_int_equal(button_countdown_s(&button), 7);
    keep(true, 6900);
    assert_int_equal(button_countdown_s(&button), 1);
    assert_int_equal(count[BUTTON_HELD], 0);
    keep(true, 100);
    assert_int_equal(count[BUTTON_HELD], 1);
    keep(true, 3600000);
    assert_int_equal(count[BUTTON_HELD], 1);
    assert_int_equal(button_countdown_s(&button), 0);
    keep(false, 1000);
    assert_int_equal(count[BUTTON_CLICK], 0);
    keep(true, 10100);
    assert_int_equal(count[BUTTON_HELD], 2); /* released in between: a second intention */
}

static void released_before_the_end_it_means_nothing(void **state) {
    (void)state;
    keep(true, 9900);
    keep(false, 20000);
    assert_int_equal(button_countdown_s(&button), 0);
    assert_int_equal(count[BUTTON_CLICK] + count[BUTTON_HELD], 0);
}

static void down_at_the_start_it_waits_for_its_release(void **state) {
    (void)state;
    keep(true, 60000);
    keep(false, 100);
    assert_int_equal(count[BUTTON_DOWN] + count[BUTTON_CLICK] + count[BUTTON_HELD], 0);
    keep(true, 100);
    keep(false, 100);
    assert_int_equal(count[BUTTON_CLICK], 1);
}

static void a_time_in_which_nobody_looked_proves_no_hold(void **state) {
    (void)state;
    keep(true, 5000);
    now_ms += 8000; /* released and pressed again, for all we know */
    look(true);
    assert_int_equal(button_countdown_s(&button), 0);
    keep(true, 9900);
    assert_int_equal(count[BUTTON_HELD], 0);
    keep(true, 200);
    assert_int_equal(count[BUTTON_HELD], 1);
}

static void equal_times_are_legal(void **state) {
    (void)state;
    for (unsigned i = 0; i < 100; i++) look(i % 2);
    assert_int_equal(count[BUTTON_CLICK], 0);
    keep(false, 100);
    assert_int_equal(count[BUTTON_DOWN], 1);
    assert_int_equal(count[BUTTON_CLICK], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_short_press_is_one_click_on_release, released),
        cmocka_unit_test_setup(a_bouncing_contact_is_one_click, released),
        cmocka_unit_test_setup(a_hold_counts_down_and_is_told_once, released),
        cmocka_unit_test_setup(released_before_the_end_it_means_nothing, released),
        cmocka_unit_test_setup(down_at_the_start_it_waits_for_its_release, setup),
        cmocka_unit_test_setup(a_time_in_which_nobody_looked_proves_no_hold, released),
        cmocka_unit_test_setup(equal_times_are_legal, released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
