/* SPDX-License-Identifier: Apache-2.0
 * ina3221_emul - one TI INA3221 (SBOS576) at register level. Bus side: the register pointer and 16-bit big-endian registers.
 * Backend side: the caller brings millivolts and milliamperes of three channels whenever a sample is due; results appear at the
 * end of a conversion cycle as configured, never before. Simplified: a cycle is averaged over INA3221_EMUL_SAMPLE_COUNT samples
 * instead of the configured number, and the alert pins (not wired on this board) do not exist; their flags do. After a controller
 * restart it goes on converting. Without board power it forgets everything. */
#ifndef TWIN_INA3221_EMUL_H
#define TWIN_INA3221_EMUL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INA3221_EMUL_CHANNEL_COUNT 3
#define INA3221_EMUL_SAMPLE_COUNT  4 /* enough for a step inside a cycle to show as a mixture */
#define INA3221_EMUL_REG_COUNT     0x12

struct ina3221_emul_sample {
    int32_t bus_mv[INA3221_EMUL_CHANNEL_COUNT];
    int32_t shunt_uv[INA3221_EMUL_CHANNEL_COUNT];
};

struct ina3221_emul {
    bool powered;
    uint8_t pointer;
    uint16_t reg[INA3221_EMUL_REG_COUNT];
    uint64_t cycle_start_us;
    uint32_t cycle_us; /* 0: not converting */
    uint32_t sample_count;
    int64_t bus_sum_mv[INA3221_EMUL_CHANNEL_COUNT], shunt_sum_uv[INA3221_EMUL_CHANNEL_COUNT];
};

/* Power comes or goes; on power-on every register has its reset value and conversion starts. */
void ina3221_emul_power(struct ina3221_emul *chip, bool powered, uint64_t now_us);
/* When the next sample is due; UINT64_MAX while the chip does not convert. */
uint64_t ina3221_emul_next_us(const struct ina3221_emul *chip);
void ina3221_emul_sample(struct ina3221_emul *chip, const struct ina3221_emul_sample *sample);
/* One addressed transaction, as struct hal_i2c; the chip acknowledges everything while it has power (HAL_ERR_NACK without). */
int ina3221_emul_transfer(struct ina3221_emul *chip, uint64_t now_us, const uint8_t *tx, size_t tx_size, uint8_t *rx,
                          size_t rx_size);

#endif
