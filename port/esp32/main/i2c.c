/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/i2c.h"

#include <driver/gpio.h>
#include <driver/i2c_master.h>
#include <esp_log.h>
#include <stdbool.h>

#include "hal/errors.h"

/* Schematic: SDA and SCL with 2.2 kOhm pull-ups on the board. */
#define I2C_SDA_PIN      GPIO_NUM_13
#define I2C_SCL_PIN      GPIO_NUM_15
#define I2C_SPEED_HZ     400000
#define I2C_GLITCH_COUNT 7    /* clocks of 80 MHz; IDF's recommendation */
#define I2C_TIMEOUT_MS   20   /* 130 bytes at 400 kHz take 3 ms; a failed transfer is followed by a probe, both within 50 ms */
#define I2C_FIRST        0x08 /* below are the bus's own addresses */
#define I2C_LAST         0x77

int i2c_start(struct i2c_bus *i2c) {
    const i2c_master_bus_config_t bus = {
        .i2c_port = I2C_NUM_0,
        .sda_io_num = I2C_SDA_PIN,
        .scl_io_num = I2C_SCL_PIN,
        .clk_source = I2C_CLK_SRC_DEFAULT,
        .glitch_ignore_cnt = I2C_GLITCH_COUNT,
    };
    /* One device whose address changes with each transfer: the bus is used under the controller's lock. */
    const i2c_device_config_t device = {
        .dev_addr_length = I2C_ADDR_BIT_LEN_7, .device_address = I2C_FIRST, .scl_speed_hz = I2C_SPEED_HZ};
    *i2c = (struct i2c_bus){0};
    esp_log_level_set("i2c.master", ESP_LOG_NONE); /* a missing chip is an event in the log, not ten lines a second */
    if (i2c_new_master_bus(&bus, &i2c->bus) != ESP_OK) return HAL_ERR_IO;
    if (i2c_master_bus_add_device(i2c->bus, &device, &i2c->device) == ESP_OK) return HAL_OK;
    (void)i2c_del_master_bus(i2c->bus);
    i2c->bus = NULL;
    return HAL_ERR_IO;
}

static bool lines_are_high(void) { return gpio_get_level(I2C_SDA_PIN) == 1 && gpio_get_level(I2C_SCL_PIN) == 1; }

/* IDF answers ESP_ERR_INVALID_STATE to a missing acknowledge and to much else. */
static int error_at(struct i2c_bus *i2c, uint8_t address) {
    if (!lines_are_high()) return HAL_ERR_TIMEOUT;
    return i2c_master_probe(i2c->bus, address, I2C_TIMEOUT_MS) == ESP_ERR_NOT_FOUND ? HAL_ERR_NACK : HAL_ERR_IO;
}

static esp_err_t move(struct i2c_bus *i2c, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    if (tx_size > 0 && rx_size > 0) return i2c_master_transmit_receive(i2c->device, tx, tx_size, rx, rx_size, I2C_TIMEOUT_MS);
    if (tx_size > 0) return i2c_master_transmit(i2c->device, tx, tx_size, I2C_TIMEOUT_MS);
    return i2c_master_receive(i2c->device, rx, rx_size, I2C_TIMEOUT_MS);
}

static int transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    struct i2c_bus *i2c = ctx;
    if (address < I2C_FIRST || address > I2C_LAST) return HAL_ERR_ARGUMENT;
    if (i2c->bus == NULL) return HAL_ERR_IO;
    if (!lines_are_high()) return HAL_ERR_TIMEOUT;
    if (tx_size == 0 && rx_size == 0) { /* only the address, to see who is there */
        esp_err_t found = i2c_master_probe(i2c->bus, address, I2C_TIMEOUT_MS);
        return found == ESP_OK ? HAL_OK : found == ESP_ERR_NOT_FOUND ? HAL_ERR_NACK : HAL_ERR_IO;
    }
    if (i2c_master_device_change_address(i2c->device, address, I2C_TIMEOUT_MS) != ESP_OK) return HAL_ERR_IO;
    return move(i2c, tx, tx_size, rx, rx_size) == ESP_OK ? HAL_OK : error_at(i2c, address);
}

/* IDF's reset of a bus is nine clocks, as long as SDA is low, and a stop. */
static int recover(void *ctx) {
    struct i2c_bus *i2c = ctx;
    if (i2c->bus == NULL || i2c_master_bus_reset(i2c->bus) != ESP_OK) return HAL_ERR_IO;
    return lines_are_high() ? HAL_OK : HAL_ERR_TIMEOUT;
}

struct hal_i2c i2c_hal(struct i2c_bus *i2c) {
    return (struct hal_i2c){.ctx = i2c, .transfer = transfer, .recover = recover};
}
