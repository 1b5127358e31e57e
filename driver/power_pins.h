/* SPDX-License-Identifier: Apache-2.0
 * power_pins - one node's two power nets, PMIC_ENABLE and PSU, driven so that no restart of the controller makes an edge.
 *
 * The hazards (board facts): an output enabled at its reset register value of 0 pulls PMIC_ENABLE low and kills the module; an
 * internal pull-up of 45 kOhm into the PSU transistor's base may switch a rail off; PMIC_ENABLE is pulled to 5 V by the module.
 * Hence: read the pad, write its level to the register, enable the output (open drain for PMIC_ENABLE, lowest drive for PSU,
 * which has no base resistor), and hold it. A change is
 * written under the hold too and taken over by hal_gpio.relatch(). */
#ifndef DRIVER_POWER_PINS_H
#define DRIVER_POWER_PINS_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/gpio.h"

struct power_pins_driver {
    uint8_t pmic_pin, psu_pin;  /* GPIO numbers */
    bool module_on, channel_on; /* as driven */
    bool adopted;
};

/* Takes the pads over at the level found; no edge. 0 or the hal_error of the first call that failed. */
int power_pins_adopt(struct power_pins_driver *pins, const struct hal_gpio *gpio, uint8_t pmic_pin, uint8_t psu_pin);
/* Drives both nets; touches only the one that differs. Going off: module first; going on: channel first. */
int power_pins_set(struct power_pins_driver *pins, const struct hal_gpio *gpio, bool module_on, bool channel_on);
/* The pads as they read now. */
int power_pins_read(const struct power_pins_driver *pins, const struct hal_gpio *gpio, bool *module_on, bool *channel_on);

#endif
