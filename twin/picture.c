/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/picture.h"

void twin_picture_blocks(const struct ssd1306_emul *display, FILE *out) {
    static const char *const blocks[] = {" ", "\u2580", "\u2584", "\u2588"}; /* none, upper, lower, both */
    for (unsigned y = 0; y < SSD1306_EMUL_HEIGHT; y += 2) {
        for (unsigned x = 0; x < SSD1306_EMUL_WIDTH; x++) {
            unsigned upper = ssd1306_emul_point(display, x, y), lower = ssd1306_emul_point(display, x, y + 1);
            (void)fputs(blocks[upper | lower << 1], out);
        }
        (void)fputc('\n', out);
    }
}

void twin_picture_points(const struct ssd1306_emul *display, FILE *out) {
    for (unsigned y = 0; y < SSD1306_EMUL_HEIGHT; y++) {
        for (unsigned x = 0; x < SSD1306_EMUL_WIDTH; x++)
            (void)fputc(ssd1306_emul_point(display, x, y) ? TWIN_PICTURE_LIT : TWIN_PICTURE_DARK, out);
        (void)fputc('\n', out);
    }
}
