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
    ACCESS_OPEN,   /* without signing in */
    ACCESS_ANYONE, /* likewise; whoever signs in all the same sees it as what it is for that account */
    ACCESS_LOGIN,
    ACCESS_SELF, /* ConfigureSelf; the handler checks whose resource it is */
    ACCESS_COMPONENTS,
    ACCESS_MANAGER,
    ACCESS_USERS,
    ACCESS_METRICS, /* Login, or the privilege to read metrics alone */
};

/* For which accounts a route exists at all. Zero is the narrow choice: an account bound to one node finds nothing there, 404. */
enum scope {
    SCOPE_BOARD = 0, /* those of the whole board */
    SCOPE_NODE,      /* the path's first {} names a node, or the board: those it exists for */
    SCOPE_ANY,       /* everyone; the handler shows what x->identity.nodes allows */
};

enum route_method { ROUTE_GET, ROUTE_POST, ROUTE_PATCH, ROUTE_DELETE, ROUTE_METHOD_COUNT };

struct route {
    const char *path;   /* "/redfish/v1/Chassis/{}/Sensors/{}": each {} is one segment, handed on as x->parent and x->id */
    const char *schema; /* of what GET answers, see schema.h; NULL when it is no Redfish resource */
    uint8_t query;      /* enum query_support */
    uint8_t scope;      /* enum scope */
    struct {            /* by enum route_method; apart, for the table is the largest we have */
        http_handler *handler[ROUTE_METHOD_COUNT];
        uint8_t access[ROUTE_METHOD_COUNT]; /* enum access */
    } method;
};

#define ROUTE_BY(method, who, may) .handler[method] = (who), .access[method] = ACCESS_##may
#define GET(handler, access)       ROUTE_BY(ROUTE_GET, handler, access)
#define POST(handler, access)      ROUTE_BY(ROUTE_POST, handler, access)
#define PATCH(handler, access)     ROUTE_BY(ROUTE_PATCH, handler, access)
#define DELETE(handler, access)    ROUTE_BY(ROUTE_DELETE, handler, access)

extern const struct route routes[];
extern const size_t route_count;

/* The route of a path without trailing slash; its first and last variable segment go to parent and id. NULL when there is none.
 */
const struct route *route_find(const char *path, char parent[HTTP_ID_SIZE], char id[HTTP_ID_SIZE]);

#endif
