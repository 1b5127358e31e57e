/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text.h"

#include <stdint.h>
#include <string.h>

/* The length of the character at text: 1 to 4, or 0 when it is no character that may be shown (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF; no C0 and C1 controls). */
static size_t character_size(const unsigned char *text) {
    static const uint32_t least[] = {0, 0, 0xA0, 0x800, 0x10000};
    if (text[0] < 0x80) return text[0] >= ' ' && text[0] != 0x7f ? 1 : 0;
    size_t size = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (text[0] < 0xC0 || text[0] > 0xF4) return 0;
    uint32_t code = text[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
        code = code << 6 | (text[i] & 0x3Fu);
    }
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code >= least[size] && code <= 0x10FFFF && !surrogate ? size : 0;
}

bool text_clean(char *out, size_t size, const char *text) {
    size_t done = 0, end = 0; /* end: behind the last that is not blank */
    out[0] = '\0';
    text += strspn(text, " \t");
    size_t whole = strlen(text);
    while (whole > 0 && strchr(" \t\r\n", text[whole - 1])) whole--;
    while (done < whole) {
        size_t step = character_size((const unsigned char *)text + done);
        if (step == 0 || step > whole - done) return false;
        done += step;
        if (done < size) end = done;
    }
    memcpy(out, text, end);
    while (end > 0 && out[end - 1] == ' ') end--;
    out[end] = '\0';
    return end > 0;
}
