/* SPDX-License-Identifier: Apache-2.0
 * The words on the display, when it wakes and when it sleeps; and the letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/bytes.h"
#include "core/font.h"
#include "core/screen.h"

static struct core core;
static struct screen screen;

/* Compares up to the spaces at the end. */
static void expect_row(unsigned row, const char *expected) {
    char text[SCREEN_COLUMN_COUNT + 1];
    memcpy(text, screen.text[row], SCREEN_COLUMN_COUNT);
    size_t length = SCREEN_COLUMN_COUNT;
    while (length > 0 && text[length - 1] == ' ') length--;
    text[length] = '\0';
    assert_string_equal(text, expected);
}

static void expect(const char *const rows[SCREEN_ROW_COUNT]) {
    for (unsigned row = 0; row < SCREEN_ROW_COUNT; row++) expect_row(row, rows[row] ? rows[row] : "");
}

static void step_after(uint64_t ms) {
    core.now_ms += ms;
    core.wall_ms += ms;
    screen_step(&screen, &core);
}

static void click(void) {
    screen_button(&screen, BUTTON_DOWN, core.now_ms);
    screen_button(&screen, BUTTON_CLICK, core.now_ms);
    step_after(50);
}

static void turn_to(enum screen_page page) {
    while (screen.page != page) click();
}

static void record(enum event_code code, uint8_t node, const char *text) {
    struct event event = event_make(code, node, text);
    core_log(&core, &event);
    eventlog_saved(&core.log);
}

static struct rail_sample measured(int32_t mv, int32_t ma) {
    return (struct rail_sample){.valid = true, .taken_ms = core.now_ms, .mv = mv, .ma = ma};
}

static void set_input(unsigned index, int32_t mv, int32_t ma, bool carrying) {
    struct input_view *view = &core.inputs.view[index];
    view->sample = measured(mv, ma);
    view->known = true;
    view->present = mv >= 11000;
    view->in_range = mv >= 11400 && mv <= 21000;
    view->carrying = carrying;
}

static int setup(void **state) {
    (void)state;
    memset(&core, 0, sizeof core);
    core.now_ms = 1000000;
    core.started_ms = core.now_ms;
    core.wall_ms = 1767225600000u;
    core.settings = settings_default();
    core.inputs.limits.min_mv = 11400;
    core.link_up = true;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        core.health[i].state = HEALTH_UP;
        core.rail[i] = measured(5184, 760);
    }
    record(EVENT_STORE_FAILED, 0, "of an earlier life");
    screen_begin(&screen, &core);
    step_after(0);
    return 0;
}

/* ---- pages ---- */

static void the_address_and_how_to_sign_in(void **state) {
    (void)state;
    expect((const char *const[8]){"super4c           1/4", "No address", "", "Up 0 min", "Version 0.1.0"});
    memcpy(core.network.ipv4, (const uint8_t[4]){192, 168, 177, 254}, 4);
    text_copy(core.setup_code, sizeof core.setup_code, "ABCDE-FGHJK");
    core.link_up = false;
    step_after(1000);
    expect((const char *const[8]){"super4c           1/4", "192.168.177.254", "No network link", "",
                                  "Setup code of admin:", "  ABCDE-FGHJK"});
    core.setup_code[0] = '\0';
    core.link_up = true;
    step_after(50 * 3600000ull); /* dark by then */
    click();
    expect((const char *const[8]){"super4c           1/4", "192.168.177.254", "", "Up 2 d", "Version 0.1.0"});
}

static void an_ipv6_address_beyond_the_link_is_preferred(void **state) {
    (void)state;
    core.network.ipv6[0] = (struct network_ipv6){.address = {0xfe, 0x80, [15] = 1}, .origin = NETWORK_LINK_LOCAL};
    step_after(1000);
    expect_row(1, "fe80:0:0:0:0:0:0:1");
    core.network.ipv6[1] = (struct network_ipv6){
        .address = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        .origin = NETWORK_SLAAC};
    step_after(1000);
    expect_row(1, "2001:db8:ffff:ffff:ff");
    expect_row(2, "ff:ffff:ffff:ffff");
}

