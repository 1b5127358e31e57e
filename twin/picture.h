/* SPDX-License-Identifier: Apache-2.0
 * picture - what a person would see on the display, as text: two points to a character with half blocks, for people, or one point
 * to a character, '#' lit and '.' dark, for programs. */
#ifndef TWIN_PICTURE_H
#define TWIN_PICTURE_H

#include <stdio.h>

#include "twin/ssd1306_emul.h"

#define TWIN_PICTURE_LIT  '#'
#define TWIN_PICTURE_DARK '.'

void twin_picture_blocks(const struct ssd1306_emul *display, FILE *out);
void twin_picture_points(const struct ssd1306_emul *display, FILE *out);

#endif
