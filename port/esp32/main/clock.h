/* SPDX-License-Identifier: Apache-2.0
 * clock - esp_timer and the system time behind hal_clock. Never sets a clock: SNTP does. Monotonic time counts from the chip's
 * start, so after a restart it begins at 0 again; the system time goes on over a restart of the firmware (it is kept by the RTC)
 * and is unset after power-on. */
#ifndef PORT_ESP32_CLOCK_H
#define PORT_ESP32_CLOCK_H

#include <stdint.h>

#include "hal/clock.h"

uint64_t clock_now_ms(void);
/* Milliseconds since 1970 UTC; 0 while the time was never set. */
uint64_t clock_wall_ms(void);
struct hal_clock clock_hal(void);

#endif
