/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/ssd1306.h"

#include <string.h>

#include "hal/errors.h"

/* Control bytes: data sheet, 8.1.5.2. Commands: its table 9-1. */
#define CONTROL_COMMANDS 0x00 /* all that follows */
#define CONTROL_COMMAND  0x80 /* one byte, then another control byte */
#define CONTROL_DATA     0x40 /* all that follows */
#define SET_COLUMN_LOW   0x00
#define SET_COLUMN_HIGH  0x10
#define SET_CONTRAST     0x81
#define DISPLAY_OFF      0xAE
#define DISPLAY_ON       0xAF
#define SET_PAGE         0xB0
#define STATUS_OFF       0x40

void ssd1306_init(struct ssd1306 *display, uint8_t address) { *display = (struct ssd1306){.address = address}; }

/* Whatever goes wrong, what the display holds is no longer known. */
static int transfer(struct ssd1306 *display, const struct hal_i2c *i2c, const uint8_t *tx, size_t tx_size, uint8_t *rx,
                    size_t rx_size) {
    int error = i2c->transfer(i2c->ctx, display->address, tx, tx_size, rx, rx_size);
    if (error) display->begun = false;
    return error;
}

int ssd1306_begin(struct ssd1306 *display, const struct hal_i2c *i2c) {
    /* clang-format off */
    static const uint8_t commands[] = {
        CONTROL_COMMANDS, DISPLAY_OFF,
        0xD5, 0x80, /* clock: the reset value */
        0xA8, 0x3F, /* 64 rows */
        0xD3, 0x00, /* no offset */
        0x40,       /* first line 0 */
        0x8D, 0x14, /* charge pump on: these modules have no other supply for the panel */
        0x20, 0x02, /* page addressing */
        0xA1, 0xC8, /* columns and rows as the modules are mounted, pins upwards */
        0xDA, 0x12, /* rows wired alternately */
        0xD9, 0xF1, /* precharge for the charge pump (application note) */
        0xDB, 0x20, /* VCOMH: the reset value */
        0xA4, 0xA6, /* shows its memory, a one is lit */
        0x2E,       /* no scrolling */
    };
    /* clang-format on */
    int error = transfer(display, i2c, commands, sizeof commands, NULL, 0);
    display->begun = error == HAL_OK;
    display->lit = false;
    return error;
}

int ssd1306_write_page(struct ssd1306 *display, const struct hal_i2c *i2c, uint8_t page,
                       const uint8_t columns[SSD1306_COLUMN_COUNT]) {
    const uint8_t head[] = {
        CONTROL_COMMAND, (uint8_t)(SET_PAGE | page), CONTROL_COMMAND, SET_COLUMN_LOW, CONTROL_COMMAND, SET_COLUMN_HIGH,
        CONTROL_DATA};
    uint8_t tx[SSD1306_TRANSFER_MAX];
    if (page >= SSD1306_PAGE_COUNT) return HAL_ERR_ARGUMENT;
    memcpy(tx, head, sizeof head);
    memcpy(&tx[sizeof head], columns, SSD1306_COLUMN_COUNT);
    _Static_assert(sizeof head + SSD1306_COLUMN_COUNT == sizeof tx, "a page and its address are one transfer");
    return transfer(display, i2c, tx, sizeof tx, NULL, 0);
}

int ssd1306_light(struct ssd1306 *display, const struct hal_i2c *i2c, bool lit, uint8_t contrast) {
    const uint8_t commands[] = {CONTROL_COMMANDS, SET_CONTRAST, contrast, lit ? DISPLAY_ON : DISPLAY_OFF};
    int error = transfer(display, i2c, commands, sizeof commands, NULL, 0);
    if (error) return error;
    display->lit = lit;
    display->contrast = contrast;
    return HAL_OK;
}

int ssd1306_check(struct ssd1306 *display, const struct hal_i2c *i2c) {
    uint8_t status;
    int error = transfer(display, i2c, NULL, 0, &status, 1);
    if (error) return error;
    if (((status & STATUS_OFF) == 0) == display->lit) return HAL_OK;
    display->begun = false;
    return HAL_ERR_IO;
}
