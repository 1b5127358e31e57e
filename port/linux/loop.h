/* SPDX-License-Identifier: Apache-2.0
 * loop - the control thread, the one lock, and those who wait for a step.
 *
 * The lock guards the whole controller (struct bmc). It is held for one bmc_step(), one step of an HTTP exchange or one datagram,
 * each a few milliseconds at most: the board's bus and one fsync. Nobody sleeps with it. The thread steps the controller when
 * bmc_step() asked for it, when somebody poked it, and when a waiter's time has come; after each step it wakes whom that
 * concerns. It decides nothing about power. When the controller wants a restart or the board is gone it ends and says so. After a
 * restart of the program there is nothing to restore: bmc_start() does that. */
#ifndef PORT_LINUX_LOOP_H
#define PORT_LINUX_LOOP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "bmc/bmc.h"
#include "port/common/waiters.h"

struct loop;
struct board_link;

enum loop_end { LOOP_RUNNING = 0, LOOP_RESTART, LOOP_BOARD_GONE };

struct loop {
    struct bmc bmc;
    struct board_link *board;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* on CLOCK_MONOTONIC */
    pthread_t thread;
    bool started;
    bool poked, stopping;
    uint64_t due_ms; /* next step */
    struct waiters waiters;
    enum loop_end end;
    int end_fd; /* eventfd: readable once the loop has ended of itself */
};

int loop_init(struct loop *loop, struct board_link *board);
/* Starts the thread. The controller must have been started. 0 or -1. */
int loop_start(struct loop *loop);
/* Ends and joins the thread. */
void loop_stop(struct loop *loop);
void loop_free(struct loop *loop);

void loop_lock(struct loop *loop);
void loop_unlock(struct loop *loop);

/* All below with the lock held. */
/* Step as soon as possible. */
void loop_poke(struct loop *loop);
/* Step no later than this. */
void loop_step_by(struct loop *loop, uint64_t due_ms);
/* False when the program is ending: then nobody would wake you. */
bool loop_wait(struct loop *loop, struct loop_waiter *waiter);
/* From now on loop_wait() refuses; wakes everybody. */
void loop_drain(struct loop *loop);

#endif
