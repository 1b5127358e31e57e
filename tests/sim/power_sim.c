/* SPDX-License-Identifier: Apache-2.0
 * power_sim - random group orders, power losses and deaths of the firmware at any hardware call, with the design's rules held
 * against every instant of the twin's truth:
 *   - no two rails rise within 500 ms, whoever raised them
 *   - PMIC_ENABLE is released only on a good rail, a channel is cut only under a module that is down for 10 ms
 *   - a restart of the controller makes no edge, and only addressed nodes see one
 *   - "off" is never said of a rail that is not
 *   - every accepted order ends, and the node is as the last one says
 *   - an order that asks cuts no node that runs, whatever its agent is like; a graceful restart moves no pin, and restarts its
 *     node but once
 * whatever delays and restore policies the owner has chosen.
 * Usage: power_sim [--seeds N] [--commands N] [--first SEED] [--benchmark] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bmc/records.h"
#include "tests/sim/node_agents.h"
#include "tests/sim/world.h"

#define RISE_DISTANCE_US 500000
#define TRUTH_LAG_US     400000 /* the measurement may be that old when the hardware itself moved a rail */
#define QUIET_MS         30000
#define PATIENCE_MS      (QUIET_MS + POWER_GRACEFUL_S * 1000) /* what is only asked may take that long to be given up */

struct judge {
    uint64_t seed;
    uint64_t seen_edges;
    bool rail_on[NODE_COUNT];
    uint64_t last_rise_us;
    unsigned rise_count, order_count, refused_count, loss_count;
    bool addressed[NODE_COUNT]; /* an order may be moving its pins */
    uint64_t module_cut_us[NODE_COUNT];
    bool ran[NODE_COUNT]; /* its system did, at the instant before */
    unsigned graceful_cut_count;
    unsigned violation_count;
    struct node_agents agents;
};

static void violation(struct judge *judge, const struct world *world, const char *what, unsigned node) {
    judge->violation_count++;
    const struct power_node *as = &world->bmc.core.power.node[node];
    fprintf(stderr, "seed %" PRIu64 ": at %.6f s node %u: %s (%s, %s; rail %d mV)\n", judge->seed, (double)world->now_us / 1e6,
            node + 1, what, power_act_name(as->act), power_phase_name(as->phase), (int)twin_board_rail_mv(&world->board, node));
}

struct edge_watch {
    struct judge *judge;
    struct world *world;
};

/* At an edge of the node. */
static void judge_graceful(struct judge *judge, const struct world *world, unsigned node, bool module_cut) {
    enum power_act act = world->bmc.core.power.node[node].act;
    if (act == POWER_GRACEFUL_RESTART) violation(judge, world, "a pin moved for a graceful restart", node);
    if (act != POWER_GRACEFUL_SHUTDOWN || !module_cut) return;
    if (judge->ran[node]) violation(judge, world, "cut while it runs, by an order that asks", node);
    judge->graceful_cut_count++;
}

static bool judge_edge(void *ctx, const struct twin_edge *edge) {
    struct judge *judge = ((struct edge_watch *)ctx)->judge;
    struct world *world = ((struct edge_watch *)ctx)->world;
    unsigned node = edge->net % NODE_COUNT;
    bool is_pmic = edge->net >= TWIN_NODE_COUNT;
    if (!twin_board_powered(&world->board)) return true; /* the supply is gone: pads fall to rest */
    if (!world->running) violation(judge, world, "an edge during a restart of the controller", node);
    if (!judge->addressed[node]) violation(judge, world, "an edge on a node nobody addressed", node);
    if (is_pmic && edge->level && twin_board_rail_mv(&world->board, node) < 4750)
        violation(judge, world, "PMIC_ENABLE released on a rail that is not good", node);
    if (!is_pmic && edge->level && twin_board_net(&world->board, twin_net_pmic(node)))
        violation(judge, world, "channel cut under a released module", node);
    if (!is_pmic && edge->level && edge->us < judge->module_cut_us[node] + board_limits.power.module_to_channel_ms * 1000)
        violation(judge, world, "channel cut before the module's regulators stopped", node);
    if (is_pmic && !edge->level) judge->module_cut_us[node] = edge->us;
    judge_graceful(judge, world, node, is_pmic && !edge->level);
    return true;
}

