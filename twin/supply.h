/* SPDX-License-Identifier: Apache-2.0
 * supply - the two DC inputs and the ideal diode that passes on the higher one. It decides which input carries and whether the
 * board has power; there is no switch to command. */
#ifndef TWIN_SUPPLY_H
#define TWIN_SUPPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "twin/schematic.h"

#define TWIN_INPUT_MV_MAX 26000 /* what an INA3221 can stand (INA: 26 V common mode) */

struct twin_supply {
    int32_t source_mv[TWIN_INPUT_COUNT]; /* what the plugged supply delivers without load; 0: unplugged */
    bool blackout;                       /* the mains behind both are gone, whatever they are set to */
    int carrying;                        /* 0, 1, or -1 for none */
};

/* Chooses the carrying input anew; true while the board has power. */
bool twin_supply_step(struct twin_supply *supply);

struct twin_input_reading {
    int32_t mv, ma;
};
/* What the sensor at an input sees while the board draws load_w behind the diode. */
struct twin_input_reading twin_supply_read(const struct twin_supply *supply, unsigned input, double load_w);

#endif
