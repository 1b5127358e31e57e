/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/recovery_plant.h"

#include <string.h>

#define DELAY_MAX_MS    3000 /* issue 4: heartbeats delayed, systems stalled, for up to 3 s */
#define STALL_MAX_MS    3000
#define SHUTDOWN_MS     3000
#define PANIC_REBOOT_MS 10000  /* panic=10 */
#define SLOW_BOOT_MS    150000 /* a file system check */
#define PING_PERIOD_MS  2000
#define GOODBYE_COUNT   4
#define FORGED_MS       20000

uint32_t plant_random(struct plant *plant, uint32_t below) { /* splitmix64 */
    uint64_t z = plant->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) % below);
}

static bool chance(struct plant *plant, uint32_t permille) { return plant_random(plant, 1000) < permille; }

void plant_init(struct plant *plant, uint64_t seed) {
    memset(plant, 0, sizeof *plant);
    plant->random = seed;
    plant->now_ms = 1000;
    plant->powered = true;
    plant->loss_permille = plant_random(plant, 201);
    plant->delay_permille = plant_random(plant, 201);
    plant->input_mv[0] = 19000;
    plant->input_mv[1] = 18600;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct plant_node *node = &plant->node[i];
        node->agent = !chance(plant, 250);
        node->says_goodbye = node->agent && chance(plant, 800);
        node->backplane = node->agent && chance(plant, 800);
        node->pingable = chance(plant, node->agent ? 700 : 600);
        node->netconsole = chance(plant, 700);
        node->reboots_on_panic = chance(plant, 300);
        node->needs_cycle_after_halt = chance(plant, 300);
        node->boot_ms = 8000 + plant_random(plant, 32000);
        node->idle_ma = 600 + (int32_t)plant_random(plant, 150);
        node->peripherals_ma = 10 + (int32_t)plant_random(plant, 110);
        node->halted_ma = chance(plant, 500) ? 5 : 240 + (int32_t)plant_random(plant, 60);
    }
}

/* ---- systems ---- */

static void enter(struct plant *plant, struct plant_node *node, enum plant_state state) {
    node->state = state;
    node->since_ms = plant->now_ms;
}

static void boot(struct plant *plant, struct plant_node *node, bool after_trouble) {
    enter(plant, node, PLANT_BOOTING);
    node->after_trouble = after_trouble || node->incident_ms ||
                          node->unheard; /* nobody can tell from outside that it helps itself */
    node->own_halt = node->network_broken = node->stop_heard = false;
    if (plant->now_ms < node->sensor_lost_ms) node->slow_next = false; /* a rail that fails unseen makes a start unseen */
    uint32_t boot_ms = node->boot_ms + plant_random(plant, node->boot_ms / 2);
    node->boot_until_ms = plant->now_ms + (node->slow_next ? SLOW_BOOT_MS : boot_ms);
    node->kernel_ms = plant->now_ms + node->boot_ms / 4; /* after the firmware */
    node->slow_next = false;
    node->reboot_at_ms = node->shutdown_until_ms = node->panic_reboot_ms = 0;
    node->overload_ms = node->stall_ms = node->agent_dead_ms = 0;
}

static void speak_up(struct plant *plant, struct plant_node *node) {
    enter(plant, node, PLANT_UP);
    node->boot++;
    node->report_due_ms = plant->now_ms + plant_random(plant, 1000);
    bool heard = node->netconsole && plant->now_ms >= plant->switch_down_ms && !chance(plant, plant->loss_permille);
    if (heard) node->up_text_ms = node->text_ms = plant->now_ms;
}

static void step_power(struct plant *plant, unsigned index, struct power_pins pins) {
    struct plant_node *node = &plant->node[index];
    uint64_t now_ms = plant->now_ms;
    bool stuck_off = now_ms < node->stuck_off_ms, stuck_on = now_ms < node->stuck_on_ms;
    bool rail_on = plant->powered && !stuck_off && (pins.channel_on || stuck_on);
    bool module_on = rail_on && (pins.module_on || now_ms < node->pmic_stuck_ms);
    if (rail_on != node->rail_on) node->rail_ms = now_ms;
    bool soft_halted = node->state == PLANT_HALTED && rail_on && node->rail_on && node->needs_cycle_after_halt;
    if (!module_on && node->state != PLANT_OFF && !soft_halted) enter(plant, node, PLANT_OFF);
    if (module_on && !node->module_on && node->state == PLANT_OFF) boot(plant, node, false);
    node->rail_on = rail_on;
    node->module_on = module_on;
}

