/* SPDX-License-Identifier: Apache-2.0
 * One slot: what starts a module, what stops it, what it draws and says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "twin/node_model.h"

static char words[8192];
static size_t words_size;
static unsigned power_on_count, power_off_count;
static struct twin_node node;
static uint64_t now_us;

static void hear(void *ctx, unsigned index, const char *data, size_t size) {
    (void)ctx;
    assert_int_equal(index, 2);
    assert_true(words_size + size < sizeof words);
    assert_int_equal(data[size - 1], '\n');
    memcpy(words + words_size, data, size);
    words_size += size;
    words[words_size] = '\0';
}

static void count_power(void *ctx, unsigned index, bool on) {
    (void)ctx;
    (void)index;
    if (on)
        power_on_count++;
    else
        power_off_count++;
}

static const struct twin_node_events events = {.netconsole = hear, .power = count_power};

static void begin(struct twin_node_config config) {
    words_size = 0;
    words[0] = '\0';
    power_on_count = power_off_count = 0;
    now_us = 1000000;
    twin_node_init(&node, 2, &config, 7, &events, now_us);
}

static int fresh_model(void **state) {
    (void)state;
    begin(twin_node_config_default(TWIN_NODE_MODEL));
    return 0;
}

static void step_to(uint64_t until_us, bool rail_good, bool pmic_high) {
    twin_node_step(&node, rail_good, pmic_high, now_us);
    while (twin_node_next_us(&node) <= until_us) {
        now_us = twin_node_next_us(&node);
        twin_node_step(&node, rail_good, pmic_high, now_us);
    }
    now_us = until_us;
    twin_node_step(&node, rail_good, pmic_high, now_us);
}

static void boot(void) {
    step_to(now_us + 8000000, true, true);
    assert_int_equal(node.state, TWIN_NODE_UP);
}

static void a_node_boots_in_its_time_and_says_so(void **state) {
    (void)state;
    step_to(now_us, true, true);
    assert_int_equal(node.state, TWIN_NODE_BOOTING);
    step_to(now_us + 7999999, true, true);
    assert_int_equal(node.state, TWIN_NODE_BOOTING);
    assert_non_null(strstr(words, "Run /init as init process\n"));
    assert_null(strstr(words, "Startup finished"));
    step_to(now_us + 1, true, true);
    assert_int_equal(node.state, TWIN_NODE_UP);
    assert_non_null(strstr(words, "[    8.000000] systemd[1]: Startup finished"));
    assert_int_equal(twin_node_view(&node, true, now_us + 2000000).uptime_us, 10000000);
}

static void both_rail_and_pmic_are_needed(void **state) {
    (void)state;
    step_to(now_us + 10000, true, false);
    assert_int_equal(node.state, TWIN_NODE_OFF);
    step_to(now_us + 10000, false, true);
    assert_int_equal(node.state, TWIN_NODE_OFF);
    step_to(now_us + 10000, true, true);
    assert_int_equal(node.state, TWIN_NODE_BOOTING);
    step_to(now_us, false, true);
    assert_int_equal(node.state, TWIN_NODE_OFF); /* a dead rail needs no millisecond */
}

static void a_pmic_pulse_restarts_from_one_millisecond_on(void **state) {
    (void)state;
    boot();
    step_to(now_us + 900, true, false);
    step_to(now_us + 100000, true, true);
    assert_int_equal(node.state, TWIN_NODE_UP);
    assert_int_equal(node.boot_count, 1);
    char first_id[TWIN_BOOT_ID_SIZE];
    memcpy(first_id, node.boot_id, sizeof first_id);
    step_to(now_us + 1000, true, false);
    assert_int_equal(node.state, TWIN_NODE_OFF);
    step_to(now_us, true, true);
    assert_int_equal(node.state, TWIN_NODE_BOOTING);
    assert_int_equal(node.boot_count, 2);
    assert_string_not_equal(node.boot_id, first_id);
    assert_int_equal(strlen(node.boot_id), TWIN_BOOT_ID_SIZE - 1);
}

static void a_panic_leaves_its_text_and_draws_on(void **state) {
    (void)state;
    boot();
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PANIC, now_us), TWIN_NODE_OK);
    assert_non_null(strstr(words, "] Kernel panic - not syncing: sysrq triggered crash\n"));
    assert_non_null(strstr(words, "---[ end Kernel panic - not syncing"));
    assert_int_equal(node.state, TWIN_NODE_PANICKED);
    assert_int_equal(twin_node_ma(&node, now_us), 950 + 120);
    size_t said_size = words_size;
    step_to(now_us + 60000000, true, true);
    assert_int_equal(words_size, said_size);
}

static void a_hung_node_is_silent_and_draws_current(void **state) {
    (void)state;
    boot();
    size_t said_size = words_size;
    assert_int_equal(twin_node_act(&node, TWIN_NODE_HANG, now_us), TWIN_NODE_OK);
    step_to(now_us + 60000000, true, true);
    assert_int_equal(words_size, said_size);
    assert_int_equal(twin_node_ma(&node, now_us), 900 + 120);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PANIC, now_us), TWIN_NODE_NOT_RUNNING);
}

