/* SPDX-License-Identifier: Apache-2.0
 * loop - the control task, the one lock, and those who wait for a step. As port/linux/loop.h, by FreeRTOS.
 *
 * The lock guards the whole controller (struct bmc). It is held for one bmc_step(), one step of an HTTP exchange or one datagram:
 * some milliseconds, or as long as NVS takes to erase a page (100 ms at the worst). Nobody sleeps with it. The task steps the
 * controller when bmc_step() asked for it, when somebody poked it, and when a waiter's time has come; the task watchdog restarts
 * the chip, with held pads, when it does not come round. It decides nothing about power. */
#ifndef PORT_ESP32_LOOP_H
#define PORT_ESP32_LOOP_H

#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <stdbool.h>
#include <stdint.h>

#include "bmc/bmc.h"
#include "port/common/waiters.h"

struct loop {
    struct bmc bmc;
    struct waiters waiters;
    SemaphoreHandle_t lock;
    TaskHandle_t task;
    bool link_up;        /* the management link, as whoever runs the network last saw it */
    bool restart_wanted; /* the controller asked for it */
    uint64_t due_ms;     /* next step */
};

/* 0 or -1: no memory for the lock. */
int loop_init(struct loop *loop);
/* Starts the task. The controller must have been started. 0 or -1. */
int loop_start(struct loop *loop);

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
