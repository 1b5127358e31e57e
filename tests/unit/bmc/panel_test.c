/* SPDX-License-Identifier: Apache-2.0
 * Display and BOOT button on the simulated board: what a person reads there, through the driver and the twin's chip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/defaults.h"
#include "core/font.h"
#include "hal/errors.h"
#include "tests/sim/world.h"

#define CELL_WIDTH 6

static struct world world;

static void run_ms(unsigned ms) { world_run_ms(&world, ms, 100); }

static void set_up_board(void) {
    const struct password_hash hash = {.iterations = 1, .key = {7}};
    assert_int_equal(bmc_seed_admin(&world.bmc, &hash, false), HAL_OK);
}

static int setup(void **state) {
    (void)state;
    world_init(&world, 5);
    assert_true(world_boot(&world));
    set_up_board();
    run_ms(8000);
    return 0;
}

static int no_fault(void **state) {
    (void)state;
    if (world.board.display.fault_count) print_error("display: %s\n", world.board.display.fault);
    return world.board.display.fault_count ? -1 : 0;
}

/* ---- reading the display ---- */

static char letter(unsigned row, unsigned column) {
    uint8_t cell[FONT_WIDTH] = {0};
    for (unsigned i = 0; i < FONT_WIDTH; i++)
        for (unsigned bit = 0; bit < 8; bit++)
            cell[i] |= (uint8_t)(ssd1306_emul_point(&world.board.display, 1 + column * CELL_WIDTH + i, row * 8 + bit) << bit);
    for (unsigned i = 0; row == 0 && i < FONT_WIDTH; i++) cell[i] ^= 0xFF;
    for (int c = ' '; c < FONT_BOX; c++)
        if (memcmp(font_glyph((char)c), cell, sizeof cell) == 0) return (char)c;
    return '?';
}

static const char *row(unsigned number) {
    static char text[SCREEN_COLUMN_COUNT + 1];
    for (unsigned i = 0; i < SCREEN_COLUMN_COUNT; i++) text[i] = letter(number, i);
    size_t length = SCREEN_COLUMN_COUNT;
    while (length > 0 && text[length - 1] == ' ') length--;
    text[length] = '\0';
    return text;
}

static bool dark(void) {
    for (unsigned y = 0; y < SSD1306_EMUL_HEIGHT; y++)
        for (unsigned x = 0; x < SSD1306_EMUL_WIDTH; x++)
            if (ssd1306_emul_point(&world.board.display, x, y)) return false;
    return true;
}

static void press(unsigned ms) {
    twin_board_boot_button(&world.board, ms);
    run_ms(ms + 500);
}

/* ---- */

static void a_fresh_board_shows_its_setup_code(void **state) {
    (void)state;
    world_init(&world, 6);
    assert_true(world_boot(&world));
    run_ms(3000);
    assert_string_equal(row(0), "super4c           1/4");
    assert_string_equal(row(4), "Setup code of admin:");
    assert_memory_equal(row(5), "  ", 2);
    assert_string_equal(&row(5)[2], world.bmc.core.setup_code);
    set_up_board();
    run_ms(1000);
    assert_string_equal(row(4), "Up 0 min");
}

static void a_click_turns_the_pages_round(void **state) {
    (void)state;
    press(120);
    assert_string_equal(row(0), "Inputs            2/4");
    assert_memory_equal(row(1), "DC1 1", 5);
    assert_non_null(strstr(row(1), " V carries"));
    assert_string_equal(&row(3)[strlen("DC2 18.60")], " V ready");
    press(120);
    assert_string_equal(row(0), "Nodes             3/4");
    assert_memory_equal(row(4), "4 ", 2);
    press(120);
    assert_string_equal(row(0), "Alarms            4/4");
    press(2500); /* as long as a person takes: a click yet */
    assert_string_equal(row(0), "super4c           1/4");
}

