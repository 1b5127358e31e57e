/* SPDX-License-Identifier: Apache-2.0 */
#include "service/body.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/json_scan.h"
#include "service/reply.h"

#define POINTER_SIZE 96
#define NAME_SHOWN   48 /* of a member's name in an error */
#define VALUE_SHOWN  64 /* of a value in an error */

struct place {
    char pointer[POINTER_SIZE]; /* JSON pointer as Redfish writes it: "#/Oem/Super4C" */
};

static struct place below(const struct place *place, const char *name) {
    struct place deeper;
    char shown[NAME_SHOWN];
    text_copy(shown, sizeof shown, name);
    text_copy(deeper.pointer, sizeof deeper.pointer, place->pointer);
    size_t used = strlen(deeper.pointer);
    if (used + 2 < sizeof deeper.pointer) {
        deeper.pointer[used++] = '/';
        text_copy(&deeper.pointer[used], sizeof deeper.pointer - used, shown);
    }
    return deeper;
}

/* One reading of a body. A PATCH sets what it can: members that the resource does not have or does not let be written are passed
 * over and told of in the answer (DSP0266, 7.7), unless nothing else is asked for. Everything else that is wrong ends the
 * reading. */
struct reading {
    struct http_exchange *x;
    const struct body_shape *shape;
    bool strict;              /* a PATCH passes nothing over either */
    struct json_writer *told; /* the refused members' messages go here; NULL: they are only counted */
    unsigned set_count, refused_count;
};

static bool refuse(const struct reading *reading, const struct message *message) {
    reply_error(reading->x, 400, message);
    return false;
}

static bool pass_over(struct reading *reading, const struct message *message) {
    if (reading->strict || reading->x->request.method != HTTP_PATCH || reading->shape->action) return refuse(reading, message);
    if (reading->told && reading->refused_count < BODY_REFUSED_TOLD_MAX) message_write(reading->told, message);
    reading->refused_count++;
    return true;
}

static bool is_annotation(const char *name) { return strchr(name, '@') != NULL; }

static bool kind_fits(enum body_kind wanted, const struct json_value *value) {
    switch (wanted) {
    case BODY_TEXT:
    case BODY_SECRET:
        return json_kind(value) == JSON_TEXT;
    case BODY_INTEGER:
        return json_is_integer(value);
    case BODY_BOOLEAN:
        return json_kind(value) == JSON_BOOLEAN;
    case BODY_ARRAY:
        return json_kind(value) == JSON_ARRAY;
    default:
        return json_kind(value) == JSON_OBJECT;
    }
}

static bool wrong_type(const struct reading *reading, const struct place *at, const struct body_field *field,
                       const struct json_value *value) {
    const char *action = reading->shape->action;
    char shown[VALUE_SHOWN] = "(not shown)";
    if (field->kind != BODY_SECRET) json_describe(value, shown, sizeof shown);
    if (action)
        return refuse(reading, MESSAGE(PARAMETER_VALUE_TYPE, .arg = {shown, field->name, action}, .related = at->pointer));
    return refuse(reading, MESSAGE(PROPERTY_VALUE_TYPE, .arg = {shown, field->name}, .related = at->pointer));
}

static bool unknown(struct reading *reading, const struct place *at, const char *name) {
    const char *action = reading->shape->action;
    char shown[NAME_SHOWN];
    text_copy(shown, sizeof shown, name);
    if (action) return refuse(reading, MESSAGE(PARAMETER_UNKNOWN, .arg = {action, shown}, .related = at->pointer));
    return pass_over(reading, MESSAGE(PROPERTY_UNKNOWN, .arg = {shown}, .related = at->pointer));
}

static bool missing(const struct reading *reading, const struct place *at, const char *name) {
    const char *action = reading->shape->action;
    if (action) return refuse(reading, MESSAGE(PARAMETER_MISSING, .arg = {action, name}, .related = at->pointer));
    return refuse(reading, MESSAGE(PROPERTY_MISSING, .arg = {name}, .related = at->pointer));
}

static const struct body_field *find_field(const struct body_field *fields, const char *name) {
    for (const struct body_field *field = fields; field->name; field++)
        if (strcmp(field->name, name) == 0) return field;
    return NULL;
}

static bool check_object(struct reading *reading, const struct body_field *fields, const struct place *place,
                         const struct json_value *object);

static bool check_member(struct reading *reading, const struct body_field *fields, const struct place *place,
                         const struct json_value *member) {
    const char *name = json_name(member);
    struct place at = below(place, name);
    const struct body_field *field = find_field(fields, name);
    /* Some clients (ilorest) repeat the action's name in its body. */
    if (!field && reading->shape->action && strcmp(name, "Action") == 0) return true;
    if (!field) return is_annotation(name) || unknown(reading, &at, name);
    if (field->kind == BODY_READ_ONLY)
        return pass_over(reading, MESSAGE(PROPERTY_NOT_WRITABLE, .arg = {name}, .related = at.pointer));
    if (!kind_fits(field->kind, member)) return wrong_type(reading, &at, field, member);
    if (field->kind == BODY_OBJECT) return check_object(reading, field->fields, &at, member);
    reading->set_count++;
    return true;
}

