/* SPDX-License-Identifier: Apache-2.0
 * schematic - the nets of the Super4C as the twin knows them: vendor's schematic main v1.2 (SCH), wiki (WIKI), ESP32 datasheet
 * (ESP). Written apart from board/ on purpose: the twin is a second witness, and a wrong pin number on either side shows as a
 * failing test. Nodes and inputs count from 0 in C and from 1 in every text that people read. */
#ifndef TWIN_SCHEMATIC_H
#define TWIN_SCHEMATIC_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/gpio.h"

#define TWIN_NODE_COUNT  4
#define TWIN_INPUT_COUNT 2
#define TWIN_CHIP_COUNT  2

/* The eight power nets: net n is BMC_PSU of node n, net TWIN_NODE_COUNT + n is PMIC_ENABLE of node n. */
#define TWIN_NET_COUNT (2 * TWIN_NODE_COUNT)
static inline unsigned twin_net_psu(unsigned node) { return node; }
static inline unsigned twin_net_pmic(unsigned node) { return TWIN_NODE_COUNT + node; }

struct twin_net {
    const char *name; /* as in the schematic */
    uint8_t pin;      /* ESP32 GPIO number (SCH, WIKI) */
    bool resting;     /* the pad's level with nobody driving it: the module pulls PMIC_ENABLE to 5 V, the base of PSU's NPN sinks
                         (SCH) */
    enum hal_gpio_pull reset_pull; /* the pad's own pull after reset (ESP, table of IO_MUX pins) */
};

static const struct twin_net twin_nets[TWIN_NET_COUNT] = {
    {"BMC_PSU1", 2, false, HAL_GPIO_PULL_DOWN},          {"BMC_PSU2", 4, false, HAL_GPIO_PULL_DOWN},
    {"BMC_PSU3", 16, false, HAL_GPIO_PULL_NONE},         {"BMC_PSU4", 17, false, HAL_GPIO_PULL_NONE},
    {"CM5_1_PMIC_ENABLE", 14, true, HAL_GPIO_PULL_UP},   {"CM5_2_PMIC_ENABLE", 27, true, HAL_GPIO_PULL_NONE},
    {"CM5_3_PMIC_ENABLE", 26, true, HAL_GPIO_PULL_NONE}, {"CM5_4_PMIC_ENABLE", 25, true, HAL_GPIO_PULL_NONE},
};

/* Two INA3221 (SCH): 0x40 sees DC1, DC2 and rail 1, 0x41 sees rails 2 to 4. */
static const uint8_t twin_chip_address[TWIN_CHIP_COUNT] = {0x40, 0x41};
#define TWIN_SHUNT_UOHM 20000

/* On the same bus, at J6 or J12 (SCH): an SSD1306, when one is plugged in. */
#define TWIN_DISPLAY_ADDRESS 0x3C

/* The BOOT button pulls GPIO 0 to ground (SCH). */
#define TWIN_BOOT_PIN 0

#endif
