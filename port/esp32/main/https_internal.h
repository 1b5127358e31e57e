/* SPDX-License-Identifier: Apache-2.0
 * What the files of the web server share: https_door.c (esp_http_server), https.c (connections, who gives way to whom),
 * https_link.c (TLS on a socket),
 * https_request.c (bytes into a request, and the worker), https_exchange.c (the exchange's duties), https_response.c (an answer
 * into bytes), stream.c (event streams).
 *
 * Who may touch a session: the one task that has it, see https_holder. The lock guards who that is, and everything of a parked
 * session. */
#ifndef PORT_ESP32_HTTPS_INTERNAL_H
#define PORT_ESP32_HTTPS_INTERNAL_H

#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <string.h>

#include "core/check.h"
#include "port/common/http_head.h"
#include "port/common/http_wire.h"
#include "port/esp32/main/https.h"
#include "port/esp32/main/https_door.h"
#include "service/stream.h"

#define HTTPS_IN_SIZE       512
#define HTTPS_OUT_HEAD_SIZE 1536 /* 600 bytes are always the same; Location, Link and ETag come to 400 */
#define HTTPS_STREAM_SIZE   4096 /* the least that stream_next() wants */

enum https_holder {
    HOLDER_NONE = 0, /* the place is free */
    HOLDER_PARKED,   /* it waits for its client at the door */
    HOLDER_TASK,     /* a worker, or the stream task */
    HOLDER_ENDED,    /* cut off or at its end; the door will close it */
};

/* The memory of a request and its answer, for one that has begun to come. */
struct https_exchange {
    struct https_session *session; /* NULL: free */
    struct http_wire wire;
    char head[HTTPS_OUT_HEAD_SIZE];
    struct http_exchange x;
};

struct https_session {
    struct https *https;
    enum https_holder holder;
    mbedtls_net_context socket; /* its descriptor is the door's to close */
    struct https_door_pass *pass;
    uint64_t deadline_ms; /* for what it is waited for; 0: none */
    uint64_t since_ms;    /* since when it does: bytes that drip change nothing */
    uint8_t address[16];  /* of the peer, IPv4 as ::ffff:a.b.c.d */
    uint16_t port;
    struct tls_pair *pair; /* NULL: no TLS yet */
    mbedtls_ssl_context ssl;
    bool shaken; /* the handshake is over */
    struct https_exchange *exchange;
    struct stream stream; /* of the stream task */
    bool plain_parts;     /* an answer in parts to HTTP/1.0, which knows no chunks */
    size_t in_start, in_end;
    char in[HTTPS_IN_SIZE]; /* received, not yet looked at */
};

struct https_worker {
    struct https *https;
    SemaphoreHandle_t woken; /* by the loop, or when a key has been derived */
    struct loop_waiter waiter;
    struct derive_job job;
};

struct https {
    struct https_door_owner owner;
    struct loop *loop;
    struct derive *derive;
    struct tls_identity *identity;
    const struct hal_random *random;
    SemaphoreHandle_t lock;
    QueueHandle_t ready; /* of pointers to sessions that have bytes to read */
    struct https_worker worker[HTTPS_WORKER_COUNT];
    struct https_exchange exchange[HTTPS_WORKER_COUNT];
    struct https_session session[HTTPS_SESSION_MAX];
    unsigned stream_count; /* guarded by the controller's lock */
    QueueHandle_t streams; /* of pointers to sessions on their way to the stream task */
    SemaphoreHandle_t stream_woken;
    struct loop_waiter stream_waiter;
    char stream_buffer[HTTPS_STREAM_SIZE];
};

/* https.c. Each of them hands the session on: it is not the caller's any more. */
void https_park(struct https_session *session);
void https_end(struct https_session *session);
/* Room for a TLS connection or a request; who has waited longest gives way, or else the caller waits. False: there is none. */
bool https_take_tls(struct https_session *session);
bool https_take_exchange(struct https_session *session);
void https_free_exchange(struct https_session *session);

/* https_link.c */
enum https_io { IO_DONE, IO_WANTS_MORE, IO_OVER };
/* Goes on with the handshake as far as the bytes that have come allow. */
enum https_io https_shake(struct https_session *session);
/* Waits for more of a request that has its worker to itself. False: nothing in time. */
bool https_wait(struct https_session *session, uint64_t deadline_ms);
/* Into session->in, which is empty. IO_WANTS_MORE: nothing has come. */
enum https_io https_receive(struct https_session *session);
/* False when the client does not take it in time. */
bool https_send(struct https_session *session, const void *data, size_t size, uint64_t deadline_ms);
void https_close_link(struct https_session *session);

/* https_request.c: a worker's task; argument: struct https_worker. */
void https_work(void *argument);
/* The next piece of a streamed body into wire.piece, waited for. IO_DONE with piece_size 0: that was all. */
enum https_io https_read_piece(struct https_session *session);
/* The rest of a streamed body, read and dropped. False when that takes too long, or is too much. */
bool https_drop_body(struct https_session *session);

/* https_exchange.c. False when the connection must end. *handed_on: it is the stream task's now. */
bool https_drive(struct https_worker *worker, struct https_session *session, bool *handed_on);

/* https_response.c. All return false when the connection must end. */
bool https_refuse(struct https_session *session, enum http_refusal refusal);
bool https_answer(struct https_session *session);
/* The head of an answer of unknown length, then its parts, then the end. */
bool https_answer_begin(struct https_session *session);
bool https_answer_part(struct https_session *session, const char *data, size_t size, uint64_t deadline_ms);
bool https_answer_end(struct https_session *session);

/* stream.c. A seat is taken with the exchange that asked for it, and left once. */
bool stream_begin_seat(struct https_session *session);
void stream_leave_seat(struct https_session *session);
/* The session is the stream task's from then on. */
void stream_hand_over(struct https *https, struct https_session *session);
/* The task; argument: struct https. */
void stream_work(void *argument);

#endif
