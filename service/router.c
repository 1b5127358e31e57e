/* SPDX-License-Identifier: Apache-2.0 */
#include "service/router.h"

#include <stdio.h>
#include <string.h>

#include "service/auth.h"
#include "service/body.h"
#include "service/page.h"
#include "service/precondition.h"
#include "service/query.h"
#include "service/redfish/redfish.h"
#include "service/reply.h"
#include "service/screen.h"

enum stage { STAGE_ARRIVED, STAGE_DERIVED, STAGE_HANDLED };

/* ---- finding the route ---- */

/* Takes one segment of the path. Its length, or 0 when there is none or none of ours is that long. */
static size_t take_segment(const char *path, char segment[HTTP_ID_SIZE]) {
    size_t length = 0;
    while (path[length] && path[length] != '/') length++;
    if (length >= HTTP_ID_SIZE) return 0;
    memcpy(segment, path, length);
    segment[length] = '\0';
    return length;
}

static bool matches(const char *pattern, const char *path, char parent[HTTP_ID_SIZE], char id[HTTP_ID_SIZE]) {
    for (bool first = true; *pattern;) {
        if (*pattern != '{') {
            if (*pattern++ != *path++) return false;
            continue;
        }
        size_t length = take_segment(path, id);
        if (length == 0) return false;
        if (first) memcpy(parent, id, HTTP_ID_SIZE);
        first = false;
        pattern += 2;
        path += length;
    }
    return *path == '\0';
}

/* The first that matches: in the table a name spelled out stands before {}. */
const struct route *route_find(const char *path, char parent[HTTP_ID_SIZE], char id[HTTP_ID_SIZE]) {
    for (size_t i = 0; i < route_count; i++)
        if (matches(routes[i].path, path, parent, id)) return &routes[i];
    parent[0] = id[0] = '\0';
    return NULL;
}

static enum route_method method_index(enum http_method method) {
    switch (method) {
    case HTTP_GET:
    case HTTP_HEAD:
        return ROUTE_GET;
    case HTTP_POST:
        return ROUTE_POST;
    case HTTP_PATCH:
        return ROUTE_PATCH;
    case HTTP_DELETE:
        return ROUTE_DELETE;
    default:
        return ROUTE_METHOD_COUNT;
    }
}

static http_handler *handler_of(const struct route *route, enum http_method method) {
    enum route_method index = method_index(method);
    return index < ROUTE_METHOD_COUNT ? route->method.handler[index] : NULL;
}

/* RFC 9110, 10.2.1. One constant text for each combination. */
static const char *allow_of(const struct route *route) {
    static const char *const allow[16] = {
        "",
        "GET, HEAD",
        "POST",
        "GET, HEAD, POST",
        "PATCH",
        "GET, HEAD, PATCH",
        "POST, PATCH",
        "GET, HEAD, POST, PATCH",
        "DELETE",
        "GET, HEAD, DELETE",
        "POST, DELETE",
        "GET, HEAD, POST, DELETE",
        "PATCH, DELETE",
        "GET, HEAD, PATCH, DELETE",
        "POST, PATCH, DELETE",
        "GET, HEAD, POST, PATCH, DELETE",
    };
    unsigned mask = 0;
    for (unsigned i = 0; i < ROUTE_METHOD_COUNT; i++) mask |= route->method.handler[i] ? 1u << i : 0;
    return allow[mask];
}

/* ---- who may ---- */

static bool permitted(enum access access, unsigned privileges) {
    static const unsigned needs[] = {
        [ACCESS_LOGIN] = PRIVILEGE_LOGIN,
        [ACCESS_SELF] = PRIVILEGE_CONFIGURE_SELF,
        [ACCESS_COMPONENTS] = PRIVILEGE_CONFIGURE_COMPONENTS,
        [ACCESS_MANAGER] = PRIVILEGE_CONFIGURE_MANAGER,
        [ACCESS_USERS] = PRIVILEGE_CONFIGURE_USERS,
        [ACCESS_METRICS] = PRIVILEGE_LOGIN | PRIVILEGE_READ_METRICS,
    };
    if (access == ACCESS_OPEN || access == ACCESS_ANYONE) return true;
    return access > ACCESS_ANYONE && access < sizeof needs / sizeof needs[0] && (privileges & needs[access]);
}

/* To an account that is bound to a node, the rest of the board is not there: neither by a 403 nor by a 405 does it show. */
static bool exists_for(const struct http_exchange *x, const struct route *route) {
    if (x->identity.nodes == NODE_ALL || route->scope == SCOPE_ANY) return true;
    int index = route->scope == SCOPE_NODE ? node_index(x->parent) : -1;
    return index >= 0 && (x->identity.nodes & 1u << index);
}

/* DSP0266, 13.5: until the password is changed, one may look at and change one's own account, and sign out. */
static bool permitted_before_change(const struct http_exchange *x) {
    char own[HTTP_PATH_SIZE];
    snprintf(own, sizeof own, URI_ACCOUNTS "/%s", x->identity.origin.actor);
    if (strcmp(x->request.path, own) == 0) return true;
    snprintf(own, sizeof own, URI_SESSIONS "/%lu", (unsigned long)x->identity.session_id);
    return x->identity.session_id && strcmp(x->request.path, own) == 0;
}

static enum http_next refuse_before_change(struct http_exchange *x) {
    char own[HTTP_PATH_SIZE];
    snprintf(own, sizeof own, URI_ACCOUNTS "/%s", x->identity.origin.actor);
    return reply_error(x, 403, MESSAGE(PASSWORD_CHANGE_REQUIRED, .arg = {own}));
}

