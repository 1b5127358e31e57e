/* SPDX-License-Identifier: Apache-2.0
 * http - the meaning of HTTP requests, without sockets or threads. A port turns bytes into a struct http_request, drives the
 * exchange with http_step() until it is answered, and turns the answer back into bytes.
 *
 * An exchange may need something done outside: each http_step() returns what, see enum http_next. Nothing here allocates; one
 * exchange is one connection's memory. Before a request is authenticated it costs no more than parsing, one table look-up and, if
 * credentials are given and the name is not locked, one derivation. */
#ifndef SERVICE_HTTP_H
#define SERVICE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/core.h"
#include "service/certificate.h"
#include "service/upload.h"

#define HTTP_PATH_SIZE    192 /* the longest path of ours is below 100 */
#define HTTP_QUERY_SIZE   256
#define HTTP_HEADER_SIZE  320   /* Basic credentials of the longest name and password: 16 + 1 + 64 bytes in UTF-8, base64 */
#define HTTP_BODY_IN_MAX  4096  /* before and after sign-in; the largest legal body of ours is below 1 KiB */
#define HTTP_BODY_OUT_MAX 16384 /* 24 log entries expanded inline at 600 bytes, and the frame */
#define HTTP_ID_SIZE      64    /* a path's variable segment; ids of ours are below 32 */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PATCH, HTTP_PUT, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER };

struct http_request {
    enum http_method method;
    char path[HTTP_PATH_SIZE];   /* percent-decoded, without query */
    char query[HTTP_QUERY_SIZE]; /* raw, without '?' */
    bool too_long;               /* path, query or a header below did not fit: answered 431 or 414 */
    bool path_too_long;
    bool body_too_large;                  /* more than HTTP_BODY_IN_MAX was sent or announced: answered 413 */
    char authorization[HTTP_HEADER_SIZE]; /* headers absent = empty */
    char auth_token[SESSION_TOKEN_SIZE + 1];
    char content_type[112]; /* a boundary may have 70 characters */
    char if_match[64];
    char if_none_match[64];
    char odata_version[8];
    char host[HTTP_PATH_SIZE];
    char http_origin[HTTP_PATH_SIZE]; /* the Origin header */
    char last_event_id[16];
    bool accepts_openmetrics; /* the Accept header names application/openmetrics-text */
    uint8_t address[16];      /* of the peer, for the log only */
    uint16_t port;            /* and its port: with the address it names an event stream */
    union {
        char body[HTTP_BODY_IN_MAX + 1]; /* zero-terminated */
        struct certificate certificate;  /* of HTTP_CERTIFY, once the body has been read */
    };
    size_t body_size;
};

struct http_response {
    int status;
    const char *content_type;     /* NULL: no body */
    const char *content_encoding; /* "gzip" or NULL */
    const char *allow;            /* NULL or the Allow list */
    const char *cache_control;
    const char *www_authenticate;
    char location[HTTP_PATH_SIZE]; /* empty: none */
    char etag[40];
    char auth_token[SESSION_TOKEN_SIZE];
    char link[160];
    unsigned retry_after_s; /* 0: none */
    bool odata_version;     /* send OData-Version: 4.0 */
    const void *body;       /* points into out or to a constant */
    size_t body_size;
    union {
        char out[HTTP_BODY_OUT_MAX];
        struct upload upload; /* while the body comes in pieces: there is no answer yet */
    };
};

/* What the port does next. With DERIVE, SAVE, LOAD, DIGEST, CERTIFY, FIRMWARE, STEP, WAIT and MORE it then calls http_step()
 * again. */
enum http_next {
    HTTP_DONE,   /* send x->response; to HEAD, and with 304, without the body's bytes */
    HTTP_PART,   /* send what response.out holds as the next part of a body of unknown length; then step again, until DONE */
    HTTP_DERIVE, /* PBKDF2 of x->derive.password with the hash's salt and iterations into its key. Slow: do it without the lock */
    HTTP_SAVE,   /* put (or, when size is 0, erase) the record under its key and set x->save.failed. Under the lock of the step */
    HTTP_LOAD,   /* read the record of x->load.key into x->request.body and set x->load.size. Under the lock of the step */
    HTTP_DIGEST, /* put the SHA-256 of x->digest.data into x->digest.out, or set x->digest.failed. Under the lock of the step */
    HTTP_CERTIFY,  /* do x->certify.act with x->request.certificate and set x->certify.result. Slow: do it without the lock */
    HTTP_FIRMWARE, /* do x->firmware.act and set x->firmware.fault. Under the lock of the step */
    HTTP_MORE,     /* put the next piece of the body into x->piece, or say that it has ended. See http_streams() */
    HTTP_STEP,     /* run one control step now, so that an order reaches its pin. Under the lock of the step */
    HTTP_WAIT,     /* come back when the control loop has run, and no later than x->wait_until_ms */
    HTTP_STREAM,   /* the headers are complete; keep the connection and send what stream_next() (service/stream.h) yields */
};

