/* SPDX-License-Identifier: Apache-2.0
 * ina3221 - one TI INA3221 triple current and voltage monitor (SBOS576), polled; its alert pins are not wired on this board.
 * Identity and configuration are checked at every reading, so a chip that was reset by a brown-out, or something else at its
 * address, is never believed. Any bus error makes all three channels invalid; there are no zeros for want of an answer. A lost
 * chip is tried again at each reading after a bus recovery. After a controller restart: the chip is configured again, which only
 * starts a new conversion. */
#ifndef DRIVER_INA3221_H
#define DRIVER_INA3221_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/i2c.h"

#define INA3221_CHANNEL_COUNT 3

enum ina3221_state {
    INA3221_NEW = 0, /* not yet configured */
    INA3221_OK,
    INA3221_NOT_FOUND, /* nobody acknowledges */
    INA3221_BUS_STUCK, /* a line is held low */
    INA3221_BUS_ERROR,
    INA3221_FOREIGN, /* a device answers that is not an INA3221 */
};

struct ina3221 {
    uint8_t address; /* 7 bits, 0x40..0x43 */
    uint32_t shunt_uohm;
    enum ina3221_state state;
    bool converting; /* configured, first conversion not yet complete */
};

struct ina3221_reading {
    int32_t mv[INA3221_CHANNEL_COUNT]; /* bus voltage, 8 mV steps, 0..26000 */
    int32_t ma[INA3221_CHANNEL_COUNT]; /* shunt current, 2 mA steps at 20 mOhm, -8192..8190 */
};

void ina3221_init(struct ina3221 *sensor, uint8_t address, uint32_t shunt_uohm);
/* Reads all channels. True with a complete reading; false when there is none now: sensor->state says why
 * (INA3221_OK with false means: configured just now, come back after a conversion). */
bool ina3221_read(struct ina3221 *sensor, const struct hal_i2c *i2c, struct ina3221_reading *reading);
const char *ina3221_state_text(enum ina3221_state state);

#endif
