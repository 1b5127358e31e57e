/* SPDX-License-Identifier: Apache-2.0
 * A reset to defaults on the simulated board: what it forgets and what it keeps, with the power cut before and after every write
 * of its whole way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "bmc/records.h"
#include "hal/errors.h"
#include "tests/sim/world.h"

static struct world world;
static char uuid[sizeof world.bmc.core.uuid];

static int put(const char *key, const void *value, size_t size) {
    const struct hal_store *store = world.bmc.hal.store;
    return store->put(store->ctx, key, value, size);
}

static bool has(const char *key) {
    const struct hal_store *store = world.bmc.hal.store;
    uint8_t value[HAL_STORE_VALUE_MAX];
    size_t size = sizeof value;
    return store->get(store->ctx, key, value, &size) == HAL_OK;
}

/* A board in use: an owner, settings, a crash text, a subscription, a log, and node 2 switched off. */
static void live(void) {
    const struct password_hash hash = {.iterations = 1, .key = {7}};
    uint32_t task;
    world_init(&world, 5);
    assert_true(world_boot(&world));
    assert_int_equal(bmc_seed_admin(&world.bmc, &hash, false), 0);
    world_run_ms(&world, 5000, 100);
    assert_int_equal(world_order(&world, POWER_FORCE_OFF, 2, &task), POWER_ACCEPTED);
    world_run_ms(&world, 3000, 100);
    struct settings settings = world.bmc.core.settings;
    uint8_t record[SETTINGS_RECORD_SIZE];
    memcpy(settings.host_name, "rack-7", sizeof "rack-7");
    memcpy(settings.ntp_server[0], "time.example", sizeof "time.example");
    memcpy(settings.node[0].label, "first", sizeof "first");
    settings.node[0].on_delay_s = 9;
    settings.ssdp_ttl = 4;
    assert_true(records_put(&world.bmc, "settings", record, settings_encode(&settings, record)));
    assert_int_equal(put("sub0", "listener", 8), HAL_OK);
    assert_int_equal(put("subh0", "Authorization: x", 16), HAL_OK);
    assert_int_equal(put("crash2", "words", 5), HAL_OK);
    memcpy(uuid, world.bmc.core.uuid, sizeof uuid);
}

static void order(enum defaults_kind kind) {
    uint8_t record[DEFAULTS_RECORD_SIZE];
    assert_int_equal(put(DEFAULTS_KEY, record, defaults_encode(kind, record)), HAL_OK);
}

/* What the port does at its start, up to serving. */
static bool start(void) {
    if (!world_boot(&world)) return false;
    if (setjmp(world.death)) return false;
    return bmc_defaults_done(&world.bmc) == HAL_OK;
}

static void restart(void) {
    world_kill(&world, HAL_RESET_SOFTWARE);
    assert_true(start());
}

static void assert_nodes_as_before(uint64_t edges) {
    world_run_ms(&world, 5000, 100);
    assert_int_equal(world.board.recorder.recorded_count, edges);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        assert_int_equal(twin_board_rail_on(&world.board, i), i != 1);
        assert_int_equal(world.bmc.core.power.node[i].wanted, i == 1 ? POWER_FORCE_OFF : POWER_ON);
    }
}

static void assert_as_delivered(void) {
    const struct settings *settings = &world.bmc.core.settings;
    assert_true(bmc_is_fresh(&world.bmc));
    assert_int_equal(strlen(world.bmc.core.setup_code), SETUP_CODE_SIZE - 1);
    assert_string_equal(settings->host_name, "super4c");
    assert_string_equal(settings->ntp_server[0], "");
    assert_string_equal(settings->node[0].label, "");
    assert_int_equal(settings->node[0].on_delay_s, 0);
    assert_false(has("sub0"));
    assert_false(has("subh0"));
    assert_false(has("crash2"));
    assert_false(has(DEFAULTS_KEY));
    assert_string_equal(world.bmc.core.uuid, uuid); /* the board is the same board */
    assert_int_equal(world.bmc.defaults, DEFAULTS_NONE);
}

static void reset_all_is_as_delivered_and_no_node_notices(void **state) {
    (void)state;
    live();
    uint64_t edges = world.board.recorder.recorded_count;
    uint32_t last = eventlog_last(&world.bmc.core.log);
    assert_true(world_logged(&world, EVENT_POWER_ORDERED, NULL) > 0);
    order(DEFAULTS_ALL);
    restart();
    assert_as_delivered();
    assert_nodes_as_before(edges);
    struct eventlog_entry entry;
    assert_int_equal(world_logged(&world, EVENT_POWER_ORDERED, NULL), 0);
    assert_int_equal(world_logged(&world, EVENT_DEFAULTS_RESTORED, &entry), 1);
    assert_string_equal(entry.event.text, "ResetAll");
    assert_true(entry.sequence > last); /* a number never comes twice */
    restart();
    assert_int_equal(world_logged(&world, EVENT_DEFAULTS_RESTORED, NULL), 1); /* done is done */
    assert_int_equal(world_logged(&world, EVENT_POWER_ORDERED, NULL), 0);
}

