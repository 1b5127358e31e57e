/* SPDX-License-Identifier: Apache-2.0
 * The connections: who has them, who gives way, their beginning and end. */
#include "port/esp32/main/https.h"

#include <fcntl.h>
#include <mbedtls/platform_util.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/check.h"
#include "port/esp32/main/clock.h"
#include "port/esp32/main/https_internal.h"

#define WORKER_STACK_SIZE 10240 /* a handshake by mbedTLS takes 6 KB, a handler 3 KB (guessed, to be measured) */
#define STREAM_STACK_SIZE 6144
#define TASK_PRIORITY     4 /* below the control task and the datagrams */
#define RETRY_MS          50

static void lock(struct https *https) { CHECK(xSemaphoreTake(https->lock, portMAX_DELAY) == pdTRUE); }
static void unlock(struct https *https) { CHECK(xSemaphoreGive(https->lock) == pdTRUE); }

/* ---- the end of a session ---- */

/* Passwords and tokens do not stay in memory longer than their request. With the lock held, or by who has the session. */
static void forget_exchange(struct https_session *session) {
    struct https_exchange *exchange = session->exchange;
    if (exchange == NULL) return;
    mbedtls_platform_zeroize(&exchange->x.request, sizeof exchange->x.request);
    mbedtls_platform_zeroize(&exchange->x.derive, sizeof exchange->x.derive);
    mbedtls_platform_zeroize(&exchange->x.response, offsetof(struct http_response, out));
    exchange->session = NULL;
    session->exchange = NULL;
}

/* shutdown() and not close(): select() finds the connection ended, and the door closes it. */
static void cut(struct https_session *session) {
    forget_exchange(session);
    https_close_link(session);
    session->holder = HOLDER_ENDED;
    shutdown(session->socket.fd, SHUT_RDWR);
}

static void leave_to_door(struct https_session *session, enum https_holder holder) {
    struct https *https = session->https;
    struct https_door_pass *pass = session->pass;
    lock(https);
    session->pass = NULL;
    session->holder = holder;
    if (holder == HOLDER_ENDED) cut(session);
    unlock(https);
    https_door_give_back(pass);
}

void https_park(struct https_session *session) { leave_to_door(session, HOLDER_PARKED); }

void https_end(struct https_session *session) { leave_to_door(session, HOLDER_ENDED); }

static void cut_parked(struct https *https, uint64_t now_ms) {
    lock(https);
    for (size_t i = 0; i < HTTPS_SESSION_MAX; i++) {
        struct https_session *session = &https->session[i];
        if (session->holder == HOLDER_PARKED && session->deadline_ms > 0 && session->deadline_ms <= now_ms) cut(session);
    }
    unlock(https);
}

void https_enforce_deadlines(struct https *https) { cut_parked(https, clock_now_ms()); }

void https_stop(struct https *https) { cut_parked(https, UINT64_MAX); }

/* ---- who gives way ---- */

static bool has_tls(const struct https_session *session) { return session->pair != NULL; }

static bool has_exchange(const struct https_session *session) { return session->exchange != NULL; }

typedef bool has_what(const struct https_session *session);

static unsigned count_of_address(const struct https *https, const struct https_session *like) {
    unsigned count = 0;
    for (size_t i = 0; i < HTTPS_SESSION_MAX; i++) {
        const struct https_session *other = &https->session[i];
        if (other->holder == HOLDER_NONE || other->holder == HOLDER_ENDED) continue;
        count += memcmp(other->address, like->address, sizeof like->address) == 0;
    }
    return count;
}

/* With the lock held. Of the address with the most connections first: a crowd from one place costs itself. True when there is one
 * place more than before. */
static bool cut_longest_parked(struct https *https, has_what *has) {
    struct https_session *longest = NULL;
    uint64_t now_ms = clock_now_ms();
    unsigned most = 0;
    for (size_t i = 0; i < HTTPS_SESSION_MAX; i++) {
        struct https_session *session = &https->session[i];
        if (session->holder != HOLDER_PARKED || !has(session) || now_ms - session->since_ms < HTTPS_GRACE_MS) continue;
        unsigned count = count_of_address(https, session);
        if (count < most || (count == most && longest != NULL && session->since_ms >= longest->since_ms)) continue;
        most = count;
        longest = session;
    }
    if (longest != NULL) cut(longest);
    return longest != NULL;
}

/* With the lock held. */
static bool take_tls(struct https_session *session) {
    struct https *https = session->https;
    unsigned count = 0;
    for (size_t i = 0; i < HTTPS_SESSION_MAX; i++) count += has_tls(&https->session[i]);
    if (count >= HTTPS_TLS_MAX && !cut_longest_parked(https, has_tls)) return false;
    session->pair = tls_identity_take(https->identity);
    return true;
}

/* With the lock held. */
static bool take_exchange(struct https_session *session) {
    struct https *https = session->https;
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        for (size_t i = 0; i < HTTPS_WORKER_COUNT; i++) {
            if (https->exchange[i].session != NULL) continue;
            https->exchange[i].session = session;
            session->exchange = &https->exchange[i];
            return true;
        }
        if (!cut_longest_parked(https, has_exchange)) return false;
    }
    return false;
}

/* The others have done nothing wrong yet: they get their grace, and the caller waits for it. */
static bool take_in_time(struct https_session *session, bool (*take)(struct https_session *session)) {
    for (unsigned waited_ms = 0; waited_ms <= HTTPS_STALL_MS; waited_ms += RETRY_MS) {
        lock(session->https);
        bool taken = take(session);
        unlock(session->https);
        if (taken) return true;
        vTaskDelay(pdMS_TO_TICKS(RETRY_MS));
    }
    return false;
}

