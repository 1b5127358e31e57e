/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/loop.h"

#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/check.h"
#include "port/linux/board_link.h"
#include "port/linux/clock.h"

#define LOOP_SLEEP_MAX_MS 1000 /* so that a mistake about deadlines costs a second, not the board */

int loop_init(struct loop *loop, struct board_link *board) {
    pthread_condattr_t monotonic;
    *loop = (struct loop){.board = board, .end_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (loop->end_fd < 0) return -1;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&loop->lock, NULL);
    pthread_cond_init(&loop->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return 0;
}

void loop_free(struct loop *loop) {
    pthread_cond_destroy(&loop->changed);
    pthread_mutex_destroy(&loop->lock);
    close(loop->end_fd);
}

void loop_lock(struct loop *loop) { CHECK(pthread_mutex_lock(&loop->lock) == 0); }

void loop_unlock(struct loop *loop) { CHECK(pthread_mutex_unlock(&loop->lock) == 0); }

void loop_poke(struct loop *loop) {
    loop->poked = true;
    pthread_cond_signal(&loop->changed);
}

void loop_step_by(struct loop *loop, uint64_t due_ms) {
    if (due_ms >= loop->due_ms) return;
    loop->due_ms = due_ms;
    pthread_cond_signal(&loop->changed);
}

/* ---- waiters ---- */

bool loop_wait(struct loop *loop, struct loop_waiter *waiter) {
    if (!waiters_add(&loop->waiters, waiter)) return false;
    loop_step_by(loop, waiter->until_ms);
    return true;
}

void loop_drain(struct loop *loop) { waiters_drain(&loop->waiters); }

/* ---- the thread ---- */

static enum loop_end step(struct loop *loop) {
    loop->poked = false;
    loop->due_ms = UINT64_MAX; /* what is asked for while we step is not lost */
    bmc_link(&loop->bmc, board_link_up(loop->board));
    uint64_t step_ms = bmc_step(&loop->bmc);
    uint64_t wake_ms = waiters_wake(&loop->waiters, &loop->bmc.core.log, clock_now_ms());
    if (!board_link_alive(loop->board)) return LOOP_BOARD_GONE;
    if (loop->bmc.core.restart_requested) return LOOP_RESTART;
    uint64_t latest_ms = clock_now_ms() + LOOP_SLEEP_MAX_MS;
    loop_step_by(loop, step_ms < wake_ms ? step_ms : wake_ms);
    loop_step_by(loop, latest_ms);
    return LOOP_RUNNING;
}

static void sleep_until_due(struct loop *loop) {
    while (!loop->poked && !loop->stopping && clock_now_ms() < loop->due_ms) {
        uint64_t due_ms = loop->due_ms;
        struct timespec at = {.tv_sec = (time_t)(due_ms / 1000), .tv_nsec = (long)(due_ms % 1000) * 1000000};
        pthread_cond_timedwait(&loop->changed, &loop->lock, &at);
    }
}

/* A restart that was asked for still has its answer to send: the thread goes on stepping until loop_stop(), so that waiters are
 * served. */
static void *run(void *argument) {
    struct loop *loop = argument;
    loop_lock(loop);
    while (!loop->stopping) {
        enum loop_end end = step(loop);
        if (end != LOOP_RUNNING && loop->end == LOOP_RUNNING) {
            loop->end = end;
            eventfd_write(loop->end_fd, 1);
        }
        if (end == LOOP_BOARD_GONE) break;
        if (end == LOOP_RESTART) loop_step_by(loop, clock_now_ms() + 100);
        sleep_until_due(loop);
    }
    loop_unlock(loop);
    return NULL;
}

int loop_start(struct loop *loop) {
    loop->started = pthread_create(&loop->thread, NULL, run, loop) == 0;
    return loop->started ? 0 : -1;
}

void loop_stop(struct loop *loop) {
    if (!loop->started) return;
    loop_lock(loop);
    loop->stopping = true;
    pthread_cond_signal(&loop->changed);
    loop_unlock(loop);
    pthread_join(loop->thread, NULL);
    loop->started = false;
}