static bool check_object(struct reading *reading, const struct body_field *fields, const struct place *place,
                         const struct json_value *object) {
    for (const struct json_value *member = json_first(object); member; member = json_next(member))
        if (!check_member(reading, fields, place, member)) return false;
    for (const struct body_field *field = fields; field->name; field++) {
        if (!field->required || json_member(object, field->name)) continue;
        struct place at = below(place, field->name);
        return missing(reading, &at, field->name);
    }
    return true;
}

/* RFC 9110, 8.3: the type, then parameters. */
static bool is_json_type(const char *content_type) {
    static const char wanted[] = "application/json";
    size_t length = sizeof wanted - 1;
    char type[sizeof wanted];
    if (strlen(content_type) < length) return false;
    for (size_t i = 0; i < length; i++) {
        char c = content_type[i];
        type[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    type[length] = '\0';
    char next = content_type[length];
    return strcmp(type, wanted) == 0 && (next == '\0' || next == ';' || next == ' ' || next == '\t');
}

static const struct json_value *parse(struct http_exchange *x) {
    static const char empty[] = "{}";
    const struct http_request *request = &x->request;
    const char *duplicate;
    if (request->body_size == 0) return json_parse(empty, sizeof empty - 1, &duplicate);
    if (!is_json_type(request->content_type)) {
        reply_error(x, 415, MESSAGE(HEADER_INVALID, .arg = {"Content-Type"}, .resolution = "Send the body as application/json."));
        return NULL;
    }
    const struct json_value *root = json_parse(request->body, request->body_size, &duplicate);
    if (root && json_kind(root) == JSON_OBJECT) return root;
    char shown[NAME_SHOWN];
    text_copy(shown, sizeof shown, duplicate ? duplicate : "");
    if (root)
        reply_error(x, 400, MESSAGE(UNRECOGNIZED_BODY, .resolution = "Send one JSON object."));
    else if (duplicate)
        reply_error(x, 400, MESSAGE(PROPERTY_DUPLICATE, .arg = {shown}));
    else
        reply_error(x, 400, MESSAGE(MALFORMED_JSON));
    return NULL;
}

static const struct place top = {"#"};

/* Goes over the same body once more, for the words this time. */
static void tell_refused(struct http_exchange *x, const struct body_shape *shape, struct json_writer *w) {
    struct reading reading = {.x = x, .shape = shape, .told = w};
    const struct json_value *root = parse(x);
    if (root) (void)check_object(&reading, shape->fields, &top, root);
}

static const struct json_value *nothing_set(struct http_exchange *x, const struct body_shape *shape, unsigned refused_count) {
    if (refused_count == 0) {
        reply_error(x, 400, MESSAGE(NO_OPERATION));
        return NULL;
    }
    if (refused_count == 1) { /* then the error is that one, code and all */
        struct reading reading = {.x = x, .shape = shape, .strict = true};
        const struct json_value *root = parse(x);
        if (root) (void)check_object(&reading, shape->fields, &top, root);
        return NULL;
    }
    struct json_writer w = reply_error_begin(x, BASE_REGISTRY "GeneralError", "None of the properties given can be written.");
    tell_refused(x, shape, &w);
    reply_error_end(x, &w, 400);
    return NULL;
}

const struct json_value *body_read(struct http_exchange *x, const struct body_shape *shape) {
    struct reading reading = {.x = x, .shape = shape};
    const struct json_value *root = parse(x);
    x->refused = NULL;
    if (!root || !check_object(&reading, shape->fields, &top, root)) return NULL;
    if (x->request.method == HTTP_PATCH && reading.set_count == 0) return nothing_set(x, shape, reading.refused_count);
    if (reading.refused_count) x->refused = shape;
    return root;
}

void body_finish(struct http_exchange *x) {
    struct http_response *response = &x->response;
    bool resource = response->status == 200 && response->body == response->out && response->body_size > 2;
    if (!x->refused || !resource) return;
    struct json_writer w = json_writer_resume(response->out, sizeof response->out, response->body_size);
    json_put_array(&w, "@Message.ExtendedInfo");
    tell_refused(x, x->refused, &w);
    json_array_end(&w);
    json_object_end(&w);
    if (w.overflow)
        response->out[response->body_size - 1] = '}'; /* the resource alone, closed where it was */
    else
        response->body_size = w.length;
}

static const char *last_part(const char *related) {
    const char *name = related;
    for (const char *at = related; *at; at++)
        if (*at == '/') name = at + 1;
    return name;
}

enum http_next body_not_in_list(struct http_exchange *x, const struct body_shape *shape, const char *related, const char *value) {
    char shown[VALUE_SHOWN];
    const char *name = last_part(related);
    text_copy(shown, sizeof shown, value);
    if (shape->action) {
        return reply_error(x, 400, MESSAGE(PARAMETER_VALUE_NOT_IN_LIST, .arg = {shown, name, shape->action}, .related = related));
    }
    return reply_error(x, 400, MESSAGE(PROPERTY_VALUE_NOT_IN_LIST, .arg = {shown, name}, .related = related));
}

enum http_next body_out_of_range(struct http_exchange *x, const char *related, int32_t value) {
    char shown[12];
    snprintf(shown, sizeof shown, "%ld", (long)value);
    return reply_error(x, 400, MESSAGE(PROPERTY_VALUE_OUT_OF_RANGE, .arg = {shown, last_part(related)}, .related = related));
}