static void inputs_with_volts_and_watts(void **state) {
    (void)state;
    turn_to(SCREEN_INPUTS);
    expect((const char *const[8]){"Inputs            2/4", "DC1 not measured", "DC2 not measured"});
    set_input(0, 19008, 1234, true);
    set_input(1, 18600, -2, false);
    core.inputs.settled = core.inputs.redundant = true;
    step_after(1000);
    expect((const char *const[8]){"Inputs            2/4", "DC1 19.00 V carries", "    1.23 A 23.45 W", "DC2 18.60 V ready",
                                  "    0.00 A 0.00 W", "Redundant"});
    set_input(0, 25000, 20, false);
    set_input(1, 8600, 4, false);
    core.inputs.redundant = false;
    step_after(1000);
    expect_row(1, "DC1 25.00 V too high");
    expect_row(3, "DC2 8.60 V absent");
    expect_row(5, "Not redundant");
    set_input(1, 11200, 4, false);
    step_after(1000);
    expect_row(3, "DC2 11.20 V too low");
}

static void what_is_wrong_with_a_node_in_words(void **state) {
    (void)state;
    turn_to(SCREEN_NODES);
    expect((const char *const[8]){"Nodes             3/4", "1 Up        3.93 W", "2 Up        3.93 W", "3 Up        3.93 W",
                                  "4 Up        3.93 W"});
    core.health[1] = (struct health){.state = HEALTH_HUNG, .reason = HEALTH_BY_SILENCE, .figure = {75, 900}};
    core.health[2].state = HEALTH_OFF;
    core.rail[2].valid = false;
    step_after(1000);
    expect((const char *const[8]){"Nodes             3/4", "1 Up        3.93 W", "2 Hung      3.93 W", "no sign on any",
                                  "network for 75 s,", "draws 900 mA", "3 Off", "4 Up        3.93 W"});
}

static void four_wrong_nodes_still_all_have_their_row(void **state) {
    (void)state;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        core.health[i] = (struct health){.state = HEALTH_HUNG, .reason = HEALTH_BY_SILENCE, .figure = {75, 900}};
    turn_to(SCREEN_NODES);
    expect((const char *const[8]){"Nodes             3/4", "1 Hung      3.93 W", "no sign on any", "2 Hung      3.93 W",
                                  "no sign on any", "3 Hung      3.93 W", "no sign on any", "4 Hung      3.93 W"});
}

static void alarms_latest_first_with_age_and_mark(void **state) {
    (void)state;
    turn_to(SCREEN_ALARMS);
    expect_row(1, "0 min: The settings"); /* of an earlier life: not new */
    record(EVENT_REDUNDANCY_LOST, 0, NULL);
    step_after(7200000);
    record(EVENT_LOGIN_FAILED, 0, "nobody");
    record(EVENT_NODE_PANICKED, 3, "sysrq");
    step_after(1000);
    expect((const char *const[8]){"Alarms            4/4", "! 0 min: Node 3:", "kernel panic: sysrq", "! 2 h: Only one DC",
                                  "input carries the", "board.", "2 h: The settings", "store refused a"});
    click();
    turn_to(SCREEN_ALARMS);
    expect_row(1, "0 min: Node 3: kernel"); /* somebody has turned the page: read */
    core.wall_ms = 0;                       /* no clock, no age */
    core.now_ms += 1000;
    screen_step(&screen, &core);
    expect_row(1, "Node 3: kernel panic:");
    eventlog_clear(&core.log);
    step_after(1000);
    expect((const char *const[8]){"Alarms            4/4", "None"});
}

static void letters_that_the_font_lacks_take_one_place(void **state) {
    (void)state;
    turn_to(SCREEN_ALARMS);
    eventlog_clear(&core.log);
    record(EVENT_NODE_PANICKED, 1, "\xed\x95\x9c\xe2\x82\xac\n!");
    step_after(1000);
    static const char row[] = {(char)0xed, (char)0xe2, '\n', '!'};
    expect_row(2, "kernel panic:");
    assert_memory_equal(screen.text[3], row, sizeof row);
    assert_ptr_equal(font_glyph((char)0xed), font_glyph(FONT_BOX));
    assert_ptr_equal(font_glyph('\n'), font_glyph(FONT_BOX));
    for (int c = ' '; c < FONT_BOX; c++)
        for (int other = ' '; other < c; other++)
            assert_memory_not_equal(font_glyph((char)c), font_glyph((char)other), FONT_WIDTH);
}

