/* SPDX-License-Identifier: Apache-2.0
 * Each witness tells the truth, and then lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "board/super4c.h"

static struct health health;
static struct health_in in;
static struct baseline baseline;
static struct agent_report report;
static char reason[HEALTH_REASON_SIZE];

/* What goes on talking while time passes. */
static bool service, backplane, pings, others;

static enum health_state step(void) {
    health_step(&health, &board_limits.health, &in);
    health_learn(&health, &in, &baseline);
    return (enum health_state)health.state;
}

static enum health_state pass(unsigned s) {
    for (unsigned i = 0; i < s; i++) {
        in.now_ms += 1000;
        in.rail.taken_ms = in.now_ms;
        if (service || backplane) in.report = &report;
        if (service) in.report_ms[NETWORK_SERVICE] = in.now_ms;
        if (backplane) in.report_ms[NETWORK_BACKPLANE] = in.now_ms;
        if (pings) in.ping_ms = in.now_ms;
        if (others) in.others_ms = in.now_ms;
        if (service || backplane) report.uptime_s++;
        step();
    }
    return (enum health_state)health.state;
}

static void silence(void) { service = backplane = pings = false; }

static bool says(const char *words) { return strstr(health_reason(&health, reason), words) != NULL; }

/* A node with an agent on both networks, answering pings, up for ten minutes. */
static int setup(void **state) {
    (void)state;
    memset(&health, 0, sizeof health);
    memset(&report, 0, sizeof report);
    baseline_init(&baseline);
    report = (struct agent_report){.has = AGENT_HAS_BOOT_ID | AGENT_HAS_UPTIME | AGENT_HAS_LOAD | AGENT_HAS_CPUS,
                                   .boot_id = {1},
                                   .load_centi = 20,
                                   .cpus = 4};
    in = (struct health_in){.now_ms = 100000,
                            .power = {.state = POWER_STATE_ON, .pads = {true, true}, .on_since_ms = 100000},
                            .rail = {.valid = true, .taken_ms = 100000, .mv = 5150, .ma = 1100},
                            .enrolled = true,
                            .baseline = &baseline};
    silence();
    others = true;
    assert_int_equal(pass(12), HEALTH_STARTING);
    in.rail.ma = 760;
    service = backplane = pings = true;
    assert_int_equal(pass(600), HEALTH_UP);
    return 0;
}

static void learns_boot_idle_and_voices(void **state) {
    (void)state;
    assert_int_equal(baseline.boot_count, 1);
    assert_int_equal(baseline.boot_ms, 13000);
    assert_true(baseline.idle_count >= 50);
    assert_true(baseline_has(&baseline, BASELINE_AGENT) && baseline_has(&baseline, BASELINE_BACKPLANE));
}

static void one_network_lost_is_degraded(void **state) {
    (void)state;
    service = pings = false;
    assert_int_equal(pass(11), HEALTH_UP);
    assert_int_equal(pass(600), HEALTH_DEGRADED);
    assert_true(says("service network silent for"));
    service = true, backplane = false;
    assert_int_equal(pass(20), HEALTH_DEGRADED);
    assert_true(says("backplane silent"));
    backplane = true;
    assert_int_equal(pass(1), HEALTH_UP);
}

static void silence_everywhere_is_hung(void **state) {
    (void)state;
    silence();
    in.rail.ma = 1840;
    assert_int_equal(pass(11), HEALTH_UP);
    assert_int_equal(pass(2), HEALTH_HUNG);
    assert_true(says("no sign on any network for 1") && says("1840 mA"));
    backplane = true;
    assert_int_equal(pass(1), HEALTH_DEGRADED); /* it was not: the service network is */
}

static void a_stall_of_three_seconds_is_nothing(void **state) {
    (void)state;
    silence();
    assert_int_equal(pass(3), HEALTH_UP);
}

static void an_agent_that_dies_alone_is_no_hang(void **state) {
    (void)state;
    service = backplane = false;
    assert_int_equal(pass(3600), HEALTH_DEGRADED);
    assert_true(says("answers pings, but its agent has been silent"));
}

static void one_witness_is_given_longer(void **state) {
    (void)state;
    setup(NULL);
    pings = false;
    in.power.on_since_ms = in.now_ms; /* a new life, in which no ping was ever answered */
    report.boot_id[0] = 2;
    pass(60);
    silence();
    assert_int_equal(pass(44), HEALTH_DEGRADED);
    assert_int_equal(pass(2), HEALTH_HUNG);
}

