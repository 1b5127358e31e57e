/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/agent.h"

#define NOW_MS 500000

static struct agent agent;
static struct agent_heartbeat heartbeat;
static uint8_t session[AGENT_SESSION_SIZE];

static void load_key(uint8_t first_byte, uint32_t generation) {
    uint8_t key[AGENT_KEY_SIZE] = {first_byte}, record[AGENT_RECORD_SIZE];
    agent_encode(key, generation, record);
    assert_true(agent_load(&agent, record, sizeof record));
}

/* An enrolled agent that has taken the session it was challenged with. */
static int setup(void **state) {
    (void)state;
    static const uint8_t random[AGENT_SESSION_SIZE] = {1, 2, 3, [12] = 0, 0, 0, 255};
    agent_begin(&agent, random);
    load_key(7, 1);
    agent_next_session(&agent, session);
    heartbeat = (struct agent_heartbeat){.network = NETWORK_SERVICE};
    return 0;
}

static enum agent_verdict judge(enum node_network network, uint64_t counter) {
    return agent_judge(&agent, network, session, counter);
}

static unsigned take(enum node_network network, uint64_t counter, uint64_t now_ms) {
    heartbeat.network = network;
    heartbeat.counter = counter;
    return agent_take(&agent, judge(network, counter), &heartbeat, now_ms);
}

/* ---- sessions and counters ---- */

static void the_first_report_after_a_challenge_begins_the_session(void **state) {
    (void)state;
    static const uint8_t none[AGENT_SESSION_SIZE];
    assert_int_equal(agent_judge(&agent, NETWORK_SERVICE, none, 1), AGENT_ELSEWHERE);
    assert_int_equal(judge(NETWORK_SERVICE, 0), AGENT_REPEATED); /* counters begin at 1 */
    assert_int_equal(judge(NETWORK_SERVICE, 1), AGENT_BEGINS);
    assert_int_equal(take(NETWORK_SERVICE, 1, NOW_MS), AGENT_NEWS_CONTACT);
    assert_int_equal(judge(NETWORK_SERVICE, 1), AGENT_REPEATED);
    assert_int_equal(judge(NETWORK_SERVICE, 2), AGENT_GOOD);
    assert_int_equal(judge(NETWORK_BACKPLANE, 1), AGENT_GOOD); /* each network has a window of its own */
    assert_int_equal(take(NETWORK_BACKPLANE, 2, NOW_MS), 0);
    assert_int_equal(agent.link[NETWORK_BACKPLANE].seen_ms, NOW_MS);
}

static void sessions_follow_each_other_and_none_comes_twice(void **state) {
    (void)state;
    uint8_t earlier[AGENT_SESSION_SIZE];
    take(NETWORK_SERVICE, 900, NOW_MS);
    memcpy(earlier, session, sizeof earlier);
    agent_next_session(&agent, session);
    assert_memory_not_equal(earlier, session, sizeof earlier);
    assert_memory_equal(earlier, session, AGENT_SESSION_SIZE - 4); /* 255 was passed on the way: one more in four bytes */
    assert_int_equal(judge(NETWORK_SERVICE, 1), AGENT_BEGINS);     /* an agent that began anew counts anew */
    take(NETWORK_SERVICE, 1, NOW_MS + 1000);
    assert_int_equal(agent_judge(&agent, NETWORK_SERVICE, earlier, 901), AGENT_ELSEWHERE);
    assert_int_equal(judge(NETWORK_BACKPLANE, 1), AGENT_GOOD);
    assert_int_equal(agent.link[NETWORK_SERVICE].seen_ms, NOW_MS + 1000);
}

static void an_old_session_takes_nothing_from_the_present_one(void **state) {
    (void)state;
    static const uint8_t other[AGENT_SESSION_SIZE] = {9};
    take(NETWORK_SERVICE, 5, NOW_MS);
    struct agent before = agent;
    assert_int_equal(agent_judge(&agent, NETWORK_SERVICE, other, 6), AGENT_ELSEWHERE);
    assert_memory_equal(&before, &agent, sizeof agent);
    assert_int_equal(judge(NETWORK_SERVICE, 6), AGENT_GOOD);
}

