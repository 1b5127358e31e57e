/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/node_model.h"

#include <math.h>
#include <stdio.h>

#include "twin/node_text.h"

#define PMIC_PULSE_US    1000 /* CM4: low for more than 1 ms restarts; the CM5's figure is not published */
#define RAIL_VOLTS       5.1
#define AMBIENT_C        28.0
#define CELSIUS_PER_WATT 6.5  /* idle 3.3 W stays near 50 C with a fan (guessed) */
#define WARMING_US       60e6 /* heat sink and its air (guessed) */
#define NVME_ABOVE_C     14.0 /* over ambient while its channel has power (guessed) */
#define FAN_RPM_FULL     7000 /* of a common CM5 cooler (guessed) */
#define EMPTY_SLOT_MA    34   /* FW screenshots */
#define CHANNEL_BUSY_MA  86   /* NVMe idle and 2.5G NIC with link (guessed); with the idle draw 120 mA */
#define BOOT_MS          8000 /* Raspberry Pi OS Lite from NVMe (guessed) */

/* What a module draws in each state: mean and the size and period of its swing. */
struct draw {
    int32_t ma, swing_ma;
    uint32_t period_ms;
};
static const struct draw module_draw[TWIN_NODE_STATE_COUNT] = {
    [TWIN_NODE_OFF] = {2, 0, 0},             /* CM5: 1-3 mA with PMIC_ENABLE low */
    [TWIN_NODE_BOOTING] = {1200, 250, 1700}, /* between "operating" 0.9 A and full load (CM5, guessed) */
    [TWIN_NODE_UP] = {650, 50, 47000},       /* CM5, FW: 600-754 mA idle */
    [TWIN_NODE_HUNG] = {900, 0, 0},          /* one core spins: "operating" (CM5) */
    [TWIN_NODE_PANICKED] = {950, 0, 0},      /* panic loop on one core, the others stopped, clocks high (guessed) */
    [TWIN_NODE_HALTED] = {5, 0, 0},          /* POWER_OFF_ON_HALT=1: a few mA */
};

static const char *const state_names[TWIN_NODE_STATE_COUNT] = {"empty", "off", "booting", "up", "hung", "panicked", "halted"};

const char *twin_node_state_name(enum twin_node_state state) { return state_names[state]; }

const char *twin_node_refusal_text(int refusal) {
    switch (refusal) {
    case TWIN_NODE_OK:
        return "done";
    case TWIN_NODE_NOT_RUNNING:
        return "the node does not run: only a booting or running node can hang, panic or halt";
    case TWIN_NODE_SLOT_EMPTY:
        return "the slot is empty";
    case TWIN_NODE_SLOT_FULL:
        return "there is a module in the slot already";
    default:
        return "no such node or action";
    }
}

struct twin_node_config twin_node_config_default(enum twin_node_kind kind) {
    return (struct twin_node_config){
        .kind = kind, .boot_ms = BOOT_MS, .channel_idle_ma = EMPTY_SLOT_MA, .channel_busy_ma = CHANNEL_BUSY_MA};
}

void twin_node_init(struct twin_node *node, unsigned index, const struct twin_node_config *config, uint64_t seed,
                    const struct twin_node_events *events, uint64_t now_us) {
    *node = (struct twin_node){
        .config = *config,
        .events = events,
        .index = index,
        .seed = seed,
        .state = config->empty ? TWIN_NODE_EMPTY : TWIN_NODE_OFF,
        .cut_us = UINT64_MAX,
        .state_us = now_us,
        .temperature_c = AMBIENT_C,
        .temperature_us = now_us,
    };
}

static bool runs_kernel(enum twin_node_state state) { return state == TWIN_NODE_BOOTING || state == TWIN_NODE_UP; }

static bool module_is_awake(enum twin_node_state state) {
    return runs_kernel(state) || state == TWIN_NODE_HUNG || state == TWIN_NODE_PANICKED;
}

/* A triangle between -1000 and 1000; cheap, smooth enough, and the same on every machine. */
static int32_t triangle_permille(uint64_t phase_us, uint64_t period_us) {
    int64_t at = (int64_t)(phase_us % period_us * 4000 / period_us);
    return (int32_t)(at < 1000 ? at : at < 3000 ? 2000 - at : at - 4000);
}

int32_t twin_node_ma(const struct twin_node *node, uint64_t now_us) {
    int32_t ma = node->config.channel_idle_ma + (module_is_awake(node->state) ? node->config.channel_busy_ma : 0);
    if (node->state == TWIN_NODE_EMPTY) return ma;
    const struct draw *draw = &module_draw[node->state];
    ma += draw->ma;
    if (draw->swing_ma) {
        uint64_t phase_us = now_us - node->state_us + (uint64_t)node->index * 11000000; /* no two nodes breathe together */
        ma += draw->swing_ma * triangle_permille(phase_us, draw->period_ms * UINT64_C(1000)) / 1000;
    }
    return ma;
}

