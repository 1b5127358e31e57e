/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/counters.h"
#include "core/power.h"

static struct counters counters;

static int setup(void **state) {
    (void)state;
    memset(&counters, 0, sizeof counters);
    return 0;
}

static void note(enum event_code code, uint8_t node, const char *text) {
    struct event event = event_make(code, node, text);
    counters_note(&counters, &event);
}

static void an_order_counts_for_its_node(void **state) {
    (void)state;
    note(EVENT_POWER_DONE, 2, power_act_name(POWER_ON));
    note(EVENT_POWER_DONE, 2, power_act_name(POWER_FORCE_RESTART));
    note(EVENT_POWER_DONE, 2, power_act_name(POWER_CYCLE));
    note(EVENT_POWER_FAILED, 4, "the rail stayed on");
    note(EVENT_POWER_SUPERSEDED, 4, power_act_name(POWER_ON));
    const struct node_counters *second = &counters.node[1], *fourth = &counters.node[3];
    assert_int_equal(second->orders_completed, 3);
    assert_int_equal(second->resets, 2);
    assert_int_equal(second->orders_failed, 0);
    assert_int_equal(fourth->orders_completed, 0);
    assert_int_equal(fourth->orders_failed, 1);
    assert_int_equal(fourth->orders_superseded, 1);
}

static void panics_and_lost_rails_are_told_apart(void **state) {
    (void)state;
    note(EVENT_NODE_PANICKED, 1, "test");
    note(EVENT_RAIL_LOST, 1, NULL);
    note(EVENT_RAIL_LOST, 1, NULL);
    assert_int_equal(counters.node[0].panics, 1);
    assert_int_equal(counters.node[0].rail_losses, 2);
}

static void refusals_that_were_not_logged_one_by_one_count(void **state) {
    (void)state;
    note(EVENT_LOGIN, 0, "admin");
    note(EVENT_LOGIN_FAILED, 0, "admin");
    struct event more = event_make(EVENT_LOGINS_SUPPRESSED, 0, NULL);
    more.arg[0] = 40;
    counters_note(&counters, &more);
    assert_int_equal(counters.logins, 1);
    assert_int_equal(counters.login_failures, 41);
}

static void every_event_counts_once_by_its_severity(void **state) {
    (void)state;
    size_t count;
    const struct event_type *types = event_types(&count);
    for (size_t i = 0; i < count; i++) note((enum event_code)types[i].code, 0, NULL);
    uint32_t sum = 0;
    for (unsigned i = 0; i < EVENT_SEVERITY_COUNT; i++) sum += counters.events[i];
    assert_int_equal(sum, count);
    assert_true(counters.events[EVENT_OK] > 0 && counters.events[EVENT_WARNING] > 0 && counters.events[EVENT_CRITICAL] > 0);
}

/* A node's number comes from a record that may have been written by another version. */
static void what_is_unknown_counts_nowhere(void **state) {
    (void)state;
    note(EVENT_RAIL_LOST, NODE_COUNT + 1, NULL);
    note((enum event_code)9999, 1, NULL);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(counters.node[i].rail_losses, 0);
    assert_int_equal(counters.events[EVENT_CRITICAL], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_order_counts_for_its_node, setup),
        cmocka_unit_test_setup(panics_and_lost_rails_are_told_apart, setup),
        cmocka_unit_test_setup(refusals_that_were_not_logged_one_by_one_count, setup),
        cmocka_unit_test_setup(every_event_counts_once_by_its_severity, setup),
        cmocka_unit_test_setup(what_is_unknown_counts_nowhere, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
