/* SPDX-License-Identifier: Apache-2.0 */
#include "service/json_scan.h"

#include <string.h>

#include "service/utf8.h"

struct scan {
    const char *text;
    size_t size, at;
    unsigned depth, values;
};

static char peek(const struct scan *s) { return s->at < s->size ? s->text[s->at] : '\0'; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t digits(struct scan *s) {
    size_t start = s->at;
    while (is_digit(peek(s))) s->at++;
    return s->at - start;
}

/* RFC 8259, 6: no leading zero, digits on both sides of the point. */
static bool number(struct scan *s) {
    if (peek(s) == '-') s->at++;
    bool zero = peek(s) == '0';
    size_t whole = digits(s);
    if (whole == 0 || (zero && whole > 1)) return false;
    if (peek(s) == '.') {
        s->at++;
        if (digits(s) == 0) return false;
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-') s->at++;
        if (digits(s) == 0) return false;
    }
    return true;
}

/* \u0000 would end a C string early: what was checked and what is used would differ. */
static bool escaped_nul(const struct scan *s) { return s->size - s->at >= 6 && memcmp(&s->text[s->at], "\\u0000", 6) == 0; }

static bool string(struct scan *s) {
    s->at++;
    while (s->at < s->size && s->text[s->at] != '"') {
        size_t length = utf8_length(&s->text[s->at], s->size - s->at);
        if (length == 0 || (unsigned char)s->text[s->at] < 0x20 || escaped_nul(s)) return false;
        s->at += length;
        if (s->text[s->at - length] != '\\') continue;
        if (s->at >= s->size || (unsigned char)s->text[s->at] >= 0x80) return false;
        s->at++; /* the escaped character; the parser judges it */
    }
    if (s->at >= s->size) return false;
    s->at++;
    return true;
}

static bool mark(struct scan *s, char c) {
    s->at++;
    switch (c) {
    case '{':
    case '[':
        return ++s->depth <= JSON_DEPTH_MAX && ++s->values <= JSON_VALUES_MAX;
    case '}':
    case ']':
        return s->depth-- > 0;
    case ',':
        return ++s->values <= JSON_VALUES_MAX;
    default:
        return true;
    }
}

bool json_scan(const char *text, size_t size) {
    struct scan s = {.text = text, .size = size};
    while (s.at < s.size) {
        char c = s.text[s.at];
        bool good = false;
        if (c == '"')
            good = string(&s);
        else if (c == '-' || is_digit(c))
            good = number(&s);
        else if (c != '\0' && strchr("{}[],: \t\r\ntruefalsn", c))
            good = mark(&s, c);
        if (!good) return false;
    }
    return true;
}
