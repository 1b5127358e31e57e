/* SPDX-License-Identifier: Apache-2.0
 * oem - the schema of what we say under Oem.Super4C, for programs and for people: one table (oem.c), told as OData CSDL and as
 * JSON Schema. A property that is not in the table is a fault, which the walk over the tree finds. */
#ifndef SERVICE_REDFISH_OEM_H
#define SERVICE_REDFISH_OEM_H

#include "service/http.h"

#define OEM_NAMESPACE  "Super4C.v1_0_0"
#define OEM_CSDL_URI   "/redfish/v1/schemas/Super4C_v1.xml"
#define OEM_SCHEMA_URI "/redfish/v1/schemas/Super4C.v1_0_0.json"

/* XML as text in order; nothing is escaped, as no text of others comes in. */
struct xml_writer {
    char *out;
    size_t size, length;
    bool overflow;
};
struct xml_writer xml_writer(char *out, size_t size);
void xml_put(struct xml_writer *w, const char *text);
/* 200 with what was written, or 500 when it did not fit. */
enum http_next xml_reply(struct http_exchange *x, const struct xml_writer *w);

#endif
