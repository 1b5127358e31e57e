/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/board.h"

#include <assert.h>
#include <string.h>

#define STAGGER_US           500000 /* WIKI: the hardware switches the four rails on about 0.5 s apart */
#define BLACKOUT_US          400000 /* five time constants of a rail's decay */
#define CONVERTER_EFFICIENCY 0.92   /* 19 V to 5 V at a few ampere (guessed) */
#define BOARD_IDLE_W         1.5    /* FW: the board without nodes */
#define DEFAULT_DC1_MV       19000  /* the vendor's 19 V supply */
#define DEFAULT_DC2_MV       18600  /* a second one, a little lower, so that it is clear who carries */

struct twin_config twin_config_default(void) {
    struct twin_config config = {.seed = 1, .input_mv = {DEFAULT_DC1_MV, DEFAULT_DC2_MV}};
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) config.node[n] = twin_node_config_default(TWIN_NODE_MODEL);
    return config;
}

/* ---- true values ---- */

bool twin_board_powered(const struct twin_board *board) { return board->controller.powered; }
bool twin_board_rail_on(const struct twin_board *board, unsigned node) { return board->channel[node].rail.on; }
uint64_t twin_board_rail_changed_us(const struct twin_board *board, unsigned node) {
    return board->channel[node].rail.changed_us;
}
int twin_board_carrying_input(const struct twin_board *board) { return board->supply.carrying; }
struct twin_controller twin_board_controller(const struct twin_board *board) {
    return board->controller;
}

int32_t twin_board_rail_ma(const struct twin_board *board, unsigned node) {
    /* The shunt lies behind the converter, and what the capacitors hold flows past it: off is 0 mA at once. */
    return board->channel[node].rail.on && board->channel[node].rail.good ? twin_node_ma(&board->node[node], board->now_us) : 0;
}

int32_t twin_board_rail_mv(const struct twin_board *board, unsigned node) {
    return twin_rail_mv(&board->channel[node].rail, twin_board_rail_ma(board, node), board->now_us);
}

struct twin_input_reading twin_board_input(const struct twin_board *board, unsigned input) {
    double rails_w = 0;
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        rails_w += (double)twin_board_rail_mv(board, n) * twin_board_rail_ma(board, n) / 1e6;
    }
    return twin_supply_read(&board->supply, input, rails_w / CONVERTER_EFFICIENCY + BOARD_IDLE_W);
}

bool twin_board_net(const struct twin_board *board, unsigned net) { return twin_esp_pins_net(&board->pins, net); }

struct twin_node_view twin_board_node_view(const struct twin_board *board, unsigned node) {
    return twin_node_view(&board->node[node], board->channel[node].rail.good, board->now_us);
}

/* ---- cause and effect, in this order: inputs, pads, rails, nodes. Loads do not act back on any threshold. ---- */

/* What is on the I2C bus lives with the board. */
static void power_bus(struct twin_board *board) {
    bool powered = board->controller.powered;
    for (unsigned i = 0; i < TWIN_CHIP_COUNT; i++) ina3221_emul_power(&board->chip[i], powered, board->now_us);
    ssd1306_emul_power(&board->display, powered && board->display_fitted);
}

static void board_dies(struct twin_board *board) {
    board->controller.powered = false;
    twin_esp_pins_power_on(&board->pins);
    power_bus(board);
}

static void board_starts(struct twin_board *board) {
    board->power_on_us = board->now_us;
    board->controller.powered = true;
    board->controller.last_cause = HAL_RESET_POWER_ON;
    board->controller.reset_count++;
    twin_esp_pins_power_on(&board->pins);
    power_bus(board);
}

static void settle_inputs(struct twin_board *board) {
    if (board->now_us >= board->blackout_until_us) board->blackout_until_us = UINT64_MAX;
    board->supply.blackout = board->blackout_until_us != UINT64_MAX;
    bool powered = twin_supply_step(&board->supply);
    if (powered == board->controller.powered) return;
    if (powered)
        board_starts(board);
    else
        board_dies(board);
}

