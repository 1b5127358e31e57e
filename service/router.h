/* SPDX-License-Identifier: Apache-2.0
 * router - which handler answers which path and method, and what it takes to be let in. The table in routes.c is the only way in;
 * the macros below are the only way to put a handler there, and they do not compile without saying who may.
 * After a controller restart: nothing is kept. */
#ifndef SERVICE_ROUTER_H
#define SERVICE_ROUTER_H

#include "service/http.h"

/* Zero is no access, so a handler that came in by another way is shut. */
enum access {
    ACCESS_SHUT = 0,
    ACCESS_OPEN, /* without signing in */
    ACCESS_LOGIN,
    ACCESS_SELF, /* ConfigureSelf; the handler checks whose resource it is */
    ACCESS_COMPONENTS,
    ACCESS_MANAGER,
    ACCESS_USERS,
};

enum route_method { ROUTE_GET, ROUTE_POST, ROUTE_PATCH, ROUTE_DELETE, ROUTE_METHOD_COUNT };

struct route {
    const char *path;   /* "/redfish/v1/Systems/{}/ResetActionInfo": {} is one segment, handed to the handler as x->id */
    const char *schema; /* of what GET answers, see schema.h; NULL when it is no Redfish resource */
    unsigned query;     /* enum query_support */
    struct {
        http_handler *handler;
        enum access access;
    } method[ROUTE_METHOD_COUNT];
};

#define GET(handler, access)    [ROUTE_GET] = {handler, ACCESS_##access}
#define POST(handler, access)   [ROUTE_POST] = {handler, ACCESS_##access}
#define PATCH(handler, access)  [ROUTE_PATCH] = {handler, ACCESS_##access}
#define DELETE(handler, access) [ROUTE_DELETE] = {handler, ACCESS_##access}

extern const struct route routes[];
extern const size_t route_count;

/* The route of a path without trailing slash; its variable segment goes to id. NULL when there is none. */
const struct route *route_find(const char *path, char id[HTTP_PATH_SIZE]);

#endif
