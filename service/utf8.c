/* SPDX-License-Identifier: Apache-2.0 */
#include "service/utf8.h"

#include <stdint.h>

/* The rows of RFC 3629, section 4: first byte, how many follow, and the range of the byte after the first. */
struct form {
    uint8_t first_min, first_max, following, second_min, second_max;
};

static const struct form forms[] = {
    {0x00, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static size_t length_in_form(const struct form *form, const char *text, size_t available) {
    if (available <= form->following) return 0;
    for (size_t i = 1; i <= form->following; i++) {
        uint8_t byte = (uint8_t)text[i];
        uint8_t min = i == 1 ? form->second_min : 0x80, max = i == 1 ? form->second_max : 0xbf;
        if (byte < min || byte > max) return 0;
    }
    return 1u + form->following;
}

size_t utf8_length(const char *text, size_t available) {
    if (available == 0) return 0;
    uint8_t first = (uint8_t)text[0];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (first >= forms[i].first_min && first <= forms[i].first_max) return length_in_form(&forms[i], text, available);
    return 0;
}
