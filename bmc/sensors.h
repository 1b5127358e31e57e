/* SPDX-License-Identifier: Apache-2.0
 * sensors - reads both INA3221 and spreads their channels over inputs and rails. A chip that does not answer makes its channels
 * invalid at once; the event is logged at the second failure in a row, so that one disturbed transfer is no alarm. */
#ifndef BMC_SENSORS_H
#define BMC_SENSORS_H

#include "bmc/bmc.h"

/* One sampling of everything; also feeds the input monitor. */
void sensors_sample(struct bmc *bmc);

#endif
