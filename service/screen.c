/* SPDX-License-Identifier: Apache-2.0 */
#include "service/screen.h"

#include <string.h>

#include "service/reply.h"
#include "service/text.h"

bool screen_is_redfish(const char *path) { return strncmp(path, "/redfish", 8) == 0 && (path[8] == '/' || path[8] == '\0'); }

static bool refuse(struct http_exchange *x, int status, const struct message *message) {
    reply_error(x, status, message);
    return false;
}

static bool size_fits(struct http_exchange *x) {
    const struct http_request *request = &x->request;
    if (request->path_too_long) {
        return refuse(x, 414, MESSAGE(GENERAL_ERROR, .resolution = "Send a shorter URI: no resource here has one this long."));
    }
    if (request->too_long) return refuse(x, 431, MESSAGE(GENERAL_ERROR, .resolution = "Send shorter header fields."));
    if (request->body_too_large) return refuse(x, 413, MESSAGE(PAYLOAD_TOO_LARGE));
    return true;
}

/* Host without its port: "[::1]:8443", "192.0.2.1:443", "super4c.local". */
static void host_without_port(const char *host, char out[HTTP_PATH_SIZE]) {
    const char *end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
    size_t length = !end ? strlen(host) : (size_t)(end - host) + (host[0] == '[');
    memcpy(out, host, length);
    out[length] = '\0';
}

static bool is_ipv6_literal(const char *host) {
    size_t length = strlen(host);
    if (length < 4 || host[0] != '[' || host[length - 1] != ']') return false;
    for (size_t i = 1; i + 1 < length; i++)
        if (!strchr("0123456789abcdefABCDEF:.", host[i])) return false;
    return true;
}

static bool is_own_name(const struct core *core, const char *host) {
    char local[HOST_NAME_SIZE + 6];
    size_t length = strlen(core->settings.host_name);
    memcpy(local, core->settings.host_name, length);
    memcpy(&local[length], ".local", 7);
    return text_equal_any_case(host, core->settings.host_name) || text_equal_any_case(host, local);
}

/* A name that is not ours, pointed at our address, is how a foreign page would make the browser talk to us. Addresses cannot be
 * forged that way. HTTP/1.0 has no Host; browsers always send one. */
static bool host_is_ours(const struct core *core, const char *header) {
    char host[HTTP_PATH_SIZE];
    uint8_t address[4];
    if (!header[0]) return true;
    host_without_port(header, host);
    return text_read_ipv4(host, address) || is_ipv6_literal(host) || text_equal_any_case(host, "localhost") ||
           is_own_name(core, host);
}

static bool origin_is_ours(const struct http_request *request) {
    static const char scheme[] = "https://";
    size_t length = sizeof scheme - 1;
    return strncmp(request->http_origin, scheme, length) == 0 &&
           text_equal_any_case(&request->http_origin[length], request->host);
}

static bool writes(enum http_method method) { return method != HTTP_GET && method != HTTP_HEAD; }

bool screen(const struct core *core, struct http_exchange *x) {
    const struct http_request *request = &x->request;
    if (!size_fits(x)) return false;
    if (!host_is_ours(core, request->host)) {
        return refuse(x, 421, MESSAGE(HEADER_INVALID, .arg = {"Host"}, .resolution = "Use the board's address or its own name."));
    }
    if (request->method == HTTP_OTHER) {
        return refuse(x, 501, MESSAGE(GENERAL_ERROR, .resolution = "Use GET, HEAD, POST, PATCH or DELETE."));
    }
    if (writes(request->method) && request->http_origin[0] && !origin_is_ours(request)) {
        return refuse(x, 403, MESSAGE(HEADER_INVALID, .arg = {"Origin"}, .resolution = "Use the page that this board serves."));
    }
    if (screen_is_redfish(request->path) && request->odata_version[0] && strcmp(request->odata_version, "4.0") != 0) {
        return refuse(x, 412, MESSAGE(HEADER_INVALID, .arg = {"OData-Version"}, .resolution = "Use OData-Version 4.0."));
    }
    return true;
}
