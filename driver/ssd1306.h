/* SPDX-License-Identifier: Apache-2.0
 * ssd1306 - a display of 128 x 64 points with a Solomon Systech SSD1306 (data sheet 1.1) on I2C, written in pages: eight rows of
 * 128 columns, each a byte with bit 0 at the top. Nothing is kept of the picture. Every call is one transfer of at most
 * SSD1306_TRANSFER_MAX bytes and returns 0 or its hal_error, after which the display counts as lost.
 * A display that comes, or that lost its supply, is found by ssd1306_begin(); it stays off until its pages are written and
 * ssd1306_light() is called, as its memory holds anything. After a controller restart: it shows the old picture until begun. */
#ifndef DRIVER_SSD1306_H
#define DRIVER_SSD1306_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/i2c.h"

#define SSD1306_PAGE_COUNT   8
#define SSD1306_COLUMN_COUNT 128
#define SSD1306_TRANSFER_MAX 135 /* a page and its address: 3 ms at 400 kHz */

struct ssd1306 {
    uint8_t address;  /* 7 bits, 0x3C or 0x3D */
    bool begun;       /* it answers and is configured */
    bool lit;         /* as ordered last */
    uint8_t contrast; /* the same */
};

void ssd1306_init(struct ssd1306 *display, uint8_t address);
/* Configures it, off. */
int ssd1306_begin(struct ssd1306 *display, const struct hal_i2c *i2c);
int ssd1306_write_page(struct ssd1306 *display, const struct hal_i2c *i2c, uint8_t page,
                       const uint8_t columns[SSD1306_COLUMN_COUNT]);
/* contrast: 0 to 255, about proportional to the light. */
int ssd1306_light(struct ssd1306 *display, const struct hal_i2c *i2c, bool lit, uint8_t contrast);
/* Sees whether it still answers, lit or dark as ordered; HAL_ERR_IO when it is not, because it was without supply meanwhile. */
int ssd1306_check(struct ssd1306 *display, const struct hal_i2c *i2c);

#endif
