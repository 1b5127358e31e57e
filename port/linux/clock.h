/* SPDX-License-Identifier: Apache-2.0
 * clock - CLOCK_MONOTONIC and CLOCK_REALTIME behind hal_clock. Never sets a clock. After a restart of the program the monotonic
 * time goes on: it counts from the machine's start, so edges seen by the twin and times seen here compare. */
#ifndef PORT_LINUX_CLOCK_H
#define PORT_LINUX_CLOCK_H

#include <stdint.h>

#include "hal/clock.h"

uint64_t clock_now_ms(void);
uint64_t clock_now_us(void);
/* Milliseconds since 1970 UTC; 0 while the machine's clock stands before 2024, that is, was never set. */
uint64_t clock_wall_ms(void);
struct hal_clock clock_hal(void);

#endif