static void an_alarm_lights_it_up(void **state) {
    (void)state;
    run_ms(SCREEN_DIM_MS);
    assert_true(world.board.display.contrast < 10);
    assert_false(dark());
    run_ms(SCREEN_DARK_MS);
    assert_true(dark());
    twin_board_set_input(&world.board, 1, 0);
    run_ms(3000);
    assert_true(world.board.display.contrast > 100);
    assert_string_equal(row(0), "Alarms            4/4");
    assert_string_equal(row(1), "! 0 min: Only one DC");
}

static void only_what_changes_is_sent(void **state) {
    (void)state;
    press(120);
    press(120);
    press(120); /* the alarms: nothing there moves */
    uint32_t before = world.call_count;
    world_run_ms(&world, 10000, 100);
    uint32_t with_display = world.call_count - before;
    twin_board_fit_display(&world.board, false);
    run_ms(5000);
    before = world.call_count;
    run_ms(10000);
    /* One look at the button with its step of the loop each 50 ms, and one at the display a second. */
    assert_in_range(with_display - (world.call_count - before), 0, 10 * (20 * 9 + 1));
}

/* ---- loss ---- */

static void it_comes_and_goes_without_a_word(void **state) {
    (void)state;
    run_ms(40000); /* until the nodes have nothing more to say */
    uint32_t logged = world.bmc.core.log.last_sequence;
    twin_board_fit_display(&world.board, false);
    run_ms(30000);
    assert_false(world.bmc.display.begun);
    twin_board_fit_display(&world.board, true);
    run_ms(4000);
    assert_string_equal(row(0), "super4c           1/4");
    twin_board_fit_display(&world.board, false); /* a loose contact: too short to be missed */
    twin_board_fit_display(&world.board, true);
    assert_true(dark());
    run_ms(4000);
    assert_string_equal(row(0), "super4c           1/4");
    assert_int_equal(world.bmc.core.log.last_sequence, logged);
}

static int held_count;
static struct hal_i2c true_bus, bus;

/* A display that holds the line low in every transfer; nine clocks free it. */
static int held_transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    if (address == BOARD_DISPLAY_ADDRESS) {
        held_count++;
        twin_board_i2c_fault(&world.board, TWIN_I2C_STUCK_TRANSIENT);
    }
    return true_bus.transfer(ctx, address, tx, tx_size, rx, rx_size);
}

static void sensors_live_on_beside_one_that_holds_the_bus(void **state) {
    (void)state;
    true_bus = bus = *world.bmc.hal.i2c;
    bus.transfer = held_transfer;
    world.bmc.hal.i2c = &bus;
    held_count = 0;
    run_ms(600000);
    assert_in_range(held_count, 5, 20); /* more and more seldom */
    assert_int_equal(world_logged(&world, EVENT_SENSOR_LOST, NULL), 0);
    world.bmc.hal.i2c = &world.i2c;
    run_ms(70000);
    assert_true(world.bmc.display.begun);
}

static void the_firmware_may_die_in_any_transfer(void **state) {
    (void)state;
    for (uint32_t fuse = 1; fuse < 60; fuse++) {
        world.bmc.display.begun = false; /* all is sent anew */
        world.bmc.display_ms = 0;
        world.fuse = fuse;
        run_ms(3000);
        assert_string_equal(row(0), "super4c           1/4");
    }
}

/* ---- reset ---- */

static bool count_edge(void *ctx, const struct twin_edge *edge) {
    (void)edge;
    ++*(unsigned *)ctx;
    return true;
}

static unsigned edge_count(void) {
    unsigned count = 0;
    twin_recorder_each(&world.board.recorder, 0, count_edge, &count);
    return count;
}

static bool reset_ordered(void) {
    uint8_t record[DEFAULTS_RECORD_SIZE];
    size_t size = sizeof record;
    return world.hal_store.get(world.hal_store.ctx, DEFAULTS_KEY, record, &size) == HAL_OK &&
           defaults_decode(record, size) == DEFAULTS_ALL;
}

static void restart(void) {
    world_kill(&world, HAL_RESET_SOFTWARE);
    assert_true(world_boot(&world));
    assert_int_equal(bmc_defaults_done(&world.bmc), HAL_OK);
}