static void preserved_network_and_users_stay(void **state) {
    (void)state;
    live();
    uint64_t edges = world.board.recorder.recorded_count;
    order(DEFAULTS_PRESERVE_NETWORK_AND_USERS);
    restart();
    const struct settings *settings = &world.bmc.core.settings;
    assert_false(bmc_is_fresh(&world.bmc));
    assert_string_equal(settings->host_name, "rack-7");
    assert_string_equal(settings->ntp_server[0], "time.example");
    assert_int_equal(settings->ssdp_ttl, 4);
    assert_string_equal(settings->node[0].label, "");
    assert_int_equal(settings->node[0].on_delay_s, 0);
    assert_false(has("sub0"));
    assert_true(world_logged(&world, EVENT_POWER_ORDERED, NULL) > 0);
    assert_nodes_as_before(edges);
}

static void an_order_that_is_no_order_changes_nothing(void **state) {
    (void)state;
    live();
    assert_int_equal(put(DEFAULTS_KEY, "garbage!", 8), HAL_OK);
    restart();
    assert_false(bmc_is_fresh(&world.bmc));
    assert_string_equal(world.bmc.core.settings.host_name, "rack-7");
}

/* The port is not done with its part before bmc_defaults_done(): until then a start is one more beginning. */
static void not_done_is_begun_again(void **state) {
    (void)state;
    live();
    order(DEFAULTS_ALL);
    world_kill(&world, HAL_RESET_SOFTWARE);
    assert_true(world_boot(&world));
    assert_int_equal(world.bmc.defaults, DEFAULTS_ALL);
    world_kill(&world, HAL_RESET_WATCHDOG);
    assert_true(world_boot(&world));
    assert_int_equal(world.bmc.defaults, DEFAULTS_ALL);
    assert_int_equal(bmc_defaults_done(&world.bmc), HAL_OK);
    assert_as_delivered();
}

static void a_refusing_store_keeps_the_order(void **state) {
    (void)state;
    live();
    order(DEFAULTS_ALL);
    world_kill(&world, HAL_RESET_SOFTWARE);
    world.store_full = true;
    assert_true(world_boot(&world));
    assert_int_not_equal(bmc_defaults_done(&world.bmc), HAL_OK);
    world.store_full = false;
    assert_true(has(DEFAULTS_KEY));
    restart();
    assert_as_delivered();
}

/* True while the way still had a write number cut. */
static bool cut_at(unsigned cut, enum world_store_fate fate, enum defaults_kind kind) {
    live();
    uint64_t edges = world.board.recorder.recorded_count;
    order(kind);
    world_kill(&world, HAL_RESET_SOFTWARE);
    world.store_fuse = cut;
    world.store_fate = fate;
    bool whole = start();
    world.store_fuse = 0;
    if (!whole) {
        restart();
        if (kind == DEFAULTS_ALL) {
            assert_as_delivered();
        } else {
            assert_string_equal(world.bmc.core.settings.host_name, "rack-7");
            assert_string_equal(world.bmc.core.settings.node[0].label, "");
            assert_false(bmc_is_fresh(&world.bmc));
        }
        if (cut % 40 == 1) assert_nodes_as_before(edges); /* 5 s of simulated board are dear under sanitizers */
    }
    return !whole;
}

static unsigned cut_everywhere(enum defaults_kind kind) {
    unsigned cut = 1;
    while (cut_at(cut, STORE_CUT_BEFORE, kind) && cut_at(cut, STORE_CUT_AFTER, kind)) cut++;
    return cut - 1;
}

static void a_power_cut_anywhere_ends_in_the_new_state(void **state) {
    (void)state;
    assert_true(cut_everywhere(DEFAULTS_PRESERVE_NETWORK_AND_USERS) >= 3);
    assert_true(cut_everywhere(DEFAULTS_ALL) > EVENTLOG_ENTRY_COUNT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_all_is_as_delivered_and_no_node_notices),
        cmocka_unit_test(preserved_network_and_users_stay),
        cmocka_unit_test(an_order_that_is_no_order_changes_nothing),
        cmocka_unit_test(not_done_is_begun_again),
        cmocka_unit_test(a_refusing_store_keeps_the_order),
        cmocka_unit_test(a_power_cut_anywhere_ends_in_the_new_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
