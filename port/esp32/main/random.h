/* SPDX-License-Identifier: Apache-2.0
 * random - the chip's generator behind hal_random. Without a radio that is switched on it has no noise of its own (ESP32
 * TRM, 24.3), so random_start() feeds it from the SAR ADC for as long as the firmware runs; nothing else on this board uses the
 * ADC or I2S0. mbedTLS draws from the same generator. Never gives a byte before that. */
#ifndef PORT_ESP32_RANDOM_H
#define PORT_ESP32_RANDOM_H

#include "hal/random.h"

/* Before anything that needs a secret. */
void random_start(void);
struct hal_random random_hal(void);

#endif