static void judge_rails(struct judge *judge, struct world *world) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        bool on = twin_board_rail_on(&world->board, i);
        if (on && !judge->rail_on[i]) {
            uint64_t us = twin_board_rail_changed_us(&world->board, i);
            if (judge->rise_count && us < judge->last_rise_us + RISE_DISTANCE_US)
                violation(judge, world, "two rails rise within 500 ms", i);
            judge->last_rise_us = us;
            judge->rise_count++;
        }
        judge->rail_on[i] = on;
    }
}

static void judge_words(struct judge *judge, struct world *world) {
    for (unsigned i = 0; i < NODE_COUNT && world->running; i++) {
        if (power_view(&world->bmc.core.power, i).state != POWER_STATE_OFF) continue;
        bool lagging = world->now_us < twin_board_rail_changed_us(&world->board, i) + TRUTH_LAG_US;
        enum twin_node_state truth = twin_board_node_view(&world->board, i).state;
        bool module_runs = truth != TWIN_NODE_OFF && truth != TWIN_NODE_EMPTY;
        bool rail_lives = twin_board_rail_mv(&world->board, i) >= board_limits.power.off_mv;
        if (!lagging && rail_lives && module_runs) violation(judge, world, "said to be off while it runs", i);
    }
}

static void note_truth(struct judge *judge, const struct world *world) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        enum twin_node_state state = twin_board_node_view(&world->board, i).state;
        judge->ran[i] = state != TWIN_NODE_EMPTY && state != TWIN_NODE_OFF && state != TWIN_NODE_HALTED;
    }
}

static void judge_instant(struct world *world, void *ctx) {
    struct judge *judge = ctx;
    struct edge_watch watch = {judge, world};
    twin_recorder_each(&world->board.recorder, judge->seen_edges, judge_edge, &watch);
    judge->seen_edges = world->board.recorder.recorded_count;
    judge_rails(judge, world);
    judge_words(judge, world);
    note_truth(judge, world);
}

/* What may move pins without a new order: an order under way, or the restore policy after a power loss. */
static void address_busy(struct judge *judge, const struct world *world) {
    for (unsigned i = 0; i < NODE_COUNT; i++) judge->addressed[i] = world->bmc.core.power.node[i].act != POWER_ACT_NONE;
}

static void boot(struct world *world) {
    while (!world->running) {
        world_kill(world, HAL_RESET_WATCHDOG);
        world_boot(world);
        if (!world->running) world_run_ms(world, 1, 50); /* no power yet */
    }
}

static void run(struct judge *judge, struct world *world, uint64_t ms) {
    for (uint64_t left_ms = ms; left_ms > 0;) {
        uint64_t slice_ms = left_ms < 20 ? left_ms : 20;
        uint32_t deaths = world->death_count;
        world_run_ms(world, slice_ms, 100);
        node_agents_step(&judge->agents, world);
        if (world->death_count != deaths) boot(world);
        address_busy(judge, world);
        left_ms -= slice_ms;
    }
}

static void give_order(struct judge *judge, struct world *world) {
    bool asks = world_random(world, 3) == 0; /* mostly of one node: a group seldom has an agent on each */
    enum power_act act = asks ? (enum power_act)(POWER_GRACEFUL_SHUTDOWN + world_random(world, 2))
                              : (enum power_act)(POWER_ON + world_random(world, POWER_GRACEFUL_SHUTDOWN - POWER_ON));
    uint8_t mask = (uint8_t)(1 + world_random(world, (1u << NODE_COUNT) - 1));
    if (asks && world_random(world, 4)) mask = (uint8_t)(1u << world_random(world, NODE_COUNT));
    uint32_t task_id;
    judge->order_count++;
    if (world_order(world, act, mask, &task_id) != POWER_ACCEPTED) {
        judge->refused_count++;
        return;
    }
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(mask & (1u << i))) continue;
        judge->addressed[i] = true;
    }
}

static bool any_order(const struct world *world) {
    bool any = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) any = any || world->bmc.core.power.node[i].act != POWER_ACT_NONE;
    return any;
}

static void judge_end(struct judge *judge, struct world *world) {
    world->fuse = 0;
    run(judge, world, QUIET_MS);
    for (unsigned ms = QUIET_MS; ms < PATIENCE_MS && any_order(world); ms += 1000) run(judge, world, 1000);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct power_node *node = &world->bmc.core.power.node[i];
        if (node->act != POWER_ACT_NONE) violation(judge, world, "an order that never ends", i);
        bool on = twin_board_rail_on(&world->board, i), module = twin_board_net(&world->board, twin_net_pmic(i));
        bool as_ordered = node->wanted == POWER_ON          ? on && module
                          : node->wanted == POWER_FORCE_OFF ? !on && !module
                                                            : on && !module;
        if (!as_ordered) violation(judge, world, "not in the state last ordered", i);
    }
    if (judge->agents.repeat_count) violation(judge, world, "restarted twice by one graceful order", 0);
    for (unsigned age = 0; power_task_at(&world->bmc.core.power, age); age++)
        if (power_task_at(&world->bmc.core.power, age)->state == TASK_RUNNING)
            violation(judge, world, "a task that never ends", 0);
}

