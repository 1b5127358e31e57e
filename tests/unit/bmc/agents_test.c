/* SPDX-License-Identifier: Apache-2.0
 * Agents over the lives of the controller, on the simulated board. The MAC is a stand-in: that of the port has a test of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "bmc/records.h"
#include "hal/errors.h"
#include "tests/sim/world.h"

#define HEAD 40
#define LAST 3 /* an item that says why no report follows */

static struct world world;
static uint8_t key[AGENT_KEY_SIZE] = {42}, session[AGENT_SESSION_SIZE], answer[HEARTBEAT_ANSWER_MAX];
static uint64_t counter;
static enum agent_leaving leaving;
static bool mac_fails;

static int mac_of(void *ctx, const uint8_t *with, size_t with_size, const uint8_t *data, size_t size, uint8_t out[HAL_MAC_SIZE]) {
    uint32_t state = 0x811c9dc5u;
    (void)ctx;
    for (size_t i = 0; i < with_size; i++) state = (state ^ with[i]) * 0x01000193u;
    for (size_t i = 0; i < size; i++) state = (state ^ data[i]) * 0x01000193u;
    for (size_t i = 0; i < HAL_MAC_SIZE; i++) out[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
    return mac_fails ? HAL_ERR_IO : HAL_OK;
}
static const struct hal_mac mac = {.hmac_sha256 = mac_of};

static struct agent *agent(void) { return &world.bmc.core.agent[2]; }

/* The size of the answer to a report of node 3's agent over the service network. */
static size_t report(void) {
    static const uint8_t sender[16] = {[10] = 0xff, [11] = 0xff, [12] = 10};
    uint8_t data[HEAD + LAST + HAL_MAC_SIZE] = {'S', '4', 'H', 'B', 1, 1, 3, 1, [11] = 1, [HEAD] = 26, 1, (uint8_t)leaving};
    size_t size = HEAD + (leaving ? LAST : 0);
    data[37] = (uint8_t)(size - HEAD);
    counter++;
    for (unsigned i = 0; i < 8; i++) data[28 + i] = (uint8_t)(counter >> (56 - 8 * i));
    memcpy(&data[12], session, sizeof session);
    mac_of(NULL, key, sizeof key, data, size, &data[size]);
    return bmc_heartbeat(&world.bmc, sender, data, size + HAL_MAC_SIZE, answer);
}

static void put_key(void) {
    uint8_t record[AGENT_RECORD_SIZE];
    agent_encode(key, 1, record);
    assert_int_equal(world.hal_store.put(world.hal_store.ctx, "agent3", record, sizeof record), HAL_OK);
}

static void boot(void) {
    assert_true(world_boot(&world));
    world.bmc.hal.mac = &mac;
    world_run_ms(&world, 10000, 100);
}

static void restart(void) {
    world_kill(&world, HAL_RESET_WATCHDOG);
    boot();
}

/* Challenged, then heard. */
static void begin(void) {
    assert_int_equal(report(), HEAD + HAL_MAC_SIZE);
    memcpy(session, &answer[12], sizeof session);
    assert_true(report() > HEAD + HAL_MAC_SIZE);
}

static int setup(void **state) {
    (void)state;
    world_init(&world, 3);
    memset(session, 0, sizeof session);
    counter = 0;
    leaving = AGENT_STAYS;
    mac_fails = false;
    put_key();
    boot();
    return 0;
}

static void answers_bear_the_tag_of_the_key(void **state) {
    (void)state;
    uint8_t tag[HAL_MAC_SIZE];
    begin();
    size_t size = report();
    mac_of(NULL, key, sizeof key, answer, size - HAL_MAC_SIZE, tag);
    assert_memory_equal(&answer[size - HAL_MAC_SIZE], tag, sizeof tag);
}

static void a_restart_keeps_the_key_and_chooses_another_session(void **state) {
    (void)state;
    uint8_t earlier[AGENT_SESSION_SIZE];
    begin();
    memcpy(earlier, session, sizeof earlier);
    restart();
    assert_int_equal(report(), HEAD + HAL_MAC_SIZE); /* what counted before is challenged */
    assert_int_equal(agent_seen_ms(agent()), 0);
    begin();
    assert_memory_not_equal(earlier, session, sizeof earlier);
    assert_int_equal(agent_seen_ms(agent()), world.bmc.core.now_ms);
}

static void a_damaged_key_is_told_and_not_used(void **state) {
    (void)state;
    struct eventlog_entry entry;
    assert_int_equal(world.hal_store.put(world.hal_store.ctx, "agent3", key, sizeof key), HAL_OK);
    restart();
    assert_false(agent()->enrolled);
    assert_int_equal(report(), 0);
    assert_int_equal(world_logged(&world, EVENT_RECORD_DISCARDED, &entry), 1);
    assert_string_equal(entry.event.text, "agent3");
}

static void silence_is_told_once(void **state) {
    (void)state;
    begin();
    world_run_ms(&world, AGENT_LOST_MS - 1000, 100);
    assert_int_equal(world_logged(&world, EVENT_AGENT_LOST, NULL), 0);
    world_run_ms(&world, 2 * AGENT_LOST_MS, 100);
    struct eventlog_entry entry;
    assert_int_equal(world_logged(&world, EVENT_AGENT_LOST, &entry), 1);
    assert_int_equal(entry.event.node, 3);
    report();
    world_run_ms(&world, 1000, 100);
    assert_int_equal(world_logged(&world, EVENT_AGENT_CONNECTED, NULL), 2);
}

static void a_node_that_is_off_owes_no_report(void **state) {
    (void)state;
    uint32_t task;
    begin();
    assert_int_equal(world_order(&world, POWER_FORCE_OFF, 4, &task), POWER_ACCEPTED);
    world_run_ms(&world, 2 * AGENT_LOST_MS, 100);
    assert_int_equal(world_logged(&world, EVENT_AGENT_LOST, NULL), 0);
}

static void say_last(enum agent_leaving why) {
    begin();
    leaving = why;
    report();
    world_run_ms(&world, 2 * AGENT_LOST_MS, 100);
}

static void who_said_that_its_system_goes_is_not_missed(void **state) {
    (void)state;
    say_last(AGENT_RESTARTS);
    assert_int_equal(world_logged(&world, EVENT_AGENT_LOST, NULL), 0);
    assert_int_equal(world.bmc.core.health[2].state, HEALTH_STARTING);
    assert_int_equal(world.bmc.core.health[2].reason, HEALTH_BY_LEAVING);
    leaving = AGENT_STAYS;
    report();
    world_run_ms(&world, 1000, 100);
    assert_int_equal(world.bmc.core.health[2].state, HEALTH_UP);
}

static void an_agent_that_was_stopped_alone_is_missed_and_the_node_is_not(void **state) {
    (void)state;
    say_last(AGENT_STOPS);
    assert_int_equal(world_logged(&world, EVENT_AGENT_LOST, NULL), 1);
    assert_int_equal(world.bmc.core.health[2].state, HEALTH_DEGRADED);
    assert_int_equal(world.bmc.core.health[2].reason, HEALTH_BY_AGENT_STOPPED);
    world_run_ms(&world, 1800000, 100);
    assert_int_equal(world_logged(&world, EVENT_RECOVERY_NEEDED, NULL), 0);
}

static void a_node_that_halted_is_not_missed(void **state) {
    (void)state;
    begin();
    assert_int_equal(twin_board_node(&world.board, 2, TWIN_NODE_HALT), 0);
    world_run_ms(&world, 2 * AGENT_LOST_MS, 100);
    assert_int_equal(world.bmc.core.health[2].state, HEALTH_HALTED);
    assert_int_equal(world_logged(&world, EVENT_AGENT_LOST, NULL), 0);
}

static void without_a_tag_nothing_is_believed(void **state) {
    (void)state;
    begin();
    mac_fails = true;
    assert_int_equal(report(), 0);
    world.bmc.hal.mac = NULL;
    assert_int_equal(report(), 0);
    assert_int_equal(world_logged(&world, EVENT_AGENT_REFUSED, NULL), 0); /* it is not the sender's fault */
}

static void reset_to_defaults(enum defaults_kind kind) {
    uint8_t record[DEFAULTS_RECORD_SIZE];
    assert_true(records_put(&world.bmc, DEFAULTS_KEY, record, defaults_encode(kind, record)));
    restart();
    assert_int_equal(bmc_defaults_done(&world.bmc), HAL_OK);
}

static void a_reset_of_all_forgets_the_key_and_the_milder_one_does_not(void **state) {
    (void)state;
    uint8_t record[AGENT_RECORD_SIZE];
    size_t size = sizeof record;
    reset_to_defaults(DEFAULTS_PRESERVE_NETWORK_AND_USERS);
    assert_true(agent()->enrolled);
    reset_to_defaults(DEFAULTS_ALL);
    assert_false(agent()->enrolled);
    assert_int_equal(world.hal_store.get(world.hal_store.ctx, "agent3", record, &size), HAL_ERR_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(answers_bear_the_tag_of_the_key, setup),
        cmocka_unit_test_setup(a_restart_keeps_the_key_and_chooses_another_session, setup),
        cmocka_unit_test_setup(a_damaged_key_is_told_and_not_used, setup),
        cmocka_unit_test_setup(silence_is_told_once, setup),
        cmocka_unit_test_setup(a_node_that_is_off_owes_no_report, setup),
        cmocka_unit_test_setup(who_said_that_its_system_goes_is_not_missed, setup),
        cmocka_unit_test_setup(an_agent_that_was_stopped_alone_is_missed_and_the_node_is_not, setup),
        cmocka_unit_test_setup(a_node_that_halted_is_not_missed, setup),
        cmocka_unit_test_setup(without_a_tag_nothing_is_believed, setup),
        cmocka_unit_test_setup(a_reset_of_all_forgets_the_key_and_the_milder_one_does_not, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
