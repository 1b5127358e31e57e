/* SPDX-License-Identifier: Apache-2.0
 * The Super4C as data: signals, sensor channels, timings and limits. Each figure says whence it is: schematic v1.2 (SCH),
 * vendor's wiki (WIKI), vendor's firmware and its screenshots (FW), CM5 datasheet (CM5), TI SBOS576 (INA), or guessed until a
 * board says otherwise. */
#ifndef BOARD_SUPER4C_H
#define BOARD_SUPER4C_H

#include <stdint.h>

#include "core/core.h"
#include "core/netguard.h"

#define BOARD_MODEL        "Super4C"
#define BOARD_MANUFACTURER "DeskPi"
#define BOARD_SKU          "DP-0040"

/* ESP32 GPIO numbers (SCH, WIKI). */
static const uint8_t board_pin_pmic_enable[NODE_COUNT] = {14, 27, 26, 25}; /* CM5_n_PMIC_ENABLE: low = module off */
static const uint8_t board_pin_psu_off[NODE_COUNT] = {2, 4, 16, 17};       /* BMC_PSUn: high = 5 V rail off */

#define BOARD_PIN_BOOT        0    /* BOOT button: low = pressed; a boot strap too (SCH) */
#define BOARD_DISPLAY_ADDRESS 0x3C /* SSD1306 at J6 or J12, if there is one: the usual strapping of such modules */

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
            .settle_ms = 2 * BOARD_INA3221_CYCLE_MS,        /* one whole averaging window after the edge (INA) */
            .graceful_timeout_ms = POWER_GRACEFUL_S * 1000, /* core/power.h says why */
            .off_mv = 500,                                  /* FW saw 10-20 mV at a dead rail; a CM5 stops far above this */
            .lost_mv = 4500,                                /* well below good_mv, so that load steps do not cry wolf (guessed) */
            .good_mv = 4750,                                /* CM5: 5 V must exceed 4.75 V before PMIC_ENABLE rises */
            .module_off_ma = 60,     /* CM5: 1-3 mA, FW: 34 mA with an empty slot; an idle module draws 600 mA */
            .restart_drop_ma = 100,  /* idle 600 mA less what NVMe may start to draw (guessed) */
            .restart_check_ma = 400, /* below this there is no running module whose stop could show */
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
            /* An agent reports each second over each network. With every fifth report lost and stalls of 3 s, nine in a row over
             * two networks are lost once in ten thousand years; over one network once in three weeks, which is told, not cut. */
            .late_ms = 4000,
            .lost_ms = 12000,
            .silent_ms = 12000,
            .alone_ms = 45000, /* an agent that was killed is back by then (systemd: 1 s), and a ping may be filtered */
            .busy_ms = 120000, /* a machine out of memory answers nothing for a minute and comes back (guessed) */
            .lone_ms = 300000, /* a switch that restarts needs two to four minutes (guessed) */
            .others_ms = 5000, /* somebody speaks each second, or the network is down */
            .stale_ms = 5000,  /* a report is at most 3 s under way */
            .busy_load_percent = 200,
            .busy_pressure_percent = 40,
        },
    .recovery =
        {
            .settle_ms = 60000, /* issue 4: the first minute; all voices have been heard by then */
            .input_settle_ms =
                30000,         /* a plug that is pushed in bounces; a supply restarts after an overload in seconds (guessed) */
            .panic_ms = 12000, /* as silent_ms: a living agent refutes a false panic by then */
            .text_ms = 20000,  /* a panic's text is over in seconds */
            .order_ms = 5000,
            .starting_ms = 900000, /* the longest grace of a boot, core/baseline.c */
            .backoff_ms = 15000,
            .backoff_max_ms = 600000,
            .stable_ms = 600000,             /* a crash loop of services shows within ten minutes (guessed) */
            .hold_ms = 3600000,              /* an hour: what broke outside may be mended */
            .hold_max_ms = 28800000,         /* ... or a night */
            .start_mw = 8000,                /* full load 2.5 A at 5 V against a hung node's 0.9 A (hardware.md) */
            .maintenance_max_ms = 604800000, /* a week: forgotten maintenance ends by itself */
        },
    .rolling = {.prove_ms = 180000, .settle_ms = 10000, .clear_ms = 600000},
    .cooling =
        {
            .level = {[COOLING_HIGH] = {800, 10000},     /* 5 degrees before the firmware throttles */
                      [COOLING_FULL] = {850, 5000},      /* CM5: throttling begins */
                      [COOLING_SHUTDOWN] = {950, 30000}, /* throttled and still rising: nothing cools it (guessed) */
                      [COOLING_OFF] = {1050, 10000}},    /* BCM2712: 110 degrees is its limit */
            .hysteresis_deci_c = 50,
            .doubt_deci_c = 900, /* 5 degrees above where the firmware must have begun to throttle */
            .fresh_ms = 15000,
            .cool_ms = 30000,
            .fan_ms = 15000,
            .fan_duty = 60, /* below, some fans do not start (guessed) */
        },
    .drive =
        {
            .caution_deci_c = 700, /* most M.2 drives are specified up to 70 degrees and slow down above; what this one's maker
                                      says, nobody tells (guessed) */
            .critical_deci_c = 800,
            .hysteresis_deci_c = 50,
            .hold_ms = 10000,
            .fresh_ms = 15000,
            .worn_percent = 90, /* of what its maker expects it to endure: time to think of another one (guessed) */
            .hysteresis_percent = 5,
        },
    .links = {.speed_mbps = {[NETWORK_SERVICE] = 1000, [NETWORK_BACKPLANE] = 2500},
              .boot_s = 120, /* eight times a usual boot (guessed) */
              .slow_ms = 10000,
              .flap_count = 6, /* three times down and up in an hour */
              .confirm_count = 5},
};

/* Of core/netguard.h. Any network with a second machine on it carries a broadcast a minute (ARP caches last that long). */
static const struct netguard_limits board_netguard_limits = {
    .silent_ms = 60000,
    .silent_factor = 4,  /* a night is quieter than a day (guessed) */
    .fault_ms = 15000,   /* three looks at the chip */
    .settle_ms = 45000,  /* auto-negotiation 3 s, spanning tree 30 s, then DHCP (guessed) */
    .stable_ms = 600000, /* as for nodes: what helped for ten minutes has helped */
    .backoff_ms = 600000,
    .backoff_max_ms = 14400000, /* four hours: whoever works on the switch is done by then */
    .restart_count = 3,         /* each ends every session; what three do not heal, a fourth will not (guessed) */
};

#endif