static void load_makes_it_busy(void **state) {
    (void)state;
    report.load_centi = 6400;
    pass(1);
    service = backplane = false;
    assert_int_equal(pass(30), HEALTH_BUSY);
    assert_true(says("load of 64.00"));
    pings = false;
    assert_int_equal(pass(80), HEALTH_BUSY);
    assert_int_equal(pass(60), HEALTH_HUNG); /* but not for ever */
}

static void when_all_are_silent_it_is_the_network(void **state) {
    (void)state;
    silence();
    others = false;
    assert_int_equal(pass(3600), HEALTH_DEGRADED);
    assert_true(says("nobody else is heard either"));
    others = true; /* the switch is back: this node has its whole time again */
    assert_int_equal(pass(11), HEALTH_DEGRADED);
    assert_int_equal(pass(3), HEALTH_HUNG);
}

static void a_node_alone_on_its_wire_hangs_after_minutes(void **state) {
    (void)state;
    others = false;
    in.others_ms = 0;
    silence();
    assert_int_equal(pass(299), HEALTH_DEGRADED);
    assert_int_equal(pass(2), HEALTH_HUNG);
}

static void nobody_expects_a_voice_of_a_mute(void **state) {
    (void)state;
    memset(&health, 0, sizeof health);
    baseline_init(&baseline);
    silence();
    in.enrolled = false;
    in.report = NULL;
    in.ping_ms = 0;
    in.power.on_since_ms = in.now_ms;
    assert_int_equal(pass(14), HEALTH_STARTING);
    assert_int_equal(pass(36000), HEALTH_UP);
    assert_true(says("draws 760 mA"));
    pings = true; /* it answers: from now on its silence means something */
    assert_int_equal(pass(2), HEALTH_UP);
    pings = false;
    assert_int_equal(pass(44), HEALTH_DEGRADED);
    assert_int_equal(pass(2), HEALTH_HUNG);
}

static void a_revoked_agent_is_no_witness(void **state) {
    (void)state;
    in.enrolled = false;
    pings = false;
    in.ping_ms = 0;
    assert_int_equal(pass(3600), HEALTH_UP);
    assert_true(says("draws 760 mA"));
}

static void a_panic_is_told_at_once_and_refuted_by_reports(void **state) {
    (void)state;
    in.panic_ms = in.now_ms;
    assert_int_equal(step(), HEALTH_PANICKED);
    assert_int_equal(pass(5), HEALTH_PANICKED); /* those may have been on their way */
    assert_int_equal(pass(1), HEALTH_UP);       /* this one not: somebody forged the panic */
    in.panic_ms = in.now_ms;
    silence();
    assert_int_equal(pass(600), HEALTH_PANICKED);
    report.boot_id[0] = 9; /* it restarted itself */
    service = backplane = true;
    assert_int_equal(pass(1), HEALTH_UP);
}

static void a_forged_panic_of_a_node_whose_agent_died_cuts_nobody(void **state) {
    (void)state;
    service = backplane = false;
    pass(20);
    in.panic_ms = in.now_ms;
    pass(7);
    assert_int_equal(health.state, HEALTH_DEGRADED);
}

static void halted_is_told_by_the_learned_current(void **state) {
    (void)state;
    silence();
    in.rail.ma = 330; /* POWER_OFF_ON_HALT=0 and an NVMe: far above the board's own limit */
    assert_int_equal(pass(3), HEALTH_UP);
    assert_int_equal(pass(2), HEALTH_HALTED);
    assert_true(says("330 mA"));
    assert_int_equal(pass(3600), HEALTH_HALTED);
}

static void a_current_of_zero_does_not_halt_who_reports(void **state) {
    (void)state;
    in.rail.ma = 0;
    assert_int_equal(pass(600), HEALTH_UP);
    in.rail.valid = false;
    assert_int_equal(pass(600), HEALTH_UP);
    silence();
    assert_int_equal(pass(6), HEALTH_UNKNOWN); /* nothing is measured and nothing heard: nothing is claimed */
    assert_int_equal(pass(600), HEALTH_UNKNOWN);
}

static void a_rail_measured_dead_does_not_switch_off_who_reports(void **state) {
    (void)state;
    in.power.state = POWER_STATE_OFF;
    in.rail.mv = 12;
    assert_int_equal(pass(1), HEALTH_OFF); /* the last reports may have been on their way */
    assert_int_equal(pass(6), HEALTH_DEGRADED);
    assert_true(says("although its rail is measured at 12 mV"));
    silence();
    assert_int_equal(pass(5), HEALTH_OFF);
}

