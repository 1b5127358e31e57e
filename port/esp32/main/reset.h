/* SPDX-License-Identifier: Apache-2.0
 * reset - why the chip started, in the words of hal/reset.h. The ESP32 cannot tell a pulse on EN from power-on: both are
 * HAL_RESET_POWER_ON. */
#ifndef PORT_ESP32_RESET_H
#define PORT_ESP32_RESET_H

#include "hal/reset.h"

enum hal_reset_cause reset_cause(void);

#endif
