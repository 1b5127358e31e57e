/* SPDX-License-Identifier: Apache-2.0 */
#include "service/json_reader.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/json_scan.h"

/* Each value's node, its name and text rounded up to 16, and all the text of the largest body. */
#define ARENA_SIZE (JSON_VALUES_MAX * (sizeof(cJSON) + 2 * 16) + 4096)

/* The one mutable variable of the parser: cJSON's hooks carry no context. Used under the lock of http_step() only. */
static struct {
    _Alignas(16) unsigned char bytes[ARENA_SIZE];
    size_t used;
} arena;

static void *arena_take(size_t size) {
    size_t rounded = (size + 15) & ~(size_t)15;
    if (rounded < size || rounded > ARENA_SIZE - arena.used) return NULL;
    void *taken = &arena.bytes[arena.used];
    arena.used += rounded;
    return taken;
}

static void arena_leave(void *taken) { (void)taken; }

static const cJSON *node(const struct json_value *value) { return (const cJSON *)value; }
static const struct json_value *value_of(const cJSON *item) { return (const struct json_value *)item; }

/* Quadratic in at most JSON_VALUES_MAX members. */
static const char *duplicate_in(const cJSON *object) {
    for (const cJSON *a = object->child; a; a = a->next) {
        for (const cJSON *b = a->next; b && cJSON_IsObject(object); b = b->next)
            if (strcmp(a->string, b->string) == 0) return a->string;
        const char *deeper = duplicate_in(a); /* no deeper than JSON_DEPTH_MAX */
        if (deeper) return deeper;
    }
    return NULL;
}

const struct json_value *json_parse(const char *text, size_t size, const char **duplicate) {
    *duplicate = NULL;
    cJSON_Hooks hooks = {.malloc_fn = arena_take, .free_fn = arena_leave};
    cJSON_InitHooks(&hooks);
    memset(&arena, 0, sizeof arena); /* passwords of the request before */
    if (!json_scan(text, size)) return NULL;
    /* text[size] is the terminator: cJSON demands it after the value, so trailing garbage is refused. */
    const cJSON *root = cJSON_ParseWithLengthOpts(text, size + 1, NULL, 1);
    if (!root) return NULL;
    *duplicate = duplicate_in(root);
    return *duplicate ? NULL : value_of(root);
}

enum json_kind json_kind(const struct json_value *value) {
    const cJSON *item = node(value);
    if (cJSON_IsBool(item)) return JSON_BOOLEAN;
    if (cJSON_IsNumber(item)) return JSON_NUMBER;
    if (cJSON_IsString(item)) return JSON_TEXT;
    if (cJSON_IsArray(item)) return JSON_ARRAY;
    return cJSON_IsObject(item) ? JSON_OBJECT : JSON_NULL;
}

const struct json_value *json_first(const struct json_value *object) { return value_of(node(object)->child); }
const struct json_value *json_next(const struct json_value *member) { return value_of(node(member)->next); }
const char *json_name(const struct json_value *member) { return node(member)->string; }

const struct json_value *json_member(const struct json_value *object, const char *name) {
    return object ? value_of(cJSON_GetObjectItemCaseSensitive(node(object), name)) : NULL;
}

const char *json_text_value(const struct json_value *value) {
    return value && json_kind(value) == JSON_TEXT ? node(value)->valuestring : NULL;
}

const char *json_text_of(const struct json_value *object, const char *name) { return json_text_value(json_member(object, name)); }

/* cJSON saturates valueint, so the two agree only for a whole number in range. */
bool json_is_integer(const struct json_value *value) {
    const cJSON *item = node(value);
    return cJSON_IsNumber(item) && item->valuedouble == (double)item->valueint;
}

bool json_integer_of(const struct json_value *object, const char *name, int32_t *integer) {
    const struct json_value *member = json_member(object, name);
    if (!member || !json_is_integer(member)) return false;
    *integer = node(member)->valueint;
    return true;
}

bool json_boolean_of(const struct json_value *object, const char *name, bool *boolean) {
    const struct json_value *member = json_member(object, name);
    if (!member || json_kind(member) != JSON_BOOLEAN) return false;
    *boolean = cJSON_IsTrue(node(member));
    return true;
}

void json_describe(const struct json_value *value, char *out, size_t size) {
    switch (json_kind(value)) {
    case JSON_TEXT:
        text_copy(out, size, node(value)->valuestring);
        break;
    case JSON_NUMBER:
        if (json_is_integer(value))
            snprintf(out, size, "%d", node(value)->valueint);
        else
            text_copy(out, size, "a number that is not a 32-bit integer");
        break;
    case JSON_BOOLEAN:
        text_copy(out, size, cJSON_IsTrue(node(value)) ? "true" : "false");
        break;
    default:
        text_copy(out, size, json_kind(value) == JSON_ARRAY ? "[]" : json_kind(value) == JSON_OBJECT ? "{}" : "null");
    }
}
