/* SPDX-License-Identifier: Apache-2.0
 * A worker: takes a connection as far as its bytes go, without ever waiting for more of them. */
#include "port/esp32/main/clock.h"
#include "port/esp32/main/https_internal.h"

#define TURN_MAX 8 /* requests sent ahead of their answers; then others have their turn */

/* The head of a request needs no memory of its own: the answer's is free until there is one. */
_Static_assert(HTTP_WIRE_HEAD_SIZE <= HTTP_BODY_OUT_MAX, "the head fits where the answer will be");

/* Something new is waited for. */
static void expect(struct https_session *session, uint64_t allowed_ms) {
    session->since_ms = clock_now_ms();
    session->deadline_ms = session->since_ms + allowed_ms;
}

static bool begin_request(struct https_session *session) {
    if (!https_take_exchange(session)) return false;
    struct https_exchange *exchange = session->exchange;
    memset(&exchange->x, 0, offsetof(struct http_exchange, response) + offsetof(struct http_response, out));
    memset(&exchange->x.identity, 0, sizeof exchange->x - offsetof(struct http_exchange, identity));
    http_wire_begin(&exchange->wire, &exchange->x.request, exchange->x.response.out, http_streams);
    memcpy(exchange->x.request.address, session->address, sizeof session->address);
    exchange->x.request.port = session->port;
    expect(session, HTTPS_REQUEST_MS);
    return true;
}

/* A client that asks before it sends its body is told to (RFC 9110, 10.1.1). */
static bool encourage(struct https_session *session) {
    static const char words[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct http_wire *wire = &session->exchange->wire;
    if (!wire->expects_continue || wire->stage == WIRE_HEAD || wire->stage == WIRE_DONE) return true;
    wire->expects_continue = false;
    return https_send(session, words, sizeof words - 1, session->deadline_ms);
}

/* What has come, to the request; false when nothing has, with *io saying why. */
static bool take_in(struct https_session *session, enum https_io *io) {
    if (session->in_start == session->in_end) *io = https_receive(session);
    if (session->in_start == session->in_end) return false;
    if (session->exchange == NULL && !begin_request(session)) {
        *io = IO_OVER;
        return false;
    }
    struct http_wire *wire = &session->exchange->wire;
    session->in_start += http_wire_take(wire, session->in + session->in_start, session->in_end - session->in_start);
    return true;
}

/* IO_DONE: the request is whole, or refused, or its body is one that is streamed. */
static enum https_io read_request(struct https_session *session) {
    enum https_io io = IO_OVER;
    while (take_in(session, &io)) {
        const struct http_wire *wire = &session->exchange->wire;
        if (wire->stage == WIRE_DONE || (wire->streamed && wire->stage != WIRE_HEAD)) return IO_DONE;
        if (clock_now_ms() > session->deadline_ms || !encourage(session)) return IO_OVER;
    }
    return io;
}

/* ---- bodies that are streamed: a worker stays with them ---- */

enum https_io https_read_piece(struct https_session *session) {
    const struct http_wire *wire = &session->exchange->wire;
    if (!encourage(session)) return IO_OVER;
    for (;;) {
        enum https_io io = IO_OVER;
        bool taken = wire->stage != WIRE_DONE && take_in(session, &io);
        if (wire->refusal != REFUSE_NONE || clock_now_ms() > session->deadline_ms) return IO_OVER;
        if ((taken && wire->piece_size > 0) || wire->stage == WIRE_DONE) return IO_DONE;
        if (!taken && (io != IO_WANTS_MORE || !https_wait(session, clock_now_ms() + HTTPS_STALL_MS))) return IO_OVER;
    }
}

bool https_drop_body(struct https_session *session) {
    const struct http_wire *wire = &session->exchange->wire;
    size_t dropped = 0;
    session->deadline_ms = clock_now_ms() + HTTPS_REQUEST_MS;
    while (wire->stage != WIRE_DONE && dropped <= HTTP_DISCARD_MAX && !wire->expects_continue) {
        if (https_read_piece(session) != IO_DONE) return false;
        dropped += wire->piece_size;
    }
    return wire->stage == WIRE_DONE;
}

/* ---- the worker ---- */

/* IO_DONE: the stream task has the connection now. */
static enum https_io serve(struct https_worker *worker, struct https_session *session) {
    if (!session->shaken) {
        enum https_io shaken = https_shake(session);
        if (shaken != IO_DONE) return shaken;
        expect(session, HTTPS_NEXT_REQUEST_MS);
    }
    for (unsigned turn = 0; turn < TURN_MAX; turn++) {
        bool handed_on = false;
        enum https_io read = read_request(session);
        if (read != IO_DONE) return read;
        bool going_on = https_drive(worker, session, &handed_on);
        if (handed_on) return IO_DONE;
        https_free_exchange(session);
        if (!going_on) return IO_OVER;
        expect(session, HTTPS_NEXT_REQUEST_MS);
    }
    return IO_WANTS_MORE;
}

void https_work(void *argument) {
    struct https_worker *worker = argument;
    for (;;) {
        struct https_session *session;
        if (xQueueReceive(worker->https->ready, &session, portMAX_DELAY) != pdTRUE) continue;
        enum https_io io = serve(worker, session);
        if (io == IO_WANTS_MORE) https_park(session);
        if (io == IO_OVER) https_end(session);
    }
}
