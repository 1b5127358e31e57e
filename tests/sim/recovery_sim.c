/* SPDX-License-Identifier: Apache-2.0
 * recovery_sim - the deciding half of the firmware (power, inputs, health, baseline, recovery, rolling restart, cooling, links)
 * above a board whose systems hang, panic, halt, stall and fall silent, whose networks lose and delay, whose sensors lie and
 * whose supply flaps, while the controller itself restarts. Held against the truth at every step:
 *   - no act of recovery ever hits a node that is well, that starts by itself or that was shut down by its owner
 *   - never more nodes down by our hand than the budget
 *   - an overheat lie cuts nobody
 *   - once faults end, every node that has a voice is up again within a bound
 * Whole numbers only: the same seed gives the same trace on every machine and at every optimization.
 * Usage: recovery_sim [--seeds N] [--first SEED] [--minutes N] [--trace] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "board/super4c.h"
#include "core/bytes.h"
#include "tests/sim/recovery_plant.h"

#define WARM_UP_MS    480000  /* idle currents are known after five minutes */
#define BOUND_MS      7200000 /* one hold of an hour, and a ladder */
#define QUICK_STEP_MS 100
#define SLOW_STEP_MS  500
#define WELL_MS       5000 /* well for that long before the cut: a report of it had time to arrive */
#define INCIDENT_MAX  65536

struct controller { /* lost with each restart */
    struct power power;
    struct inputs inputs;
    struct health health[NODE_COUNT];
    struct recovery recovery;
    struct rolling rolling;
    struct cooling cooling[NODE_COUNT];
    struct links links[NODE_COUNT];
    uint64_t pins_done_ms, sample_ms, next_ms;
    struct rail_sample rail[NODE_COUNT];
    struct power_pins pads[NODE_COUNT];
};

struct sim {
    struct plant plant;
    struct controller controller;
    struct recovery_settings settings;
    struct power_pins pins[NODE_COUNT];            /* held by the chip */
    uint8_t record[NODE_COUNT][POWER_RECORD_SIZE]; /* the store */
    bool recorded[NODE_COUNT];
    struct baseline baseline[NODE_COUNT];
    bool by_hand[NODE_COUNT];                    /* truly down through an act of ours */
    bool noticed[NODE_COUNT], acted[NODE_COUNT]; /* of its present incident */
    uint64_t seed, trace;
    bool show;
};

static struct {
    unsigned violations, false_recoveries, acts, done, gave_up, restarts, power_losses, faults, rolled, unhelped;
    uint64_t node_ms;
    uint32_t incident_s[INCIDENT_MAX];
    uint32_t noticed_s[INCIDENT_MAX], acted_s[INCIDENT_MAX]; /* of those that hung, and nothing else came in between */
    unsigned incident_count, noticed_count, acted_count;
    uint32_t worst_after_s;
} tally;

static void mix(struct sim *sim, uint64_t value) { sim->trace = (sim->trace ^ value) * 0x100000001b3u; }

static void violation(const struct sim *sim, const char *what, unsigned index) {
    const struct plant_node *node = &sim->plant.node[index];
    char reason[HEALTH_REASON_SIZE];
    tally.violations++;
    fprintf(stderr, "seed %" PRIu64 ": at %" PRIu64 ".%03u s node %u: %s (truth %d, agent %d, ping %d, boot %u ms; %s: %s)\n",
            sim->seed, sim->plant.now_ms / 1000, (unsigned)(sim->plant.now_ms % 1000), index + 1, what, (int)node->state,
            node->agent, node->pingable, node->boot_ms, health_name((enum health_state)sim->controller.health[index].state),
            health_reason(&sim->controller.health[index], reason));
}

/* ---- the controller ---- */

