/* SPDX-License-Identifier: Apache-2.0
 * The connections: their memory, their deadlines, their beginning and end. */
#include "port/linux/https.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/check.h"
#include "port/linux/clock.h"
#include "port/linux/https_internal.h"

/* TLS 1.2 and 1.3 with forward secrecy and AEAD only: no CBC, no SHA-1, no RSA key exchange; our key is P-256. */
#define TLS_PRIORITY                                                                                                             \
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD:+GROUP-X25519:+GROUP-"       \
    "SECP256R1:"                                                                                                                 \
    "+GROUP-SECP384R1:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SECP256R1-SHA256:+CTYPE-X509:%SERVER_PRECEDENCE"
#define LISTEN_BACKLOG 128
#define FINISH_POLL_MS 10

/* ---- stages, deadlines, streams ---- */

void https_stage(struct https_connection *connection, enum https_stage stage, uint64_t allowed_ms) {
    pthread_mutex_lock(&connection->https->lock);
    connection->stage = stage;
    connection->deadline_ms = allowed_ms == 0 ? 0 : clock_now_ms() + allowed_ms;
    pthread_mutex_unlock(&connection->https->lock);
}

/* shutdown() and not close(): the descriptor stays libmicrohttpd's, which finds the connection ended and cleans up. Under the
 * lock, so that the descriptor cannot have become another's. */
