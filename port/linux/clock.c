/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/clock.h"

#include <time.h>

#define CLOCK_SET_AFTER_S 1704067200 /* 2024-01-01: no machine that knows the time says less */

uint64_t clock_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_now_ms(void) { return clock_now_us() / 1000; }

uint64_t clock_wall_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec < CLOCK_SET_AFTER_S) return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t hal_now_us(void *ctx) {
    (void)ctx;
    return clock_now_us();
}

static uint64_t hal_wall_ms(void *ctx) {
    (void)ctx;
    return clock_wall_ms();
}

struct hal_clock clock_hal(void) {
    return (struct hal_clock){.now_us = hal_now_us, .wall_ms = hal_wall_ms};
}
