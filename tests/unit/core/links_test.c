/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "board/super4c.h"

static struct links links;
static struct agent_report report;
static struct links_in in;
static unsigned counted[200];
static struct event last;

static void pass(unsigned s) {
    for (unsigned i = 0; i < s; i++) {
        struct event events[LINK_EVENT_COUNT];
        in.now_ms += 1000;
        in.report_ms = in.now_ms;
        size_t count = links_step(&links, &board_limits.links, &in, events);
        assert_true(count <= LINK_EVENT_COUNT);
        for (size_t e = 0; e < count; e++) {
            counted[events[e].code]++;
            last = events[e];
        }
    }
}

static int setup(void **state) {
    (void)state;
    memset(&links, 0, sizeof links);
    memset(counted, 0, sizeof counted);
    report = (struct agent_report){
        .has = AGENT_HAS_FINDINGS,
        .interface = {{.known = true,
                       .up = true,
                       .speed_mbps = 1000,
                       .prefix_length = 24,
                       .address = {10, 0, 0, 5},
                       .carrier_changes = 900},
                      {.known = true, .up = true, .speed_mbps = 2500, .prefix_length = 24, .address = {10, 0, 1, 5}}}};
    in = (struct links_in){.now_ms = 5000, .report = &report, .boot = 1};
    pass(20);
    return 0;
}

static unsigned sum(void) {
    unsigned total = 0;
    for (unsigned i = 0; i < 200; i++) total += counted[i];
    return total;
}

static void the_first_picture_is_no_news(void **state) {
    (void)state;
    assert_int_equal(sum(), 0);
    assert_int_equal(links_changes(&links.link[0], in.now_ms), 0);
}

static void a_slow_backplane_is_told_once(void **state) {
    (void)state;
    report.interface[1].speed_mbps = 1000;
    pass(5);
    assert_int_equal(sum(), 0); /* it may still negotiate */
    pass(60);
    assert_int_equal(counted[EVENT_LINK_SLOW], 1);
    assert_int_equal(last.arg[0], 1000);
    assert_int_equal(last.arg[1], 2500);
    assert_string_equal(last.text, "backplane");
    report.interface[1].speed_mbps = 0; /* not known: neither better nor worse */
    pass(60);
    assert_true(links.link[1].slow && sum() == 1);
    report.interface[1].speed_mbps = 2500;
    pass(1);
    assert_int_equal(counted[EVENT_LINK_FULL_SPEED], 1);
}

static void flaps_are_counted_for_an_hour(void **state) {
    (void)state;
    report.interface[0].carrier_changes += 5;
    pass(1);
    assert_int_equal(counted[EVENT_LINK_FLAPS], 0);
    report.interface[0].carrier_changes += 1;
    pass(1);
    assert_int_equal(counted[EVENT_LINK_FLAPS], 1);
    assert_int_equal(links_changes(&links.link[0], in.now_ms), 6);
    pass(2900);
    assert_int_equal(links_changes(&links.link[0], in.now_ms), 6);
    assert_int_equal(links_changes(&links.link[0], in.now_ms + 3600000), 0);
    pass(1000);
    assert_int_equal(links_changes(&links.link[0], in.now_ms), 0);
    report.interface[0].carrier_changes = 2; /* the interface was made anew */
    pass(1);
    assert_int_equal(links_changes(&links.link[0], in.now_ms), 2);
    in.boot = 2; /* another boot counts for itself */
    report.interface[0].carrier_changes = 4000000000u;
    pass(1);
    assert_int_equal(links_changes(&links.link[0], in.now_ms), 2);
    report.interface[0].carrier_changes = 100;
    pass(1);
    assert_true(links_changes(&links.link[0], in.now_ms) <= 255);
}

static void down_and_up_are_news(void **state) {
    (void)state;
    report.interface[0].up = false;
    pass(10);
    assert_int_equal(counted[EVENT_NODE_LINK_DOWN], 1);
    report.interface[0].known = false; /* nothing is said of it now */
    pass(10);
    report.interface[0].known = report.interface[0].up = true;
    pass(10);
    assert_int_equal(counted[EVENT_NODE_LINK_UP], 1);
    assert_string_equal(last.text, "service, 1000 Mbit/s");
    assert_int_equal(sum(), 2);
}