static void start_controller(struct sim *sim, bool power_on) {
    struct controller *c = &sim->controller;
    memset(c, 0, sizeof *c);
    plant_forget(&sim->plant);
    struct power_adopted adopted = {.now_ms = sim->plant.now_ms, .power_on = power_on};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (power_on) sim->pins[i] = (struct power_pins){true, true};
        adopted.node[i].pads = sim->pins[i];
        adopted.node[i].record = sim->recorded[i] ? sim->record[i] : NULL;
        adopted.node[i].restore = RESTORE_LAST_STATE;
        c->pads[i] = sim->pins[i];
    }
    power_adopt(&c->power, &board_limits.power, &adopted);
    inputs_init(&c->inputs, &board_limits.inputs);
    recovery_init(&c->recovery, &board_limits.recovery, sim->plant.now_ms);
    c->sample_ms = sim->plant.now_ms;
}

static bool run_power_once(struct sim *sim) {
    struct controller *c = &sim->controller;
    struct power_in in = {.now_ms = sim->plant.now_ms, .pins_done_ms = c->pins_done_ms};
    for (unsigned i = 0; i < NODE_COUNT; i++)
        in.node[i] = (struct power_node_in){
            .pads = c->pads[i], .pads_valid = true, .rail = c->rail[i], .agent = sim->plant.node[i].power_agent};
    struct power_out out;
    power_step(&c->power, &in, sim->plant.now_ms, &out);
    c->next_ms = out.wake_ms;
    bool again = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        sim->plant.node[i].ask = out.ask[i];
        if (out.pins[i].module_on != sim->pins[i].module_on || out.pins[i].channel_on != sim->pins[i].channel_on) {
            sim->pins[i] = c->pads[i] = out.pins[i];
            c->pins_done_ms = sim->plant.now_ms;
            mix(sim, sim->plant.now_ms << 4 | i << 2 | (unsigned)out.pins[i].module_on << 1 | out.pins[i].channel_on);
            again = true;
        }
        if (!out.save[i]) continue;
        power_record(&c->power, i, sim->record[i]);
        sim->recorded[i] = true;
        power_saved(&c->power, i, true);
        again = true;
    }
    return again;
}

static void run_power(struct sim *sim) {
    for (unsigned turn = 0; turn < 8 && run_power_once(sim); turn++) {}
}

static void sample(struct sim *sim) {
    struct controller *c = &sim->controller;
    struct rail_sample inputs[INPUT_COUNT];
    struct event events[INPUT_EVENT_COUNT];
    for (unsigned i = 0; i < INPUT_COUNT; i++) inputs[i] = plant_input(&sim->plant, i);
    inputs_step(&c->inputs, inputs, events);
    for (unsigned i = 0; i < NODE_COUNT; i++) c->rail[i] = plant_rail(&sim->plant, i);
}

static uint64_t others_ms(const struct plant *plant, unsigned index) {
    uint64_t latest_ms = plant->gateway_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (i == index) continue;
        if (plant->node[i].latest_ms > latest_ms) latest_ms = plant->node[i].latest_ms;
        if (plant->node[i].ping_ms > latest_ms) latest_ms = plant->node[i].ping_ms;
    }
    return latest_ms;
}

static void watch_health(struct sim *sim, unsigned index) {
    struct controller *c = &sim->controller;
    const struct plant_node *node = &sim->plant.node[index];
    const struct health_in in = {.now_ms = sim->plant.now_ms,
                                 .power = power_view(&c->power, index),
                                 .rail = c->rail[index],
                                 .panic_ms = node->panic_ms,
                                 .up_text_ms = node->up_text_ms,
                                 .text_ms = node->text_ms,
                                 .enrolled = node->agent,
                                 .report = node->latest_ms ? &node->report : NULL,
                                 .report_ms = {node->report_ms[0], node->report_ms[1]},
                                 .ping_ms = node->ping_ms,
                                 .others_ms = others_ms(&sim->plant, index),
                                 .baseline = &sim->baseline[index]};
    if (health_step(&c->health[index], &board_limits.health, &in)) {
        mix(sim, sim->plant.now_ms << 8 | index << 4 | c->health[index].state);
        char reason[HEALTH_REASON_SIZE];
        if (sim->show)
            printf("%9" PRIu64 " ms node %u %s: %s\n", sim->plant.now_ms, index + 1,
                   health_name((enum health_state)c->health[index].state), health_reason(&c->health[index], reason));
    }
    health_learn(&c->health[index], &in, &sim->baseline[index]);
}

