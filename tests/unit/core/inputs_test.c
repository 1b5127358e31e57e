/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board/super4c.h"

static struct inputs inputs;
static struct event events[64];
static size_t event_count;

static void feed(unsigned times, int32_t mv1, int32_t ma1, int32_t mv2, int32_t ma2) {
    const struct rail_sample samples[INPUT_COUNT] = {{.valid = true, .mv = mv1, .ma = ma1},
                                                     {.valid = true, .mv = mv2, .ma = ma2}};
    for (unsigned i = 0; i < times; i++) event_count += inputs_step(&inputs, samples, &events[event_count]);
}

static unsigned logged(enum event_code code) {
    unsigned count = 0;
    for (size_t i = 0; i < event_count; i++) count += events[i].code == code;
    return count;
}

static int setup(void **state) {
    (void)state;
    event_count = 0;
    inputs_init(&inputs, &board_limits.inputs);
    feed(5, 19000, 900, 18600, 0);
    return 0;
}

static void the_first_picture_is_no_news(void **state) {
    (void)state;
    assert_int_equal(event_count, 0);
    assert_true(inputs.redundant);
    assert_true(inputs.view[0].carrying && !inputs.view[1].carrying);
    assert_int_equal(inputs.view[0].nominal, INPUT_CLASS_19V);
}

static void failover_is_one_event_with_both_voltages(void **state) {
    (void)state;
    feed(1, 8600, 4, 18600, 700);
    feed(20, 8600, 4, 18500, 920);
    assert_int_equal(logged(EVENT_INPUT_FAILOVER), 1);
    assert_int_equal(logged(EVENT_INPUT_LOST), 1);
    assert_int_equal(logged(EVENT_REDUNDANCY_LOST), 1);
    assert_int_equal(event_count, 3);
    for (size_t i = 0; i < event_count; i++) {
        if (events[i].code != EVENT_INPUT_FAILOVER) continue;
        assert_int_equal(events[i].arg[0], 2);
        assert_int_equal(events[i].arg[1], 8600);
        assert_int_equal(events[i].arg[2], 18500);
    }
    feed(20, 19000, 900, 18600, 0);
    assert_int_equal(logged(EVENT_INPUT_FAILOVER), 2);
    assert_int_equal(logged(EVENT_INPUT_RESTORED), 1);
    assert_int_equal(logged(EVENT_REDUNDANCY_RESTORED), 1);
    assert_int_equal(event_count, 6);
}

static void a_single_odd_sample_is_nothing(void **state) {
    (void)state;
    for (unsigned i = 0; i < 30; i++) {
        feed(1, 9000, 0, 18600, 900);
        feed(1, 19000, 900, 18600, 0);
    }
    assert_int_equal(event_count, 0);
}

static void ranges(void **state) {
    (void)state;
    feed(5, 24000, 900, 18600, 0);
    assert_int_equal(logged(EVENT_INPUT_OUT_OF_RANGE), 1);
    assert_true(inputs.view[0].present && !inputs.view[0].in_range);
    assert_false(inputs.redundant);
    feed(5, 12000, 0, 11900, 1400);
    assert_int_equal(inputs.view[0].nominal, INPUT_CLASS_12V);
    assert_int_equal(inputs.view[1].nominal, INPUT_CLASS_12V);
    assert_true(inputs.redundant);
}

static void a_lost_sensor_is_no_lost_input(void **state) {
    (void)state;
    const struct rail_sample lost[INPUT_COUNT] = {{.valid = false}, {.valid = false}};
    for (unsigned i = 0; i < 10; i++) event_count += inputs_step(&inputs, lost, &events[event_count]);
    assert_int_equal(event_count, 0);
    assert_false(inputs.view[0].known);
    feed(10, 19000, 900, 18600, 0);
    assert_int_equal(event_count, 0);
    assert_true(inputs.view[0].known && inputs.view[0].present);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_picture_is_no_news, setup),
        cmocka_unit_test_setup(failover_is_one_event_with_both_voltages, setup),
        cmocka_unit_test_setup(a_single_odd_sample_is_nothing, setup),
        cmocka_unit_test_setup(ranges, setup),
        cmocka_unit_test_setup(a_lost_sensor_is_no_lost_input, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
