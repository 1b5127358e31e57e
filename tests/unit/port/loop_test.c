/* SPDX-License-Identifier: Apache-2.0
 * The control thread with a controller and a board that only count. Times are upper bounds for a wait, never measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "port/linux/board_link.h"
#include "port/linux/clock.h"
#include "port/linux/loop.h"

#define SOON_MS    5000 /* a loaded machine; a correct loop takes a few milliseconds */
#define NEVER_MS   60000
#define A_WHILE_MS 50

static struct loop loop;
static atomic_uint step_count;
static atomic_uint step_gap_ms;
static atomic_bool alive, log_grows;

uint64_t bmc_step(struct bmc *bmc) {
    atomic_fetch_add(&step_count, 1);
    if (atomic_exchange(&log_grows, false)) bmc->core.log.saved_sequence = ++bmc->core.log.last_sequence;
    return clock_now_ms() + atomic_load(&step_gap_ms);
}

void bmc_link(struct bmc *bmc, bool up) { bmc->core.link_up = up; }
bool board_link_up(struct board_link *board) { return board == NULL; }
bool board_link_alive(const struct board_link *board) {
    (void)board;
    return atomic_load(&alive);
}

/* ---- helpers ---- */

struct probe {
    struct loop_waiter waiter; /* first, so that wake() finds the rest */
    atomic_uint woken;
};

static void wake(struct loop_waiter *waiter) { atomic_fetch_add(&((struct probe *)(void *)waiter)->woken, 1); }

static void sleep_ms(unsigned ms) { nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL); }

static bool becomes(atomic_uint *value, unsigned at_least) {
    for (unsigned waited_ms = 0; waited_ms < SOON_MS; waited_ms++) {
        if (atomic_load(value) >= at_least) return true;
        sleep_ms(1);
    }
    return false;
}

static bool wait_on(struct probe *probe, uint64_t for_ms, bool on_step) {
    *probe = (struct probe){.waiter = {.wake = wake, .until_ms = clock_now_ms() + for_ms, .on_step = on_step}};
    loop_lock(&loop);
    probe->waiter.log_sequence = eventlog_last(&loop.bmc.core.log);
    bool accepted = loop_wait(&loop, &probe->waiter);
    loop_unlock(&loop);
    return accepted;
}

static void poke(void) {
    loop_lock(&loop);
    loop_poke(&loop);
    loop_unlock(&loop);
}

static int setup(void **state) {
    (void)state;
    atomic_store(&step_count, 0);
    atomic_store(&step_gap_ms, NEVER_MS);
    atomic_store(&alive, true);
    atomic_store(&log_grows, false);
    if (loop_init(&loop, NULL) != 0 || loop_start(&loop) != 0) return -1;
    return becomes(&step_count, 1) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    loop_stop(&loop);
    loop_free(&loop);
    return 0;
}

/* ---- tests ---- */

static void test_steps_when_asked(void **state) {
    (void)state;
    atomic_store(&step_gap_ms, 1);
    poke();
    assert_true(becomes(&step_count, 10));
    loop_lock(&loop);
    assert_true(loop.bmc.core.link_up);
    loop_unlock(&loop);
}

static void test_a_poke_is_one_step(void **state) {
    (void)state;
    unsigned before = atomic_load(&step_count);
    poke();
    assert_true(becomes(&step_count, before + 1));
    sleep_ms(A_WHILE_MS);
    assert_in_range(atomic_load(&step_count), before + 1, before + 1 + A_WHILE_MS / 10);
}

static void test_waiter_for_a_step(void **state) {
    struct probe probe;
    (void)state;
    assert_true(wait_on(&probe, NEVER_MS, true));
    assert_int_equal(probe.woken, 0);
    poke();
    assert_true(becomes(&probe.woken, 1));
    poke();
    poke();
    sleep_ms(A_WHILE_MS);
    assert_int_equal(probe.woken, 1); /* once for each wait */
}

static void test_waiter_for_a_time(void **state) {
    struct probe probe;
    (void)state;
    uint64_t begun_ms = clock_now_ms();
    assert_true(wait_on(&probe, A_WHILE_MS, false));
    poke();
    assert_true(becomes(&probe.woken, 1));
    assert_true(clock_now_ms() >= begun_ms + A_WHILE_MS); /* the poke's step did not concern it */
}

static void test_waiter_for_the_log(void **state) {
    struct probe quiet, other;
    (void)state;
    assert_true(wait_on(&quiet, NEVER_MS, false));
    assert_true(wait_on(&other, NEVER_MS, false));
    poke();
    sleep_ms(A_WHILE_MS);
    assert_int_equal(quiet.woken, 0);
    atomic_store(&log_grows, true);
    poke();
    assert_true(becomes(&quiet.woken, 1));
    assert_true(becomes(&other.woken, 1));
}

static void test_drain_wakes_all_and_takes_no_more(void **state) {
    struct probe first, second, late;
    (void)state;
    assert_true(wait_on(&first, NEVER_MS, true));
    assert_true(wait_on(&second, NEVER_MS, false));
    loop_lock(&loop);
    loop_drain(&loop);
    loop_unlock(&loop);
    assert_int_equal(first.woken, 1);
    assert_int_equal(second.woken, 1);
    assert_false(wait_on(&late, NEVER_MS, true));
}

static bool ended(enum loop_end want) {
    struct pollfd ready = {.fd = loop.end_fd, .events = POLLIN};
    if (poll(&ready, 1, SOON_MS) != 1) return false;
    loop_lock(&loop);
    enum loop_end end = loop.end;
    loop_unlock(&loop);
    return end == want;
}

static void test_restart_is_told_and_the_controller_goes_on(void **state) {
    struct probe probe;
    (void)state;
    loop_lock(&loop);
    loop.bmc.core.restart_requested = true;
    loop_poke(&loop);
    loop_unlock(&loop);
    assert_true(ended(LOOP_RESTART));
    assert_true(wait_on(&probe, NEVER_MS, true)); /* the order of a moment ago still gets its answer */
    assert_true(becomes(&probe.woken, 1));
}

static void test_lost_board_is_told(void **state) {
    (void)state;
    atomic_store(&alive, false);
    poke();
    assert_true(ended(LOOP_BOARD_GONE));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_steps_when_asked),
        TEST(test_a_poke_is_one_step),
        TEST(test_waiter_for_a_step),
        TEST(test_waiter_for_a_time),
        TEST(test_waiter_for_the_log),
        TEST(test_drain_wakes_all_and_takes_no_more),
        TEST(test_restart_is_told_and_the_controller_goes_on),
        TEST(test_lost_board_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