static void watch_heat_and_links(struct sim *sim, unsigned index) {
    struct controller *c = &sim->controller;
    const struct plant_node *node = &sim->plant.node[index];
    const struct agent_report *report = node->latest_ms ? &node->report : NULL;
    const struct cooling_in in = {.now_ms = sim->plant.now_ms,
                                  .report = report,
                                  .report_ms = node->latest_ms,
                                  .epoch_ms = c->health[index].epoch_ms,
                                  .may_cut = true};
    struct cooling_out out;
    cooling_step(&c->cooling[index], &board_limits.cooling, &in, &out);
    if (out.shut_down || out.cut) violation(sim, "cut for a heat that is a lie", index);
    const struct links_in links_in = {
        .now_ms = sim->plant.now_ms, .report = report, .report_ms = node->latest_ms, .boot = c->health[index].boot};
    struct event events[LINK_EVENT_COUNT];
    links_step(&c->links[index], &board_limits.links, &links_in, events);
}

/* ---- acts, and whether they were right ---- */

static const enum power_act power_acts[RECOVERY_ACT_COUNT] = {
    [RECOVERY_ASK] = POWER_GRACEFUL_RESTART, [RECOVERY_RESTART] = POWER_FORCE_RESTART, [RECOVERY_CYCLE] = POWER_CYCLE};

static uint32_t order(struct sim *sim, enum power_act act, unsigned index, bool by_people) {
    struct origin origin = {.via = by_people ? VIA_REDFISH : VIA_CONTROLLER};
    text_copy(origin.actor, sizeof origin.actor, by_people ? "admin" : POWER_RECOVERY_ACTOR);
    uint32_t task_id = 0;
    mix(sim, sim->plant.now_ms << 8 | index << 4 | act);
    if (power_order(&sim->controller.power, act, (uint8_t)(1u << index), &origin, sim->plant.now_ms, &task_id) != POWER_ACCEPTED)
        return 0;
    return task_id;
}

static void judge_act(struct sim *sim, unsigned index) {
    const struct plant_node *node = &sim->plant.node[index];
    bool well = node->state == PLANT_UP && node->reachable_ms && sim->plant.now_ms - node->reachable_ms >= WELL_MS;
    bool dark = sim->plant.now_ms < node->dead_rail_lie_ms; /* as far as anyone can measure */
    bool starts = node->state == PLANT_BOOTING && !sim->by_hand[index] && !node->after_trouble && !dark;
    bool wants_off = node->state == PLANT_HALTED && node->own_halt && !node->unheard && !sim->by_hand[index];
    if (!well && !starts && !wants_off) return;
    tally.false_recoveries++;
    violation(sim, well ? "cut although it is well" : starts ? "cut while it starts" : "woken although it was shut down", index);
}

/* How long after it began a node's incident has come so far, once. */
static void note_stage(const struct sim *sim, unsigned index, bool done[NODE_COUNT], uint32_t seconds[INCIDENT_MAX],
                       unsigned *count) {
    const struct plant_node *node = &sim->plant.node[index];
    if (done[index] || node->state != PLANT_HUNG || !node->incident_ms || !plant_is_witnessed(node)) return;
    done[index] = true;
    if (*count < INCIDENT_MAX) seconds[(*count)++] = (uint32_t)((sim->plant.now_ms - node->incident_ms) / 1000);
}