static void only_rows_that_differ_are_sent(void **state) {
    (void)state;
    turn_to(SCREEN_NODES);
    screen.changed = 0;
    step_after(1000);
    assert_int_equal(screen.changed, 0);
    core.rail[1].ma = 1500;
    step_after(SCREEN_DRAW_MS - 1);
    core.now_ms++;
    step_after(0);
    assert_int_equal(screen.changed, 1 << 2);
}

/* ---- light ---- */

static void it_dims_and_goes_dark_and_a_press_wakes_it(void **state) {
    (void)state;
    step_after(SCREEN_DIM_MS - 1);
    assert_int_equal(screen.light, SCREEN_BRIGHT);
    step_after(1);
    assert_int_equal(screen.light, SCREEN_DIM);
    click(); /* it can still be read: the page turns */
    assert_int_equal(screen.light, SCREEN_BRIGHT);
    assert_int_equal(screen.page, SCREEN_INPUTS);
    step_after(SCREEN_DARK_MS);
    assert_int_equal(screen.light, SCREEN_DARK);
    screen.changed = 0;
    set_input(0, 19000, 900, true);
    step_after(1000);
    assert_int_equal(screen.changed, 0);
    click();
    assert_int_equal(screen.light, SCREEN_BRIGHT);
    assert_int_equal(screen.page, SCREEN_INPUTS);
    assert_int_not_equal(screen.changed, 0);
    click();
    assert_int_equal(screen.page, SCREEN_NODES);
}

static void an_alarm_wakes_it_and_interrupts_nobody(void **state) {
    (void)state;
    record(EVENT_REDUNDANCY_LOST, 0, NULL);
    step_after(1000);
    assert_int_equal(screen.page, SCREEN_ADDRESS); /* somebody may be reading */
    step_after(SCREEN_DARK_MS);
    record(EVENT_LOGIN_FAILED, 0, "nobody"); /* a warning */
    step_after(1000);
    assert_int_equal(screen.light, SCREEN_DARK);
    record(EVENT_RAIL_LOST, 2, NULL);
    step_after(1000);
    assert_int_equal(screen.light, SCREEN_BRIGHT);
    assert_int_equal(screen.page, SCREEN_ALARMS);
}

static void the_countdown_and_its_end(void **state) {
    (void)state;
    turn_to(SCREEN_NODES);
    screen_button(&screen, BUTTON_DOWN, core.now_ms);
    screen_countdown(&screen, 7, core.now_ms);
    step_after(50);
    expect((const char *const[8]){"Factory reset", "", "in 7 s", "Release the button to", "cancel. Nodes are not", "touched."});
    screen_countdown(&screen, 6, core.now_ms);
    step_after(10);
    expect_row(2, "in 6 s");
    screen_countdown(&screen, 0, core.now_ms); /* released */
    step_after(50);
    expect_row(0, "Nodes             3/4");
    screen_button(&screen, BUTTON_HELD, core.now_ms);
    screen_notify(&screen, SCREEN_RESET_FAILED);
    step_after(50);
    expect((const char *const[8]){"Factory reset", "", "Failed: see the event", "log."});
    click(); /* read, and no more than that */
    expect_row(0, "Nodes             3/4");
    screen_notify(&screen, SCREEN_RESET_NEEDLESS);
    step_after(SCREEN_DIM_MS);
    expect_row(0, "Nodes             3/4");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_address_and_how_to_sign_in, setup),
        cmocka_unit_test_setup(an_ipv6_address_beyond_the_link_is_preferred, setup),
        cmocka_unit_test_setup(inputs_with_volts_and_watts, setup),
        cmocka_unit_test_setup(what_is_wrong_with_a_node_in_words, setup),
        cmocka_unit_test_setup(four_wrong_nodes_still_all_have_their_row, setup),
        cmocka_unit_test_setup(alarms_latest_first_with_age_and_mark, setup),
        cmocka_unit_test_setup(letters_that_the_font_lacks_take_one_place, setup),
        cmocka_unit_test_setup(only_rows_that_differ_are_sent, setup),
        cmocka_unit_test_setup(it_dims_and_goes_dark_and_a_press_wakes_it, setup),
        cmocka_unit_test_setup(an_alarm_wakes_it_and_interrupts_nobody, setup),
        cmocka_unit_test_setup(the_countdown_and_its_end, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
