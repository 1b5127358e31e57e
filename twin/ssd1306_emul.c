/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ssd1306_emul.h"

#include <string.h>

#include "hal/errors.h"

/* Commands and reset values: data sheet, table 9-1; control bytes and status: 8.1.5. */
#define CONTROL_CONTINUES 0x80 /* Co: one byte follows, then another control byte */
#define CONTROL_DATA      0x40 /* D/C# */
#define STATUS_OFF        0x40
#define CONTRAST_RESET    0x7F
#define MODE_PAGE         0x02
#define PINS_SEQUENTIAL   0x02
#define PINS_ALTERNATE    0x12
#define PUMP_ON           0x14
#define PUMP_OFF          0x10

enum {
    SET_MODE = 0x20,
    SCROLL_OFF = 0x2E,
    SET_CONTRAST = 0x81,
    SET_CHARGE_PUMP = 0x8D,
    SHOW_MEMORY = 0xA4,
    SHOW_ALL_LIT = 0xA5,
    SHOW_NORMAL = 0xA6,
    SHOW_INVERSE = 0xA7,
    SET_ROW_COUNT = 0xA8,
    DISPLAY_OFF = 0xAE,
    DISPLAY_ON = 0xAF,
    SET_OFFSET = 0xD3,
    SET_CLOCK = 0xD5,
    SET_PRECHARGE = 0xD9,
    SET_PINS = 0xDA,
    SET_VCOMH = 0xDB,
    NOP = 0xE3,
};

static void fault(struct ssd1306_emul *chip, const char *words) {
    chip->fault_count++;
    chip->fault = words;
}

void ssd1306_emul_power(struct ssd1306_emul *chip, bool powered) {
    *chip = (struct ssd1306_emul){.powered = powered,
                                  .columns_mirrored = true, /* of this panel the left is at SEG127, the top at COM63 */
                                  .rows_mirrored = true,
                                  .rows_alternate = true,
                                  .contrast = CONTRAST_RESET,
                                  .row_count = SSD1306_EMUL_HEIGHT};
    for (unsigned i = 0; i < sizeof chip->memory; i++) /* noise, the same each time */
        chip->memory[i / SSD1306_EMUL_WIDTH][i % SSD1306_EMUL_WIDTH] = (uint8_t)(i * 2654435761u >> 13);
}

/* ---- commands ---- */

static void set_row_count(struct ssd1306_emul *chip, uint8_t value) {
    if (value < 15 || value > 63)
        fault(chip, "a multiplex ratio that there is not");
    else
        chip->row_count = value + 1;
}

static void set_pins(struct ssd1306_emul *chip, uint8_t value) {
    if (value == PINS_ALTERNATE || value == PINS_SEQUENTIAL)
        chip->rows_alternate = value == PINS_ALTERNATE;
    else
        fault(chip, "a wiring of rows that this panel has not");
}

static void set_charge_pump(struct ssd1306_emul *chip, uint8_t value) {
    if (value == PUMP_ON || value == PUMP_OFF)
        chip->charge_pump = value == PUMP_ON;
    else
        fault(chip, "a charge pump setting that there is not");
}

static void take_argument(struct ssd1306_emul *chip, uint8_t command, uint8_t value) {
    switch (command) {
    case SET_MODE:
        if (value != MODE_PAGE) fault(chip, "an addressing mode that is not modelled");
        break;
    case SET_CONTRAST:
        chip->contrast = value;
        break;
    case SET_CHARGE_PUMP:
        set_charge_pump(chip, value);
        break;
    case SET_ROW_COUNT:
        set_row_count(chip, value);
        break;
    case SET_OFFSET:
        chip->offset = value % SSD1306_EMUL_HEIGHT;
        if (value >= SSD1306_EMUL_HEIGHT) fault(chip, "an offset beyond the rows");
        break;
    case SET_PINS:
        set_pins(chip, value);
        break;
    case SET_PRECHARGE:
        if ((value & 0x0F) == 0 || value >> 4 == 0) fault(chip, "a precharge of 0 clocks");
        break;
    case SET_VCOMH:
        if (value & 0x8F) fault(chip, "a VCOMH level that there is not");
        break;
    default: /* SET_CLOCK: nobody sees the frequency */
        break;
    }
}

static bool takes_argument(uint8_t command) {
    static const uint8_t commands[] = {SET_MODE,  SET_CONTRAST,  SET_CHARGE_PUMP, SET_ROW_COUNT, SET_OFFSET,
                                       SET_CLOCK, SET_PRECHARGE, SET_PINS,        SET_VCOMH};
    return memchr(commands, command, sizeof commands) != NULL;
}

