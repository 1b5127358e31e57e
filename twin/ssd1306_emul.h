/* SPDX-License-Identifier: Apache-2.0
 * ssd1306_emul - a display of 128 x 64 points with an SSD1306 (Solomon Systech, data sheet 1.1) on I2C, mounted as such modules
 * are: what it shows is right only when the firmware has set it up for this panel. Without the charge pump it stays dark, with
 * the wrong directions the picture is upside down, with the wrong wiring of rows it is torn. Its memory holds noise at power-on.
 * Bus side: control bytes, commands and data of one transaction, status on reading. What the chip does not know, what is cut off
 * and what is out of range is counted as a fault, in words. Page addressing only; scrolling is not modelled and counts as a
 * fault, and so do values that no module of this kind can have.
 * After a controller restart it goes on showing. Without supply it forgets everything. */
#ifndef TWIN_SSD1306_EMUL_H
#define TWIN_SSD1306_EMUL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SSD1306_EMUL_WIDTH      128
#define SSD1306_EMUL_HEIGHT     64
#define SSD1306_EMUL_PAGE_COUNT (SSD1306_EMUL_HEIGHT / 8)

struct ssd1306_emul {
    bool powered, on, charge_pump, inverse, all_lit;
    bool columns_mirrored, rows_mirrored, rows_alternate;
    uint8_t contrast, row_count, offset, start_line;
    uint8_t page, column; /* where the next data byte goes */
    uint8_t pending;      /* command whose argument is missing, 0: none */
    uint8_t memory[SSD1306_EMUL_PAGE_COUNT][SSD1306_EMUL_WIDTH];
    uint32_t fault_count;
    const char *fault; /* the latest, in words; NULL: none since power-on */
};

/* Supply comes or goes. */
void ssd1306_emul_power(struct ssd1306_emul *chip, bool powered);
/* One addressed transaction, as struct hal_i2c; HAL_ERR_NACK without supply. */
int ssd1306_emul_transfer(struct ssd1306_emul *chip, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size);
/* Whether a person sees light at that point; 0, 0 is on the top left. */
bool ssd1306_emul_point(const struct ssd1306_emul *chip, unsigned x, unsigned y);

#endif
