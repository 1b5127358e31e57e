/* SPDX-License-Identifier: Apache-2.0
 * collection - resources that come in numbers. One description of what members there are and how one is written gives the
 * collection, each member, $expand and only. A member that the collection does not list does not exist. */
#ifndef SERVICE_COLLECTION_H
#define SERVICE_COLLECTION_H

#include "service/http.h"
#include "service/json_writer.h"

#define COLLECTION_ID_SIZE  40 /* "MetricReportDefinitionCollection", a schema, is the longest */
#define COLLECTION_URI_SIZE 128

struct collection {
    const char *uri; /* "/redfish/v1/Chassis/{}/Sensors": {} is the parent's Id, x->parent */
    const char *schema, *name;
    const char *member_type; /* for people: "ComputerSystem" */
    /* The Id of the index-th member that this exchange's identity may see; false past the last. */
    bool (*member)(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]);
    /* Writes the whole object. */
    void (*write)(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri, const char *id);
};

/* The collection, with ?$expand=. and ?only. */
enum http_next collection_get(struct core *core, struct http_exchange *x, const struct collection *collection);
/* The member named in the path, or 404. */
enum http_next collection_get_member(struct core *core, struct http_exchange *x, const struct collection *collection);
bool collection_has(const struct core *core, const struct http_exchange *x, const struct collection *collection, const char *id);
/* 404 for the member named in the path. */
enum http_next collection_no_member(struct http_exchange *x, const struct collection *collection);

#endif
