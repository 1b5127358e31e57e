/* SPDX-License-Identifier: Apache-2.0
 * The board's bus side: what firmware sees through hal_gpio and hal_i2c. */
#include "hal/errors.h"
#include "twin/board.h"

static int after_change(struct twin_board *board, int result) {
    if (result == HAL_OK) twin_board_settle(board);
    return result;
}

static int get_level(void *ctx, uint8_t pin) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    if (pin == TWIN_BOOT_PIN && board->now_us < board->boot_until_us) return 0;
    return twin_esp_pins_get_level(&board->pins, pin);
}

static int set_level(void *ctx, uint8_t pin, bool level) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    return after_change(board, twin_esp_pins_set_level(&board->pins, pin, level));
}

static int set_mode(void *ctx, uint8_t pin, enum hal_gpio_mode mode) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    return after_change(board, twin_esp_pins_set_mode(&board->pins, pin, mode));
}

static int set_pull(void *ctx, uint8_t pin, enum hal_gpio_pull pull) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    return after_change(board, twin_esp_pins_set_pull(&board->pins, pin, pull));
}

static int set_drive(void *ctx, uint8_t pin, uint8_t capability) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    return twin_esp_pins_set_drive(&board->pins, pin, capability);
}

static int set_hold(void *ctx, uint8_t pin, bool held) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    return after_change(board, twin_esp_pins_set_hold(&board->pins, pin, held));
}

static int relatch(void *ctx, uint8_t pin) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    return after_change(board, twin_esp_pins_relatch(&board->pins, pin));
}

void twin_board_gpio(struct twin_board *board, struct hal_gpio *gpio) {
    *gpio = (struct hal_gpio){
        .ctx = board,
        .get_level = get_level,
        .set_level = set_level,
        .set_mode = set_mode,
        .set_pull = set_pull,
        .set_drive = set_drive,
        .set_hold = set_hold,
        .relatch = relatch,
    };
}

static int transfer(void *ctx, uint8_t address, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    if (address > 0x7F) return HAL_ERR_ARGUMENT;
    if (board->i2c_fault != TWIN_I2C_OK) return HAL_ERR_TIMEOUT;
    for (unsigned i = 0; i < TWIN_CHIP_COUNT; i++) {
        if (twin_chip_address[i] != address || board->chip_missing[i]) continue;
        return ina3221_emul_transfer(&board->chip[i], board->now_us, tx, tx_size, rx, rx_size);
    }
    if (address == TWIN_DISPLAY_ADDRESS) return ssd1306_emul_transfer(&board->display, tx, tx_size, rx, rx_size);
    return HAL_ERR_NACK;
}

static int recover(void *ctx) {
    struct twin_board *board = ctx;
    if (!twin_board_powered(board)) return HAL_ERR_IO;
    if (board->i2c_fault == TWIN_I2C_STUCK_TRANSIENT) board->i2c_fault = TWIN_I2C_OK;
    return board->i2c_fault == TWIN_I2C_OK ? HAL_OK : HAL_ERR_TIMEOUT;
}

void twin_board_i2c(struct twin_board *board, struct hal_i2c *i2c) {
    *i2c = (struct hal_i2c){.ctx = board, .transfer = transfer, .recover = recover};
}

void twin_board_i2c_fault(struct twin_board *board, enum twin_i2c_fault fault) { board->i2c_fault = fault; }

void twin_board_chip_missing(struct twin_board *board, unsigned chip, bool missing) {
    if (chip < TWIN_CHIP_COUNT) board->chip_missing[chip] = missing;
}

void twin_board_fit_display(struct twin_board *board, bool fitted) {
    if (fitted == board->display_fitted) return;
    board->display_fitted = fitted;
    ssd1306_emul_power(&board->display, fitted && twin_board_powered(board));
}
