/* SPDX-License-Identifier: Apache-2.0
 * Time. Only bmc/ and the ports read it; core, service and driver are told. */
#ifndef HAL_CLOCK_H
#define HAL_CLOCK_H

#include <stdint.h>

struct hal_clock {
    void *ctx;
    /* Monotonic microseconds since an arbitrary start; never steps back. */
    uint64_t (*now_us)(void *ctx);
    /* Milliseconds since 1970-01-01 UTC, or 0 while the wall clock is not set. */
    uint64_t (*wall_ms)(void *ctx);
};

#endif
