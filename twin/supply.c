/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/supply.h"

#include <math.h>

#define UNPLUGGED_MV  100  /* a supply set below this is not plugged in */
#define START_MV      9500 /* the board's converters start (guessed) ... */
#define STOP_MV       9000 /* ... and stop here (guessed; rated from 12 V) */
#define HYSTERESIS_MV 50   /* an ideal diode turns its other path off only against a reverse voltage (guessed) */
#define SOURCE_MOHM   40.0 /* cable, plug and the supply's own regulation (guessed) */
#define LEAK_MA       2    /* sense current of an input that does not carry (FW: 2-6 mA) */

/* FW: a floating input was seen at 3.0 and 8.6 V with 2-6 mA. */
static const struct twin_input_reading floating[TWIN_INPUT_COUNT] = {{3000, 2}, {8600, 6}};

static int32_t source_mv(const struct twin_supply *supply, int input) {
    if (input < 0 || supply->blackout || supply->source_mv[input] < UNPLUGGED_MV) return 0;
    return supply->source_mv[input];
}

bool twin_supply_step(struct twin_supply *supply) {
    int best = source_mv(supply, 0) >= source_mv(supply, 1) ? 0 : 1;
    int32_t least_mv = supply->carrying < 0 ? START_MV : STOP_MV;
    int32_t margin_mv = source_mv(supply, best) - source_mv(supply, supply->carrying);
    if (best != supply->carrying && margin_mv > HYSTERESIS_MV) supply->carrying = best;
    if (source_mv(supply, supply->carrying) < least_mv) supply->carrying = -1;
    return supply->carrying >= 0;
}

struct twin_input_reading twin_supply_read(const struct twin_supply *supply, unsigned input, double load_w) {
    int32_t source = source_mv(supply, (int)input);
    if (source == 0) return floating[input];
    if ((int)input != supply->carrying) return (struct twin_input_reading){source, LEAK_MA};
    /* V = E - R P / V, solved for V; a load beyond the best the source can give holds it at half its voltage. */
    double e = source / 1000.0, root = e * e - 4.0 * SOURCE_MOHM / 1000.0 * load_w;
    double volts = (e + sqrt(fmax(0.0, root))) / 2.0;
    return (struct twin_input_reading){(int32_t)lround(volts * 1000.0), (int32_t)lround(load_w / volts * 1000.0)};
}