static void act(struct sim *sim, const struct recovery_in *in) {
    struct controller *c = &sim->controller;
    struct recovery_out out;
    recovery_step(&c->recovery, in, &out);
    for (size_t i = 0; i < out.event_count; i++) {
        char words[200];
        event_message(&out.events[i], words, sizeof words);
        if (sim->show) printf("%9" PRIu64 " ms %s\n", sim->plant.now_ms, words);
        tally.done += out.events[i].code == EVENT_RECOVERY_DONE;
        tally.gave_up += out.events[i].code == EVENT_RECOVERY_GAVE_UP;
    }
    if (!out.act) return;
    judge_act(sim, out.index);
    uint32_t task_id = order(sim, power_acts[out.act], out.index, false);
    recovery_ordered(&c->recovery, out.index, task_id, sim->plant.now_ms);
    if (!task_id) return;
    sim->by_hand[out.index] = true;
    tally.acts++;
    note_stage(sim, out.index, sim->acted, tally.acted_s, &tally.acted_count);
}

static void roll(struct sim *sim, const struct recovery_in *in) {
    struct controller *c = &sim->controller;
    struct rolling_out out;
    rolling_step(&c->rolling, &board_limits.rolling, &c->recovery, in, &out);
    tally.rolled += out.event.code == EVENT_ROLLING_DONE;
    if (!out.act) return;
    uint32_t task_id = order(sim, power_acts[out.act], out.index, false);
    rolling_ordered(&c->rolling, task_id, sim->plant.now_ms);
    if (task_id) sim->by_hand[out.index] = true;
}

static void decide(struct sim *sim) {
    struct controller *c = &sim->controller;
    struct recovery_in in = {.now_ms = sim->plant.now_ms, .settings = &sim->settings, .inputs = &c->inputs};
    for (unsigned i = 0; i < NODE_COUNT; i++)
        in.node[i] = (struct recovery_node_in){.health = &c->health[i],
                                               .baseline = &sim->baseline[i],
                                               .power = power_view(&c->power, i),
                                               .reachable = sim->plant.node[i].power_agent.reachable,
                                               .text_kept = true,
                                               .down_by_us = rolling_has_down(&c->rolling, i)};
    act(sim, &in);
    for (unsigned i = 0; i < NODE_COUNT; i++) in.node[i].power = power_view(&c->power, i);
    roll(sim, &in);
}

static void judge_budget(struct sim *sim) {
    unsigned down = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct plant_node *node = &sim->plant.node[i];
        bool back = node->state == PLANT_UP && sim->controller.power.node[i].act == POWER_ACT_NONE;
        bool fell = node->state == PLANT_HUNG || node->state == PLANT_PANICKED || (node->state == PLANT_HALTED && node->own_halt);
        if (back || fell || sim->controller.recovery.node[i].phase == RECOVERY_HOLD) sim->by_hand[i] = false;
        down += sim->by_hand[i];
    }
    if (down <= sim->settings.budget) return;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (sim->by_hand[i]) violation(sim, "down by our hand, and so is another", i);
}

static void note_incidents(struct sim *sim) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct plant_node *node = &sim->plant.node[i];
        bool back = node->incident_ms && node->state == PLANT_UP && !node->network_broken;
        if (sim->controller.health[i].state == HEALTH_HUNG)
            note_stage(sim, i, sim->noticed, tally.noticed_s, &tally.noticed_count);
        if (!node->incident_ms) sim->noticed[i] = sim->acted[i] = false;
        if (!back) continue;
        if (tally.incident_count < INCIDENT_MAX && plant_is_witnessed(node))
            tally.incident_s[tally.incident_count++] = (uint32_t)((sim->plant.now_ms - node->incident_ms) / 1000);
        node->incident_ms = 0;
    }
}

/* ---- time and fate ---- */

