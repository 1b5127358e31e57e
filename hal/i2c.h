/* SPDX-License-Identifier: Apache-2.0
 * An I2C controller. One call is one transaction: write, then repeated start and read. */
#ifndef HAL_I2C_H
#define HAL_I2C_H

#include <stddef.h>
#include <stdint.h>

struct hal_i2c {
    void *ctx;
    /* address: 7 bits. Either size may be 0. Returns 0, HAL_ERR_NACK, HAL_ERR_TIMEOUT or HAL_ERR_IO within 50 ms. */
    int (*transfer)(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size);
    /* Nine clocks and a stop, to free a device that holds SDA (NXP UM10204, 3.1.16). 0 when both lines are high after it. */
    int (*recover)(void *ctx);
};

#endif