static void step_system(struct plant *plant, struct plant_node *node) {
    uint64_t now_ms = plant->now_ms;
    if (node->state == PLANT_BOOTING && now_ms >= node->boot_until_ms) speak_up(plant, node);
    if (node->state == PLANT_PANICKED && node->panic_reboot_ms && now_ms >= node->panic_reboot_ms) boot(plant, node, true);
    if (node->state == PLANT_UP && node->reboot_at_ms && now_ms >= node->reboot_at_ms) boot(plant, node, false);
    if (node->state == PLANT_UP && node->shutdown_until_ms && now_ms >= node->shutdown_until_ms) {
        node->shutdown_until_ms = 0;
        node->own_halt = true;
        enter(plant, node, PLANT_HALTED);
    }
}

/* ---- voices ---- */

static bool stopping(const struct plant_node *node) { return node->reboot_at_ms || node->shutdown_until_ms; }

static bool agent_runs(const struct plant_node *node, uint64_t now_ms) {
    return node->agent && node->state == PLANT_UP && !stopping(node) && now_ms >= node->agent_dead_ms && now_ms >= node->stall_ms;
}

static bool wired(const struct plant_node *node, unsigned network, uint64_t now_ms) {
    return !node->network_broken && now_ms >= node->down_ms[network] && (network == NETWORK_SERVICE || node->backplane);
}

static void send(struct plant *plant, struct plant_node *node, unsigned network, enum agent_leaving leaving) {
    if (!wired(node, network, plant->now_ms) || plant->now_ms < plant->switch_down_ms) return;
    if (chance(plant, plant->loss_permille)) return;
    uint32_t delay_ms = 1 + (chance(plant, plant->delay_permille) ? plant_random(plant, DELAY_MAX_MS) : 0);
    for (unsigned i = 0; i < PLANT_FLIGHT_COUNT; i++) {
        if (node->flight[i].arrive_ms) continue;
        node->flight[i] = (struct plant_flight){.arrive_ms = plant->now_ms + delay_ms,
                                                .boot = node->boot,
                                                .counter = ++node->counter,
                                                .uptime_s = (uint32_t)((plant->now_ms - node->kernel_ms) / 1000),
                                                .network = (uint8_t)network,
                                                .leaving = (uint8_t)leaving};
        return;
    }
}

static void report(struct plant *plant, struct plant_node *node) {
    if (plant->now_ms < node->report_due_ms || !agent_runs(node, plant->now_ms)) return;
    node->report_due_ms = plant->now_ms + 1000;
    bool overloaded = plant->now_ms < node->overload_ms;
    for (unsigned i = 0; i < NETWORK_COUNT; i++)
        if (!overloaded || chance(plant, 300)) send(plant, node, i, AGENT_STAYS);
}

static void fill_report(const struct plant *plant, struct plant_node *node, const struct plant_flight *flight) {
    bool overloaded = plant->now_ms < node->overload_ms, heat = plant->now_ms < node->heat_lie_ms;
    node->report = (struct agent_report){.has = AGENT_HAS_BOOT_ID | AGENT_HAS_UPTIME | AGENT_HAS_LOAD | AGENT_HAS_CPUS |
                                                AGENT_HAS_CPU_TEMPERATURE | AGENT_HAS_THROTTLED | AGENT_HAS_ABILITIES |
                                                AGENT_HAS_MEMORY_PRESSURE,
                                         .boot_id = {(uint8_t)flight->boot, (uint8_t)(flight->boot >> 8)},
                                         .uptime_s = flight->uptime_s,
                                         .load_centi = overloaded ? 6400 : 40,
                                         .memory_pressure_centi = overloaded ? 6000 : 0,
                                         .cpus = 4,
                                         .cpu_deci_c = heat ? 1190 : 540,
                                         .leaving = flight->leaving,
                                         .abilities = AGENT_CAN_SHUT_DOWN | (node->says_goodbye ? AGENT_SAYS_GOODBYE : 0)};
}

/* An agent that is asked to restart its system does so with its next report. */
static void obey(struct plant *plant, struct plant_node *node) {
    if (node->ask.act != AGENT_ACT_REBOOT || node->ask.id == node->power_agent.order_id || !agent_runs(node, plant->now_ms))
        return;
    node->power_agent.order_id = node->ask.id;
    node->power_agent.order_state = AGENT_ORDER_TAKEN;
    node->reboot_at_ms = plant->now_ms + SHUTDOWN_MS;
    node->order_reboots = true;
}