static void advance(struct sim *sim) {
    struct controller *c = &sim->controller;
    bool busy = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) busy = busy || c->power.node[i].act != POWER_ACT_NONE;
    uint64_t to_ms = sim->plant.now_ms + (busy ? QUICK_STEP_MS : SLOW_STEP_MS);
    if (c->next_ms > sim->plant.now_ms && c->next_ms < to_ms) to_ms = c->next_ms;
    tally.node_ms += NODE_COUNT * (to_ms - sim->plant.now_ms);
    bool was_powered = sim->plant.powered;
    plant_step(&sim->plant, to_ms, sim->pins);
    if (!sim->plant.powered) return;
    if (!was_powered) {
        tally.power_losses++;
        memset(sim->by_hand, 0, sizeof sim->by_hand);
        start_controller(sim, true);
    }
    run_power(sim);
    if (to_ms < c->sample_ms) return;
    c->sample_ms = to_ms + QUICK_STEP_MS;
    sample(sim);
    run_power(sim);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        watch_health(sim, i);
        watch_heat_and_links(sim, i);
    }
    decide(sim);
    run_power(sim);
    judge_budget(sim);
    note_incidents(sim);
}

static void run_until(struct sim *sim, uint64_t until_ms) {
    while (sim->plant.now_ms < until_ms) advance(sim);
}

static void strike(struct sim *sim) {
    unsigned index = plant_random(&sim->plant, NODE_COUNT), dice = plant_random(&sim->plant, FAULT_COUNT + 4);
    tally.faults++;
    if (sim->show) printf("%9" PRIu64 " ms fault %u on node %u\n", sim->plant.now_ms, dice, index + 1);
    if (dice < FAULT_COUNT) {
        if (dice == FAULT_POWEROFF && plant_random(&sim->plant, 4)) return; /* nobody wakes those again */
        plant_fault(&sim->plant, index, (enum plant_fault)dice);
    } else if (dice == FAULT_COUNT) {
        tally.restarts++;
        if (sim->plant.powered) start_controller(sim, false);
    } else if (dice == FAULT_COUNT + 1 && sim->seed % 3 == 0) {
        rolling_start(&sim->controller.rolling, NODE_ALL, sim->plant.now_ms);
    } else if (dice == FAULT_COUNT + 2) {
        if (sim->plant.powered && order(sim, POWER_CYCLE, index, true)) sim->by_hand[index] = false; /* people may */
    } else {
        sim->plant.loss_permille = plant_random(&sim->plant, 201);
        sim->plant.delay_permille = plant_random(&sim->plant, 201);
    }
}

/* Of a node without an agent that has not answered a ping in this life nothing is expected, nor of one whose agent was stopped
 * while nothing else spoke for it. */
static bool is_expected(const struct sim *sim, unsigned index) {
    const struct plant_node *node = &sim->plant.node[index];
    if (node->stop_heard && sim->controller.health[index].reason == HEALTH_BY_AGENT_STOPPED) return false;
    return node->agent ||
           (node->pingable && node->ping_ms > sim->controller.health[index].epoch_ms + board_limits.health.stale_ms);
}

/* People were told that what they ordered has failed, and it may have left the node off. */
static bool is_for_people(const struct sim *sim, unsigned index) {
    return sim->plant.node[index].state == PLANT_OFF && sim->controller.health[index].state == HEALTH_FAILED &&
           !strcmp(sim->controller.power.node[index].origin.actor, "admin");
}

/* Nothing is left that recovery could see and should mend. */
static bool all_well(const struct sim *sim) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct plant_node *node = &sim->plant.node[i];
        bool left_alone = !is_expected(sim, i) || is_for_people(sim, i) || (node->state == PLANT_HALTED && node->own_halt);
        if (!left_alone && !(node->state == PLANT_UP && !node->network_broken)) return false;
    }
    return true;
}

