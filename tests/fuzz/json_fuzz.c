/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target for the JSON reader, and the writer with it: what is read is written, what is written is read again, and the
 * two writings are the same. What is read keeps to its bounds and is UTF-8 throughout. */
#include <string.h>

#include "service/http.h"
#include "service/json_reader.h"
#include "service/json_scan.h"
#include "service/json_writer.h"
#include "service/utf8.h"
#include "tests/fuzz/fuzz_board.h"

static unsigned value_count;

static void check_text(const char *text) {
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        size_t step = utf8_length(text + at, length - at);
        REQUIRE(step > 0);
        at += step;
    }
}

static void check_words(const struct json_value *value) {
    char words[24];
    memset(words, 'x', sizeof words);
    json_describe(value, words, sizeof words);
    REQUIRE(memchr(words, '\0', sizeof words));
}

static void write_members(struct json_writer *w, const struct json_value *parent, bool named, unsigned depth);

static void write_value(struct json_writer *w, const struct json_value *value, unsigned depth) {
    REQUIRE(depth <= JSON_DEPTH_MAX && ++value_count <= JSON_VALUES_MAX + 1); /* the outermost beside those inside */
    check_words(value);
    switch (json_kind(value)) {
    case JSON_OBJECT:
        json_object(w);
        write_members(w, value, true, depth);
        json_object_end(w);
        break;
    case JSON_ARRAY:
        json_array(w);
        write_members(w, value, false, depth);
        json_array_end(w);
        break;
    case JSON_TEXT:
        check_text(json_text_value(value));
        json_text(w, json_text_value(value));
        break;
    default: /* in words: what they say is the same each time */
        json_text(w, json_kind(value) == JSON_BOOLEAN ? "boolean" : json_is_integer(value) ? "integer" : "other");
        break;
    }
}

static void write_members(struct json_writer *w, const struct json_value *parent, bool named, unsigned depth) {
    for (const struct json_value *member = json_first(parent); member; member = json_next(member)) {
        if (named) {
            int32_t integer;
            bool boolean;
            const char *name = json_name(member);
            check_text(name);
            REQUIRE(json_member(parent, name) == member); /* no name comes twice */
            REQUIRE(!json_integer_of(parent, name, &integer) || json_kind(member) == JSON_NUMBER);
            REQUIRE(!json_boolean_of(parent, name, &boolean) || json_kind(member) == JSON_BOOLEAN);
            json_key(w, name);
        }
        write_value(w, member, depth + 1);
    }
}

/* The length of what was written; 0 when the text was refused or did not fit. */
static size_t rewrite(const char *text, size_t size, char *out, size_t out_size) {
    const char *duplicate;
    const struct json_value *root = json_parse(text, size, &duplicate);
    if (!root) return 0;
    REQUIRE(duplicate == NULL);
    struct json_writer w = json_writer(out, out_size);
    value_count = 0;
    write_value(&w, root, 0);
    return w.overflow ? 0 : w.length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char once[HTTP_BODY_IN_MAX], twice[HTTP_BODY_IN_MAX];
    if (size > HTTP_BODY_IN_MAX) return 0;
    char *text = malloc(size + 1); /* so that the sanitizer sees what reads beyond it */
    REQUIRE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    size_t length = rewrite(text, size, once, sizeof once - 1);
    free(text);
    if (length == 0) return 0;
    once[length] = '\0';
    size_t again = rewrite(once, length, twice, sizeof twice);
    if (again == 0) return 0; /* words for numbers take more room than the numbers did */
    REQUIRE(again == length && memcmp(once, twice, length) == 0);
    return 0;
}