static void the_window_takes_each_counter_once(void **state) {
    (void)state;
    take(NETWORK_SERVICE, 100, NOW_MS);
    take(NETWORK_SERVICE, 103, NOW_MS);
    take(NETWORK_SERVICE, 101, NOW_MS);
    static const struct {
        uint64_t counter;
        enum agent_verdict verdict;
    } cases[] = {{104, AGENT_GOOD}, {103, AGENT_REPEATED}, {102, AGENT_GOOD},    {101, AGENT_REPEATED}, {100, AGENT_REPEATED},
                 {99, AGENT_GOOD},  {39, AGENT_GOOD},      {38, AGENT_REPEATED}, {0, AGENT_REPEATED},   {UINT64_MAX, AGENT_GOOD}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(judge(NETWORK_SERVICE, cases[i].counter), cases[i].verdict);
    take(NETWORK_SERVICE, 39, NOW_MS); /* the oldest there is */
    assert_int_equal(judge(NETWORK_SERVICE, 39), AGENT_REPEATED);
}

/* Against a plain list of all that was seen. */
static void the_window_is_right_in_any_order(void **state) {
    (void)state;
    static bool seen[1200];
    memset(seen, 0, sizeof seen);
    uint32_t chance = 1;
    uint64_t highest = 0;
    take(NETWORK_BACKPLANE, 1, NOW_MS);
    for (unsigned i = 0; i < 4000; i++) {
        chance = chance * 1664525u + 1013904223u;
        uint64_t counter = highest + 70 - (chance >> 16) % 140;
        if (counter == 0 || counter >= 1200 || counter > highest + 70) continue;
        bool old = seen[counter] || highest > counter + 64;
        assert_int_equal(judge(NETWORK_SERVICE, counter), old ? AGENT_REPEATED : AGENT_GOOD);
        if (!old) take(NETWORK_SERVICE, counter, NOW_MS);
        seen[counter] = true;
        if (counter > highest) highest = counter;
    }
    assert_true(highest > 1000);
}

static void a_jump_of_exactly_the_window_keeps_the_last_place(void **state) {
    (void)state;
    take(NETWORK_SERVICE, 10, NOW_MS);
    take(NETWORK_SERVICE, 74, NOW_MS);
    assert_int_equal(judge(NETWORK_SERVICE, 10), AGENT_REPEATED);
    assert_int_equal(judge(NETWORK_SERVICE, 11), AGENT_GOOD);
}

/* ---- values ---- */

static void values_of_an_older_report_replace_none_of_a_newer(void **state) {
    (void)state;
    heartbeat.report = (struct agent_report){.has = AGENT_HAS_UPTIME, .uptime_s = 11};
    take(NETWORK_SERVICE, 11, NOW_MS);
    heartbeat.report.uptime_s = 10;
    take(NETWORK_SERVICE, 10, NOW_MS + 100);
    assert_int_equal(agent.report.uptime_s, 11);
    assert_int_equal(agent.report_ms, NOW_MS);
    assert_int_equal(agent.link[NETWORK_SERVICE].seen_ms, NOW_MS + 100); /* it is a sign of life all the same */
    take(NETWORK_BACKPLANE, 9, NOW_MS + 200);                            /* one counter for both networks */
    assert_int_equal(agent.report.uptime_s, 11);
    heartbeat.report.uptime_s = 12;
    take(NETWORK_BACKPLANE, 12, NOW_MS + 300);
    assert_int_equal(agent.report.uptime_s, 12);
}

static void what_a_report_leaves_out_is_not_known(void **state) {
    (void)state;
    heartbeat.report = (struct agent_report){.has = AGENT_HAS_CPU_TEMPERATURE, .cpu_deci_c = 455};
    take(NETWORK_SERVICE, 1, NOW_MS);
    heartbeat.report = (struct agent_report){0};
    take(NETWORK_SERVICE, 2, NOW_MS);
    assert_int_equal(agent.report.has, 0);
}

static void another_boot_is_news_once(void **state) {
    (void)state;
    heartbeat.report = (struct agent_report){.has = AGENT_HAS_BOOT_ID, .boot_id = {1}};
    assert_int_equal(take(NETWORK_SERVICE, 1, NOW_MS), AGENT_NEWS_CONTACT);
    assert_int_equal(take(NETWORK_SERVICE, 2, NOW_MS), 0);
    heartbeat.report.boot_id[0] = 2;
    assert_int_equal(take(NETWORK_SERVICE, 3, NOW_MS), AGENT_NEWS_BOOT);
    assert_int_equal(take(NETWORK_SERVICE, 4, NOW_MS), 0);
    heartbeat.report.has = 0; /* not known is not another one */
    assert_int_equal(take(NETWORK_SERVICE, 5, NOW_MS), 0);
}

static void silence_is_told_once_and_contact_again(void **state) {
    (void)state;
    assert_false(agent_lost(&agent, NOW_MS)); /* who never came is not lost */
    assert_false(agent_reachable(&agent, NOW_MS));
    take(NETWORK_SERVICE, 1, NOW_MS);
    assert_true(agent_reachable(&agent, NOW_MS + AGENT_REACHABLE_MS));
    assert_false(agent_reachable(&agent, NOW_MS + AGENT_REACHABLE_MS + 1));
    take(NETWORK_BACKPLANE, 2, NOW_MS + 30000);
    assert_false(agent_lost(&agent, NOW_MS + 30000 + AGENT_LOST_MS - 1));
    assert_true(agent_lost(&agent, NOW_MS + 30000 + AGENT_LOST_MS));
    assert_false(agent_lost(&agent, NOW_MS + 30000 + AGENT_LOST_MS));
    assert_int_equal(take(NETWORK_SERVICE, 3, NOW_MS + 200000), AGENT_NEWS_CONTACT);
}

/* ---- orders ---- */

static void report_order(uint32_t id, enum agent_order_state state, uint64_t counter) {
    heartbeat.order = (struct agent_order){.id = id, .state = (uint8_t)state};
    take(NETWORK_SERVICE, counter, NOW_MS);
}

static void an_order_goes_forward_as_the_agent_says(void **state) {
    (void)state;
    assert_int_equal(agent_order_state(&agent, 0), AGENT_ORDER_NONE);
    agent_order(&agent, 42, AGENT_ACT_SHUT_DOWN);
    assert_int_equal(agent_order_state(&agent, 42), AGENT_ORDER_WAITING);
    report_order(41, AGENT_ORDER_DONE, 1); /* the one before */
    assert_int_equal(agent_order_state(&agent, 42), AGENT_ORDER_WAITING);
    report_order(42, AGENT_ORDER_TAKEN, 5);
    agent_order(&agent, 42, AGENT_ACT_SHUT_DOWN); /* given at each step */
    assert_int_equal(agent_order_state(&agent, 42), AGENT_ORDER_TAKEN);
    report_order(42, AGENT_ORDER_DONE, 3); /* overtaken by the report before: not believed to be newer */
    assert_int_equal(agent_order_state(&agent, 42), AGENT_ORDER_TAKEN);
    report_order(42, AGENT_ORDER_REFUSED, 6);
    report_order(42, AGENT_ORDER_TAKEN, 7); /* no way back */
    assert_int_equal(agent_order_state(&agent, 42), AGENT_ORDER_REFUSED);
    assert_int_equal(agent_order_state(&agent, 43), AGENT_ORDER_NONE);
    agent_order_forget(&agent);
    assert_int_equal(agent_order_state(&agent, 42), AGENT_ORDER_NONE);
}

static void a_reboot_seen_by_its_boot_id_is_not_asked_for_again(void **state) {
    (void)state;
    heartbeat.report = (struct agent_report){.has = AGENT_HAS_BOOT_ID, .boot_id = {1}};
    take(NETWORK_SERVICE, 1, NOW_MS);
    agent_order(&agent, 5, AGENT_ACT_REBOOT);
    heartbeat.report.boot_id[0] = 2; /* the acknowledgement was lost, and who gave it is gone */
    take(NETWORK_SERVICE, 2, NOW_MS);
    assert_int_equal(agent_order_state(&agent, 5), AGENT_ORDER_DONE);
    agent_order(&agent, 6, AGENT_ACT_SHUT_DOWN);
    heartbeat.report.boot_id[0] = 3; /* that is not what it was asked for */
    take(NETWORK_SERVICE, 3, NOW_MS);
    assert_int_equal(agent_order_state(&agent, 6), AGENT_ORDER_WAITING);
}

static void only_an_able_and_reachable_agent_obeys(void **state) {
    (void)state;
    take(NETWORK_SERVICE, 1, NOW_MS);
    assert_false(agent_obeys(&agent, NOW_MS));
    heartbeat.report = (struct agent_report){.has = AGENT_HAS_ABILITIES, .abilities = AGENT_CAN_SET_FAN};
    take(NETWORK_SERVICE, 2, NOW_MS);
    assert_false(agent_obeys(&agent, NOW_MS));
    heartbeat.report.abilities |= AGENT_CAN_SHUT_DOWN;
    take(NETWORK_SERVICE, 3, NOW_MS);
    assert_true(agent_obeys(&agent, NOW_MS));
    assert_false(agent_obeys(&agent, NOW_MS + AGENT_REACHABLE_MS + 1));
}

/* ---- enrolment ---- */

static void a_new_key_voids_all_that_the_old_one_brought(void **state) {
    (void)state;
    agent.fan = (struct agent_fan){.point_count = 1, .point = {{50, 100}}};
    heartbeat.report = (struct agent_report){.has = AGENT_HAS_UPTIME, .uptime_s = 3};
    take(NETWORK_SERVICE, 1, NOW_MS);
    agent_order(&agent, 1, AGENT_ACT_REBOOT);
    load_key(8, 2);
    assert_true(agent.enrolled);
    assert_int_equal(agent.generation, 2);
    assert_int_equal(agent.key[0], 8);
    assert_int_equal(agent_seen_ms(&agent), 0);
    assert_int_equal(agent.report.has, 0);
    assert_int_equal(agent_order_state(&agent, 1), AGENT_ORDER_NONE);
    assert_int_equal(agent.fan.point_count, 1); /* what the owner wants of the fan stays */
    assert_int_equal(judge(NETWORK_SERVICE, 2), AGENT_ELSEWHERE);
}

static void a_revoked_key_is_gone_and_its_generation_kept(void **state) {
    (void)state;
    uint8_t record[AGENT_RECORD_SIZE];
    static const uint8_t none[AGENT_KEY_SIZE];
    agent_encode(NULL, agent.generation, record);
    assert_true(agent_load(&agent, record, sizeof record));
    assert_false(agent.enrolled);
    assert_int_equal(agent.generation, 1);
    assert_memory_equal(agent.key, none, sizeof none);
}

static void a_damaged_record_changes_nothing(void **state) {
    (void)state;
    uint8_t record[AGENT_RECORD_SIZE];
    agent_encode(agent.key, 9, record);
    assert_false(agent_load(&agent, record, sizeof record - 1));
    for (size_t i = 0; i < sizeof record; i++) {
        record[i] ^= 0x10;
        assert_false(agent_load(&agent, record, sizeof record));
        record[i] ^= 0x10;
    }
    assert_int_equal(agent.generation, 1);
    assert_true(agent_load(&agent, record, sizeof record));
    assert_int_equal(agent.generation, 9);
}

static void a_session_is_never_all_zero(void **state) {
    (void)state;
    static const uint8_t zeros[AGENT_SESSION_SIZE];
    agent_begin(&agent, zeros);
    assert_memory_not_equal(agent.session, zeros, sizeof zeros);
}

/* ---- floods ---- */

static void a_second_has_its_budget_and_good_reports_cost_nothing(void **state) {
    (void)state;
    unsigned spent = 0;
    while (spent < 1000 && agent_spend(&agent, AGENT_BUDGET_STRANGER, NOW_MS)) spent++;
    assert_in_range(spent, 4, 100);
    assert_true(agent_spend(&agent, AGENT_BUDGET_SESSION, NOW_MS + 999)); /* of its own */
    for (unsigned i = 0; i < 1000; i++) {
        agent_refund(&agent, AGENT_BUDGET_SESSION);
        assert_true(agent_spend(&agent, AGENT_BUDGET_SESSION, NOW_MS + 999));
    }
    assert_false(agent_spend(&agent, AGENT_BUDGET_STRANGER, NOW_MS + 999));
    assert_true(agent_spend(&agent, AGENT_BUDGET_STRANGER, NOW_MS + 1000));
    unsigned challenges = 0;
    while (challenges < 1000 && agent_spend(&agent, AGENT_BUDGET_CHALLENGE, NOW_MS + 1000)) challenges++;
    assert_int_equal(challenges, 4);
}

static void a_refusal_is_told_once_an_hour(void **state) {
    (void)state;
    assert_true(agent_tells_refusal(&agent, NOW_MS));
    assert_false(agent_tells_refusal(&agent, NOW_MS + AGENT_REFUSED_GAP_MS - 1));
    assert_true(agent_tells_refusal(&agent, NOW_MS + AGENT_REFUSED_GAP_MS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_report_after_a_challenge_begins_the_session, setup),
        cmocka_unit_test_setup(sessions_follow_each_other_and_none_comes_twice, setup),
        cmocka_unit_test_setup(an_old_session_takes_nothing_from_the_present_one, setup),
        cmocka_unit_test_setup(the_window_takes_each_counter_once, setup),
        cmocka_unit_test_setup(the_window_is_right_in_any_order, setup),
        cmocka_unit_test_setup(a_jump_of_exactly_the_window_keeps_the_last_place, setup),
        cmocka_unit_test_setup(values_of_an_older_report_replace_none_of_a_newer, setup),
        cmocka_unit_test_setup(what_a_report_leaves_out_is_not_known, setup),
        cmocka_unit_test_setup(another_boot_is_news_once, setup),
        cmocka_unit_test_setup(silence_is_told_once_and_contact_again, setup),
        cmocka_unit_test_setup(an_order_goes_forward_as_the_agent_says, setup),
        cmocka_unit_test_setup(a_reboot_seen_by_its_boot_id_is_not_asked_for_again, setup),
        cmocka_unit_test_setup(only_an_able_and_reachable_agent_obeys, setup),
        cmocka_unit_test_setup(a_new_key_voids_all_that_the_old_one_brought, setup),
        cmocka_unit_test_setup(a_revoked_key_is_gone_and_its_generation_kept, setup),
        cmocka_unit_test_setup(a_damaged_record_changes_nothing, setup),
        cmocka_unit_test_setup(a_session_is_never_all_zero, setup),
        cmocka_unit_test_setup(a_second_has_its_budget_and_good_reports_cost_nothing, setup),
        cmocka_unit_test_setup(a_refusal_is_told_once_an_hour, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