/* What is done to the firmware's other slot, for HTTP_FIRMWARE. */
enum firmware_act {
    FIRMWARE_OPEN,  /* judge header and signature, data being both, and open the slot */
    FIRMWARE_WRITE, /* data is the next of the payload */
    FIRMWARE_CLOSE, /* that was all of it: what was written is read back from now on */
};

/* Who is behind the request, once known. */
struct http_identity {
    int account;         /* slot, -1 when nobody */
    uint32_t session_id; /* 0 with Basic authentication */
    unsigned privileges; /* of the role; only self-service while must_change */
    uint8_t nodes;       /* bit 0 = node 1: the nodes that exist for this account; NODE_ALL when the board does as well */
    bool must_change;
    struct origin origin;
};

struct body_shape;
struct http_exchange;
typedef enum http_next http_handler(struct core *core, struct http_exchange *x);

struct http_exchange {
    struct http_request request;
    struct http_response response;
    struct http_identity identity;
    struct {
        char password[PASSWORD_MAX + 1];
        struct password_hash hash; /* salt and iterations in, key out */
        bool failed;               /* out: could not be computed */
    } derive;
    struct {
        char key[16];
        const uint8_t *record; /* the handler's bytes, mostly in response.out, which is free until there is an answer */
        size_t size;           /* 0: erase the key */
        bool failed;           /* out */
    } save;
    struct {
        char key[16];
        size_t size; /* out; 0: there is none, or it cannot be read */
    } load;
    struct {
        const uint8_t *data;
        size_t size;
        uint8_t out[32];
        bool failed;
    } digest;
    struct {
        enum certify_act act;
        enum certify_result result; /* out */
        const char *pem;            /* CERTIFY_REPLACE: the chain, mostly in response.out */
    } certify;
    struct {
        enum firmware_act act;
        const uint8_t *data; /* good until the next step */
        size_t size;
        enum firmware_fault fault; /* out */
    } firmware;
    struct {
        const uint8_t *data; /* at most HTTP_BODY_IN_MAX bytes */
        size_t size;         /* 0: the body has ended */
    } piece;
    uint8_t random[32];     /* filled by the port before the first step: tokens, salts */
    uint64_t wait_until_ms; /* monotonic, for HTTP_WAIT */
    struct {                /* for HTTP_STREAM, see stream.h */
        bool events, metrics;
        uint32_t next_sequence;
    } stream;
    /* ---- inside ---- */
    http_handler *handler;
    uint8_t stage; /* of the router */
    uint8_t phase; /* of the handler */
    uint16_t part; /* where an answer in parts goes on */
    const void *route;
    char parent[HTTP_ID_SIZE]; /* what matched the route's first {} */
    char id[HTTP_ID_SIZE];     /* and its last; the same when there is one */
    uint32_t task_id;
    bool uploads;                     /* the upload under way, of number task_id, is this exchange's */
    const struct body_shape *refused; /* set by body_read(): the body of a PATCH holds members that could not be set */
    struct {
        struct account wanted;
        int slot;
        bool password_changed, unlock;
    } pending;
};

/* Starts an exchange whose request, random bytes and address are filled in. */
void http_begin(struct http_exchange *x);
/* True when the body of such a request is brought in pieces, at HTTP_MORE, after who sent it has been let in, and without the
 * limits of HTTP_BODY_IN_MAX. method and path are filled in. When the answer comes before the body's end, the rest is dropped. */
bool http_streams(const struct http_request *request);
/* now_ms, wall_ms: also put into core. */
enum http_next http_step(struct core *core, struct http_exchange *x, uint64_t now_ms, uint64_t wall_ms);

/* The web page, linked in by the port's build: immutable files with their types. */
struct http_asset {
    const char *path; /* "/", "/app.js" */
    const char *content_type;
    const char *etag;    /* with quotes */
    const uint8_t *data; /* gzip */
    size_t size;
};
extern const struct http_asset http_assets[];
extern const size_t http_asset_count;

#endif
