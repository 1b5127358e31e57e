/* SPDX-License-Identifier: Apache-2.0
 * TLS on a socket that never blocks. */
#include <sys/select.h>

#include "port/esp32/main/clock.h"
#include "port/esp32/main/https_internal.h"

static struct timeval limit_of(uint64_t wait_ms) {
    return (struct timeval){.tv_sec = (time_t)(wait_ms / 1000), .tv_usec = (suseconds_t)(wait_ms % 1000 * 1000)};
}

static bool wait_writable(const struct https_session *session, uint64_t deadline_ms) {
    uint64_t now_ms = clock_now_ms(), wait_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
    fd_set set;
    FD_ZERO(&set);
    FD_SET(session->socket.fd, &set);
    struct timeval limit = limit_of(wait_ms);
    return wait_ms > 0 && select(session->socket.fd + 1, NULL, &set, NULL, &limit) > 0;
}

bool https_wait(struct https_session *session, uint64_t deadline_ms) {
    uint64_t now_ms = clock_now_ms(), wait_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
    fd_set set;
    FD_ZERO(&set);
    FD_SET(session->socket.fd, &set);
    struct timeval limit = limit_of(wait_ms);
    return wait_ms > 0 && select(session->socket.fd + 1, &set, NULL, NULL, &limit) > 0;
}

static uint64_t stall_end_ms(uint64_t deadline_ms) {
    uint64_t stall_ms = clock_now_ms() + HTTPS_STALL_MS;
    return stall_ms < deadline_ms ? stall_ms : deadline_ms;
}

static bool set_up(struct https_session *session) {
    mbedtls_ssl_init(&session->ssl);
    if (mbedtls_ssl_setup(&session->ssl, &session->pair->config) != 0) return false;
    mbedtls_ssl_set_bio(&session->ssl, &session->socket, mbedtls_net_send, mbedtls_net_recv, NULL);
    return true;
}

enum https_io https_shake(struct https_session *session) {
    if (session->pair == NULL && (!https_take_tls(session) || !set_up(session))) return IO_OVER;
    for (;;) {
        int code = mbedtls_ssl_handshake(&session->ssl);
        session->shaken = code == 0;
        if (code == 0) return IO_DONE;
        if (code == MBEDTLS_ERR_SSL_WANT_READ) return IO_WANTS_MORE;
        if (code != MBEDTLS_ERR_SSL_WANT_WRITE || !wait_writable(session, stall_end_ms(session->deadline_ms))) return IO_OVER;
    }
}

enum https_io https_receive(struct https_session *session) {
    session->in_start = session->in_end = 0;
    int size = mbedtls_ssl_read(&session->ssl, (unsigned char *)session->in, sizeof session->in);
    if (size == MBEDTLS_ERR_SSL_WANT_READ || size == MBEDTLS_ERR_SSL_WANT_WRITE) return IO_WANTS_MORE;
    if (size <= 0) return IO_OVER;
    session->in_end = (size_t)size;
    return IO_DONE;
}

bool https_send(struct https_session *session, const void *data, size_t size, uint64_t deadline_ms) {
    const unsigned char *at = data;
    while (size > 0) {
        int sent = mbedtls_ssl_write(&session->ssl, at, size);
        if (sent == MBEDTLS_ERR_SSL_WANT_WRITE) {
            if (!wait_writable(session, stall_end_ms(deadline_ms))) return false;
        } else if (sent <= 0 || clock_now_ms() > deadline_ms) {
            return false;
        } else {
            at += sent;
            size -= (size_t)sent;
        }
    }
    return true;
}

void https_close_link(struct https_session *session) {
    if (session->pair == NULL) return;
    if (session->shaken) (void)mbedtls_ssl_close_notify(&session->ssl); /* as far as there is room for it */
    mbedtls_ssl_free(&session->ssl);
    tls_identity_give_back(session->https->identity, session->pair);
    session->pair = NULL;
    session->shaken = false;
}