/* Half the worlds have an owner who wants things otherwise. */
static void choose_settings(struct world *world) {
    struct settings settings = world->bmc.core.settings;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct node_settings *node = &settings.node[i];
        node->on_delay_s = (uint16_t)world_random(world, 4);
        node->off_delay_s = (uint16_t)world_random(world, 4);
        node->cycle_delay_s = (uint16_t)world_random(world, 6);
        node->restore = (uint8_t)world_random(world, RESTORE_COUNT);
        node->boot_override = BOOT_ONCE;
    }
    core_apply_settings(&world->bmc.core, &settings);
    if (!records_save_settings(&world->bmc)) abort(); /* nothing fails yet: the fuse is not lit */
}

static void play(struct judge *judge, struct world *world, uint64_t seed, unsigned command_count) {
    *judge = (struct judge){.seed = seed};
    world_init(world, seed);
    world->watch = judge_instant;
    world->watch_ctx = judge;
    world->put_us_max = 20000;
    boot(world);
    if (seed % 2 == 0) choose_settings(world);
    node_agents_begin(&judge->agents, world);
    run(judge, world, 5000);
    for (unsigned i = 0; i < command_count && !judge->violation_count; i++) {
        uint32_t dice = world_random(world, 100);
        if (dice < 80)
            give_order(judge, world);
        else if (dice < 95)
            world->fuse = 1 + world_random(world, 400);
        else {
            judge->loss_count++;
            twin_board_power_loss(&world->board);
        }
        static const uint32_t pauses_ms[] = {800, 800, 800, 6000, 800, 800, 800, 40000};
        run(judge, world, 1 + world_random(world, pauses_ms[world_random(world, 8)]));
    }
    judge_end(judge, world);
}

static unsigned argument(int argc, char **argv, const char *name, unsigned otherwise) {
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0) return (unsigned)strtoul(argv[i + 1], NULL, 10);
    return otherwise;
}

int main(int argc, char **argv) {
    static struct world world;
    struct judge judge;
    bool benchmark = argc > 1 && strcmp(argv[1], "--benchmark") == 0;
    unsigned seed_count = argument(argc, argv, "--seeds", benchmark ? 4 : 20);
    unsigned command_count = argument(argc, argv, "--commands", 100);
    unsigned first_seed = argument(argc, argv, "--first", 1);
    unsigned violations = 0, orders = 0, refused = 0, losses = 0, deaths = 0, rises = 0, cuts = 0, shutdowns = 0, reboots = 0;
    uint64_t board_us = 0, trace = 0;
    clock_t start = clock();
    for (unsigned i = 0; i < seed_count; i++) {
        play(&judge, &world, first_seed + i, command_count);
        uint64_t hash = world_trace(&world);
        if (i == 0) { /* the same seed tells the same story */
            trace = hash;
            play(&judge, &world, first_seed, command_count);
            if (world_trace(&world) != trace) violation(&judge, &world, "the same seed gave another trace", 0);
        }
        violations += judge.violation_count;
        orders += judge.order_count;
        refused += judge.refused_count;
        losses += judge.loss_count;
        deaths += world.death_count;
        rises += judge.rise_count;
        cuts += judge.graceful_cut_count;
        shutdowns += judge.agents.shutdown_count;
        reboots += judge.agents.reboot_count;
        board_us += world.now_us * (i == 0 ? 2 : 1);
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC, hours = (double)board_us / 3.6e9;
    printf(
        "%u seeds, %u group orders (%u refused), %u power losses, %u deaths of the firmware, %u rails raised, %.1f board-hours\n",
        seed_count, orders, refused, losses, deaths, rises, hours);
    printf("agents shut down %u and rebooted %u nodes; %u were cut once proven halted\n", shutdowns, reboots, cuts);
    printf("trace of seed %u: %016" PRIx64 "\n", first_seed, trace);
    if (benchmark) printf("simulated board-hours per second: %.2f\n", hours / seconds);
    printf("%u violations\n", violations);
    return violations ? 1 : 0;
}