static void a_speed_that_is_not_known_is_not_told(void **state) {
    (void)state;
    report.interface[1].up = false;
    pass(1);
    report.interface[1].up = true;
    report.interface[1].speed_mbps = 0;
    pass(1);
    assert_int_equal(counted[EVENT_NODE_LINK_UP], 1);
    assert_string_equal(last.text, "backplane");
}

/* ---- boots ---- */

/* The node starts anew, and reports for so long. */
static void boot(unsigned s, bool up) {
    report.has |= AGENT_HAS_UPTIME;
    report.interface[1].up = up;
    in.boot++;
    for (report.uptime_s = 10; report.uptime_s < 10 + s; report.uptime_s++) pass(1);
}

static void a_link_that_comes_up_within_a_boot_is_no_news(void **state) {
    (void)state;
    boot(20, false);
    report.interface[1].up = true;
    pass(1);
    report.uptime_s = 1000;
    pass(60);
    assert_int_equal(sum(), 0);
    memset(&links, 0, sizeof links); /* nor is it when the controller has not seen the node before */
    boot(20, false);
    report.interface[1].up = true;
    pass(1);
    report.uptime_s = 1000;
    pass(60);
    assert_int_equal(sum(), 0);
}

static void a_link_that_stays_down_is_told_after_the_boot(void **state) {
    (void)state;
    boot(board_limits.links.boot_s - 10, false);
    assert_int_equal(sum(), 0);
    pass(30);
    assert_int_equal(counted[EVENT_NODE_LINK_DOWN], 1);
    boot(200, false); /* still down after another boot: told already */
    assert_int_equal(sum(), 1);
    boot(200, true); /* mended */
    assert_int_equal(counted[EVENT_NODE_LINK_UP], 1);
    assert_int_equal(sum(), 2);
}

static void a_link_that_drops_after_the_boot_is_told_at_once(void **state) {
    (void)state;
    boot(board_limits.links.boot_s, true);
    report.interface[0].up = false;
    pass(1);
    assert_int_equal(counted[EVENT_NODE_LINK_DOWN], 1);
    assert_string_equal(last.text, "service");
}

/* ---- separation ---- */

static void separation_is_found_with_its_remedy(void **state) {
    (void)state;
    report.interface[1].prefix_length = 16; /* /24 and /16: the wider one holds both */
    report.findings = AGENT_FOUND_FORWARDING | AGENT_FOUND_BACKPLANE_DEFAULT_ROUTE;
    pass(2);
    assert_int_equal(sum(), 0);
    pass(20);
    assert_int_equal(counted[EVENT_ONE_SUBNET], 1);
    assert_int_equal(counted[EVENT_NODE_FORWARDS], 1);
    assert_int_equal(counted[EVENT_BACKPLANE_ROUTE], 1);
    assert_int_equal(sum(), 3);
    assert_int_equal(links.findings, LINK_FINDING_SAME_SUBNET | LINK_FINDING_FORWARDING | LINK_FINDING_DEFAULT_ROUTE);
    assert_non_null(strstr(event_type((uint16_t)links_finding_event(LINK_FINDING_FORWARDING))->resolution, "ip_forward"));
    report.interface[1].prefix_length = 24;
    report.findings = 0;
    pass(20);
    assert_int_equal(counted[EVENT_SEPARATION_RESTORED], 1);
    report.interface[1].prefix_length = 0; /* no address: nothing to compare */
    memcpy(report.interface[1].address, report.interface[0].address, 4);
    assert_int_equal(links_findings(&report), 0);
    report.interface[0].prefix_length = report.interface[1].prefix_length = 32;
    assert_int_equal(links_findings(&report), LINK_FINDING_SAME_SUBNET);
    report.interface[0].prefix_length = report.interface[1].prefix_length = 200; /* nonsense */
    assert_int_equal(links_findings(&report), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_picture_is_no_news, setup),
        cmocka_unit_test_setup(a_slow_backplane_is_told_once, setup),
        cmocka_unit_test_setup(flaps_are_counted_for_an_hour, setup),
        cmocka_unit_test_setup(down_and_up_are_news, setup),
        cmocka_unit_test_setup(a_speed_that_is_not_known_is_not_told, setup),
        cmocka_unit_test_setup(a_link_that_comes_up_within_a_boot_is_no_news, setup),
        cmocka_unit_test_setup(a_link_that_stays_down_is_told_after_the_boot, setup),
        cmocka_unit_test_setup(a_link_that_drops_after_the_boot_is_told_at_once, setup),
        cmocka_unit_test_setup(separation_is_found_with_its_remedy, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
