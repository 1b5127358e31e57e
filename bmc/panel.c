/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/panel.h"

#include <string.h>

#include "bmc/records.h"
#include "core/bytes.h"
#include "core/font.h"
#include "hal/errors.h"

#define LOOK_MS      50    /* at the button: hardly a finger is quicker */
#define ROW_GAP_MS   10    /* between two rows: the bus is the sensors', a whole page takes a tenth of a second */
#define CHECK_MS     1000  /* whether the display is still there */
#define RETRY_MS     2000  /* whether it is there now: two bytes that nobody acknowledges */
#define RETRY_MAX_MS 64000 /* one that holds the bus costs up to 50 ms at each try */

#define CELL_WIDTH (FONT_WIDTH + 1)

_Static_assert(SCREEN_ROW_COUNT == SSD1306_PAGE_COUNT, "a row of text is a page of the display");
_Static_assert(SCREEN_COLUMN_COUNT *CELL_WIDTH <= SSD1306_COLUMN_COUNT - 1, "with a margin on the left");

void panel_begin(struct bmc *bmc) {
    const struct hal_gpio *gpio = bmc->hal.gpio;
    /* A pin that cannot be set up reads as an error, which is no press. */
    (void)gpio->set_mode(gpio->ctx, BOARD_PIN_BOOT, HAL_GPIO_INPUT);
    (void)gpio->set_pull(gpio->ctx, BOARD_PIN_BOOT, HAL_GPIO_PULL_UP);
    ssd1306_init(&bmc->display, BOARD_DISPLAY_ADDRESS);
    bmc->display_retry_ms = RETRY_MS;
    screen_begin(&bmc->screen, &bmc->core);
}

/* ---- button ---- */

/* The order is stored, then told; the port restarts as after Manager.ResetToDefaults. A board that nobody has set up has nothing
 * to forget, so a bad contact cannot reset it over and over. */
static enum screen_notice reset_to_defaults(struct bmc *bmc) {
    struct core *core = &bmc->core;
    uint8_t record[DEFAULTS_RECORD_SIZE];
    if (core->setup_code[0]) return SCREEN_RESET_NEEDLESS;
    if (!records_put(bmc, DEFAULTS_KEY, record, defaults_encode(DEFAULTS_ALL, record))) return SCREEN_RESET_FAILED;
    struct event event = event_make(EVENT_DEFAULTS_ORDERED, 0, defaults_name(DEFAULTS_ALL));
    text_copy(event.origin.actor, sizeof event.origin.actor, "BOOT button");
    core_log(core, &event);
    core->restart_requested = true;
    return SCREEN_RESETTING;
}

static void read_button(struct bmc *bmc) {
    const struct hal_gpio *gpio = bmc->hal.gpio;
    uint64_t now_ms = bmc->core.now_ms;
    int level = gpio->get_level(gpio->ctx, BOARD_PIN_BOOT);
    if (level < 0) return; /* nothing is concluded from it */
    enum button_act act = button_step(&bmc->button, level == 0, now_ms);
    screen_button(&bmc->screen, act, now_ms);
    screen_countdown(&bmc->screen, button_countdown_s(&bmc->button), now_ms);
    if (act == BUTTON_HELD) screen_notify(&bmc->screen, reset_to_defaults(bmc));
}

/* ---- display ---- */

/* Row 0 is a title, dark on light. */
static int send_row(struct bmc *bmc, uint8_t row) {
    uint8_t columns[SSD1306_COLUMN_COUNT], ground = row == 0 ? 0xFF : 0;
    memset(columns, ground, sizeof columns);
    for (unsigned i = 0; i < SCREEN_COLUMN_COUNT * CELL_WIDTH; i++) {
        const uint8_t *glyph = font_glyph(bmc->screen.text[row][i / CELL_WIDTH]);
        if (i % CELL_WIDTH < FONT_WIDTH) columns[1 + i] ^= glyph[i % CELL_WIDTH];
    }
    int error = ssd1306_write_page(&bmc->display, bmc->hal.i2c, row, columns);
    if (!error) bmc->screen.changed &= (uint8_t) ~(1u << row);
    return error;
}

static int send_changed_row(struct bmc *bmc) {
    for (uint8_t row = 0; row < SCREEN_ROW_COUNT; row++)
        if (bmc->screen.changed >> row & 1) return send_row(bmc, row);
    return HAL_OK;
}

/* Rows before light: what a display holds that was dark, or has just come, is not for anybody's eyes. */
static int refresh(struct bmc *bmc) {
    static const uint8_t contrasts[SCREEN_LIGHT_COUNT] = {[SCREEN_BRIGHT] = 0xCF, [SCREEN_DIM] = 0x01};
    struct ssd1306 *display = &bmc->display;
    bool lit = bmc->screen.light != SCREEN_DARK;
    uint8_t contrast = contrasts[bmc->screen.light];
    if (lit && bmc->screen.changed) return send_changed_row(bmc);
    if (lit != display->lit || contrast != display->contrast) return ssd1306_light(display, bmc->hal.i2c, lit, contrast);
    if (bmc->core.now_ms < bmc->display_ms) return HAL_OK;
    bmc->display_ms = bmc->core.now_ms + CHECK_MS;
    int error = ssd1306_check(display, bmc->hal.i2c);
    if (!error) bmc->display_retry_ms = RETRY_MS;
    return error;
}

static int look_for_display(struct bmc *bmc) {
    if (bmc->core.now_ms < bmc->display_ms) return HAL_OK;
    bmc->screen.changed = 0xFF;
    bmc->display_ms = bmc->core.now_ms + CHECK_MS;
    return ssd1306_begin(&bmc->display, bmc->hal.i2c);
}

/* Nobody there is the usual case. A held bus is freed at once, for the sensors must not find it so. */
static void lose_display(struct bmc *bmc, int error) {
    bmc->display_ms = bmc->core.now_ms + bmc->display_retry_ms;
    if (error != HAL_ERR_TIMEOUT) return;
    (void)bmc->hal.i2c->recover(bmc->hal.i2c->ctx);
    if (bmc->display_retry_ms < RETRY_MAX_MS) bmc->display_retry_ms *= 2;
}

uint64_t panel_step(struct bmc *bmc, uint64_t wake_ms) {
    read_button(bmc);
    screen_step(&bmc->screen, &bmc->core);
    int error = bmc->display.begun ? refresh(bmc) : look_for_display(bmc);
    if (error) lose_display(bmc, error);
    /* Without a display a click says nothing, and a hold is long enough to be seen at every sampling. */
    if (!bmc->display.begun) return wake_ms;
    bool rows_wait = bmc->screen.changed && bmc->screen.light != SCREEN_DARK;
    uint64_t panel_ms = bmc->core.now_ms + (rows_wait ? ROW_GAP_MS : LOOK_MS);
    return panel_ms < wake_ms ? panel_ms : wake_ms;
}
