/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ina3221_emul.h"

#include <string.h>

#include "hal/errors.h"

/* Register numbers and bits: SBOS576, table 7-3 and the registers' own sections. */
enum {
    REG_CONFIG = 0x00,
    REG_SHUNT1 = 0x01, /* then bus 1, shunt 2, bus 2, shunt 3, bus 3 */
    REG_CRITICAL1 = 0x07,
    REG_WARNING1 = 0x08,
    REG_SHUNT_SUM = 0x0D,
    REG_SUM_LIMIT = 0x0E,
    REG_MASK_ENABLE = 0x0F,
    REG_VALID_UPPER = 0x10,
    REG_VALID_LOWER = 0x11,
    REG_MANUFACTURER = 0xFE,
    REG_DIE = 0xFF,
};
#define MANUFACTURER_ID 0x5449
#define DIE_ID          0x3220

#define CONFIG_RESET        0x8000
#define CONFIG_DEFAULT      0x7127
#define MODE_SHUNT          0x0001
#define MODE_BUS            0x0002
#define MODE_CONTINUOUS     0x0004
#define MASK_WRITABLE       0x7C00 /* SCC1..3, WEN, CEN */
#define MASK_SUM_CHANNEL1   0x4000
#define MASK_WARNING_LATCH  0x0800
#define MASK_CRITICAL_LATCH 0x0400
#define MASK_CRITICAL1      0x0200
#define MASK_SUM_ALERT      0x0040
#define MASK_WARNING1       0x0020
#define MASK_POWER_VALID    0x0004
#define MASK_TIMING         0x0002 /* TCF: reads 1 while its timing is right; the board does not use it */
#define MASK_READY          0x0001 /* CVRF */

static const uint16_t conversion_us[8] = {140, 204, 332, 588, 1100, 2116, 4156, 8244};
static const uint16_t average_count[8] = {1, 4, 16, 64, 128, 256, 512, 1024};

static bool channel_enabled(uint16_t config, unsigned channel) { return (config & (0x4000u >> channel)) != 0; }

/* One cycle = channels x (bus + shunt conversion) x averages; 0 when nothing is to be converted. */
static uint32_t cycle_length_us(uint16_t config) {
    uint32_t channel_count = 0;
    for (unsigned i = 0; i < INA3221_EMUL_CHANNEL_COUNT; i++) channel_count += channel_enabled(config, i);
    uint32_t one_us = 0;
    if (config & MODE_BUS) one_us += conversion_us[(config >> 6) & 7];
    if (config & MODE_SHUNT) one_us += conversion_us[(config >> 3) & 7];
    return channel_count * one_us * average_count[(config >> 9) & 7];
}

static void start_cycle(struct ina3221_emul *chip, uint64_t now_us) {
    chip->cycle_start_us = now_us;
    chip->cycle_us = cycle_length_us(chip->reg[REG_CONFIG]);
    chip->sample_count = 0;
    memset(chip->bus_sum_mv, 0, sizeof chip->bus_sum_mv);
    memset(chip->shunt_sum_uv, 0, sizeof chip->shunt_sum_uv);
}

static void load_reset_values(struct ina3221_emul *chip) {
    memset(chip->reg, 0, sizeof chip->reg);
    chip->reg[REG_CONFIG] = CONFIG_DEFAULT;
    for (unsigned i = 0; i < INA3221_EMUL_CHANNEL_COUNT; i++) {
        chip->reg[REG_CRITICAL1 + 2 * i] = 0x7FF8;
        chip->reg[REG_WARNING1 + 2 * i] = 0x7FF8;
    }
    chip->reg[REG_SUM_LIMIT] = 0x7FFE;
    chip->reg[REG_MASK_ENABLE] = MASK_TIMING;
    chip->reg[REG_VALID_UPPER] = 0x2710;
    chip->reg[REG_VALID_LOWER] = 0x2328;
}

void ina3221_emul_power(struct ina3221_emul *chip, bool powered, uint64_t now_us) {
    chip->powered = powered;
    chip->pointer = REG_CONFIG;
    load_reset_values(chip);
    start_cycle(chip, now_us);
    if (!powered) chip->cycle_us = 0;
}

uint64_t ina3221_emul_next_us(const struct ina3221_emul *chip) {
    if (chip->cycle_us == 0) return UINT64_MAX;
    return chip->cycle_start_us + (uint64_t)chip->cycle_us * (chip->sample_count + 1) / INA3221_EMUL_SAMPLE_COUNT;
}

/* Signed steps of 40 uV or 8 mV, left-justified by 3. */
static uint16_t encode(int64_t value, int32_t step, int32_t min_steps) {
    int64_t steps = (value >= 0 ? value + step / 2 : value - step / 2) / step;
    if (steps > 4095) steps = 4095;
    if (steps < min_steps) steps = min_steps;
    return (uint16_t)((uint32_t)(int32_t)steps << 3);
}

