/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/loop.h"

#include <esp_task_wdt.h>
#include <string.h>

#include "core/check.h"
#include "port/esp32/main/clock.h"

#define LOOP_SLEEP_MAX_MS 1000 /* so that a mistake about deadlines costs a second; well within the watchdog's time */
#define LOOP_STACK_SIZE   8192 /* guessed: a record on its way into NVS, with IDF's own 1.5 KiB */
#define LOOP_PRIORITY     10   /* above everything that serves people, below lwIP (18), so that frames are taken meanwhile */
#define LOOP_CPU          1    /* lwIP and the Ethernet driver have the other one */

int loop_init(struct loop *loop) {
    memset(loop, 0, sizeof *loop);
    loop->lock = xSemaphoreCreateMutex(); /* with priority inheritance */
    return loop->lock != NULL ? 0 : -1;
}

void loop_lock(struct loop *loop) { CHECK(xSemaphoreTake(loop->lock, portMAX_DELAY) == pdTRUE); }

void loop_unlock(struct loop *loop) { CHECK(xSemaphoreGive(loop->lock) == pdTRUE); }

void loop_step_by(struct loop *loop, uint64_t due_ms) {
    if (due_ms >= loop->due_ms) return;
    loop->due_ms = due_ms;
    if (loop->task != NULL) xTaskNotifyGive(loop->task);
}

void loop_poke(struct loop *loop) { loop_step_by(loop, 0); }

bool loop_wait(struct loop *loop, struct loop_waiter *waiter) {
    if (!waiters_add(&loop->waiters, waiter)) return false;
    loop_step_by(loop, waiter->until_ms);
    return true;
}

void loop_drain(struct loop *loop) { waiters_drain(&loop->waiters); }

/* ---- the task ---- */

/* Returns how long nobody needs the next one. */
static uint64_t step(struct loop *loop) {
    loop_lock(loop);
    loop->due_ms = UINT64_MAX; /* what is asked for while we step is not lost */
    bmc_link(&loop->bmc, loop->link_up);
    uint64_t step_ms = bmc_step(&loop->bmc);
    uint64_t now_ms = clock_now_ms();
    uint64_t wake_ms = waiters_wake(&loop->waiters, &loop->bmc.core.log, now_ms);
    if (loop->bmc.core.restart_requested) loop->restart_wanted = true;
    loop_step_by(loop, step_ms < wake_ms ? step_ms : wake_ms);
    loop_step_by(loop, now_ms + LOOP_SLEEP_MAX_MS);
    uint64_t pause_ms = loop->due_ms > now_ms ? loop->due_ms - now_ms : 0;
    loop_unlock(loop);
    return pause_ms;
}

/* A restart that was asked for still has its answer to send, so the task goes on stepping until the chip restarts. */
static void run(void *argument) {
    struct loop *loop = argument;
    CHECK(esp_task_wdt_add(NULL) == ESP_OK);
    for (;;) {
        uint64_t pause_ms = step(loop);
        CHECK(esp_task_wdt_reset() == ESP_OK);
        (void)ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(pause_ms)); /* an earlier due_ms comes as a notification */
    }
}

int loop_start(struct loop *loop) {
    BaseType_t made = xTaskCreatePinnedToCore(run, "control", LOOP_STACK_SIZE, loop, LOOP_PRIORITY, &loop->task, LOOP_CPU);
    return made == pdPASS ? 0 : -1;
}