static void await_recovery(struct sim *sim) {
    uint64_t healed_ms = sim->plant.now_ms;
    plant_heal(&sim->plant);
    while (!all_well(sim) && sim->plant.now_ms < healed_ms + BOUND_MS) advance(sim);
    uint32_t took_s = (uint32_t)((sim->plant.now_ms - healed_ms) / 1000);
    if (took_s > tally.worst_after_s) tally.worst_after_s = took_s;
    for (unsigned i = 0; i < NODE_COUNT && !all_well(sim); i++) {
        const struct plant_node *node = &sim->plant.node[i];
        if (is_expected(sim, i) && !(node->state == PLANT_UP && !node->network_broken) && !node->own_halt)
            violation(sim, "not brought back within the bound", i);
        tally.unhelped++;
    }
}

static uint64_t play(struct sim *sim, uint64_t seed, unsigned minutes, bool show) {
    memset(sim, 0, sizeof *sim);
    sim->seed = seed;
    sim->show = show;
    sim->trace = 0xcbf29ce484222325u;
    plant_init(&sim->plant, seed);
    sim->settings.budget = (uint8_t)(1 + seed % 5 / 4);
    sim->settings.input_mw = seed % 2 ? 90000 : 60000;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        sim->settings.node[i].mode = RECOVERY_FULL;
        baseline_init(&sim->baseline[i]);
        sim->pins[i] = (struct power_pins){true, true};
    }
    start_controller(sim, true);
    run_until(sim, WARM_UP_MS);
    uint64_t end_ms = sim->plant.now_ms + minutes * UINT64_C(60000);
    while (sim->plant.now_ms < end_ms) {
        strike(sim);
        run_until(sim, sim->plant.now_ms + 1000 + plant_random(&sim->plant, plant_random(&sim->plant, 3) ? 40000 : 200000));
    }
    await_recovery(sim);
    return sim->trace;
}

static int by_size(const void *a, const void *b) {
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

static void print_times(const char *what, uint32_t *seconds, unsigned count) {
    qsort(seconds, count, sizeof seconds[0], by_size);
    if (count)
        printf("%s: median %u s, 99 %% %u s, worst %u s (%u)\n", what, seconds[count / 2], seconds[(uint64_t)count * 99 / 100],
               seconds[count - 1], count);
}

static unsigned argument(int argc, char **argv, const char *name, unsigned otherwise) {
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0) return (unsigned)strtoul(argv[i + 1], NULL, 10);
    return otherwise;
}

int main(int argc, char **argv) {
    static struct sim sim;
    unsigned seed_count = argument(argc, argv, "--seeds", 100), first_seed = argument(argc, argv, "--first", 1);
    unsigned minutes = argument(argc, argv, "--minutes", 30);
    bool show = strcmp(argv[argc - 1], "--trace") == 0;
    uint64_t trace = 0xcbf29ce484222325u;
    clock_t start = clock();
    for (unsigned i = 0; i < seed_count; i++) trace = (trace ^ play(&sim, first_seed + i, minutes, show)) * 0x100000001b3u;
    uint64_t took_ms = (uint64_t)(clock() - start) * 1000 / CLOCKS_PER_SEC;
    uint64_t first = play(&sim, first_seed, minutes, false);
    if (play(&sim, first_seed, minutes, false) != first) violation(&sim, "the same seed gave another trace", 0);
    printf("%u seeds, %u faults, %u controller restarts, %u power losses, %" PRIu64 " simulated node-hours in %" PRIu64 " ms\n",
           seed_count, tally.faults, tally.restarts, tally.power_losses, tally.node_ms / 3600000, took_ms);
    printf("%u acts, %u recoveries, %u given up, %u rolling restarts complete\n", tally.acts, tally.done, tally.gave_up,
           tally.rolled);
    printf("false recoveries: %u\n", tally.false_recoveries);
    print_times("hangs noticed after", tally.noticed_s, tally.noticed_count);
    print_times("... and acted upon after", tally.acted_s, tally.acted_count);
    print_times("time to recover", tally.incident_s, tally.incident_count);
    printf("all up at most %u s after the last fault ended\n", tally.worst_after_s);
    printf("trace: %016" PRIx64 "\n", trace);
    printf("%u violations\n", tally.violations);
    return tally.violations ? 1 : 0;
}