/* Commands that carry their value in their own low bits. True when it was one. */
static bool take_short(struct ssd1306_emul *chip, uint8_t command) {
    if (command < 0x10)
        chip->column = (chip->column & 0xF0) | command;
    else if (command < 0x20)
        chip->column = (uint8_t)((chip->column & 0x0F) | (command & 0x07) << 4);
    else if (command >= 0x40 && command < 0x80)
        chip->start_line = command & 0x3F;
    else if (command >= 0xB0 && command < 0xB8)
        chip->page = command & 0x07;
    else if (command == 0xA0 || command == 0xA1)
        chip->columns_mirrored = command == 0xA0;
    else if (command == 0xC0 || command == 0xC8)
        chip->rows_mirrored = command == 0xC0;
    else
        return false;
    return true;
}

static void take_command(struct ssd1306_emul *chip, uint8_t command) {
    if (chip->pending) {
        uint8_t pending = chip->pending;
        chip->pending = 0;
        take_argument(chip, pending, command);
        return;
    }
    if (takes_argument(command)) {
        chip->pending = command;
        return;
    }
    if (take_short(chip, command)) return;
    switch (command) {
    case SHOW_MEMORY:
    case SHOW_ALL_LIT:
        chip->all_lit = command == SHOW_ALL_LIT;
        break;
    case SHOW_NORMAL:
    case SHOW_INVERSE:
        chip->inverse = command == SHOW_INVERSE;
        break;
    case DISPLAY_OFF:
    case DISPLAY_ON:
        chip->on = command == DISPLAY_ON;
        break;
    case SCROLL_OFF:
    case NOP:
        break;
    default:
        fault(chip, "a command that there is not, or that is not modelled");
    }
}

static void take_data(struct ssd1306_emul *chip, uint8_t value) {
    if (chip->pending) {
        chip->pending = 0;
        fault(chip, "data where a command's argument was due");
    }
    chip->memory[chip->page][chip->column] = value;
    chip->column = (chip->column + 1) % SSD1306_EMUL_WIDTH; /* the page stays: 10.1.3 */
}

/* ---- bus ---- */

static void take_bytes(struct ssd1306_emul *chip, const uint8_t *tx, size_t tx_size) {
    size_t at = 0;
    while (at < tx_size) {
        uint8_t control = tx[at++];
        bool one = control & CONTROL_CONTINUES, data = control & CONTROL_DATA;
        if (control & 0x3F) fault(chip, "a control byte that there is not");
        if (at == tx_size) fault(chip, "a control byte with nothing behind it");
        size_t end = one && at < tx_size ? at + 1 : tx_size;
        for (; at < end; at++) (data ? take_data : take_command)(chip, tx[at]);
    }
    if (chip->pending) {
        chip->pending = 0;
        fault(chip, "a command without its argument");
    }
}

int ssd1306_emul_transfer(struct ssd1306_emul *chip, const uint8_t *tx, size_t tx_size, uint8_t *rx, size_t rx_size) {
    if (!chip->powered) return HAL_ERR_NACK;
    if (tx_size) take_bytes(chip, tx, tx_size);
    for (size_t i = 0; i < rx_size; i++) rx[i] = chip->on ? 0 : STATUS_OFF;
    return HAL_OK;
}

/* ---- what is seen ---- */

/* The rows of this panel are wired in turn to the chip's two halves; set to sequential, the chip sends each to another's place.
 */
static unsigned wired_row(const struct ssd1306_emul *chip, unsigned y) {
    return chip->rows_alternate ? y : y % 2 * (SSD1306_EMUL_HEIGHT / 2) + y / 2;
}

bool ssd1306_emul_point(const struct ssd1306_emul *chip, unsigned x, unsigned y) {
    if (x >= SSD1306_EMUL_WIDTH || y >= SSD1306_EMUL_HEIGHT) return false;
    if (!chip->powered || !chip->on || !chip->charge_pump) return false;
    unsigned row = wired_row(chip, y), column = chip->columns_mirrored ? SSD1306_EMUL_WIDTH - 1 - x : x;
    if (chip->rows_mirrored) row = SSD1306_EMUL_HEIGHT - 1 - row;
    row = (row + chip->offset) % SSD1306_EMUL_HEIGHT;
    if (row >= chip->row_count) return false;
    row = (row + chip->start_line) % SSD1306_EMUL_HEIGHT;
    bool lit = chip->all_lit || (chip->memory[row / 8][column] >> row % 8 & 1);
    return lit != chip->inverse;
}