static void a_report_from_before_the_cut_proves_no_start(void **state) {
    (void)state;
    silence();
    pass(20);
    in.power.on_since_ms = in.now_ms;
    service = true; /* delayed, of the boot before */
    assert_int_equal(pass(3), HEALTH_STARTING);
    service = false;
    assert_int_equal(pass(60), HEALTH_STARTING);
    report.boot_id[0] = 3;
    service = backplane = true;
    assert_int_equal(pass(1), HEALTH_UP);
}

static void a_slow_start_is_no_hang_until_its_grace_is_over(void **state) {
    (void)state;
    silence();
    in.power.on_since_ms = in.now_ms;
    assert_int_equal(pass(170), HEALTH_STARTING);
    in.text_ms = in.now_ms; /* the kernel checks its disks and says so */
    assert_int_equal(pass(40), HEALTH_STARTING);
    assert_int_equal(pass(30), HEALTH_HUNG);
    assert_true(says("no sign in the"));
}

static void after_a_controller_restart_a_known_agent_gets_a_boots_time(void **state) {
    (void)state;
    memset(&health, 0, sizeof health);
    silence();
    in.report = NULL;
    in.report_ms[0] = in.report_ms[1] = in.ping_ms = 0;
    in.power.on_since_ms = in.now_ms;
    assert_int_equal(pass(179), HEALTH_STARTING);
    assert_int_equal(pass(60), HEALTH_HUNG);
}

/* The last report says why, and nothing follows. */
static void leave(enum agent_leaving why) {
    report.leaving = (uint8_t)why;
    pass(1);
    silence();
}

static void a_word_of_leaving_explains_silence(void **state) {
    (void)state;
    leave(AGENT_RESTARTS);
    assert_int_equal(pass(4), HEALTH_UP); /* all that is known */
    assert_int_equal(pass(120), HEALTH_STARTING);
    assert_true(says("by its own word"));
    service = backplane = true;
    report.leaving = AGENT_STAYS;
    report.boot_id[0] = 7;
    assert_int_equal(pass(1), HEALTH_UP);
    leave(AGENT_RESTARTS);
    assert_int_equal(pass(179), HEALTH_STARTING);
    assert_int_equal(pass(20), HEALTH_HUNG); /* but it must come back */
}

static void who_shuts_down_is_never_hung(void **state) {
    (void)state;
    leave(AGENT_SHUTS_DOWN);
    assert_int_equal(pass(179), HEALTH_STARTING);
    assert_int_equal(pass(7200), HEALTH_HALTED); /* though it draws as much as before */
    assert_true(says("by its own word of 73"));
    in.rail.ma = 20;
    assert_int_equal(pass(4), HEALTH_HALTED);
    assert_true(says("20 mA; running it draws"));
}

static void a_stopped_agents_silence_says_nothing_and_that_of_pings_does(void **state) {
    (void)state;
    leave(AGENT_STOPS);
    pings = true;
    assert_int_equal(pass(3600), HEALTH_DEGRADED);
    assert_true(says("its agent was stopped 3600 s ago; draws 760 mA"));
    pings = false;
    assert_int_equal(pass(44), HEALTH_DEGRADED);
    assert_int_equal(pass(2), HEALTH_HUNG); /* as any node that has no other voice */
    assert_false(health.abrupt);
}

static void a_stopped_agent_of_a_node_that_answers_no_pings(void **state) {
    (void)state;
    pings = false;
    pass(60);
    leave(AGENT_STOPS);
    assert_int_equal(pass(7200), HEALTH_DEGRADED);
    assert_false(health.abrupt);
    in.rail.ma = 20;
    assert_int_equal(pass(4), HEALTH_HALTED);
    in.rail.ma = 760;
    service = backplane = true;
    report.leaving = AGENT_STAYS;
    assert_int_equal(pass(1), HEALTH_UP);
}

static void silence_is_abrupt_of_who_would_have_told(void **state) {
    (void)state;
    silence();
    assert_int_equal(pass(13), HEALTH_HUNG);
    assert_false(health.abrupt); /* an agent that says no goodbye */
    report.abilities = AGENT_SAYS_GOODBYE;
    service = backplane = pings = true;
    pass(5);
    silence();
    assert_int_equal(pass(13), HEALTH_HUNG);
    assert_true(health.abrupt);
    service = backplane = pings = true;
    report.load_centi = 6400; /* too busy to tell */
    pass(5);
    assert_false(health.abrupt);
    report.load_centi = 20;
    pass(5);
    assert_true(health.abrupt);
    service = backplane = false; /* killed; nobody is there to say that the system goes */
    pass(10);
    silence();
    assert_int_equal(pass(20), HEALTH_HUNG);
    assert_false(health.abrupt);
}