static void record_nets(struct twin_board *board) {
    for (unsigned net = 0; net < TWIN_NET_COUNT; net++) {
        bool level = twin_board_net(board, net);
        if (level == board->net_level[net]) continue;
        board->net_level[net] = level;
        twin_recorder_add(&board->recorder, board->now_us, net, level);
    }
}

static uint64_t stagger_us(const struct twin_board *board, unsigned node) {
    return board->power_on_us + (node + 1) * (uint64_t)STAGGER_US;
}

static bool rail_wanted(const struct twin_board *board, unsigned node) {
    const struct twin_channel *channel = &board->channel[node];
    if (!board->controller.powered || board->now_us < stagger_us(board, node)) return false;
    if (channel->fault == TWIN_RAIL_STUCK_OFF || channel->button_until_us) return false;
    return channel->fault == TWIN_RAIL_STUCK_ON || !twin_board_net(board, twin_net_psu(node));
}

void twin_board_settle(struct twin_board *board) {
    settle_inputs(board);
    record_nets(board);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        struct twin_channel *channel = &board->channel[n];
        if (board->now_us >= channel->button_until_us) channel->button_until_us = 0;
        twin_rail_switch(&channel->rail, rail_wanted(board, n), board->now_us);
        twin_rail_step(&channel->rail, board->now_us);
        bool pmic_high = twin_board_net(board, twin_net_pmic(n)) || channel->pmic_stuck;
        twin_node_step(&board->node[n], channel->rail.good, pmic_high, board->now_us);
    }
}

/* ---- time ---- */

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

uint64_t twin_board_next_us(const struct twin_board *board) {
    uint64_t next_us = board->blackout_until_us;
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        const struct twin_channel *channel = &board->channel[n];
        if (board->controller.powered && stagger_us(board, n) > board->now_us) next_us = earlier(next_us, stagger_us(board, n));
        if (channel->button_until_us) next_us = earlier(next_us, channel->button_until_us);
        next_us = earlier(next_us, twin_rail_next_us(&channel->rail));
        next_us = earlier(next_us, twin_node_next_us(&board->node[n]));
    }
    return next_us;
}

static int32_t shunt_uv(int32_t ma) { return ma * (TWIN_SHUNT_UOHM / 1000); }

/* Which channel of which chip sees what: schematic.h. */
static void sample_chip(struct twin_board *board, unsigned chip) {
    struct ina3221_emul_sample sample;
    for (unsigned i = 0; i < INA3221_EMUL_CHANNEL_COUNT; i++) {
        struct twin_input_reading reading;
        if (chip == 0 && i < TWIN_INPUT_COUNT) {
            reading = twin_board_input(board, i);
        } else {
            unsigned node = chip == 0 ? 0 : i + 1;
            reading = (struct twin_input_reading){twin_board_rail_mv(board, node), twin_board_rail_ma(board, node)};
        }
        sample.bus_mv[i] = reading.mv;
        sample.shunt_uv[i] = shunt_uv(reading.ma);
    }
    ina3221_emul_sample(&board->chip[chip], &sample);
}

static uint64_t next_sample_us(const struct twin_board *board) {
    return earlier(ina3221_emul_next_us(&board->chip[0]), ina3221_emul_next_us(&board->chip[1]));
}

void twin_board_advance(struct twin_board *board, uint64_t now_us) {
    for (;;) {
        uint64_t event_us = twin_board_next_us(board), sample_us = next_sample_us(board);
        if (earlier(event_us, sample_us) > now_us) break;
        if (event_us <= sample_us) {
            board->now_us = event_us;
            twin_board_settle(board);
        } else {
            board->now_us = sample_us;
            for (unsigned i = 0; i < TWIN_CHIP_COUNT; i++) {
                if (ina3221_emul_next_us(&board->chip[i]) == sample_us) sample_chip(board, i);
            }
        }
    }
    if (now_us > board->now_us) board->now_us = now_us;
}

/* ---- the start ---- */

static void pass_netconsole(void *ctx, unsigned node, const char *data, size_t size) {
    const struct twin_board *board = ctx;
    const struct twin_node_events *out = &board->config.node_events;
    if (board->link_up && board->controller.powered && out->netconsole) out->netconsole(out->ctx, node, data, size);
}