/* ---- the way of a request ---- */

static enum http_next run_handler(struct core *core, struct http_exchange *x) {
    enum http_next next = x->handler(core, x);
    if (next != HTTP_DONE) return next;
    body_finish(x);
    precondition_finish(x);
    return next;
}

/* A method that the table lacks is refused without signing in only where reading needs none either. */
static enum access access_of(const struct route *route, enum http_method method) {
    enum route_method index = handler_of(route, method) ? method_index(method) : ROUTE_GET;
    return route->method.access[index];
}

static bool is_open(const struct route *route, enum http_method method) {
    enum access access = access_of(route, method);
    return access == ACCESS_OPEN || access == ACCESS_ANYONE;
}

static bool has_credentials(const struct http_request *request) { return request->auth_token[0] || request->authorization[0]; }

/* The caller is known, or need not be. */
static enum http_next admitted(struct core *core, struct http_exchange *x) {
    const struct route *route = x->route;
    struct query query;
    if (!route || (!is_open(route, x->request.method) && !exists_for(x, route)))
        return reply_error(x, 404, MESSAGE(RESOURCE_MISSING, .arg = {x->request.path}));
    x->response.allow = allow_of(route);
    if (route->schema) reply_describe(x, route->schema);
    http_handler *handler = handler_of(route, x->request.method);
    if (!handler) return reply_error(x, 405, MESSAGE(OPERATION_NOT_ALLOWED));
    enum access access = route->method.access[method_index(x->request.method)];
    if (!is_open(route, x->request.method) && x->identity.must_change && !permitted_before_change(x))
        return refuse_before_change(x);
    if (!permitted(access, x->identity.privileges)) return reply_error(x, 403, MESSAGE(INSUFFICIENT_PRIVILEGE));
    if (!query_read(x, route->query, &query)) return HTTP_DONE;
    if (!precondition_holds(core, x, route)) return HTTP_DONE;
    x->handler = handler;
    x->stage = STAGE_HANDLED;
    return run_handler(core, x);
}

static enum http_next authenticate(struct core *core, struct http_exchange *x, bool derived) {
    switch (auth_request(core, x, derived)) {
    case AUTH_OPENED:
        return admitted(core, x);
    case AUTH_DERIVE:
        x->stage = STAGE_DERIVED;
        return HTTP_DERIVE;
    case AUTH_BROKEN:
        return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    default: /* who needed none is a stranger with them */
        return x->route && is_open(x->route, x->request.method) ? admitted(core, x) : auth_refuse(x);
    }
}

static enum http_next arrived(struct core *core, struct http_exchange *x) {
    core->heard_ms = core->now_ms;
    auth_flush_log(core);
    if (!screen(core, x)) return HTTP_DONE;
    const struct route *route = route_find(x->request.path, x->parent, x->id);
    if (!route && !screen_is_redfish(x->request.path)) return page_answer(x);
    x->route = route;
    x->response.odata_version = screen_is_redfish(x->request.path);
    x->response.cache_control = "no-cache";
    bool asks = !route || !is_open(route, x->request.method) ||
                (access_of(route, x->request.method) == ACCESS_ANYONE && has_credentials(&x->request));
    if (!asks) return admitted(core, x);
    return authenticate(core, x, false);
}

bool http_streams(const struct http_request *request) {
    char parent[HTTP_ID_SIZE], id[HTTP_ID_SIZE];
    const struct route *route = request->method == HTTP_POST ? route_find(request->path, parent, id) : NULL;
    return route && route->method.handler[ROUTE_POST] == update_upload;
}

void http_begin(struct http_exchange *x) {
    struct http_response *response = &x->response;
    memset(response, 0, offsetof(struct http_response, out));
    memset(&x->identity, 0, sizeof x->identity);
    memset(&x->derive, 0, sizeof x->derive);
    memset(&x->save, 0, sizeof x->save);
    memset(&x->load, 0, sizeof x->load);
    memset(&x->certify, 0, sizeof x->certify);
    memset(&x->stream, 0, sizeof x->stream);
    memset(&x->firmware, 0, sizeof x->firmware);
    memset(&x->piece, 0, sizeof x->piece);
    memset(&x->pending, 0, sizeof x->pending);
    x->identity.account = -1;
    x->identity.origin.via = x->request.http_origin[0] ? VIA_WEB : VIA_REDFISH;
    memcpy(x->identity.origin.address, x->request.address, sizeof x->identity.origin.address);
    x->handler = NULL;
    x->route = NULL;
    x->stage = STAGE_ARRIVED;
    x->phase = 0;
    x->part = 0;
    x->parent[0] = '\0';
    x->id[0] = '\0';
    x->task_id = 0;
    x->uploads = false;
    x->refused = NULL;
    x->wait_until_ms = 0;
    size_t length = strlen(x->request.path);
    if (length > 1 && x->request.path[length - 1] == '/') x->request.path[length - 1] = '\0';
}

enum http_next http_step(struct core *core, struct http_exchange *x, uint64_t now_ms, uint64_t wall_ms) {
    core->now_ms = now_ms;
    core->wall_ms = wall_ms;
    switch (x->stage) {
    case STAGE_ARRIVED:
        return arrived(core, x);
    case STAGE_DERIVED:
        return authenticate(core, x, true);
    default:
        return run_handler(core, x);
    }
}