bool https_take_tls(struct https_session *session) { return take_in_time(session, take_tls); }

bool https_take_exchange(struct https_session *session) { return take_in_time(session, take_exchange); }

void https_free_exchange(struct https_session *session) {
    lock(session->https);
    forget_exchange(session);
    unlock(session->https);
}

/* ---- what the door asks, from its task ---- */

/* With the lock held. fd -1: a free place. */
static struct https_session *find(struct https *https, int fd) {
    for (size_t i = 0; i < HTTPS_SESSION_MAX; i++) {
        struct https_session *session = &https->session[i];
        if (fd < 0 ? session->holder == HOLDER_NONE : session->holder != HOLDER_NONE && session->socket.fd == fd) return session;
    }
    return NULL;
}

static void note_address(struct https_session *session) {
    struct sockaddr_storage peer = {0};
    socklen_t size = sizeof peer;
    const struct sockaddr_in *v4 = (const void *)&peer;
    const struct sockaddr_in6 *v6 = (const void *)&peer;
    if (getpeername(session->socket.fd, (void *)&peer, &size) != 0) return;
    session->port = ntohs(v4->sin_port); /* at the same place in both */
    if (peer.ss_family == AF_INET6) memcpy(session->address, &v6->sin6_addr, sizeof session->address);
    if (peer.ss_family != AF_INET) return;
    session->address[10] = session->address[11] = 0xff;
    memcpy(session->address + 12, &v4->sin_addr, 4);
}

/* With the lock held. */
static void begin(struct https *https, struct https_session *session, int fd) {
    memset(session, 0, sizeof *session);
    session->https = https;
    session->socket.fd = fd;
    session->since_ms = clock_now_ms();
    session->deadline_ms = session->since_ms + HTTPS_HANDSHAKE_MS;
    session->holder = HOLDER_PARKED;
    note_address(session);
}

static void opened(void *ctx, int fd) {
    struct https *https = ctx;
    bool open = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK) == 0;
    lock(https);
    struct https_session *session = find(https, -1); /* there is one: the door has the same limit */
    if (session != NULL && open) begin(https, session, fd);
    unlock(https);
    if (session == NULL || !open) shutdown(fd, SHUT_RDWR);
}

static bool claim(void *ctx, int fd) {
    struct https *https = ctx;
    lock(https);
    struct https_session *session = find(https, fd);
    bool parked = session != NULL && session->holder == HOLDER_PARKED;
    if (parked) session->holder = HOLDER_TASK;
    unlock(https);
    return parked;
}

static void claimed(void *ctx, int fd, struct https_door_pass *pass) {
    struct https *https = ctx;
    lock(https);
    struct https_session *session = find(https, fd);
    session->pass = pass;
    if (pass == NULL) session->holder = HOLDER_ENDED;
    unlock(https);
    if (pass != NULL) CHECK(xQueueSend(https->ready, &session, 0) == pdTRUE); /* there is room for all */
}

static bool pending(void *ctx, int fd) {
    struct https *https = ctx;
    lock(https);
    struct https_session *session = find(https, fd);
    bool parked = session != NULL && session->holder == HOLDER_PARKED;
    bool any = parked && (session->in_start < session->in_end || (has_tls(session) && mbedtls_ssl_check_pending(&session->ssl)));
    unlock(https);
    return any;
}

static void closing(void *ctx, int fd) {
    struct https *https = ctx;
    lock(https);
    struct https_session *session = find(https, fd);
    if (session != NULL) {
        forget_exchange(session);
        https_close_link(session);
        session->holder = HOLDER_NONE;
    }
    unlock(https);
}

/* ---- start ---- */

static bool start_workers(struct https *https) {
    bool started = true;
    for (size_t i = 0; i < HTTPS_WORKER_COUNT && started; i++) {
        struct https_worker *worker = &https->worker[i];
        worker->https = https;
        worker->woken = xSemaphoreCreateBinary();
        started = worker->woken != NULL &&
                  xTaskCreate(https_work, "https", WORKER_STACK_SIZE, worker, TASK_PRIORITY, NULL) == pdPASS;
    }
    return started && xTaskCreate(stream_work, "stream", STREAM_STACK_SIZE, https, TASK_PRIORITY, NULL) == pdPASS;
}

/* Once in the life of the firmware: what a start that fails has made is left to the restart that follows. */
struct https *https_start(struct loop *loop, struct derive *derive, struct tls_identity *identity,
                          const struct hal_random *random) {
    struct https *https = calloc(1, sizeof *https);
    if (https == NULL) return NULL;
    https->loop = loop;
    https->derive = derive;
    https->identity = identity;
    https->random = random;
    https->lock = xSemaphoreCreateMutex();
    https->ready = xQueueCreate(HTTPS_SESSION_MAX, sizeof(struct https_session *));
    https->streams = xQueueCreate(HTTPS_STREAM_MAX, sizeof(struct https_session *));
    https->stream_woken = xSemaphoreCreateBinary();
    bool whole = https->lock != NULL && https->ready != NULL && https->streams != NULL && https->stream_woken != NULL;
    https->owner = (struct https_door_owner){
        .ctx = https, .opened = opened, .claim = claim, .claimed = claimed, .pending = pending, .closing = closing};
    if (!whole || !start_workers(https)) return NULL;
    return https_door_open(&https->owner, HTTPS_PORT, HTTPS_SESSION_MAX, TASK_PRIORITY) == 0 ? https : NULL;
}