static void arrive(struct plant *plant, struct plant_node *node) {
    for (unsigned i = 0; i < PLANT_FLIGHT_COUNT; i++) {
        struct plant_flight *flight = &node->flight[i];
        if (!flight->arrive_ms || plant->now_ms < flight->arrive_ms) continue;
        node->report_ms[flight->network] = plant->now_ms;
        if (flight->counter > node->report_counter) {
            fill_report(plant, node, flight);
            node->report_counter = flight->counter;
            node->stop_heard = flight->leaving == AGENT_STOPS && flight->boot == node->boot && node->state == PLANT_UP;
        }
        node->latest_ms = plant->now_ms;
        flight->arrive_ms = 0;
        obey(plant, node);
    }
    node->power_agent.able = node->agent && node->latest_ms;
    node->power_agent.reachable = node->latest_ms && plant->now_ms - node->latest_ms < AGENT_REACHABLE_MS;
    node->power_agent.boot = node->latest_ms ? (uint32_t)node->report.boot_id[1] << 8 | node->report.boot_id[0] : 0;
}

static void ping(struct plant *plant, struct plant_node *node) {
    if (plant->now_ms < node->ping_due_ms) return;
    node->ping_due_ms = plant->now_ms + PING_PERIOD_MS;
    bool kernel = node->state == PLANT_UP && plant->now_ms >= node->stall_ms && wired(node, NETWORK_SERVICE, plant->now_ms);
    bool lie = plant->now_ms < node->echo_lie_ms; /* another machine has taken its address */
    bool lost = plant->now_ms < plant->switch_down_ms || chance(plant, plant->loss_permille);
    if (node->pingable && (kernel || lie) && !lost) node->ping_ms = plant->now_ms;
}

static void step_gateway(struct plant *plant) {
    if (plant->now_ms < plant->gateway_due_ms) return;
    plant->gateway_due_ms = plant->now_ms + 1000;
    if (plant->now_ms >= plant->switch_down_ms && !chance(plant, plant->loss_permille)) plant->gateway_ms = plant->now_ms;
}

static void step_inputs(struct plant *plant) {
    static const int32_t whole_mv[INPUT_COUNT] = {19000, 18600};
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        if (!plant->input_back_ms[i] || plant->now_ms < plant->input_back_ms[i]) continue;
        plant->input_back_ms[i] = 0;
        plant->input_mv[i] = whole_mv[i];
    }
    plant->powered = plant->input_mv[0] >= 9000 || plant->input_mv[1] >= 9000;
}

bool plant_is_witnessed(const struct plant_node *node) { return node->agent || node->pingable; }

bool plant_is_well(const struct plant_node *node, uint64_t now_ms) {
    if (node->state != PLANT_UP || stopping(node)) return node->state == PLANT_UP;
    bool reports = node->agent && now_ms >= node->agent_dead_ms &&
                   (wired(node, NETWORK_SERVICE, now_ms) || wired(node, NETWORK_BACKPLANE, now_ms));
    bool answers = node->pingable && wired(node, NETWORK_SERVICE, now_ms);
    /* Of one that answers pings those are expected still. */
    bool excused = node->stop_heard && !node->pingable && !node->network_broken;
    return reports || answers || excused || !plant_is_witnessed(node);
}

void plant_step(struct plant *plant, uint64_t now_ms, const struct power_pins pins[NODE_COUNT]) {
    plant->now_ms = now_ms;
    step_inputs(plant);
    step_gateway(plant);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct plant_node *node = &plant->node[i];
        step_power(plant, i, pins[i]);
        step_system(plant, node);
        report(plant, node);
        arrive(plant, node);
        ping(plant, node);
        bool well = plant_is_well(node, now_ms);
        if (!well) node->reachable_ms = 0;
        if (well && !node->reachable_ms) node->reachable_ms = now_ms;
        bool needs_help = node->state == PLANT_HUNG || node->state == PLANT_PANICKED || node->network_broken;
        if (needs_help && !node->incident_ms && !node->stop_heard) node->incident_ms = now_ms;
        if (node->state == PLANT_OFF && !plant->powered) node->incident_ms = 0;
    }
}

void plant_forget(struct plant *plant) {
    plant->gateway_ms = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct plant_node *node = &plant->node[i];
        memset(node->report_ms, 0, sizeof node->report_ms);
        memset(&node->report, 0, sizeof node->report);
        memset(&node->ask, 0, sizeof node->ask);
        node->report_counter = 0;
        node->stop_heard = false;
        node->latest_ms = node->ping_ms = node->panic_ms = node->text_ms = node->up_text_ms = 0;
    }
}

/* ---- what is measured ---- */

static int32_t module_ma(const struct plant_node *node) {
    switch (node->state) {
    case PLANT_BOOTING:
        return node->idle_ma + 500;
    case PLANT_UP:
        return node->idle_ma;
    case PLANT_HUNG:
        return node->idle_ma + 250;
    case PLANT_PANICKED:
        return node->idle_ma + 300;
    case PLANT_HALTED:
        return node->halted_ma;
    default:
        return 2;
    }
}

