/* SPDX-License-Identifier: Apache-2.0
 * picture_png - the display's picture as a PNG (RFC 2083) with one bit a point, each point as a square. */
#ifndef TWIN_PICTURE_PNG_H
#define TWIN_PICTURE_PNG_H

#include <stdio.h>

#include "twin/ssd1306_emul.h"

#define TWIN_PNG_SCALE       4                                                /* 128 points are small on a screen of today */
#define TWIN_PNG_POINTS_SIZE ((SSD1306_EMUL_WIDTH + 1) * SSD1306_EMUL_HEIGHT) /* lines end with a newline */

/* points: as from twin_picture_points(). 0, or -1 when it could not be written. */
int twin_picture_png(const char points[TWIN_PNG_POINTS_SIZE], FILE *out);

#endif
