/* SPDX-License-Identifier: Apache-2.0
 * i2c - the board's one bus behind hal_i2c: both INA3221, and whatever is plugged into J6 and J12. Tells a chip that does not
 * answer from a bus that is held low, which IDF's errors do not: by probing the address, and by looking at the lines. Never waits
 * longer than a transaction's limit, never retries: who calls decides. A controller restart in the middle of a byte leaves a
 * device that holds SDA; the first recover() frees it. */
#ifndef PORT_ESP32_I2C_H
#define PORT_ESP32_I2C_H

#include "hal/i2c.h"

struct i2c_bus {
    struct i2c_master_bus_t *bus; /* NULL: the bus could not be set up, and every transfer says so */
    struct i2c_master_dev_t *device;
};

/* 0 or HAL_ERR_IO. Without a bus the controller runs on: missing sensors are an alarm. */
int i2c_start(struct i2c_bus *i2c);
struct hal_i2c i2c_hal(struct i2c_bus *i2c);

#endif
