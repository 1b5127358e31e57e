/* SPDX-License-Identifier: Apache-2.0 */
#include "core/event.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"

static const struct event_type types[] = {
#define X(number, name, severity, id, message, resolution) {(number), EVENT_##severity, (id), (message), (resolution)},
    EVENT_TABLE(X)
#undef X
};

const struct event_type *event_types(size_t *count) {
    *count = sizeof types / sizeof types[0];
    return types;
}

const struct event_type *event_type(uint16_t code) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].code == code) return &types[i];
    return NULL;
}

/* What a mark in the message stands for; NULL when the character is no mark. */
static const char *mark_text(const struct event *event, char mark, char number[12]) {
    switch (mark) {
    case '1':
    case '2':
    case '3':
        snprintf(number, 12, "%ld", (long)event->arg[mark - '1']);
        return number;
    case 'n':
        snprintf(number, 12, "%u", (unsigned)event->node);
        return number;
    case 't':
        return event->text;
    default:
        return NULL;
    }
}

size_t event_message(const struct event *event, char *out, size_t size) {
    const struct event_type *type = event_type(event->code);
    const char *message = type ? type->message : "Unknown event %1.";
    size_t used = 0;
    for (const char *at = message; *at && used + 1 < size; at++) {
        char number[12];
        const char *text = *at == '%' ? mark_text(event, at[1], number) : NULL;
        if (!text) {
            out[used++] = *at;
            continue;
        }
        text_copy(&out[used], size - used, text);
        used += strlen(&out[used]);
        at++;
    }
    out[used] = '\0';
    return used;
}

struct event event_make(enum event_code code, uint8_t node, const char *text) {
    struct event event = {.code = (uint16_t)code, .node = node};
    if (text) text_copy(event.text, sizeof event.text, text);
    return event;
}
