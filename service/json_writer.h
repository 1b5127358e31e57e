/* SPDX-License-Identifier: Apache-2.0
 * json_writer - writes JSON (RFC 8259) straight into a bounded buffer. It places commas and escapes by itself, so what comes out
 * is well-formed whatever text goes in: bytes that are no UTF-8 become U+FFFD. When the buffer is full it sets overflow and
 * writes nothing more; a copy of the struct taken before is a mark to go back to. */
#ifndef SERVICE_JSON_WRITER_H
#define SERVICE_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_writer {
    char *out;
    size_t size, length;
    bool overflow;
};

struct json_writer json_writer(char *out, size_t size);
/* Goes on inside an object that was closed as the last of length bytes, which it opens again. */
struct json_writer json_writer_resume(char *out, size_t size, size_t length);
/* Goes on inside an object that is open and has members, whose text so far is elsewhere. */
struct json_writer json_writer_within(char *out, size_t size);

/* Values. Inside an object a key comes first: json_key(), or one of the json_put_ functions that write both. */
void json_key(struct json_writer *w, const char *key);
void json_object(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_text(struct json_writer *w, const char *text);
void json_text_part(struct json_writer *w, const char *text, size_t length);
void json_integer(struct json_writer *w, int64_t value);

void json_put_object(struct json_writer *w, const char *key);
void json_put_array(struct json_writer *w, const char *key);
void json_put_text(struct json_writer *w, const char *key, const char *text);
/* printf formats into at most JSON_FORMAT_SIZE bytes. */
#define JSON_FORMAT_SIZE 192
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void json_put_format(struct json_writer *w, const char *key, const char *format, ...);
void json_put_integer(struct json_writer *w, const char *key, int64_t value);
/* A decimal fraction from thousandths: 5184 gives 5.184, -20 gives -0.02. */
void json_put_thousandths(struct json_writer *w, const char *key, int64_t thousandths);
void json_put_boolean(struct json_writer *w, const char *key, bool value);
void json_put_null(struct json_writer *w, const char *key);
/* RFC 3339; nothing at all when wall_ms is 0, unknown. */
void json_put_time(struct json_writer *w, const char *key, uint64_t wall_ms);
/* {"@odata.id": uri} */
void json_put_link(struct json_writer *w, const char *key, const char *uri);
/* "Name": [{"@odata.id": uri}] */
void json_put_links(struct json_writer *w, const char *key, const char *uri);

/* The digits of json_put_thousandths. */
#define JSON_THOUSANDTHS_SIZE 24
void json_thousandths_text(char out[JSON_THOUSANDTHS_SIZE], int64_t thousandths);

#endif
