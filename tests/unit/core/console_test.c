/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "board/super4c.h"

static struct console console;
static char out[CONSOLE_RING_SIZE + 1];

static int setup(void **state) {
    (void)state;
    console_init(&console);
    return 0;
}

static bool receive(const char *text, uint64_t now_ms) {
    return console_receive(&console, (const uint8_t *)text, strlen(text), now_ms);
}

static const char *tail(size_t size) {
    console_tail(&console, out, size);
    return out;
}

static void plain_and_extended_lines(void **state) {
    (void)state;
    assert_false(receive("[    1.0] one\n[    1.1] two\n", 10));
    assert_false(receive("6,4242,1200000,-;three\n SUBSYSTEM=usb\n DEVICE=c1\n", 20));
    assert_false(receive("6,4242,1200000,-;three\n", 21)); /* sent twice */
    assert_non_null(strstr(tail(sizeof out), "[    1.1] two\nthree\n"));
    assert_null(strstr(out, "SUBSYSTEM"));
    assert_int_equal(console.line_count, 3);
}

static void a_panic_is_marked_and_kept(void **state) {
    (void)state;
    char text[CRASH_TEXT_SIZE];
    size_t length;
    receive("[    9.0] sysrq: Trigger a crash\n", 1000);
    assert_true(receive("[    9.1] Kernel panic - not syncing: sysrq triggered crash\n", 1001));
    assert_false(receive("[    9.2] Call Trace:\n", 1500));
    assert_false(receive("[    9.3] ---[ end Kernel panic - not syncing: sysrq triggered crash ]---\n", 1500));
    assert_string_equal(console.panic_line, "Kernel panic - not syncing: sysrq triggered crash");
    assert_false(console_crash(&console, 2400, 1000, text, sizeof text, &length)); /* not yet quiet */
    assert_true(console_crash(&console, 2500, 1000, text, sizeof text, &length));
    assert_non_null(strstr(text, "sysrq: Trigger"));
    assert_non_null(strstr(text, "Call Trace"));
    assert_false(console_crash(&console, 9999, 0, text, sizeof text, &length)); /* handed out once */
    receive("[    0.0] Linux version 6.1\n", 20000);
    assert_true(console.panic_ms == 0);
    assert_true(console.text_ms == 20000);
}

static void nothing_harmful_reaches_a_reader(void **state) {
    (void)state;
    const uint8_t nasty[] = {'a',  0x1b, '[',  '2',  'J',  0,    0xff, 0xc0, 0x80, 0xe2, 0x82,
                             0xac, 0xc2, 0x9b, 0xed, 0xa0, 0x80, '\t', '\r', 'z',  '\n'};
    console_receive(&console, nasty, sizeof nasty, 1);
    assert_string_equal(tail(sizeof out), "a?[2J????\xe2\x82\xac????? z\n");
}

static void a_flood_keeps_the_newest_whole_lines(void **state) {
    (void)state;
    char line[80];
    for (unsigned i = 0; i < 1000; i++) {
        memset(line, 'a' + (int)(i % 26), 70);
        line[70] = '\n';
        console_receive(&console, (const uint8_t *)line, 71, i + 1);
    }
    size_t length = console_tail(&console, out, sizeof out);
    assert_true(length <= CONSOLE_RING_SIZE && length > CONSOLE_RING_SIZE - 80);
    assert_true(length % 71 == 0);
    length = console_tail(&console, out, 100);
    assert_int_equal(length, 71);
    static uint8_t long_line[2000];
    memset(long_line, 'x', sizeof long_line);
    console_receive(&console, long_line, sizeof long_line, 2000);
    length = console_tail(&console, out, 300);
    assert_int_equal(length, CONSOLE_LINE_MAX + 1);
    for (size_t size = 0; size < 60; size++) console_receive(&console, (const uint8_t *)"6,1,2,-;text", size % 13, 1);
}

/* ---- health, which lives by these words and by the rail ---- */

static struct health health;

static enum health_state look(uint64_t now_ms, int32_t mv, int32_t ma, bool module_on, bool channel_on, uint64_t since_ms) {
    const struct health_in in = {
        .now_ms = now_ms,
        .power = {.state = mv < 500 ? POWER_STATE_OFF : POWER_STATE_ON,
                  .pads = {module_on, channel_on},
                  .on_since_ms = module_on ? since_ms : 0},
        .rail = {.valid = true, .taken_ms = now_ms, .mv = mv, .ma = ma},
        .panic_ms = console.panic_ms,
        .up_text_ms = console.up_ms,
    };
    health_step(&health, &board_limits.health, &in);
    return health.state;
}

static void health_follows_the_evidence(void **state) {
    (void)state;
    memset(&health, 0, sizeof health);
    assert_int_equal(look(1000, 5180, 1200, true, true, 900), HEALTH_STARTING);
    receive("[    2.0] Run /init as init process\n", 3000);
    assert_int_equal(look(3001, 5180, 800, true, true, 900), HEALTH_UP);
    receive("[    9.1] Kernel panic - not syncing: oops\n", 5000);
    assert_int_equal(look(5001, 5180, 950, true, true, 900), HEALTH_PANICKED);
    assert_int_equal(look(6000, 5180, 130, false, true, 900), HEALTH_MODULE_OFF);
    assert_int_equal(look(7000, 5180, 1200, true, true, 7000), HEALTH_STARTING); /* the panic belongs to the life before */
    assert_int_equal(look(30000, 5180, 640, true, true, 7000), HEALTH_UP);
    look(31000, 5180, 10, true, true, 7000);
    assert_int_equal(look(35000, 5180, 10, true, true, 7000), HEALTH_HALTED);
    assert_int_equal(look(36000, 15, 0, false, false, 0), HEALTH_OFF);
    memset(&health, 0, sizeof health);
    look(50000, 5200, 34, true, true, 49000);
    assert_int_equal(look(54000, 5200, 34, true, true, 49000), HEALTH_EMPTY);
    char reason[HEALTH_REASON_SIZE];
    assert_non_null(strstr(health_reason(&health, reason), "34 mA"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plain_and_extended_lines, setup),
        cmocka_unit_test_setup(a_panic_is_marked_and_kept, setup),
        cmocka_unit_test_setup(nothing_harmful_reaches_a_reader, setup),
        cmocka_unit_test_setup(a_flood_keeps_the_newest_whole_lines, setup),
        cmocka_unit_test_setup(health_follows_the_evidence, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
