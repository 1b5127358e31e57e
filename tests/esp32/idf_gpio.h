/* SPDX-License-Identifier: Apache-2.0
 * idf_gpio - ESP-IDF's gpio functions on the twin's pads: the register writes of each, one by one and in IDF's order
 * (release/v5.5, esp_driver_gpio/src/gpio.c), with the board settled after every one, so that what lasts a microsecond on the
 * chip is an edge in the twin's record. */
#ifndef TESTS_ESP32_IDF_GPIO_H
#define TESTS_ESP32_IDF_GPIO_H

#include "twin/board.h"

/* What no edge shows. */
struct idf_faults {
    unsigned pushed_count;   /* a register write after which a PMIC_ENABLE was pushed high instead of released */
    unsigned released_count; /* a hold that was let go outside of a critical section */
};

/* The chip whose pads are meant from now on. */
void idf_gpio_attach(struct twin_board *board);
struct idf_faults idf_gpio_faults(void);

#endif
