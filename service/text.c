/* SPDX-License-Identifier: Apache-2.0 */
#include "service/text.h"

#include <stdio.h>
#include <string.h>

/* Days to a date of the proleptic Gregorian calendar: years begin in March, so that the leap day is a year's last. */
static void civil_date(uint32_t days_since_1970, unsigned *year, unsigned *month, unsigned *day) {
    uint32_t days = days_since_1970 + 719468; /* since 0000-03-01 */
    uint32_t era = days / 146097, of_era = days % 146097;
    uint32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t march_month = (5 * of_year + 2) / 153;
    *day = of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

void text_time(char out[TEXT_TIME_SIZE], uint64_t wall_ms) {
    const uint64_t last_ms = 253402300799999; /* the end of the year 9999: four digits hold it */
    if (wall_ms > last_ms) wall_ms = last_ms;
    unsigned year, month, day;
    civil_date((uint32_t)(wall_ms / 86400000), &year, &month, &day);
    uint32_t of_day = (uint32_t)(wall_ms % 86400000);
    snprintf(out, TEXT_TIME_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", year % 10000, month % 100, day % 100,
             (unsigned)(of_day / 3600000) % 100, (unsigned)(of_day / 60000 % 60), (unsigned)(of_day / 1000 % 60),
             (unsigned)(of_day % 1000));
}

bool text_address(char out[TEXT_ADDRESS_SIZE], const uint8_t address[16]) {
    static const uint8_t none[16] = {0}, mapped[12] = {[10] = 0xff, [11] = 0xff};
    out[0] = '\0';
    if (memcmp(address, none, sizeof none) == 0) return false;
    if (memcmp(address, mapped, sizeof mapped) == 0) {
        snprintf(out, TEXT_ADDRESS_SIZE, "%u.%u.%u.%u", address[12], address[13], address[14], address[15]);
        return true;
    }
    for (unsigned group = 0, used = 0; group < 8; group++) {
        unsigned value = address[2 * group] * 256u + address[2 * group + 1];
        used += (unsigned)snprintf(&out[used], TEXT_ADDRESS_SIZE - used, group ? ":%x" : "%x", value);
    }
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool text_read_ipv4(const char *text, uint8_t address[4]) {
    uint8_t read[4];
    for (unsigned i = 0; i < 4; i++) {
        unsigned value = 0, digits = 0;
        while (is_digit(*text) && digits < 3) {
            value = value * 10 + (unsigned)(*text++ - '0');
            digits++;
        }
        bool leading_zero = digits > 1 && text[-(int)digits] == '0';
        if (digits == 0 || value > 255 || leading_zero) return false;
        if (*text != (i < 3 ? '.' : '\0')) return false;
        if (i < 3) text++;
        read[i] = (uint8_t)value;
    }
    memcpy(address, read, sizeof read);
    return true;
}

bool text_read_number(const char *text, uint32_t limit, uint32_t *number) {
    uint64_t value = 0;
    if (!*text) return false;
    for (; *text; text++) {
        if (!is_digit(*text)) return false;
        value = value * 10 + (unsigned)(*text - '0');
        if (value > limit) return false;
    }
    *number = (uint32_t)value;
    return true;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

bool text_equal_any_case(const char *a, const char *b) {
    while (*a && lower(*a) == lower(*b)) a++, b++;
    return lower(*a) == lower(*b);
}

static int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (is_digit(c)) return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

size_t text_base64_decode(const char *text, uint8_t *out, size_t size) {
    size_t length = strlen(text), used = 0;
    if (length % 4 != 0) return SIZE_MAX;
    size_t padding = length && text[length - 1] == '=' ? (text[length - 2] == '=' ? 2 : 1) : 0;
    if (length / 4 * 3 - padding > size) return SIZE_MAX;
    uint32_t bits = 0;
    for (size_t i = 0; i < length; i++) {
        int value = i >= length - padding ? 0 : base64_value(text[i]);
        if (value < 0) return SIZE_MAX;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 3) continue;
        for (int shift = 16; shift >= 0 && used < length / 4 * 3 - padding; shift -= 8) out[used++] = (uint8_t)(bits >> shift);
        bits = 0;
    }
    return used;
}

static int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_query_decode(const char *text, size_t length, char *out, size_t size) {
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int c = text[i] == '+' ? ' ' : (unsigned char)text[i];
        if (c == '%') {
            if (i + 2 >= length || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) return false;
            c = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
            i += 2;
        }
        if (c == 0 || used + 1 >= size) return false;
        out[used++] = (char)c;
    }
    out[used] = '\0';
    return true;
}
