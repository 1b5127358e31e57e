/* SPDX-License-Identifier: Apache-2.0
 * Which challenges and answers count, whatever order and however often they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/session.h"

static struct session session;
static const uint8_t first[WIRE_SESSION_SIZE] = {1}, second[WIRE_SESSION_SIZE] = {2};

static enum session_verdict judge(enum wire_kind kind, const uint8_t *id, uint64_t counter, enum network in_frame,
                                  enum network came_over, uint64_t now_ms) {
    struct frame frame = {.kind = kind, .network = in_frame, .counter = counter};
    memcpy(frame.session, id, WIRE_SESSION_SIZE);
    return session_judge(&session, &frame, came_over, now_ms);
}

static enum session_verdict judge_service(enum wire_kind kind, const uint8_t *id, uint64_t counter, uint64_t now_ms) {
    return judge(kind, id, counter, NETWORK_SERVICE, NETWORK_SERVICE, now_ms);
}

static int begin(void **state) {
    (void)state;
    session_init(&session, 100);
    uint64_t counter = session_next(&session, NETWORK_SERVICE, 0);
    return judge_service(WIRE_CHALLENGE, first, counter, 10) == SESSION_TAKEN ? 0 : -1;
}

static void a_challenge_gives_the_session_and_answers_count_in_it(void **state) {
    (void)state;
    assert_memory_equal(session.id, first, sizeof first);
    uint64_t counter = session_next(&session, NETWORK_SERVICE, 1000);
    assert_int_equal(judge_service(WIRE_ANSWER, second, counter, 1001), SESSION_DROPPED);
    assert_int_equal(judge_service(WIRE_ANSWER, first, counter, 1001), SESSION_ANSWER);
    assert_int_equal(judge_service(WIRE_ANSWER, first, counter, 1002), SESSION_DROPPED); /* replayed */
}

static void counters_rise_on_both_networks(void **state) {
    (void)state;
    uint64_t last = session.counter;
    for (unsigned i = 0; i < 100; i++) {
        uint64_t counter = session_next(&session, i % 3 ? NETWORK_SERVICE : NETWORK_BACKPLANE, i);
        assert_true(counter > last);
        last = counter;
    }
}

static void answers_may_come_out_of_order_but_not_late(void **state) {
    (void)state;
    uint64_t a = session_next(&session, NETWORK_SERVICE, 1000), b = session_next(&session, NETWORK_SERVICE, 2000);
    uint64_t c = session_next(&session, NETWORK_SERVICE, 3000);
    assert_int_equal(judge_service(WIRE_ANSWER, first, c, 3001), SESSION_ANSWER);
    assert_int_equal(judge_service(WIRE_ANSWER, first, a, 6000), SESSION_ANSWER); /* after 5 s exactly */
    assert_int_equal(judge_service(WIRE_ANSWER, first, b, 7001), SESSION_DROPPED);
}

static void an_answer_to_the_other_network_or_to_nothing_is_dropped(void **state) {
    (void)state;
    uint64_t counter = session_next(&session, NETWORK_BACKPLANE, 1000);
    assert_int_equal(judge(WIRE_ANSWER, first, counter, NETWORK_BACKPLANE, NETWORK_SERVICE, 1001), SESSION_DROPPED);
    assert_int_equal(judge(WIRE_ANSWER, first, counter, NETWORK_SERVICE, NETWORK_SERVICE, 1001), SESSION_DROPPED);
    assert_int_equal(judge(WIRE_ANSWER, first, counter + 1, NETWORK_BACKPLANE, NETWORK_BACKPLANE, 1001), SESSION_DROPPED);
    assert_int_equal(judge(WIRE_ANSWER, first, 0, NETWORK_BACKPLANE, NETWORK_BACKPLANE, 1001), SESSION_DROPPED);
    assert_int_equal(judge(WIRE_ANSWER, first, counter, NETWORK_BACKPLANE, NETWORK_BACKPLANE, 1001), SESSION_ANSWER);
}

static void a_challenge_counts_only_for_a_recent_report_and_once(void **state) {
    (void)state;
    uint64_t counter = session_next(&session, NETWORK_SERVICE, 1000);
    assert_int_equal(judge_service(WIRE_CHALLENGE, second, counter - 1, 1001), SESSION_DROPPED); /* replayed: was answered */
    assert_int_equal(judge_service(WIRE_CHALLENGE, second, counter, 6001), SESSION_DROPPED);
    assert_memory_equal(session.id, first, sizeof first);
    counter = session_next(&session, NETWORK_SERVICE, 7000);
    assert_int_equal(judge_service(WIRE_CHALLENGE, second, counter, 7001), SESSION_TAKEN);
    assert_memory_equal(session.id, second, sizeof second);
    assert_int_equal(judge_service(WIRE_ANSWER, second, counter, 7002), SESSION_DROPPED); /* that report did not count */
}

static void no_session_is_none_and_a_report_is_no_answer(void **state) {
    (void)state;
    static const uint8_t zeros[WIRE_SESSION_SIZE];
    uint64_t counter = session_next(&session, NETWORK_SERVICE, 1000);
    assert_int_equal(judge_service(WIRE_CHALLENGE, zeros, counter, 1001), SESSION_DROPPED);
    assert_int_equal(judge_service(WIRE_REPORT, first, counter, 1001), SESSION_DROPPED); /* our own, reflected */
    assert_int_equal(judge_service(WIRE_ANSWER, first, counter, 1001), SESSION_ANSWER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_challenge_gives_the_session_and_answers_count_in_it, begin),
        cmocka_unit_test_setup(counters_rise_on_both_networks, begin),
        cmocka_unit_test_setup(answers_may_come_out_of_order_but_not_late, begin),
        cmocka_unit_test_setup(an_answer_to_the_other_network_or_to_nothing_is_dropped, begin),
        cmocka_unit_test_setup(a_challenge_counts_only_for_a_recent_report_and_once, begin),
        cmocka_unit_test_setup(no_session_is_none_and_a_report_is_no_answer, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