void https_enforce_deadlines(struct https *https) {
    uint64_t now_ms = clock_now_ms();
    pthread_mutex_lock(&https->lock);
    for (size_t i = 0; i < HTTPS_CONNECTION_MAX; i++) {
        struct https_connection *connection = &https->connection[i];
        if (connection->stage == STAGE_FREE || connection->deadline_ms == 0 || connection->deadline_ms > now_ms) continue;
        connection->deadline_ms = 0;
        shutdown(connection->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&https->lock);
}

static void end_stream(struct https_connection *connection) {
    struct loop *loop = connection->https->loop;
    loop_lock(loop);
    stream_end(&loop->bmc.core, &connection->stream);
    loop_unlock(loop);
}

static unsigned count_unfinished(struct https *https) {
    unsigned count = 0;
    pthread_mutex_lock(&https->lock);
    for (size_t i = 0; i < HTTPS_CONNECTION_MAX; i++) {
        enum https_stage stage = https->connection[i].stage;
        if (stage == STAGE_HEAD || stage == STAGE_BODY || stage == STAGE_ANSWER) count++;
    }
    pthread_mutex_unlock(&https->lock);
    return count;
}

/* ---- what libmicrohttpd calls ---- */

static struct https_connection *connection_of(struct MHD_Connection *mhd) {
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static struct https_connection *take_connection(struct https *https) {
    for (size_t i = 0; i < HTTPS_CONNECTION_MAX; i++) {
        if (https->connection[i].stage == STAGE_FREE) return &https->connection[i];
    }
    return NULL; /* cannot be: libmicrohttpd has the same limit */
}

static void on_connection(void *ctx, struct MHD_Connection *mhd, void **place, enum MHD_ConnectionNotificationCode code) {
    struct https *https = ctx;
    pthread_mutex_lock(&https->lock);
    struct https_connection *connection = code == MHD_CONNECTION_NOTIFY_STARTED ? take_connection(https) : *place;
    if (code == MHD_CONNECTION_NOTIFY_STARTED && connection != NULL) {
        connection->https = https;
        connection->mhd = mhd;
        connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        connection->stage = STAGE_IDLE;
        connection->deadline_ms = clock_now_ms() + HTTPS_HANDSHAKE_MS;
        *place = connection;
    } else if (connection != NULL) {
        connection->stage = STAGE_FREE;
    }
    pthread_mutex_unlock(&https->lock);
}

/* IPv4 as ::ffff:a.b.c.d. */
static void note_address(struct https_connection *connection) {
    const struct sockaddr *peer = MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    uint8_t *address = connection->x.request.address;
    /* The port stands at the same place in both. */
    connection->x.request.port = ntohs(((const struct sockaddr_in *)(const void *)peer)->sin_port);
    if (peer->sa_family == AF_INET6) memcpy(address, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, 16);
    if (peer->sa_family != AF_INET) return;
    address[10] = address[11] = 0xff;
    memcpy(address + 12, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, 4);
}

/* The request line is there: the earliest moment of a request, and the only one at which its target is as the client sent it. */
static void *on_target(void *ctx, const char *target, struct MHD_Connection *mhd) {
    struct https_connection *connection = connection_of(mhd);
    (void)ctx;
    if (connection == NULL) return NULL;
    memset(&connection->x, 0, sizeof connection->x);
    connection->refusal = REFUSE_NONE;
    connection->body = BODY_KEPT;
    connection->admitted = false;
    connection->announced_size = 0;
    connection->discarded_size = 0;
    connection->waited = false;
    https_stage(connection, STAGE_HEAD, HTTPS_REQUEST_MS);
    note_address(connection);
    https_request_line(connection, target);
    return connection;
}

static enum MHD_Result take_head(struct https_connection *connection, const char *method, const char *version) {
    https_request_head(connection, method, version);
    pthread_mutex_lock(&connection->https->lock); /* the deadline stands: it is for the whole request */
    connection->stage = STAGE_BODY;
    pthread_mutex_unlock(&connection->https->lock);
    if (connection->refusal != REFUSE_NONE) return https_refuse(connection, connection->refusal);
    return connection->body == BODY_ADMITTING ? https_begin(connection) : MHD_YES;
}

static enum MHD_Result take_body(struct https_connection *connection, const char *data, size_t size) {
    if (connection->body == BODY_STREAMED)
        https_stream(connection, data, size);
    else
        https_request_body(connection, data, size);
    return connection->discarded_size <= (connection->admitted ? HTTPS_UPLOAD_MAX : HTTP_DISCARD_MAX) ? MHD_YES : MHD_NO;
}

/* Called once with the head, then with each part of the body, then without a body until an answer is queued. An answer queued at
 * the first call would close the connection, and cut off the body, after it. A connection that was suspended at the first call is
 * called with the head again. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *mhd, const char *url, const char *method, const char *version,
                                  const char *data, size_t *data_size, void **place) {
    struct https_connection *connection = connection_of(mhd);
    size_t size = *data_size;
    (void)ctx, (void)url, (void)place;
    if (connection == NULL) return MHD_NO;
    if (connection->stage == STAGE_HEAD) return take_head(connection, method, version);
    *data_size = 0;
    if (size > 0) return take_body(connection, data, size);
    if (connection->body == BODY_STREAMED || connection->body == BODY_DROPPED) return https_stream_end(connection);
    return connection->stage == STAGE_BODY ? https_begin(connection) : https_drive(connection);
}

static void end_upload(struct https_connection *connection) {
    struct loop *loop = connection->https->loop;
    loop_lock(loop);
    bmc_http_gone(&loop->bmc, &connection->x);
    loop_unlock(loop);
}

/* Passwords and tokens do not stay in memory longer than their request. */
static void on_completed(void *ctx, struct MHD_Connection *mhd, void **place, enum MHD_RequestTerminationCode code) {
    struct https_connection *connection = connection_of(mhd);
    (void)ctx, (void)place, (void)code;
    if (connection == NULL) return;
    if (connection->stage == STAGE_STREAM) end_stream(connection);
    if (connection->admitted) end_upload(connection);
    explicit_bzero(&connection->x.request, sizeof connection->x.request);
    explicit_bzero(&connection->x.derive, sizeof connection->x.derive);
    explicit_bzero(&connection->x.response, offsetof(struct http_response, out));
    https_stage(connection, STAGE_IDLE, HTTPS_NEXT_REQUEST_MS);
}

/* The target is decoded by https_request_line(), where what does not decode is refused. */
static size_t keep_escapes(void *ctx, struct MHD_Connection *mhd, char *text) {
    (void)ctx, (void)mhd;
    return strlen(text);
}

_Noreturn static void on_panic(void *ctx, const char *file, unsigned line, const char *reason) {
    (void)ctx;
    check_failed(file, (int)line, reason != NULL ? reason : "libmicrohttpd");
}

/* ---- start and stop ---- */

static int listen_on(const char *address, uint16_t port, uint16_t *got) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } here = {0};
    socklen_t size = sizeof here.v4;
    int yes = 1;
    if (inet_pton(AF_INET, address, &here.v4.sin_addr) == 1) {
        here.v4.sin_family = AF_INET;
        here.v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, address, &here.v6.sin6_addr) == 1) {
        here.v6.sin6_family = AF_INET6;
        here.v6.sin6_port = htons(port);
        size = sizeof here.v6;
    }
    int fd = socket(here.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes); /* the connections of a killed predecessor may linger */
    if (bind(fd, &here.any, size) == 0 && listen(fd, LISTEN_BACKLOG) == 0 && getsockname(fd, &here.any, &size) == 0) {
        *got = ntohs(here.any.sa_family == AF_INET6 ? here.v6.sin6_port : here.v4.sin_port);
        return fd;
    }
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static struct MHD_Daemon *start_daemon(struct https *https, int fd) {
    unsigned flags = MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, https,                             //
                            MHD_OPTION_LISTEN_SOCKET, fd,                                        //
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HTTPS_THREAD_COUNT,           //
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTPS_CONNECTION_MAX,         //
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTPS_PER_ADDRESS_MAX, //
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTPS_IDLE_S,               //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTPS_HEAD_MAX,          //
                            MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITY,                           //
                            MHD_OPTION_HTTPS_CERT_CALLBACK2, tls_live_retrieve,                  //
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, https,                  //
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, https,                       //
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, https,                    //
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, https,                   //
                            MHD_OPTION_END);
}

