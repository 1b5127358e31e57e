/* SPDX-License-Identifier: Apache-2.0
 * store_sim - the controller loses its power at every single write to its store, once just before the write reached the medium
 * and once just after. Whatever anyone had been shown before the cut is there after it, the settings are the old or the new ones,
 * and an order that was under way ends with its node as ordered, or is reported as failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bmc/records.h"
#include "tests/sim/world.h"

#define SETTLE_MS 15000

static struct world world;
static unsigned checks_failed;

static void expect(bool truth, const char *what, unsigned cut, enum world_store_fate fate) {
    if (truth) return;
    checks_failed++;
    fprintf(stderr, "cut %s write %u: %s\n", fate == STORE_CUT_BEFORE ? "before" : "after", cut, what);
}

/* What its reader was promised. */
struct promise {
    struct eventlog log;
    bool settings_acknowledged, settings_tried;
    uint32_t task_id;
};

static bool save_settings(struct promise *promise) {
    struct settings settings = world.bmc.core.settings;
    uint8_t record[SETTINGS_RECORD_SIZE];
    memcpy(settings.node[2].label, "rack 7", 7);
    settings.node[2].on_delay_s = 77;
    promise->settings_tried = true;
    if (setjmp(world.death)) return false;
    size_t size = settings_encode(&settings, record);
    if (!records_put(&world.bmc, "settings", record, size)) return false;
    core_apply_settings(&world.bmc.core, &settings);
    promise->settings_acknowledged = true;
    return true;
}

/* A life with every kind of write in it. False when the controller died. */
static bool live(struct promise *promise) {
    static const struct {
        enum power_act act;
        uint8_t mask;
        unsigned ms;
    } orders[] = {
        {POWER_FORCE_RESTART, 1, 2500}, {POWER_CYCLE, 6, 6000}, {POWER_FORCE_OFF, 8, 2500}, {POWER_ON, 8, 4000},
        {POWER_MODULE_OFF, 1, 3000},
    };
    uint32_t deaths = world.death_count;
    if (!world_boot(&world)) return false;
    for (unsigned i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (world_order(&world, orders[i].act, orders[i].mask, &promise->task_id) != POWER_ACCEPTED) abort();
        for (unsigned ms = 0; ms < orders[i].ms; ms += 10) {
            struct eventlog before = world.bmc.core.log;
            world_run_ms(&world, 10,
                         0); /* a death within starts the firmware again at once, without the promises of its last life */
            if (world.death_count != deaths) {
                promise->log = before;
                return false;
            }
        }
        promise->log = world.bmc.core.log;
        if (i == 1 && !save_settings(promise)) return false;
    }
    return true;
}

static bool settings_are(bool changed) {
    const struct node_settings *node = &world.bmc.core.settings.node[2];
    return changed ? strcmp(node->label, "rack 7") == 0 && node->on_delay_s == 77
                   : node->label[0] == '\0' && node->on_delay_s == 0;
}

static void check_log(const struct promise *promise, unsigned cut, enum world_store_fate fate) {
    const struct eventlog *log = &world.bmc.core.log;
    for (uint32_t sequence = eventlog_first(&promise->log); sequence <= eventlog_last(&promise->log); sequence++) {
        const struct eventlog_entry *shown = eventlog_find(&promise->log, sequence), *kept = eventlog_find(log, sequence);
        bool same = shown && kept && shown->event.code == kept->event.code && shown->wall_ms == kept->wall_ms &&
                    strcmp(shown->event.text, kept->event.text) == 0 && shown->event.node == kept->event.node;
        expect(same, "an event that was shown is gone or changed", cut, fate);
    }
}

static void check_after(const struct promise *promise, unsigned cut, enum world_store_fate fate) {
    check_log(promise, cut, fate);
    bool old = settings_are(false), new = settings_are(true);
    expect(old || new, "settings are neither the old nor the new ones", cut, fate);
    expect(!promise->settings_acknowledged || new, "an acknowledged setting is gone", cut, fate);
    expect(promise->settings_tried || old, "a setting nobody made", cut, fate);
    uint64_t edges = world.board.recorder.recorded_count;
    bool busy = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) busy = busy || world.bmc.core.power.node[i].act != POWER_ACT_NONE;
    world_run_ms(&world, SETTLE_MS, 0);
    expect(busy || world.board.recorder.recorded_count == edges, "pins moved though no order was under way", cut, fate);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct power_node *node = &world.bmc.core.power.node[i];
        bool on = twin_board_rail_on(&world.board, i), module = twin_board_net(&world.board, twin_net_pmic(i));
        expect(node->act == POWER_ACT_NONE, "an order never ended", cut, fate);
        expect(on == (node->wanted != POWER_FORCE_OFF) && module == (node->wanted == POWER_ON), "a node is not as last ordered",
               cut, fate);
    }
}

/* True while the life still had a write number cut. */
static bool cut_at(unsigned cut, enum world_store_fate fate) {
    static struct promise promise;
    memset(&promise, 0, sizeof promise);
    world_init(&world, 7);
    twin_board_advance(&world.board, world.now_us += 3000000); /* rails are up: the board has been running */
    world.store_fuse = cut;
    world.store_fate = fate;
    if (live(&promise)) return false;
    world.store_fuse = 0;
    if (!world.running) { /* died while it started, or in the settings' write */
        world_kill(&world, HAL_RESET_WATCHDOG);
        if (!world_boot(&world)) abort();
    }
    check_after(&promise, cut, fate);
    return true;
}

int main(void) {
    unsigned cut = 1;
    while (cut_at(cut, STORE_CUT_BEFORE) && cut_at(cut, STORE_CUT_AFTER)) cut++;
    printf("%u writes, each cut before and after\n", cut - 1);
    printf("%u violations\n", checks_failed);
    return checks_failed || cut < 20 ? 1 : 0;
}
