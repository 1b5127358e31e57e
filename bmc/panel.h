/* SPDX-License-Identifier: Apache-2.0
 * panel - what the controller has for a person who stands before the board: the display on the sensors' I2C bus, if one is
 * plugged in, and the BOOT button. A click turns the page; ten seconds are a reset to defaults (core/defaults.h), with or without
 * a display, and nodes are not touched by it. Which page, how bright, and what a press means: core/screen.h and core/button.h.
 * A display that comes or goes is no error and no event. Sensors go first: a step sends it one transfer at the most, and one that
 * holds the bus is tried more and more seldom.
 * After a controller restart: a button that is down does nothing until it was released; the display is set up anew. */
#ifndef BMC_PANEL_H
#define BMC_PANEL_H

#include "bmc/bmc.h"

/* At start, when all is loaded. */
void panel_begin(struct bmc *bmc);
/* In every step, after the sensors. Returns when it wants to be called again, wake_ms at the latest. */
uint64_t panel_step(struct bmc *bmc, uint64_t wake_ms);

#endif
