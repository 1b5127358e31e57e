/* SPDX-License-Identifier: Apache-2.0
 * board - the Super4C as a program: inputs, rails, sensors, the ESP32's pads and four nodes in one piece, with an API for whoever
 * plays the controller (hal_gpio, hal_i2c) and one for whoever plays fate.
 *
 * Pure: no clock, no file, no thread. The caller brings the time in microseconds; same calls, same trace. What the board decides
 * is physics; it never helps the firmware. After a controller reset pads follow the hold rules and all else goes on. When both
 * inputs fail everything dies, the controller too; when they return the board starts as from the factory: ESP32 POWER_ON, rails
 * 0.5 s apart.
 *
 * Nodes, inputs and chips count from 0. An index that does not exist in a call that returns nothing is a mistake of the caller
 * and asserted. */
#ifndef TWIN_BOARD_H
#define TWIN_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/gpio.h"
#include "hal/i2c.h"
#include "hal/reset.h"
#include "twin/esp_pins.h"
#include "twin/ina3221_emul.h"
#include "twin/node_model.h"
#include "twin/rail.h"
#include "twin/recorder.h"
#include "twin/schematic.h"
#include "twin/ssd1306_emul.h"
#include "twin/supply.h"

struct twin_config {
    uint64_t seed;                      /* of boot ids; physics has no chance in it */
    int32_t input_mv[TWIN_INPUT_COUNT]; /* as plugged in at the start */
    struct twin_node_config node[TWIN_NODE_COUNT];
    struct twin_node_events node_events;
};

enum twin_rail_fault { TWIN_RAIL_OK = 0, TWIN_RAIL_STUCK_ON, TWIN_RAIL_STUCK_OFF };

enum twin_i2c_fault {
    TWIN_I2C_OK = 0,
    TWIN_I2C_STUCK,           /* SDA is held low for good */
    TWIN_I2C_STUCK_TRANSIENT, /* a device hangs in a byte: nine clocks free it */
};

struct twin_controller {
    bool powered;                    /* there is a chip that could run firmware */
    uint32_t reset_count;            /* rises with every reset, power-on included */
    enum hal_reset_cause last_cause; /* what the next start will be told */
};

/* One channel of the board apart from its slot. */
struct twin_channel {
    struct twin_rail rail;
    enum twin_rail_fault fault;
    bool pmic_stuck;          /* J8 jumper set: PMIC_ENABLE moves nothing */
    uint64_t button_until_us; /* SW3-SW6 held down until then; 0: not pressed */
};

struct twin_board {
    struct twin_config config;
    uint64_t now_us;
    uint64_t power_on_us;       /* when the inputs became good */
    uint64_t blackout_until_us; /* UINT64_MAX: no blackout */
    struct twin_controller controller;
    struct twin_esp_pins pins;
    bool net_level[TWIN_NET_COUNT]; /* as recorded last */
    struct twin_supply supply;
    struct ina3221_emul chip[TWIN_CHIP_COUNT];
    bool chip_missing[TWIN_CHIP_COUNT];
    struct ssd1306_emul display;
    bool display_fitted;
    enum twin_i2c_fault i2c_fault;
    uint64_t boot_until_us; /* the BOOT button is held down until then */
    struct twin_channel channel[TWIN_NODE_COUNT];
    struct twin_node node[TWIN_NODE_COUNT];
    struct twin_node_events node_sink; /* between the nodes and config.node_events: the service network's link */
    bool link_up;
    struct twin_recorder recorder;
};

/* Both inputs at 19.0 and 18.6 V, four model nodes, no callbacks. */
struct twin_config twin_config_default(void);

/* The board gets its input power now. Large: keep it static or on the heap, and do not move it afterwards. */
void twin_board_init(struct twin_board *board, const struct twin_config *config, uint64_t now_us);
/* Brings the physics to now; any spacing, equal and older times included (an older one changes nothing). */
void twin_board_advance(struct twin_board *board, uint64_t now_us);
/* When something visible next happens of itself; UINT64_MAX: never. */
uint64_t twin_board_next_us(const struct twin_board *board);
/* Lets every effect follow its cause at the present time; board*.c call it after each change, nobody else needs to. */
void twin_board_settle(struct twin_board *board);

/* Bus side, for firmware linked in. HAL_ERR_IO while the controller has no power. */
void twin_board_gpio(struct twin_board *board, struct hal_gpio *gpio);
void twin_board_i2c(struct twin_board *board, struct hal_i2c *i2c);
/* The ESP32 resets now. Ignored while it has no power: its next start is a power-on anyway. */
void twin_board_controller_reset(struct twin_board *board, enum hal_reset_cause cause);
/* The firmware starts: why. HAL_RESET_UNKNOWN while there is no power to start with. */
enum hal_reset_cause twin_board_controller_boot(struct twin_board *board);

/* Fate. mv is clamped to 0..TWIN_INPUT_MV_MAX; below 100 mV the input is unplugged and floats. */
void twin_board_set_input(struct twin_board *board, unsigned input, int32_t mv);
/* Both supplies lose their mains for 400 ms; rails are dead by then. */
void twin_board_power_loss(struct twin_board *board);
/* TWIN_NODE_OK or a twin_node_refusal. */
int twin_board_node(struct twin_board *board, unsigned node, enum twin_node_action action);
void twin_board_rail_fault(struct twin_board *board, unsigned node, enum twin_rail_fault fault);
void twin_board_pmic_stuck(struct twin_board *board, unsigned node, bool stuck);
void twin_board_button(struct twin_board *board, unsigned node, uint32_t held_ms);
void twin_board_i2c_fault(struct twin_board *board, enum twin_i2c_fault fault);
void twin_board_chip_missing(struct twin_board *board, unsigned chip, bool missing);
/* Plugs the display in or pulls it out; at the start it is in. */
void twin_board_fit_display(struct twin_board *board, bool fitted);
/* The controller's BOOT button is pressed now. */
void twin_board_boot_button(struct twin_board *board, uint32_t held_ms);
/* The controller's Ethernet link; while it is down no kernel words arrive. */
void twin_board_link(struct twin_board *board, bool up);

/* Reports about external nodes, by whoever runs them. */
void twin_board_node_report(struct twin_board *board, unsigned node, enum twin_node_state state);
void twin_board_node_report_kernel(struct twin_board *board, unsigned node, const char *boot_id, uint64_t uptime_us);

/* True values at the time of the last advance, not what a sensor makes of them. */
bool twin_board_powered(const struct twin_board *board);
int32_t twin_board_rail_mv(const struct twin_board *board, unsigned node);
int32_t twin_board_rail_ma(const struct twin_board *board, unsigned node);
bool twin_board_rail_on(const struct twin_board *board, unsigned node);
/* When the rail's converter was last switched on or off. */
uint64_t twin_board_rail_changed_us(const struct twin_board *board, unsigned node);
struct twin_input_reading twin_board_input(const struct twin_board *board, unsigned input);
/* 0, 1, or -1 when the board has no power. */
int twin_board_carrying_input(const struct twin_board *board);
bool twin_board_net(const struct twin_board *board, unsigned net);
struct twin_node_view twin_board_node_view(const struct twin_board *board, unsigned node);
struct twin_controller twin_board_controller(const struct twin_board *board);

#endif