static void a_kernel_that_starts_anew_has_the_time_of_a_start_once(void **state) {
    (void)state;
    silence();
    pass(5);
    in.up_text_ms = in.now_ms; /* reboot -f, and a file system check */
    assert_int_equal(pass(60), HEALTH_STARTING);
    assert_true(says("user space"));
    in.up_text_ms = in.now_ms; /* again and again: somebody forges it, or it will not come up */
    assert_int_equal(pass(140), HEALTH_HUNG);
}

static void only_boots_that_began_with_this_life_are_learned(void **state) {
    (void)state;
    uint8_t count = baseline.boot_count;
    report.boot_id[0] = 2; /* it restarted by itself: nobody knows since when */
    report.uptime_s = 9;
    pass(60);
    assert_int_equal(baseline.boot_count, count);
    silence();
    pass(20);
    in.power.on_since_ms = in.now_ms;
    assert_int_equal(pass(170), HEALTH_STARTING);
    report.boot_id[0] = 3;
    report.uptime_s = 12; /* it stood still for minutes before */
    service = true;
    pass(1);
    assert_int_equal(baseline.boot_count, count);
    silence();
    pass(20);
    in.power.on_since_ms = in.now_ms;
    pass(20);
    report.boot_id[0] = 4;
    report.uptime_s = 12;
    service = true;
    pass(1);
    assert_int_equal(baseline.boot_count, count + 1);
    assert_int_equal(baseline.boot_ms, (13000 + 21000) / 2);
}

static void a_failed_order_does_not_hide_a_living_or_hung_node(void **state) {
    (void)state;
    in.power.last_failed = true;
    in.power.last_failure = POWER_FAIL_MODULE_NO_EFFECT;
    assert_int_equal(pass(1), HEALTH_UP);
    silence();
    assert_int_equal(pass(20), HEALTH_HUNG);
    in.power.pads = (struct power_pins){false, false};
    in.power.last_failure = POWER_FAIL_RAIL_STUCK_ON;
    assert_int_equal(pass(1), HEALTH_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(learns_boot_idle_and_voices, setup),
        cmocka_unit_test_setup(one_network_lost_is_degraded, setup),
        cmocka_unit_test_setup(silence_everywhere_is_hung, setup),
        cmocka_unit_test_setup(a_stall_of_three_seconds_is_nothing, setup),
        cmocka_unit_test_setup(an_agent_that_dies_alone_is_no_hang, setup),
        cmocka_unit_test_setup(one_witness_is_given_longer, setup),
        cmocka_unit_test_setup(load_makes_it_busy, setup),
        cmocka_unit_test_setup(when_all_are_silent_it_is_the_network, setup),
        cmocka_unit_test_setup(a_node_alone_on_its_wire_hangs_after_minutes, setup),
        cmocka_unit_test_setup(nobody_expects_a_voice_of_a_mute, setup),
        cmocka_unit_test_setup(a_revoked_agent_is_no_witness, setup),
        cmocka_unit_test_setup(a_panic_is_told_at_once_and_refuted_by_reports, setup),
        cmocka_unit_test_setup(a_forged_panic_of_a_node_whose_agent_died_cuts_nobody, setup),
        cmocka_unit_test_setup(halted_is_told_by_the_learned_current, setup),
        cmocka_unit_test_setup(a_current_of_zero_does_not_halt_who_reports, setup),
        cmocka_unit_test_setup(a_rail_measured_dead_does_not_switch_off_who_reports, setup),
        cmocka_unit_test_setup(a_report_from_before_the_cut_proves_no_start, setup),
        cmocka_unit_test_setup(a_slow_start_is_no_hang_until_its_grace_is_over, setup),
        cmocka_unit_test_setup(after_a_controller_restart_a_known_agent_gets_a_boots_time, setup),
        cmocka_unit_test_setup(a_word_of_leaving_explains_silence, setup),
        cmocka_unit_test_setup(who_shuts_down_is_never_hung, setup),
        cmocka_unit_test_setup(a_stopped_agents_silence_says_nothing_and_that_of_pings_does, setup),
        cmocka_unit_test_setup(a_stopped_agent_of_a_node_that_answers_no_pings, setup),
        cmocka_unit_test_setup(silence_is_abrupt_of_who_would_have_told, setup),
        cmocka_unit_test_setup(a_kernel_that_starts_anew_has_the_time_of_a_start_once, setup),
        cmocka_unit_test_setup(only_boots_that_began_with_this_life_are_learned, setup),
        cmocka_unit_test_setup(a_failed_order_does_not_hide_a_living_or_hung_node, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