struct rail_sample plant_rail(struct plant *plant, unsigned index) {
    struct plant_node *node = &plant->node[index];
    uint64_t now_ms = plant->now_ms, since_ms = now_ms - node->rail_ms;
    int32_t decay_mv = since_ms < 400 ? 5100 - (int32_t)since_ms * 12 : 15;
    struct rail_sample sample = {.valid = now_ms >= node->sensor_lost_ms, .taken_ms = now_ms};
    sample.mv = node->rail_on ? (since_ms < 20 ? 2500 : 5150) : decay_mv;
    sample.ma = node->rail_on ? node->peripherals_ma + module_ma(node) : 0;
    if (node->state == PLANT_UP) sample.ma += (int32_t)plant_random(plant, 60) + (now_ms < node->overload_ms ? 900 : 0);
    if (now_ms < node->zero_lie_ms) sample.ma = 0;
    if (now_ms < node->high_lie_ms) sample.ma = 4900;
    if (now_ms < node->dead_rail_lie_ms) sample.mv = 12;
    return sample;
}

struct rail_sample plant_input(const struct plant *plant, unsigned input) {
    unsigned carrier = plant->input_mv[1] > plant->input_mv[0];
    int64_t load_mw = 1500;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (plant->node[i].rail_on)
            load_mw += (int64_t)(plant->node[i].peripherals_ma + module_ma(&plant->node[i])) * 5600 / 1000;
    int32_t mv = plant->input_mv[input];
    int32_t ma = input == carrier && mv > 0 ? (int32_t)(load_mw * 1000 / mv) : 4;
    return (struct rail_sample){.valid = true, .taken_ms = plant->now_ms, .mv = mv, .ma = ma};
}

/* ---- fate ---- */

static bool runs(const struct plant_node *node) { return node->state == PLANT_UP || node->state == PLANT_BOOTING; }

static void panic(struct plant *plant, struct plant_node *node) {
    if (!runs(node)) return;
    enter(plant, node, PLANT_PANICKED);
    node->panic_reboot_ms = node->reboots_on_panic ? plant->now_ms + PANIC_REBOOT_MS : 0;
    bool heard = node->netconsole && !node->network_broken && wired(node, NETWORK_SERVICE, plant->now_ms) &&
                 plant->now_ms >= plant->switch_down_ms;
    if (heard) node->panic_ms = node->text_ms = plant->now_ms; /* many lines: one of them arrives */
}

static void leave(struct plant *plant, struct plant_node *node, enum agent_leaving why) {
    for (unsigned i = 0; i < GOODBYE_COUNT && node->says_goodbye && agent_runs(node, plant->now_ms); i++)
        for (unsigned network = 0; network < NETWORK_COUNT; network++) send(plant, node, network, why);
}

/* One that nobody else speaks for, and whose agent would not say it, is as good as hung. */
static void stop_agent(struct plant *plant, struct plant_node *node) {
    if (!node->says_goodbye && !node->pingable) return;
    leave(plant, node, AGENT_STOPS);
    node->agent_dead_ms = plant->now_ms + 1000 + plant_random(plant, 240000);
}

static void system_fault(struct plant *plant, struct plant_node *node, enum plant_fault fault) {
    if (fault == FAULT_PANIC) panic(plant, node);
    if (fault == FAULT_HANG && runs(node)) enter(plant, node, PLANT_HUNG);
    if (node->state != PLANT_UP || stopping(node)) return;
    if (fault == FAULT_NETWORKS_BROKEN) node->network_broken = true;
    if (fault == FAULT_AGENT_STOPPED) stop_agent(plant, node);
    node->unheard = node->incident_ms || !plant_is_well(node, plant->now_ms) || plant->now_ms < plant->switch_down_ms;
    if (fault == FAULT_REBOOT) leave(plant, node, AGENT_RESTARTS);
    if (fault == FAULT_POWEROFF) leave(plant, node, AGENT_SHUTS_DOWN);
    bool told = fault == FAULT_REBOOT && node->says_goodbye && agent_runs(node, plant->now_ms);
    if ((fault == FAULT_REBOOT || fault == FAULT_REBOOT_UNTOLD) && !told)
        node->slow_next = false; /* that would be past telling */
    if (fault == FAULT_REBOOT_UNTOLD) boot(plant, node, false);
    if (fault == FAULT_REBOOT) node->reboot_at_ms = plant->now_ms + SHUTDOWN_MS;
    if (fault == FAULT_POWEROFF) node->shutdown_until_ms = plant->now_ms + SHUTDOWN_MS;
    node->order_reboots = false;
}