static void each_state_draws_what_was_measured(void **state) {
    (void)state;
    step_to(now_us, true, false);
    assert_int_equal(twin_node_ma(&node, now_us), 2 + 34); /* PMIC_ENABLE low, its channel on */
    step_to(now_us, true, true);
    for (int i = 0; i < 100; i++) {
        step_to(now_us + 70000, true, true);
        assert_in_range(twin_node_ma(&node, now_us), 1200 - 250 + 120, 1200 + 250 + 120);
    }
    step_to(now_us + 2000000, true, true);
    for (int i = 0; i < 100; i++) {
        step_to(now_us + 700000, true, true);
        assert_in_range(twin_node_ma(&node, now_us), 600 + 120, 700 + 120);
    }
    assert_int_equal(twin_node_act(&node, TWIN_NODE_HALT, now_us), TWIN_NODE_OK);
    assert_int_equal(twin_node_ma(&node, now_us), 5 + 34);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PULL, now_us), TWIN_NODE_OK);
    assert_int_equal(twin_node_ma(&node, now_us), 34);
}

static void slots_are_emptied_and_filled(void **state) {
    (void)state;
    boot();
    assert_int_equal(twin_node_act(&node, TWIN_NODE_INSERT, now_us), TWIN_NODE_SLOT_FULL);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PULL, now_us), TWIN_NODE_OK);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PULL, now_us), TWIN_NODE_SLOT_EMPTY);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_HANG, now_us), TWIN_NODE_SLOT_EMPTY);
    step_to(now_us + 5000, true, false);
    step_to(now_us + 5000, true, true);
    assert_int_equal(node.state, TWIN_NODE_EMPTY);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_INSERT, now_us), TWIN_NODE_OK);
    assert_int_equal(node.state, TWIN_NODE_BOOTING);
    assert_int_equal(twin_node_act(&node, (enum twin_node_action)99, now_us), TWIN_NODE_NO_SUCH);
}

static void it_warms_with_work_and_the_fan_follows(void **state) {
    (void)state;
    boot();
    struct twin_node_view early = twin_node_view(&node, true, now_us);
    step_to(now_us + 600000000, true, true);
    struct twin_node_view late = twin_node_view(&node, true, now_us);
    assert_true(late.temperature_mc > early.temperature_mc + 5000);
    assert_in_range(late.temperature_mc, 45000, 60000);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PANIC, now_us), TWIN_NODE_OK);
    step_to(now_us + 600000000, true, true);
    struct twin_node_view hot = twin_node_view(&node, true, now_us);
    assert_true(hot.temperature_mc > late.temperature_mc && hot.fan_rpm > late.fan_rpm);
    step_to(now_us + 600000000, false, true);
    struct twin_node_view cold = twin_node_view(&node, false, now_us);
    assert_in_range(cold.temperature_mc, 27000, 29000);
    assert_int_equal(cold.fan_rpm, 0);
    assert_false(cold.nvme_powered);
    assert_int_equal(cold.eth0_mbps, 0);
}

static void an_external_node_is_started_killed_and_reported_on(void **state) {
    (void)state;
    begin(twin_node_config_default(TWIN_NODE_EXTERNAL));
    step_to(now_us, true, true);
    assert_int_equal(power_on_count, 1);
    step_to(now_us + 60000000, true, true);
    assert_int_equal(node.state, TWIN_NODE_BOOTING); /* nobody has reported */
    assert_int_equal(words_size, 0);
    twin_node_report_kernel(&node, "3400a37f-ad9d-42c5-a660-9f7e9cc9d4a7", 4000000);
    twin_node_report(&node, TWIN_NODE_UP, now_us);
    assert_int_equal(node.state, TWIN_NODE_UP);
    assert_int_equal(twin_node_view(&node, true, now_us + 1000000).uptime_us, 4000000);
    assert_int_equal(twin_node_act(&node, TWIN_NODE_PANIC, now_us), TWIN_NODE_OK);
    assert_int_equal(node.state, TWIN_NODE_UP); /* judged, not done */
    step_to(now_us + 2000, true, false);
    assert_int_equal(power_off_count, 1);
    twin_node_report(&node, TWIN_NODE_PANICKED, now_us); /* late news of a dead kernel */
    assert_int_equal(node.state, TWIN_NODE_OFF);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_node_boots_in_its_time_and_says_so, fresh_model),
        cmocka_unit_test_setup(both_rail_and_pmic_are_needed, fresh_model),
        cmocka_unit_test_setup(a_pmic_pulse_restarts_from_one_millisecond_on, fresh_model),
        cmocka_unit_test_setup(a_panic_leaves_its_text_and_draws_on, fresh_model),
        cmocka_unit_test_setup(a_hung_node_is_silent_and_draws_current, fresh_model),
        cmocka_unit_test_setup(each_state_draws_what_was_measured, fresh_model),
        cmocka_unit_test_setup(slots_are_emptied_and_filled, fresh_model),
        cmocka_unit_test_setup(it_warms_with_work_and_the_fan_follows, fresh_model),
        cmocka_unit_test(an_external_node_is_started_killed_and_reported_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
