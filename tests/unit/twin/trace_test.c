/* SPDX-License-Identifier: Apache-2.0
 * What the board leaves behind: the recorder's ring, and the promise that the same calls give the same trace at any spacing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "twin/board.h"

static struct twin_board board;
static struct hal_gpio gpio;

static bool count_edge(void *ctx, const struct twin_edge *edge) {
    uint64_t *next_us = ctx;
    assert_int_equal(edge->us, *next_us);
    *next_us += 1000;
    return true;
}

static void the_recorder_forgets_the_oldest_and_counts_them(void **state) {
    (void)state;
    static struct twin_recorder recorder;
    recorder.recorded_count = 0;
    for (uint64_t i = 0; i < TWIN_EDGE_COUNT + 10; i++) twin_recorder_add(&recorder, i * 1000, 3, i % 2);
    assert_int_equal(twin_recorder_forgotten_count(&recorder), 10);
    uint64_t next_us = 10000;
    twin_recorder_each(&recorder, 0, count_edge, &next_us);
    assert_int_equal(next_us, (TWIN_EDGE_COUNT + 10) * UINT64_C(1000));
    next_us = (TWIN_EDGE_COUNT + 8) * UINT64_C(1000);
    twin_recorder_each(&recorder, TWIN_EDGE_COUNT + 8, count_edge, &next_us);
    assert_int_equal(next_us, (TWIN_EDGE_COUNT + 10) * UINT64_C(1000));
}

struct trace {
    uint64_t hash;
};

static void mix(struct trace *trace, const void *data, size_t size) { /* FNV-1a */
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++) trace->hash = (trace->hash ^ bytes[i]) * UINT64_C(0x100000001B3);
}

static void mix_words(void *ctx, unsigned node, const char *data, size_t size) {
    mix(ctx, &node, sizeof node);
    mix(ctx, data, size);
}

static bool mix_edge(void *ctx, const struct twin_edge *edge) {
    mix(ctx, &edge->us, sizeof edge->us);
    mix(ctx, &edge->net, sizeof edge->net);
    mix(ctx, &edge->level, sizeof edge->level);
    return true;
}

static void advance_in_steps(uint64_t until_us, uint64_t step_us) {
    while (board.now_us + step_us < until_us) twin_board_advance(&board, board.now_us + step_us);
    twin_board_advance(&board, until_us);
}

/* A minute of random fate; the same seed is the same fate. */
static uint64_t trace_of(unsigned seed, uint64_t step_us) {
    struct trace trace = {UINT64_C(0xCBF29CE484222325)};
    struct twin_config config = twin_config_default();
    config.node_events = (struct twin_node_events){.ctx = &trace, .netconsole = mix_words};
    twin_board_init(&board, &config, 0);
    twin_board_gpio(&board, &gpio);
    for (unsigned i = 0; i < 60; i++) {
        seed = seed * 1103515245 + 12345;
        unsigned fate = seed >> 16, node = fate >> 4 & 3;
        advance_in_steps(board.now_us + 1 + fate % 1999993, step_us);
        switch (fate % 8) {
        case 0:
            (void)gpio.set_mode(gpio.ctx, twin_nets[fate >> 4 & 7].pin, HAL_GPIO_INPUT_OUTPUT);
            break;
        case 1:
            (void)gpio.set_level(gpio.ctx, twin_nets[fate >> 4 & 7].pin, fate >> 7 & 1);
            break;
        case 2:
            (void)twin_board_node(&board, node, (enum twin_node_action)(fate >> 6 & 3));
            break;
        case 3:
            twin_board_button(&board, node, 700);
            break;
        case 4:
            twin_board_set_input(&board, node & 1, (fate >> 6) % 20000);
            break;
        case 5:
            twin_board_power_loss(&board);
            break;
        default:
            twin_board_controller_reset(&board, fate >> 6 & 1 ? HAL_RESET_WATCHDOG : HAL_RESET_EXTERNAL);
            break;
        }
        for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
            int32_t mv = twin_board_rail_mv(&board, n), ma = twin_board_rail_ma(&board, n);
            mix(&trace, &mv, sizeof mv);
            mix(&trace, &ma, sizeof ma);
        }
        for (unsigned chip = 0; chip < TWIN_CHIP_COUNT; chip++) mix(&trace, board.chip[chip].reg, sizeof board.chip[chip].reg);
    }
    twin_recorder_each(&board.recorder, 0, mix_edge, &trace);
    return trace.hash;
}

static void the_same_seed_gives_the_same_trace_at_any_spacing(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 20; seed++) {
        uint64_t hash = trace_of(seed, 1000);
        assert_true(trace_of(seed, 1000) == hash);
        assert_true(trace_of(seed, 333333) == hash);
        assert_true(trace_of(seed, UINT64_C(1) << 40) == hash);
        assert_true(trace_of(seed + 1, 1000) != hash); /* and the trace does depend on fate */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recorder_forgets_the_oldest_and_counts_them),
        cmocka_unit_test(the_same_seed_gives_the_same_trace_at_any_spacing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