static void board_fault(struct plant *plant, enum plant_fault fault) {
    uint64_t until_ms = plant->now_ms + 1000 + plant_random(plant, 90000);
    unsigned input = plant_random(plant, INPUT_COUNT);
    if (fault == FAULT_SWITCH_DOWN) plant->switch_down_ms = plant->now_ms + 2000 + plant_random(plant, 240000);
    if (fault != FAULT_INPUT_LOST && fault != FAULT_INPUT_LOW) return;
    plant->input_mv[input] = fault == FAULT_INPUT_LOST ? 3000 : 11200;
    plant->input_back_ms[input] = until_ms;
}

void plant_fault(struct plant *plant, unsigned index, enum plant_fault fault) {
    struct plant_node *node = &plant->node[index];
    uint64_t now_ms = plant->now_ms, shortly_ms = now_ms + 1000 + plant_random(plant, 60000);
    uint64_t longer_ms = now_ms + 1000 + plant_random(plant, 240000);
    uint64_t *const until[FAULT_COUNT] = {
        [FAULT_OVERLOAD] = &node->overload_ms,
        [FAULT_AGENT_KILLED] = node->pingable ? &node->agent_dead_ms : NULL, /* with no other voice it is as good as hung */
        [FAULT_SERVICE_DOWN] = &node->down_ms[NETWORK_SERVICE],
        [FAULT_BACKPLANE_DOWN] = &node->down_ms[NETWORK_BACKPLANE],
        [FAULT_SENSOR_LOST] = &node->sensor_lost_ms,
        [FAULT_ZERO_CURRENT] = &node->zero_lie_ms,
        [FAULT_HIGH_CURRENT] = &node->high_lie_ms,
        [FAULT_DEAD_RAIL] = &node->dead_rail_lie_ms,
        [FAULT_HEAT] = &node->heat_lie_ms,
        [FAULT_FALSE_PING] = node->agent ? &node->echo_lie_ms : NULL, /* nobody there to deny it */
        [FAULT_STUCK_OFF] = &node->stuck_off_ms,
        [FAULT_STUCK_ON] = &node->stuck_on_ms,
        [FAULT_PMIC_STUCK] = &node->pmic_stuck_ms,
    };
    bool strikes_witness = fault == FAULT_AGENT_KILLED || fault == FAULT_AGENT_STOPPED || fault == FAULT_REBOOT_UNTOLD ||
                           fault == FAULT_REBOOT || fault == FAULT_POWEROFF || fault == FAULT_SERVICE_DOWN ||
                           fault == FAULT_BACKPLANE_DOWN;
    if (strikes_witness && now_ms < node->forged_ms + FORGED_MS) return;
    for (unsigned i = 0; i < NODE_COUNT && fault == FAULT_SWITCH_DOWN; i++)
        if (now_ms < plant->node[i].forged_ms + FORGED_MS) return;
    bool network = fault == FAULT_SERVICE_DOWN || fault == FAULT_BACKPLANE_DOWN || fault == FAULT_AGENT_KILLED;
    if (until[fault]) *until[fault] = network ? longer_ms : shortly_ms;
    if (fault == FAULT_STALL) node->stall_ms = now_ms + plant_random(plant, STALL_MAX_MS);
    if (fault == FAULT_SLOW_BOOT) node->slow_next = true;
    /* Whoever forges words of a node without an agent is believed: nobody is there to deny it. */
    bool forged = fault == FAULT_FALSE_PANIC && node->agent && !node->stop_heard && node->reachable_ms && !stopping(node) &&
                  now_ms >= node->agent_dead_ms && now_ms >= plant->switch_down_ms;
    if (forged) node->forged_ms = node->panic_ms = node->text_ms = now_ms;
    system_fault(plant, node, fault);
    board_fault(plant, fault);
}

void plant_heal(struct plant *plant) {
    plant->switch_down_ms = 0;
    for (unsigned i = 0; i < INPUT_COUNT; i++)
        if (plant->input_back_ms[i]) plant->input_back_ms[i] = 1;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct plant_node *node = &plant->node[i];
        node->stall_ms = node->overload_ms = node->agent_dead_ms = node->down_ms[0] = node->down_ms[1] = 0;
        node->stuck_off_ms = node->stuck_on_ms = node->pmic_stuck_ms = node->sensor_lost_ms = 0;
        node->zero_lie_ms = node->high_lie_ms = node->dead_rail_lie_ms = node->heat_lie_ms = node->echo_lie_ms = 0;
    }
}