static void raise_flags(struct ina3221_emul *chip) {
    uint16_t flags = chip->reg[REG_MASK_ENABLE];
    /* Without its latch bit, an alert flag tells of the latest conversion only. */
    if (!(flags & MASK_CRITICAL_LATCH)) flags &= (uint16_t) ~(7u * (MASK_CRITICAL1 >> 2) | MASK_SUM_ALERT);
    if (!(flags & MASK_WARNING_LATCH)) flags &= (uint16_t) ~(7u * (MASK_WARNING1 >> 2));
    int32_t sum_steps = 0;
    bool all_above = true, any_below = false;
    for (unsigned i = 0; i < INA3221_EMUL_CHANNEL_COUNT; i++) {
        int16_t shunt = (int16_t)chip->reg[REG_SHUNT1 + 2 * i], bus = (int16_t)chip->reg[REG_SHUNT1 + 2 * i + 1];
        if (shunt > (int16_t)chip->reg[REG_CRITICAL1 + 2 * i]) flags |= (uint16_t)(MASK_CRITICAL1 >> i);
        if (shunt > (int16_t)chip->reg[REG_WARNING1 + 2 * i]) flags |= (uint16_t)(MASK_WARNING1 >> i);
        if (flags & (MASK_SUM_CHANNEL1 >> i)) sum_steps += shunt / 8;
        all_above = all_above && bus > (int16_t)chip->reg[REG_VALID_UPPER];
        any_below = any_below || bus < (int16_t)chip->reg[REG_VALID_LOWER];
    }
    chip->reg[REG_SHUNT_SUM] = (uint16_t)((uint32_t)sum_steps << 1);
    if ((int16_t)chip->reg[REG_SHUNT_SUM] > (int16_t)chip->reg[REG_SUM_LIMIT]) flags |= MASK_SUM_ALERT;
    if (all_above) flags |= MASK_POWER_VALID;
    if (any_below) flags &= (uint16_t)~MASK_POWER_VALID;
    chip->reg[REG_MASK_ENABLE] = flags | MASK_READY;
}

static void publish(struct ina3221_emul *chip) {
    uint16_t config = chip->reg[REG_CONFIG];
    for (unsigned i = 0; i < INA3221_EMUL_CHANNEL_COUNT; i++) {
        if (!channel_enabled(config, i)) continue;
        int64_t shunt_uv = chip->shunt_sum_uv[i] / INA3221_EMUL_SAMPLE_COUNT,
                bus_mv = chip->bus_sum_mv[i] / INA3221_EMUL_SAMPLE_COUNT;
        if (config & MODE_SHUNT) chip->reg[REG_SHUNT1 + 2 * i] = encode(shunt_uv, 40, -4096);
        if (config & MODE_BUS) chip->reg[REG_SHUNT1 + 2 * i + 1] = encode(bus_mv, 8, 0);
    }
    raise_flags(chip);
}

void ina3221_emul_sample(struct ina3221_emul *chip, const struct ina3221_emul_sample *sample) {
    for (unsigned i = 0; i < INA3221_EMUL_CHANNEL_COUNT; i++) {
        chip->bus_sum_mv[i] += sample->bus_mv[i];
        chip->shunt_sum_uv[i] += sample->shunt_uv[i];
    }
    if (++chip->sample_count < INA3221_EMUL_SAMPLE_COUNT) return;
    publish(chip);
    uint64_t end_us = chip->cycle_start_us + chip->cycle_us;
    if (chip->reg[REG_CONFIG] & MODE_CONTINUOUS)
        start_cycle(chip, end_us);
    else
        chip->cycle_us = 0; /* single shot: back to power-down */
}

static void write_register(struct ina3221_emul *chip, uint64_t now_us, uint16_t value) {
    uint8_t number = chip->pointer;
    if (number == REG_CONFIG) {
        if (value & CONFIG_RESET) {
            load_reset_values(chip);
        } else {
            chip->reg[REG_CONFIG] = value;
            /* SBOS576: writing the configuration clears CVRF, except for power-down. */
            if (value & (MODE_SHUNT | MODE_BUS)) chip->reg[REG_MASK_ENABLE] &= (uint16_t)~MASK_READY;
        }
        start_cycle(chip, now_us);
    } else if (number == REG_MASK_ENABLE) {
        chip->reg[number] = (uint16_t)((value & MASK_WRITABLE) | (chip->reg[number] & (uint16_t)~MASK_WRITABLE));
    } else if ((number >= REG_CRITICAL1 && number < REG_SHUNT_SUM) || number == REG_VALID_UPPER || number == REG_VALID_LOWER) {
        chip->reg[number] = value & 0xFFF8; /* 13 bits, left-justified by 3 */
    } else if (number == REG_SUM_LIMIT) {
        chip->reg[number] = value & 0xFFFE;
    }
    /* results and identity are read-only: the write is acknowledged and lost */
}

static uint16_t read_register(struct ina3221_emul *chip) {
    if (chip->pointer == REG_MANUFACTURER) return MANUFACTURER_ID;
    if (chip->pointer == REG_DIE) return DIE_ID;
    if (chip->pointer >= INA3221_EMUL_REG_COUNT) return 0; /* undocumented; 0 is a guess */
    uint16_t value = chip->reg[chip->pointer];
    if (chip->pointer == REG_MASK_ENABLE) { /* reading clears the flags, TCF and PVF apart, which follow their condition */
        chip->reg[REG_MASK_ENABLE] &= MASK_WRITABLE | MASK_TIMING | MASK_POWER_VALID;
    }
    return value;
}

int ina3221_emul_transfer(struct ina3221_emul *chip, uint64_t now_us, const uint8_t *tx, size_t tx_size, uint8_t *rx,
                          size_t rx_size) {
    if (!chip->powered) return HAL_ERR_NACK;
    if (tx_size >= 1) chip->pointer = tx[0];
    if (tx_size >= 3) write_register(chip, now_us, (uint16_t)(tx[1] << 8 | tx[2])); /* half a value changes nothing */
    uint16_t value = rx_size ? read_register(chip) : 0;
    for (size_t i = 0; i < rx_size; i++) rx[i] = (uint8_t)(i % 2 ? value : value >> 8); /* the pointer does not move on */
    return HAL_OK;
}