static double temperature_now_c(const struct twin_node *node, uint64_t now_us) {
    double target_c = AMBIENT_C + module_draw[node->state].ma / 1000.0 * RAIL_VOLTS * CELSIUS_PER_WATT;
    double elapsed_us = now_us > node->temperature_us ? (double)(now_us - node->temperature_us) : 0.0;
    return target_c + (node->temperature_c - target_c) * exp(-elapsed_us / WARMING_US);
}

static uint64_t uptime_now_us(const struct twin_node *node, uint64_t now_us) {
    if (node->config.kind == TWIN_NODE_MODEL && runs_kernel(node->state)) return now_us - node->start_us;
    return node->uptime_us;
}

static void enter(struct twin_node *node, enum twin_node_state state, uint64_t now_us) {
    if (state == node->state) return;
    node->uptime_us = uptime_now_us(node, now_us);
    node->temperature_c = temperature_now_c(node, now_us);
    node->temperature_us = now_us;
    node->state = state;
    node->state_us = now_us;
}

static uint64_t splitmix64(uint64_t *state) { /* Steele, Lea, Flood 2014; public domain constants */
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void new_boot_id(struct twin_node *node) {
    uint64_t state = node->seed ^ ((uint64_t)node->index << 56) ^ node->boot_count;
    uint64_t high = splitmix64(&state), low = splitmix64(&state);
    (void)snprintf(node->boot_id, sizeof node->boot_id, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
                   (unsigned)(high >> 16 & 0xFFFF), (unsigned)(high & 0xFFF), (unsigned)(low >> 48 & 0x3FFF) | 0x8000,
                   (unsigned long long)(low & UINT64_C(0xFFFFFFFFFFFF)));
}

static void say(const struct twin_node *node, const char *line, size_t size) {
    if (node->events->netconsole) node->events->netconsole(node->events->ctx, node->index, line, size);
}

static void tell_power(const struct twin_node *node, bool on) {
    if (node->config.kind == TWIN_NODE_EXTERNAL && node->events->power) node->events->power(node->events->ctx, node->index, on);
}

static void start(struct twin_node *node, uint64_t now_us) {
    enter(node, TWIN_NODE_BOOTING, now_us);
    node->boot_count++;
    node->start_us = now_us;
    node->uptime_us = 0;
    node->boot_line = 0;
    if (node->config.kind == TWIN_NODE_MODEL)
        new_boot_id(node);
    else
        node->boot_id[0] = '\0'; /* until the kernel reports its own */
    tell_power(node, true);
}

static void stop(struct twin_node *node, enum twin_node_state state, uint64_t now_us) {
    enter(node, state, now_us);
    node->uptime_us = 0;
    tell_power(node, false);
}

static void step_supply(struct twin_node *node, bool rail_good, bool pmic_high, uint64_t now_us) {
    if (!rail_good || pmic_high) {
        node->cut_us = UINT64_MAX;
    } else if (node->supplied && node->cut_us == UINT64_MAX) {
        node->cut_us = now_us + PMIC_PULSE_US;
    }
    bool cut = !rail_good || now_us >= node->cut_us;
    if (node->supplied && cut) {
        node->supplied = false;
        node->cut_us = UINT64_MAX;
        if (node->state != TWIN_NODE_EMPTY) stop(node, TWIN_NODE_OFF, now_us);
    } else if (!node->supplied && rail_good && pmic_high) {
        node->supplied = true;
        if (node->state != TWIN_NODE_EMPTY) start(node, now_us);
    }
}

static uint64_t boot_line_us(const struct twin_node *node) {
    return node->start_us + (uint64_t)node->config.boot_ms * twin_boot_line_permille(node->boot_line);
}

static void step_boot(struct twin_node *node, uint64_t now_us) {
    if (node->config.kind != TWIN_NODE_MODEL || node->state != TWIN_NODE_BOOTING) return;
    while (node->boot_line < twin_boot_line_count() && now_us >= boot_line_us(node)) {
        char line[TWIN_TEXT_LINE_MAX];
        size_t size = twin_boot_line(node->boot_line, boot_line_us(node) - node->start_us, line);
        node->boot_line++;
        say(node, line, size);
    }
    if (node->boot_line == twin_boot_line_count()) enter(node, TWIN_NODE_UP, now_us);
}

void twin_node_step(struct twin_node *node, bool rail_good, bool pmic_high, uint64_t now_us) {
    step_supply(node, rail_good, pmic_high, now_us);
    step_boot(node, now_us);
}

uint64_t twin_node_next_us(const struct twin_node *node) {
    uint64_t next_us = node->cut_us;
    if (node->config.kind == TWIN_NODE_MODEL && node->state == TWIN_NODE_BOOTING && boot_line_us(node) < next_us) {
        next_us = boot_line_us(node);
    }
    return next_us;
}

static void say_panic(const struct twin_node *node, uint64_t now_us) {
    for (unsigned i = 0; i < twin_panic_line_count(); i++) {
        char line[TWIN_TEXT_LINE_MAX];
        say(node, line,
            twin_panic_line(i, now_us - node->start_us + UINT64_C(40) * i, line)); /* about 40 us a line over the network */
    }
}

static void act_on_kernel(struct twin_node *node, enum twin_node_action action, uint64_t now_us) {
    char line[TWIN_TEXT_LINE_MAX];
    switch (action) {
    case TWIN_NODE_HANG:
        enter(node, TWIN_NODE_HUNG, now_us);
        break;
    case TWIN_NODE_PANIC:
        say_panic(node, now_us);
        enter(node, TWIN_NODE_PANICKED, now_us);
        break;
    default:
        say(node, line, twin_halt_line(now_us - node->start_us, line));
        enter(node, TWIN_NODE_HALTED, now_us);
        break;
    }
}

int twin_node_act(struct twin_node *node, enum twin_node_action action, uint64_t now_us) {
    bool empty = node->state == TWIN_NODE_EMPTY;
    switch (action) {
    case TWIN_NODE_PULL:
        if (empty) return TWIN_NODE_SLOT_EMPTY;
        stop(node, TWIN_NODE_EMPTY, now_us);
        return TWIN_NODE_OK;
    case TWIN_NODE_INSERT:
        if (!empty) return TWIN_NODE_SLOT_FULL;
        enter(node, TWIN_NODE_OFF, now_us);
        if (node->supplied) start(node, now_us);
        return TWIN_NODE_OK;
    case TWIN_NODE_HANG:
    case TWIN_NODE_PANIC:
    case TWIN_NODE_HALT:
        if (empty) return TWIN_NODE_SLOT_EMPTY;
        if (!runs_kernel(node->state)) return TWIN_NODE_NOT_RUNNING;
        if (node->config.kind == TWIN_NODE_MODEL) act_on_kernel(node, action, now_us);
        return TWIN_NODE_OK;
    default:
        return TWIN_NODE_NO_SUCH;
    }
}

void twin_node_report(struct twin_node *node, enum twin_node_state state, uint64_t now_us) {
    if (module_is_awake(node->state)) enter(node, state, now_us); /* a report that comes after the cut is about a dead kernel */
}

void twin_node_report_kernel(struct twin_node *node, const char *boot_id, uint64_t uptime_us) {
    if (!module_is_awake(node->state)) return;
    (void)snprintf(node->boot_id, sizeof node->boot_id, "%s", boot_id);
    node->uptime_us = uptime_us;
}

/* Kernel default fan levels (LNX): 0/75/125/175/250 of 255 at 50/60/67.5/75 C. */
static int32_t fan_rpm_at(double temperature_c) {
    int32_t pwm = temperature_c >= 75     ? 250
                  : temperature_c >= 67.5 ? 175
                  : temperature_c >= 60   ? 125
                  : temperature_c >= 50   ? 75
                                          : 0;
    return pwm * FAN_RPM_FULL / 255;
}

struct twin_node_view twin_node_view(const struct twin_node *node, bool rail_good, uint64_t now_us) {
    bool present = node->state != TWIN_NODE_EMPTY, awake = module_is_awake(node->state);
    double temperature_c = temperature_now_c(node, now_us);
    bool eth_up = runs_kernel(node->state) && now_us - node->start_us >= (uint64_t)node->config.boot_ms * 400;
    return (struct twin_node_view){
        .kind = node->config.kind,
        .state = node->state,
        .boot_count = node->boot_count,
        .uptime_us = uptime_now_us(node, now_us),
        .boot_id = node->boot_id,
        .temperature_mc = (int32_t)lround(temperature_c * 1000),
        .fan_rpm = present && awake ? fan_rpm_at(temperature_c) : 0,
        .nvme_present = present && !node->config.no_nvme,
        .nvme_powered = present && !node->config.no_nvme && rail_good,
        .nvme_temperature_mc = (int32_t)((AMBIENT_C + (rail_good ? NVME_ABOVE_C : 0.0)) * 1000),
        .eth0_mbps = eth_up || (awake && !runs_kernel(node->state)) ? 1000 : 0, /* a PHY keeps its link when the kernel stops */
        .eth1_mbps = eth_up || (awake && !runs_kernel(node->state)) ? 2500 : 0,
    };
}