struct https *https_start(struct loop *loop, struct derive *derive, const char *address, uint16_t port, struct tls_live *tls,
                          char *problem, size_t problem_size) {
    struct https *https = calloc(1, sizeof *https);
    int fd = -1;
    if (https != NULL) fd = listen_on(address, port, &https->port);
    if (fd < 0) {
        snprintf(problem, problem_size, "HTTPS on %s port %u: %s", address, port, strerror(errno));
        free(https);
        return NULL;
    }
    https->loop = loop;
    https->derive = derive;
    https->tls = tls;
    pthread_mutex_init(&https->lock, NULL);
    MHD_set_panic_func(on_panic, NULL);
    https->daemon = start_daemon(https, fd);
    if (https->daemon != NULL) return https;
    snprintf(problem, problem_size, "HTTPS on %s port %u: the TLS server did not start", address, port);
    close(fd);
    pthread_mutex_destroy(&https->lock);
    free(https);
    return NULL;
}

uint16_t https_port(const struct https *https) { return https->port; }

void https_stop(struct https *https) {
    uint64_t until_ms = clock_now_ms() + HTTPS_FINISH_MS;
    int fd = MHD_quiesce_daemon(https->daemon);
    if (fd != MHD_INVALID_SOCKET) close(fd);
    while (count_unfinished(https) > 0 && clock_now_ms() < until_ms) {
        nanosleep(&(struct timespec){.tv_nsec = FINISH_POLL_MS * 1000000L}, NULL);
    }
    loop_lock(https->loop);
    loop_drain(https->loop); /* libmicrohttpd must not be stopped while a connection is suspended */
    loop_unlock(https->loop);
    derive_stop(https->derive);
    MHD_stop_daemon(https->daemon);
    pthread_mutex_destroy(&https->lock);
    free(https);
}