static void pass_power(void *ctx, unsigned node, bool on) {
    const struct twin_board *board = ctx;
    const struct twin_node_events *out = &board->config.node_events;
    if (out->power) out->power(out->ctx, node, on);
}

void twin_board_init(struct twin_board *board, const struct twin_config *config, uint64_t now_us) {
    memset(board, 0, sizeof *board);
    board->config = *config;
    board->now_us = now_us;
    board->blackout_until_us = UINT64_MAX;
    board->link_up = true;
    board->supply.carrying = -1;
    board->node_sink = (struct twin_node_events){.ctx = board, .netconsole = pass_netconsole, .power = pass_power};
    twin_esp_pins_power_on(&board->pins);
    for (unsigned net = 0; net < TWIN_NET_COUNT; net++) board->net_level[net] = twin_board_net(board, net);
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        twin_rail_init(&board->channel[n].rail, now_us);
        twin_node_init(&board->node[n], n, &config->node[n], config->seed, &board->node_sink, now_us);
    }
    for (unsigned i = 0; i < TWIN_INPUT_COUNT; i++) board->supply.source_mv[i] = config->input_mv[i];
    board->display_fitted = true;
    power_bus(board);
    twin_board_settle(board);
}

/* ---- fate ---- */

void twin_board_set_input(struct twin_board *board, unsigned input, int32_t mv) {
    assert(input < TWIN_INPUT_COUNT);
    board->supply.source_mv[input] = mv < 0 ? 0 : mv > TWIN_INPUT_MV_MAX ? TWIN_INPUT_MV_MAX : mv;
    twin_board_settle(board);
}

void twin_board_power_loss(struct twin_board *board) {
    board->blackout_until_us = board->now_us + BLACKOUT_US;
    twin_board_settle(board);
}

int twin_board_node(struct twin_board *board, unsigned node, enum twin_node_action action) {
    if (node >= TWIN_NODE_COUNT) return TWIN_NODE_NO_SUCH;
    return twin_node_act(&board->node[node], action, board->now_us);
}

void twin_board_rail_fault(struct twin_board *board, unsigned node, enum twin_rail_fault fault) {
    assert(node < TWIN_NODE_COUNT);
    board->channel[node].fault = fault;
    twin_board_settle(board);
}

void twin_board_pmic_stuck(struct twin_board *board, unsigned node, bool stuck) {
    assert(node < TWIN_NODE_COUNT);
    board->channel[node].pmic_stuck = stuck;
    twin_board_settle(board);
}

void twin_board_button(struct twin_board *board, unsigned node, uint32_t held_ms) {
    assert(node < TWIN_NODE_COUNT);
    board->channel[node].button_until_us = board->now_us + held_ms * UINT64_C(1000);
    twin_board_settle(board);
}

void twin_board_boot_button(struct twin_board *board, uint32_t held_ms) {
    board->boot_until_us = board->now_us + held_ms * UINT64_C(1000);
}

void twin_board_link(struct twin_board *board, bool up) { board->link_up = up; }

void twin_board_node_report(struct twin_board *board, unsigned node, enum twin_node_state state) {
    assert(node < TWIN_NODE_COUNT && state < TWIN_NODE_STATE_COUNT);
    twin_node_report(&board->node[node], state, board->now_us);
}

void twin_board_node_report_kernel(struct twin_board *board, unsigned node, const char *boot_id, uint64_t uptime_us) {
    assert(node < TWIN_NODE_COUNT);
    twin_node_report_kernel(&board->node[node], boot_id, uptime_us);
}

void twin_board_controller_reset(struct twin_board *board, enum hal_reset_cause cause) {
    if (!board->controller.powered) return;
    board->controller.last_cause = cause;
    board->controller.reset_count++;
    twin_esp_pins_reset(&board->pins, cause);
    twin_board_settle(board);
}

enum hal_reset_cause twin_board_controller_boot(struct twin_board *board) {
    return board->controller.powered ? board->controller.last_cause : HAL_RESET_UNKNOWN;
}
