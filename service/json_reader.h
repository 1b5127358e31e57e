/* SPDX-License-Identifier: Apache-2.0
 * json_reader - a request's JSON as values to look at. cJSON builds them in one static arena of fixed size, so the values of the
 * latest json_parse() are good until the next one: within one step of one exchange. A text that the arena cannot hold is
 * malformed to us. */
#ifndef SERVICE_JSON_READER_H
#define SERVICE_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_value;

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

/* NULL when malformed, with *duplicate NULL; or when an object names a member twice, which *duplicate then points to. */
const struct json_value *json_parse(const char *text, size_t size, const char **duplicate);

enum json_kind json_kind(const struct json_value *value);
/* Members of an object in their order; NULL past the last. */
const struct json_value *json_first(const struct json_value *object);
const struct json_value *json_next(const struct json_value *member);
const char *json_name(const struct json_value *member);
/* NULL when absent. */
const struct json_value *json_member(const struct json_value *object, const char *name);

/* A text, NULL when the value is none. Elements of an array are gone through like members. */
const char *json_text_value(const struct json_value *value);
/* The member's value; NULL or false when it is absent or of another kind. */
const char *json_text_of(const struct json_value *object, const char *name);
bool json_integer_of(const struct json_value *object, const char *name, int32_t *integer);
bool json_boolean_of(const struct json_value *object, const char *name, bool *boolean);
/* A number without fraction within 32 bits. */
bool json_is_integer(const struct json_value *value);
/* The value in words for an error message. */
void json_describe(const struct json_value *value, char *out, size_t size);

#endif
