/* SPDX-License-Identifier: Apache-2.0
 * pins - hal_gpio on the ESP32's own pads, by ESP-IDF's gpio functions in the order that makes no edge. This file is all that
 * touches a power pin; tests/esp32 replays it against the twin's model of pads, resets and holds.
 *
 * What the chip adds to the hazards in driver/power_pins.h:
 * - The input of GPIO 25, 26 and 27 is off after a reset, and a pad with its input off reads 0. Believed, that would be "module
 *   off" and be driven so. Hence every reading enables the input first.
 * - gpio_set_direction() enables the output before it makes it open drain, which pushes a module's PMIC_ENABLE for a moment.
 * Hence gpio_config(), which does it the other way round, and never gpio_reset_pin(), which turns a pull-up on.
 * - GPIO 14 starts as a pin of the JTAG port. gpio_config() makes it a GPIO, last of all, when its registers are right.
 *
 * Decides nothing. After a restart of the controller: held pads keep level and direction, all registers are at reset. */
#ifndef PORT_ESP32_PINS_H
#define PORT_ESP32_PINS_H

#include "hal/gpio.h"

struct hal_gpio pins_hal(void);

#endif
