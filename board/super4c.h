/* SPDX-License-Identifier: Apache-2.0
 * The Super4C as data: signals, sensor channels, timings and limits. Each figure says whence it is: schematic v1.2 (SCH),
 * vendor's wiki (WIKI), vendor's firmware and its screenshots (FW), CM5 datasheet (CM5), TI SBOS576 (INA), or guessed until a
 * board says otherwise. */
#ifndef BOARD_SUPER4C_H
#define BOARD_SUPER4C_H

#include <stdint.h>

#include "core/core.h"

#define BOARD_MODEL        "Super4C"
#define BOARD_MANUFACTURER "DeskPi"
#define BOARD_SKU          "DP-0040"

/* ESP32 GPIO numbers (SCH, WIKI). */
static const uint8_t board_pin_pmic_enable[NODE_COUNT] = {14, 27, 26, 25}; /* CM5_n_PMIC_ENABLE: low = module off */
static const uint8_t board_pin_psu_off[NODE_COUNT] = {2, 4, 16, 17};       /* BMC_PSUn: high = 5 V rail off */

/* Two INA3221 with 20 mOhm shunts (SCH). Channel 0-based. */
struct board_sensor {
    uint8_t chip, channel;
};
#define BOARD_INA3221_COUNT 2
#define BOARD_SHUNT_UOHM    20000
static const uint8_t board_ina3221_address[BOARD_INA3221_COUNT] = {0x40, 0x41};
static const struct board_sensor board_input_sensor[INPUT_COUNT] = {{0, 0}, {0, 1}};
static const struct board_sensor board_rail_sensor[NODE_COUNT] = {{0, 2}, {1, 0}, {1, 1}, {1, 2}};

#define BOARD_INA3221_CYCLE_MS 106 /* INA: 3 channels x (1.1 + 1.1 ms) x 16 averages, configuration 0x7527 */

static const struct core_limits board_limits = {
    .power =
        {
            .stagger_ms = 500,           /* WIKI: the board's own stagger; design rule 2 */
            .hardware_stagger_ms = 2500, /* four rails 0.5 s apart, and one step in reserve (WIKI, guessed) */
            .module_low_ms = 1000,       /* CM4 asks for > 1 ms; a second lets the PMIC's capacitors empty (guessed) */
            .module_to_channel_ms = 10,  /* the module's regulators stop within that (guessed) */
            .channel_off_ms = 2000,      /* NVMe and USB bridges reset surely (guessed) */
            .off_timeout_ms = 2000,      /* output capacitors into a bleeder of some 100 ohms (guessed) */
            .up_timeout_ms = 4000,       /* soft start plus stable_ms, doubled (guessed) */
            .stable_ms = 1000,           /* hardware.md hazard 4 asks for 1-2 s */
            .pad_ms = 200,               /* two samples; the nets themselves settle in microseconds */
            .settle_ms = 2 * BOARD_INA3221_CYCLE_MS, /* one whole averaging window after the edge (INA) */
            .off_mv = 500,                           /* FW saw 10-20 mV at a dead rail; a CM5 stops far above this */
            .lost_mv = 4500,                         /* well below good_mv, so that load steps do not cry wolf (guessed) */
            .good_mv = 4750,                         /* CM5: 5 V must exceed 4.75 V before PMIC_ENABLE rises */
            .module_off_ma = 60,                     /* CM5: 1-3 mA, FW: 34 mA with an empty slot; an idle module draws 600 mA */
            .restart_drop_ma = 100,                  /* idle 600 mA less what NVMe may start to draw (guessed) */
            .restart_check_ma = 400,                 /* below this there is no running module whose stop could show */
        },
    .inputs =
        {
            .present_mv = 11000, /* FW: an unplugged input floats up to 8.6 V */
            .min_mv = 11400,     /* rated 12-20 V (WIKI), 5 % for cable and meter */
            .max_mv = 21000,
            .carrying_ma = 50, /* FW: a floating input shows 2-6 mA; the board alone takes about 80 mA at 19 V */
            .confirm_count = 2,
        },
    .health =
        {
            .start_ms = 15000, /* a CM5 boots Raspberry Pi OS Lite in 10-15 s (guessed) */
            .quiet_ms = 3000,
            .empty_ma = 20,
            .halted_ma = 60,
            .up_ma = 300, /* CM5 idles at 600 mA; a wide margin for a slim system */
        },
};

#endif
