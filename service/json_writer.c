/* SPDX-License-Identifier: Apache-2.0 */
#include "service/json_writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "service/text.h"
#include "service/utf8.h"

struct json_writer json_writer(char *out, size_t size) {
    return (struct json_writer){.out = out, .size = size};
}

struct json_writer json_writer_resume(char *out, size_t size, size_t length) {
    return (struct json_writer){.out = out, .size = size, .length = length - 1};
}

struct json_writer json_writer_within(char *out, size_t size) {
    out[0] = ',';
    return (struct json_writer){.out = out, .size = size, .length = 1};
}

static void raw(struct json_writer *w, const char *text, size_t length) {
    if (w->overflow || length > w->size - w->length) {
        w->overflow = true;
        return;
    }
    memcpy(&w->out[w->length], text, length);
    w->length += length;
}

static void raw_character(struct json_writer *w, char c) { raw(w, &c, 1); }

/* A comma is due unless something was just opened, or one is there: the last byte written tells. */
static void separate(struct json_writer *w) {
    if (w->length == 0) return;
    char last = w->out[w->length - 1];
    if (last != '{' && last != '[' && last != ':' && last != ',') raw_character(w, ',');
}

/* RFC 8259, 7: quote, backslash and control characters must be escaped. DEL is too, for terminals' sake. */
static void escaped(struct json_writer *w, unsigned char c) {
    static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof short_forms; i += 2) {
        if (c != (unsigned char)short_forms[i]) continue;
        raw_character(w, '\\');
        raw_character(w, short_forms[i + 1]);
        return;
    }
    char code[7];
    snprintf(code, sizeof code, "\\u%04x", (unsigned)c);
    raw(w, code, 6);
}

static bool plain(unsigned char c) { return c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; }

static void quoted(struct json_writer *w, const char *text, size_t length) {
    raw_character(w, '"');
    for (size_t i = 0; i < length && !w->overflow;) {
        size_t character = utf8_length(&text[i], length - i);
        if (character == 0) {
            raw(w, "\xef\xbf\xbd", 3); /* U+FFFD, the replacement character */
            character = 1;
        } else if (character == 1 && !plain((unsigned char)text[i])) {
            escaped(w, (unsigned char)text[i]);
        } else {
            raw(w, &text[i], character);
        }
        i += character;
    }
    raw_character(w, '"');
}

void json_key(struct json_writer *w, const char *key) {
    separate(w);
    quoted(w, key, strlen(key));
    raw_character(w, ':');
}

static void word(struct json_writer *w, const char *text) {
    separate(w);
    raw(w, text, strlen(text));
}

void json_object(struct json_writer *w) { word(w, "{"); }
void json_object_end(struct json_writer *w) { raw_character(w, '}'); }
void json_array(struct json_writer *w) { word(w, "["); }
void json_array_end(struct json_writer *w) { raw_character(w, ']'); }

void json_text(struct json_writer *w, const char *text) { json_text_part(w, text, strlen(text)); }

void json_text_part(struct json_writer *w, const char *text, size_t length) {
    separate(w);
    quoted(w, text, length);
}

void json_integer(struct json_writer *w, int64_t value) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)value);
    word(w, digits);
}

void json_put_object(struct json_writer *w, const char *key) {
    json_key(w, key);
    json_object(w);
}

void json_put_array(struct json_writer *w, const char *key) {
    json_key(w, key);
    json_array(w);
}

void json_put_text(struct json_writer *w, const char *key, const char *text) {
    json_key(w, key);
    json_text(w, text);
}

void json_put_format(struct json_writer *w, const char *key, const char *format, ...) {
    char text[JSON_FORMAT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_put_text(w, key, text);
}

void json_put_integer(struct json_writer *w, const char *key, int64_t value) {
    json_key(w, key);
    json_integer(w, value);
}

void json_thousandths_text(char out[JSON_THOUSANDTHS_SIZE], int64_t thousandths) {
    uint64_t magnitude = thousandths < 0 ? 0 - (uint64_t)thousandths : (uint64_t)thousandths;
    int length = snprintf(out, JSON_THOUSANDTHS_SIZE, "%s%llu.%03u", thousandths < 0 ? "-" : "",
                          (unsigned long long)(magnitude / 1000), (unsigned)(magnitude % 1000));
    while (out[length - 1] == '0') out[--length] = '\0';
    if (out[length - 1] == '.') out[--length] = '\0';
}

void json_put_thousandths(struct json_writer *w, const char *key, int64_t thousandths) {
    char digits[JSON_THOUSANDTHS_SIZE];
    json_thousandths_text(digits, thousandths);
    json_key(w, key);
    word(w, digits);
}

void json_put_boolean(struct json_writer *w, const char *key, bool value) {
    json_key(w, key);
    word(w, value ? "true" : "false");
}

void json_put_null(struct json_writer *w, const char *key) {
    json_key(w, key);
    word(w, "null");
}

void json_put_time(struct json_writer *w, const char *key, uint64_t wall_ms) {
    if (wall_ms == 0) return;
    char time[TEXT_TIME_SIZE];
    text_time(time, wall_ms);
    json_put_text(w, key, time);
}

void json_put_link(struct json_writer *w, const char *key, const char *uri) {
    json_put_object(w, key);
    json_put_text(w, "@odata.id", uri);
    json_object_end(w);
}

void json_put_links(struct json_writer *w, const char *key, const char *uri) {
    json_put_array(w, key);
    json_object(w);
    json_put_text(w, "@odata.id", uri);
    json_object_end(w);
    json_array_end(w);
}
