/* SPDX-License-Identifier: Apache-2.0
 * Digital pins with the ESP32's meaning (ESP-IDF driver/gpio.h), because that meaning is what keeps nodes alive:
 * the output register is 0 after a reset, a mode change shows that register at once, and a held pad ignores
 * everything until it is released. Every call returns 0 or a negative hal_error. */
#ifndef HAL_GPIO_H
#define HAL_GPIO_H

#include <stdbool.h>
#include <stdint.h>

enum hal_gpio_mode {
    HAL_GPIO_INPUT,           /* output driver off: the pad rests where the circuit puts it */
    HAL_GPIO_INPUT_OUTPUT,    /* push-pull, readable */
    HAL_GPIO_INPUT_OUTPUT_OD, /* open drain, readable: 0 drives low, 1 releases */
};

enum hal_gpio_pull { HAL_GPIO_PULL_NONE, HAL_GPIO_PULL_UP, HAL_GPIO_PULL_DOWN };

struct hal_gpio {
    void *ctx;
    /* The pad as it is, driven or not: 0, 1 or a negative hal_error. */
    int (*get_level)(void *ctx, uint8_t pin);
    /* Writes the output register. The pad follows only when the mode drives it and no hold is set. */
    int (*set_level)(void *ctx, uint8_t pin, bool level);
    int (*set_mode)(void *ctx, uint8_t pin, enum hal_gpio_mode mode);
    int (*set_pull)(void *ctx, uint8_t pin, enum hal_gpio_pull pull);
    /* ESP-IDF GPIO_DRIVE_CAP_0 (about 5 mA) to 3 (about 40 mA). */
    int (*set_drive)(void *ctx, uint8_t pin, uint8_t capability);
    /* gpio_hold_en / gpio_hold_dis: latches level and direction; survives esp_restart, panic and task watchdog. */
    int (*set_hold)(void *ctx, uint8_t pin, bool held);
    /* A held pad takes over what its registers hold now, and stays held. On the chip: gpio_hold_dis and gpio_hold_en with
     * interrupts off, less than a microsecond into which no reset of the firmware's own making can fall. */
    int (*relatch)(void *ctx, uint8_t pin);
};

#endif
