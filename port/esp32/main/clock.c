/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/clock.h"

#include <esp_timer.h>
#include <sys/time.h>

#define CLOCK_SET_AFTER_S 1704067200 /* 2024-01-01: before it, the time was never set */

static uint64_t now_us(void *ctx) {
    (void)ctx;
    return (uint64_t)esp_timer_get_time();
}

static uint64_t wall_ms(void *ctx) {
    (void)ctx;
    struct timeval now;
    gettimeofday(&now, NULL);
    if (now.tv_sec < CLOCK_SET_AFTER_S) return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_usec / 1000;
}

uint64_t clock_now_ms(void) { return now_us(NULL) / 1000; }

uint64_t clock_wall_ms(void) { return wall_ms(NULL); }

struct hal_clock clock_hal(void) {
    return (struct hal_clock){.now_us = now_us, .wall_ms = wall_ms};
}
