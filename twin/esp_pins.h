/* SPDX-License-Identifier: Apache-2.0
 * esp_pins - the ESP32's pads at register level: output register, direction, pull, drive and hold, and the level each pad really
 * has. It knows the hazards of the chip because they are its normal behaviour: a mode change shows the register at once, a
 * pull-up on an undriven PSU pad switches a rail off, a held pad ignores its registers until it is released. After a controller
 * reset: registers are at their reset values; held pads keep their latched state if the cause keeps holds. */
#ifndef TWIN_ESP_PINS_H
#define TWIN_ESP_PINS_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/gpio.h"
#include "hal/reset.h"
#include "twin/schematic.h"

#define TWIN_PIN_COUNT 40 /* GPIO 0..39 (ESP) */

struct twin_pad_registers {
    bool level;
    enum hal_gpio_mode mode;
    enum hal_gpio_pull pull;
    uint8_t drive; /* GPIO_DRIVE_CAP_0..3 */
    bool input;    /* the input buffer is on; without it the pad reads 0 whatever its level */
};

struct twin_pad {
    struct twin_pad_registers written; /* what the firmware wrote last */
    struct twin_pad_registers latched; /* what the pad shows while held */
    bool held;
};

struct twin_esp_pins {
    struct twin_pad pad[TWIN_PIN_COUNT];
};

/* All registers at reset, no hold. */
void twin_esp_pins_power_on(struct twin_esp_pins *pins);
void twin_esp_pins_reset(struct twin_esp_pins *pins, enum hal_reset_cause cause);
bool twin_reset_keeps_holds(enum hal_reset_cause cause);

/* What the chip's input register says: the pad's level, or 0 while its input buffer is off. */
int twin_esp_pins_read_input(const struct twin_esp_pins *pins, uint8_t pin);
int twin_esp_pins_enable_input(struct twin_esp_pins *pins, uint8_t pin);

/* As struct hal_gpio: 0, a level, or HAL_ERR_ARGUMENT for a pin or value that the chip does not have. */
int twin_esp_pins_get_level(const struct twin_esp_pins *pins, uint8_t pin);
int twin_esp_pins_set_level(struct twin_esp_pins *pins, uint8_t pin, bool level);
int twin_esp_pins_set_mode(struct twin_esp_pins *pins, uint8_t pin, enum hal_gpio_mode mode);
int twin_esp_pins_set_pull(struct twin_esp_pins *pins, uint8_t pin, enum hal_gpio_pull pull);
int twin_esp_pins_set_drive(struct twin_esp_pins *pins, uint8_t pin, uint8_t capability);
int twin_esp_pins_set_hold(struct twin_esp_pins *pins, uint8_t pin, bool held);
int twin_esp_pins_relatch(struct twin_esp_pins *pins, uint8_t pin);

/* Level of a power net's pad; net is an index into twin_nets. */
bool twin_esp_pins_net(const struct twin_esp_pins *pins, unsigned net);
/* True while the pad's output stage pushes the net high: into a module without supply that is hazard 4 of the board. */
bool twin_esp_pins_net_pushed_high(const struct twin_esp_pins *pins, unsigned net);

#endif
