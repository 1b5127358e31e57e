/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target for all that a request can reach: screening, router, credentials, query, JSON, every handler and the stream.
 * The input is a small script: lines of a request, split at newlines, with a body after an empty line. It is served twice, as a
 * stranger and as a signed-in administrator; a stranger changes nothing. */
#include <string.h>

#include "core/bytes.h"
#include "tests/fuzz/fuzz_board.h"

static struct http_exchange x;

/* ---- the request out of the input ---- */

static const char *take_line(const char *text, const char *end, char *out, size_t size) {
    size_t used = 0;
    for (; text < end && *text != '\n'; text++)
        if (*text && used + 1 < size) out[used++] = *text;
    out[used] = '\0';
    return text < end ? text + 1 : end;
}

static void read_request(const uint8_t *data, size_t size) {
    struct http_request *r = &x.request;
    char line[HTTP_PATH_SIZE + HTTP_QUERY_SIZE];
    const char *at = (const char *)data, *end = at + size;
    memset(&x, 0xa5, sizeof x);
    memset(r, 0, sizeof *r);
    at = take_line(at, end, line, sizeof line);
    r->method = (enum http_method)((unsigned char)line[0] % (HTTP_OTHER + 1));
    const char *query = strchr(line, '?');
    snprintf(r->path, sizeof r->path, "%.*s", line[0] ? (int)(query ? query - line - 1 : (long)strlen(line + 1)) : 0,
             line + (line[0] != 0));
    snprintf(r->query, sizeof r->query, "%s", query ? query + 1 : "");
    snprintf(r->content_type, sizeof r->content_type, "application/json");
    while (at < end) {
        static const struct {
            char key;
            size_t offset, size;
        } fields[] = {{'A', offsetof(struct http_request, authorization), sizeof r->authorization},
                      {'T', offsetof(struct http_request, auth_token), sizeof r->auth_token},
                      {'C', offsetof(struct http_request, content_type), sizeof r->content_type},
                      {'M', offsetof(struct http_request, if_match), sizeof r->if_match},
                      {'N', offsetof(struct http_request, if_none_match), sizeof r->if_none_match},
                      {'V', offsetof(struct http_request, odata_version), sizeof r->odata_version},
                      {'H', offsetof(struct http_request, host), sizeof r->host},
                      {'O', offsetof(struct http_request, http_origin), sizeof r->http_origin},
                      {'L', offsetof(struct http_request, last_event_id), sizeof r->last_event_id}};
        at = take_line(at, end, line, sizeof line);
        if (!line[0]) break;
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            if (fields[i].key == line[0]) text_copy((char *)r + fields[i].offset, fields[i].size, line + 1);
    }
    r->body_size = (size_t)(end - at) < HTTP_BODY_IN_MAX ? (size_t)(end - at) : HTTP_BODY_IN_MAX;
    memcpy(r->body, at, r->body_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_next_input();
    fuzz_remember();
    read_request(data, size);
    x.request.authorization[0] = x.request.auth_token[0] = '\0';
    fuzz_serve(&x);
    fuzz_require_unchanged();
    const char *token = fuzz_open_session();
    read_request(data, size);
    if (!x.request.authorization[0] && !x.request.auth_token[0]) memcpy(x.request.auth_token, token, SESSION_TOKEN_SIZE);
    fuzz_serve(&x);
    fuzz_require_administered();
    return 0;
}
