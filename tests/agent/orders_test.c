/* SPDX-License-Identifier: Apache-2.0
 * Each order once, also over a restart of the agent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/orders.h"
#include "agent/state.h"

static char root[] = "/tmp/super4c-agent-orders-XXXXXX";
static const struct tree tree = {root};
static struct orders orders;

static int begin(void **state) {
    (void)state;
    char path[64];
    if (!mkdtemp(root)) return -1;
    (void)snprintf(path, sizeof path, "%s/run", root);
    return mkdir(path, 0700) == 0 && state_open(&tree) ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", root);
    return system(command); /* NOLINT(cert-env33-c): our own directory */
}

static int forget(void **state) {
    (void)state;
    state_remove(&tree, "order");
    orders_load(&orders, &tree, 0);
    return orders.latest.known ? -1 : 0;
}

/* An answer to report `counter`, while `sent` was the latest. */
static bool answer(uint32_t id, uint8_t what, uint64_t counter, uint64_t sent, uint64_t now_ms) {
    struct answer with = {.has_order = id != 0, .order_id = id, .order_what = what};
    return orders_answer(&orders, &with, counter, sent, true, now_ms);
}

static void it_is_carried_out_when_the_controller_knows(void **state) {
    (void)state;
    assert_true(answer(5, WIRE_REBOOT, 10, 12, 1000));
    assert_int_equal(orders.latest.state, WIRE_ORDER_TAKEN);
    assert_false(answer(5, WIRE_REBOOT, 12, 13, 1100)); /* was sent before it was taken */
    assert_false(orders_begin(&orders, 1100));
    assert_false(answer(0, 0, 13, 13, 1200));
    assert_true(orders_begin(&orders, 1200));
    assert_false(orders_begin(&orders, 1300));
}

static void or_after_two_seconds(void **state) {
    (void)state;
    assert_true(answer(5, WIRE_SHUT_DOWN, 10, 12, 1000));
    assert_false(orders_begin(&orders, 2999));
    assert_true(orders_begin(&orders, 3000));
}

static void the_same_id_is_never_carried_out_again(void **state) {
    (void)state;
    assert_true(answer(5, WIRE_REBOOT, 1, 1, 0));
    assert_true(orders_begin(&orders, 2000));
    orders_end(&orders, true);
    assert_int_equal(orders.latest.state, WIRE_ORDER_DONE);
    assert_false(answer(5, WIRE_REBOOT, 2, 2, 3000));
    assert_false(answer(5, WIRE_SHUT_DOWN, 3, 3, 4000));
    orders_load(&orders, &tree, 5000);
    assert_false(answer(5, WIRE_REBOOT, 4, 4, 6000));
    assert_false(orders_begin(&orders, 60000));
    assert_true(answer(6, WIRE_REBOOT, 5, 5, 7000));
}

static void one_that_was_taken_survives_the_agent(void **state) {
    (void)state;
    assert_true(answer(5, WIRE_SHUT_DOWN, 1, 1, 0));
    orders_load(&orders, &tree, 100);
    assert_int_equal(orders.latest.state, WIRE_ORDER_TAKEN);
    assert_false(orders_begin(&orders, 2099));
    assert_true(orders_begin(&orders, 2100));
    assert_int_equal(orders.what, WIRE_SHUT_DOWN);
}

static void one_that_was_begun_is_not_begun_again(void **state) {
    (void)state;
    assert_true(answer(5, WIRE_REBOOT, 1, 1, 0));
    assert_true(orders_begin(&orders, 2000));
    orders_load(&orders, &tree, 3000);
    assert_int_equal(orders.latest.state, WIRE_ORDER_FAILED);
    assert_false(orders_begin(&orders, 60000));
}

static void what_cannot_be_done_is_refused(void **state) {
    (void)state;
    const struct answer unable = {.has_order = true, .order_id = 6, .order_what = WIRE_REBOOT};
    assert_true(answer(5, 77, 1, 1, 0));
    assert_int_equal(orders.latest.state, WIRE_ORDER_REFUSED);
    assert_true(orders_answer(&orders, &unable, 2, 2, false, 0));
    assert_int_equal(orders.latest.id, 6);
    assert_int_equal(orders.latest.state, WIRE_ORDER_REFUSED);
    assert_false(orders_begin(&orders, 60000));
    assert_true(answer(7, WIRE_REBOOT, 3, 3, 0));
    assert_true(orders_begin(&orders, 60000));
    assert_true(answer(8, WIRE_SHUT_DOWN, 4, 4, 0)); /* while another runs */
    assert_int_equal(orders.latest.state, WIRE_ORDER_REFUSED);
}

static void without_a_place_to_write_it_down_it_is_refused(void **state) {
    (void)state;
    static const struct tree nowhere = {"/nonexistent"};
    orders_load(&orders, &nowhere, 0);
    assert_true(answer(5, WIRE_REBOOT, 1, 1, 0));
    assert_int_equal(orders.latest.state, WIRE_ORDER_REFUSED);
    assert_false(orders_begin(&orders, 60000));
}

static void a_garbled_file_is_none(void **state) {
    (void)state;
    static const char *const texts[] = {"", "x", "1 2", "1 999 1 0", "1 1 9 0", "-"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(state_write(&tree, "order", texts[i]));
        orders_load(&orders, &tree, 0);
        assert_false(orders.latest.known);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_carried_out_when_the_controller_knows, forget),
        cmocka_unit_test_setup(or_after_two_seconds, forget),
        cmocka_unit_test_setup(the_same_id_is_never_carried_out_again, forget),
        cmocka_unit_test_setup(one_that_was_taken_survives_the_agent, forget),
        cmocka_unit_test_setup(one_that_was_begun_is_not_begun_again, forget),
        cmocka_unit_test_setup(what_cannot_be_done_is_refused, forget),
        cmocka_unit_test_setup(without_a_place_to_write_it_down_it_is_refused, forget),
        cmocka_unit_test_setup(a_garbled_file_is_none, forget),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
