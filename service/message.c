/* SPDX-License-Identifier: Apache-2.0 */
#include "service/message.h"

#define MESSAGE_TEXT_SIZE 640 /* the longest text, with a path and a name in it */

struct entry {
    const char *name, *severity, *text, *resolution;
};

#define RESUBMIT "\1" /* stands for the words that many resolutions end with */
static const char resubmit[] = " resubmit the request if the operation failed.";

static const struct entry entries[] = {
#define X(name, id, severity, text, resolution) {(id), (severity), (text), (resolution)},
    MESSAGE_TABLE(X)
#undef X
};

const char *message_name(enum message_id id) { return entries[id].name; }

struct text {
    char *out;
    size_t size, used;
};

static struct text text_in(char *out, size_t size) {
    out[0] = '\0';
    return (struct text){.out = out, .size = size};
}

/* A character cut at the end is no harm: the JSON writer replaces its rest. */
static void append_character(struct text *text, char c) {
    if (text->used + 1 >= text->size) return;
    text->out[text->used++] = c;
    text->out[text->used] = '\0';
}

static void append(struct text *text, const char *part) {
    while (*part) append_character(text, *part++);
}

/* The argument that a mark %1..%3 asks for, or NULL when there is no mark here. */
static const char *argument(const struct message *message, const char *at) {
    if (at[0] != '%' || at[1] < '1' || at[1] > '3') return NULL;
    const char *arg = message->arg[at[1] - '1'];
    return arg ? arg : "";
}

void message_text(const struct message *message, char *out, size_t size) {
    struct text text = text_in(out, size);
    for (const char *at = entries[message->id].text; *at; at++) {
        const char *arg = argument(message, at);
        if (arg) {
            append(&text, arg);
            at++;
        } else {
            append_character(&text, *at);
        }
    }
}

static void write_resolution(struct json_writer *w, const struct message *message) {
    char out[MESSAGE_TEXT_SIZE];
    struct text text = text_in(out, sizeof out);
    const char *resolution = message->resolution ? message->resolution : entries[message->id].resolution;
    for (const char *at = resolution; *at; at++) {
        if (*at == RESUBMIT[0])
            append(&text, resubmit);
        else
            append_character(&text, *at);
    }
    json_put_text(w, "Resolution", out);
}

void message_write(struct json_writer *w, const struct message *message) {
    char text[MESSAGE_TEXT_SIZE];
    message_text(message, text, sizeof text);
    json_object(w);
    json_put_text(w, "@odata.type", "#Message.v1_3_0.Message");
    json_put_format(w, "MessageId", BASE_REGISTRY "%s", entries[message->id].name);
    json_put_text(w, "Message", text);
    json_put_array(w, "MessageArgs");
    for (unsigned i = 0; i < 3 && message->arg[i]; i++) json_text(w, message->arg[i]);
    json_array_end(w);
    json_put_text(w, "MessageSeverity", entries[message->id].severity);
    write_resolution(w, message);
    if (message->related) {
        json_put_array(w, "RelatedProperties");
        json_text(w, message->related);
        json_array_end(w);
    }
    json_object_end(w);
}