static void held_for_ten_seconds_it_is_a_board_out_of_its_box(void **state) {
    (void)state;
    unsigned edges = edge_count();
    twin_board_boot_button(&world.board, 60000); /* and it sticks */
    run_ms(3700);
    assert_string_equal(row(0), "Factory reset");
    assert_string_equal(row(2), "in 7 s");
    run_ms(6000);
    assert_string_equal(row(2), "in 1 s");
    assert_false(reset_ordered());
    run_ms(1000);
    assert_true(reset_ordered());
    assert_true(world.bmc.core.restart_requested);
    struct eventlog_entry entry;
    assert_int_equal(world_logged(&world, EVENT_DEFAULTS_ORDERED, &entry), 1);
    assert_string_equal(entry.event.text, "ResetAll");
    assert_string_equal(entry.event.origin.actor, "BOOT button");
    restart();
    assert_true(bmc_is_fresh(&world.bmc));
    run_ms(30000); /* still down */
    assert_string_equal(row(4), "Setup code of admin:");
    assert_false(reset_ordered());
    run_ms(30000); /* released by now */
    press(12000);
    assert_false(reset_ordered()); /* nothing is set yet */
    assert_string_equal(row(2), "Nothing is set yet.");
    set_up_board();
    press(12000);
    assert_true(reset_ordered());
    assert_int_equal(edge_count(), edges);
}

static void released_before_it_is_nothing(void **state) {
    (void)state;
    press(9500);
    run_ms(2000);
    assert_false(reset_ordered());
    assert_false(world.bmc.core.restart_requested);
    assert_string_equal(row(0), "super4c           1/4");
}

static void down_at_the_start_it_is_nothing(void **state) {
    (void)state;
    twin_board_boot_button(&world.board, 30000);
    run_ms(20);
    world_kill(&world, HAL_RESET_EXTERNAL);
    assert_true(world_boot(&world));
    run_ms(40000);
    assert_false(reset_ordered());
    assert_string_equal(row(0), "super4c           1/4"); /* no click either */
}

static void without_a_display_it_works_too(void **state) {
    (void)state;
    twin_board_fit_display(&world.board, false);
    press(11000);
    assert_true(reset_ordered());
}

static void a_store_that_refuses_is_told(void **state) {
    (void)state;
    world.store_full = true;
    press(11000);
    assert_false(world.bmc.core.restart_requested);
    assert_string_equal(row(2), "Failed: see the event");
    assert_int_equal(world_logged(&world, EVENT_STORE_FAILED, NULL), 1);
    world.store_full = false;
    press(11000); /* read, released, and once more */
    assert_true(world.bmc.core.restart_requested);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_fresh_board_shows_its_setup_code, setup, no_fault),
        cmocka_unit_test_setup_teardown(a_click_turns_the_pages_round, setup, no_fault),
        cmocka_unit_test_setup_teardown(an_alarm_lights_it_up, setup, no_fault),
        cmocka_unit_test_setup_teardown(only_what_changes_is_sent, setup, no_fault),
        cmocka_unit_test_setup_teardown(it_comes_and_goes_without_a_word, setup, no_fault),
        cmocka_unit_test_setup_teardown(sensors_live_on_beside_one_that_holds_the_bus, setup, no_fault),
        cmocka_unit_test_setup_teardown(the_firmware_may_die_in_any_transfer, setup, no_fault),
        cmocka_unit_test_setup_teardown(held_for_ten_seconds_it_is_a_board_out_of_its_box, setup, no_fault),
        cmocka_unit_test_setup_teardown(released_before_it_is_nothing, setup, no_fault),
        cmocka_unit_test_setup_teardown(down_at_the_start_it_is_nothing, setup, no_fault),
        cmocka_unit_test_setup_teardown(without_a_display_it_works_too, setup, no_fault),
        cmocka_unit_test_setup_teardown(a_store_that_refuses_is_told, setup, no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
