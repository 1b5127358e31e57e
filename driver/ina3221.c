/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/ina3221.h"

#include "hal/errors.h"

/* Register map and fields: SBOS576B, table 4 and section 8.6. */
enum {
    REG_CONFIG = 0x00,
    REG_SHUNT_1 = 0x01, /* shunt and bus voltage of each channel in turn */
    REG_BUS_1 = 0x02,
    REG_MASK_ENABLE = 0x0f,
    REG_MANUFACTURER = 0xfe,
    REG_DIE = 0xff,
};
#define MANUFACTURER_TI 0x5449
#define DIE_INA3221     0x3220
/* All channels, 16 averages, 1.1 ms each for bus and shunt, continuous: quiet readings, ten a second. */
#define CONFIG_VALUE          0x7527
#define MASK_CONVERSION_READY 0x0001
#define SHUNT_STEP_UV         40
#define BUS_STEP_MV           8

void ina3221_init(struct ina3221 *sensor, uint8_t address, uint32_t shunt_uohm) {
    *sensor = (struct ina3221){.address = address, .shunt_uohm = shunt_uohm, .state = INA3221_NEW};
}

static int read_register(const struct ina3221 *sensor, const struct hal_i2c *i2c, uint8_t reg, uint16_t *value) {
    uint8_t rx[2];
    int error = i2c->transfer(i2c->ctx, sensor->address, &reg, 1, rx, sizeof rx);
    if (!error) *value = (uint16_t)(rx[0] << 8 | rx[1]);
    return error;
}

static int write_register(const struct ina3221 *sensor, const struct hal_i2c *i2c, uint8_t reg, uint16_t value) {
    const uint8_t tx[3] = {reg, (uint8_t)(value >> 8), (uint8_t)value};
    return i2c->transfer(i2c->ctx, sensor->address, tx, sizeof tx, NULL, 0);
}

static enum ina3221_state state_of(int error) {
    switch (error) {
    case HAL_OK:
        return INA3221_OK;
    case HAL_ERR_NACK:
        return INA3221_NOT_FOUND;
    case HAL_ERR_TIMEOUT:
        return INA3221_BUS_STUCK;
    default:
        return INA3221_BUS_ERROR;
    }
}

/* Identity first: a foreign chip is never written to. */
static enum ina3221_state configure(struct ina3221 *sensor, const struct hal_i2c *i2c) {
    uint16_t manufacturer, die;
    int error = read_register(sensor, i2c, REG_MANUFACTURER, &manufacturer);
    if (!error) error = read_register(sensor, i2c, REG_DIE, &die);
    if (error) return state_of(error);
    if (manufacturer != MANUFACTURER_TI || die != DIE_INA3221) return INA3221_FOREIGN;
    error = write_register(sensor, i2c, REG_CONFIG, CONFIG_VALUE);
    sensor->converting = error == HAL_OK;
    return state_of(error);
}

/* A write to the configuration restarts the conversion; what the registers hold before it is done is of another time. */
static int conversion_done(struct ina3221 *sensor, const struct hal_i2c *i2c) {
    uint16_t mask;
    int error = read_register(sensor, i2c, REG_MASK_ENABLE, &mask);
    if (!error && (mask & MASK_CONVERSION_READY)) sensor->converting = false;
    return error;
}

/* Both voltages are signed and left-justified by three bits. Division keeps the sign, which a shift would leave to the compiler.
 */
static int32_t steps_of(uint16_t raw) { return (int32_t)(int16_t)raw / 8; }

static int read_channels(const struct ina3221 *sensor, const struct hal_i2c *i2c, struct ina3221_reading *reading) {
    for (uint8_t channel = 0; channel < INA3221_CHANNEL_COUNT; channel++) {
        uint16_t shunt, bus;
        int error = read_register(sensor, i2c, (uint8_t)(REG_SHUNT_1 + 2 * channel), &shunt);
        if (!error) error = read_register(sensor, i2c, (uint8_t)(REG_BUS_1 + 2 * channel), &bus);
        if (error) return error;
        int64_t shunt_uv = (int64_t)steps_of(shunt) * SHUNT_STEP_UV;
        reading->ma[channel] = (int32_t)(shunt_uv * 1000 / (int64_t)sensor->shunt_uohm);
        reading->mv[channel] = steps_of(bus) * BUS_STEP_MV;
    }
    return HAL_OK;
}

bool ina3221_read(struct ina3221 *sensor, const struct hal_i2c *i2c, struct ina3221_reading *reading) {
    if (sensor->state != INA3221_OK) {
        if (sensor->state == INA3221_BUS_STUCK) (void)i2c->recover(i2c->ctx); /* whether it helped shows at the next transfer */
        sensor->state = configure(sensor, i2c);
        return false;
    }
    uint16_t config;
    int error = read_register(sensor, i2c, REG_CONFIG, &config);
    if (!error && config != CONFIG_VALUE) { /* the chip was reset, or is another one now */
        sensor->state = configure(sensor, i2c);
        return false;
    }
    if (!error && sensor->converting) error = conversion_done(sensor, i2c);
    if (!error && sensor->converting) return false;
    if (!error) error = read_channels(sensor, i2c, reading);
    sensor->state = state_of(error);
    return error == HAL_OK;
}

const char *ina3221_state_text(enum ina3221_state state) {
    switch (state) {
    case INA3221_NEW:
        return "not yet configured";
    case INA3221_OK:
        return "it answers";
    case INA3221_NOT_FOUND:
        return "no answer at its address";
    case INA3221_BUS_STUCK:
        return "the I2C bus is stuck";
    case INA3221_BUS_ERROR:
        return "an I2C error";
    case INA3221_FOREIGN:
        return "another chip answers at its address";
    }
    return "unknown";
}
