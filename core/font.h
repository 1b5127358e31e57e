/* SPDX-License-Identifier: Apache-2.0
 * font - letters for the display, drawn for it: five points wide, seven high and one more below for tails, in a cell of 6 x 8.
 * Printable ASCII only; whatever else there is, is a box. A zero has a stroke, so that it is no O. */
#ifndef CORE_FONT_H
#define CORE_FONT_H

#include <stdint.h>

#define FONT_WIDTH 5
#define FONT_BOX   '\x7f' /* what the box answers to */

/* Five columns from the left, bit 0 at the top. */
const uint8_t *font_glyph(char c);

#endif
