/* SPDX-License-Identifier: Apache-2.0
 * body - a request's JSON body held against a table of what may be in it. A wrong type or a missing member is an error that names
 * the property, and nothing is done; so is an unknown member where something is made or an action asked for. In a PATCH, members
 * that are unknown or cannot be written are passed over, and the answer names each (DSP0266, 7.7); if it has no others, it is
 * an error. OData annotations are ignored, as DSP0266 asks. */
#ifndef SERVICE_BODY_H
#define SERVICE_BODY_H

#include "service/http.h"
#include "service/json_reader.h"

enum body_kind {
    BODY_TEXT,
    BODY_SECRET, /* text that no answer may repeat */
    BODY_INTEGER,
    BODY_BOOLEAN,
    BODY_ARRAY,     /* of what, the handler looks */
    BODY_OBJECT,    /* described by fields */
    BODY_READ_ONLY, /* the resource has it, and it cannot be written */
};

struct body_field {
    const char *name; /* NULL ends a table */
    const struct body_field *fields;
    uint8_t kind; /* enum body_kind */
    bool required;
};

/* The lines of a table. */
#define BODY_MAY(name_, kind_)                                                                                                   \
    { .name = (name_), .kind = BODY_##kind_ }
#define BODY_MUST(name_, kind_)                                                                                                  \
    { .name = (name_), .kind = BODY_##kind_, .required = true }
#define BODY_HAS(name_, fields_)                                                                                                 \
    { .name = (name_), .kind = BODY_OBJECT, .fields = (fields_) }
#define BODY_END                                                                                                                 \
    { .name = NULL }

#define BODY_REFUSED_TOLD_MAX 8 /* more members than that are refused without a word for each */

struct body_shape {
    const char *action; /* "ComputerSystem.Reset"; NULL when the body sets properties */
    const struct body_field *fields;
};

/* The body's object, good within this step; NULL with the exchange answered. No body at all counts as {}. A PATCH must set
 * something. */
const struct json_value *body_read(struct http_exchange *x, const struct body_shape *shape);

/* Once a PATCH is answered with the resource: adds to it what was passed over. */
void body_finish(struct http_exchange *x);

/* Errors of values that only the handler can judge. related: "#/RoleId". Answers 400 and returns HTTP_DONE. */
enum http_next body_not_in_list(struct http_exchange *x, const struct body_shape *shape, const char *related, const char *value);
enum http_next body_out_of_range(struct http_exchange *x, const char *related, int32_t value);

#endif
