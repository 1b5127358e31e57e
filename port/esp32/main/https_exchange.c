/* SPDX-License-Identifier: Apache-2.0
 * Drives an exchange: one step under the controller's lock, then whatever it asks for. The worker waits outside of that lock. */
#include <stddef.h>
#include <string.h>

#include "port/esp32/main/clock.h"
#include "port/esp32/main/https_internal.h"

#define OF_MEMBER(pointer, member) ((struct https_worker *)(void *)((char *)(pointer)-offsetof(struct https_worker, member)))

static void waiter_wake(struct loop_waiter *waiter) { (void)xSemaphoreGive(OF_MEMBER(waiter, waiter)->woken); }

static void derive_done(struct derive_job *job) { (void)xSemaphoreGive(OF_MEMBER(job, job)->woken); }

static void wait_until_woken(struct https_worker *worker) {
    while (xSemaphoreTake(worker->woken, portMAX_DELAY) != pdTRUE) continue;
}

static bool derive_key(struct https_worker *worker, struct http_exchange *x) {
    if (!derive_reserve(worker->https->derive)) return false;
    worker->job = (struct derive_job){.password = x->derive.password, .hash = &x->derive.hash, .done = derive_done};
    derive_submit(worker->https->derive, &worker->job);
    wait_until_woken(worker);
    x->derive.failed = worker->job.failed;
    return true;
}

static bool may_change(enum http_method method) { return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS; }

struct turn {
    enum http_next next;
    bool ending, waiting;
};

/* One step under the lock. waited: the latest one ended in HTTP_WAIT. */
static struct turn step(struct https_worker *worker, struct http_exchange *x, bool waited) {
    struct loop *loop = worker->https->loop;
    struct turn turn = {.next = HTTP_DONE};
    loop_lock(loop);
    turn.ending = loop->waiters.draining;
    if (!turn.ending) turn.next = bmc_http(&loop->bmc, x);
    /* A step that changed something may have moved the controller's next deadline. One that only looked again must not poke: the
     * loop would wake it, it would poke, and so on. */
    if (may_change(x->request.method) && !(waited && turn.next == HTTP_WAIT)) loop_poke(loop);
    if (turn.next == HTTP_WAIT) {
        worker->waiter = (struct loop_waiter){.wake = waiter_wake, .until_ms = x->wait_until_ms, .on_step = true};
        turn.waiting = loop_wait(loop, &worker->waiter);
    }
    loop_unlock(loop);
    return turn;
}

/* To HEAD the head alone, as if the parts followed. */
static bool answer_in_parts(struct https_worker *worker, struct https_session *session) {
    struct http_exchange *x = &session->exchange->x;
    uint64_t deadline_ms = clock_now_ms() + HTTPS_ANSWER_MS;
    session->plain_parts = session->exchange->wire.old;
    if (!https_answer_begin(session)) return false;
    if (x->request.method == HTTP_HEAD) return !session->exchange->wire.close;
    for (enum http_next next = HTTP_PART; next == HTTP_PART;) {
        if (!https_answer_part(session, x->response.out, x->response.body_size, deadline_ms)) return false;
        struct turn turn = step(worker, x, false);
        next = turn.next;
        if (turn.ending || (next != HTTP_PART && next != HTTP_DONE)) return false; /* breaks the answer off */
    }
    return https_answer_part(session, x->response.out, x->response.body_size, deadline_ms) && https_answer_end(session);
}

static bool begin_stream(struct https_session *session, bool *handed_on) {
    struct https *https = session->https;
    session->plain_parts = session->exchange->wire.old;
    if (!stream_begin_seat(session)) return https_refuse(session, REFUSE_BUSY);
    if (!https_answer_begin(session)) {
        stream_leave_seat(session);
        return false;
    }
    https_free_exchange(session);
    *handed_on = true;
    stream_hand_over(https, session);
    return true;
}

/* ---- bodies that are streamed ---- */

/* Whoever is let in sends the body, for a firmware's time. */
static bool bring_piece(struct https_session *session, bool *again) {
    struct https_exchange *exchange = session->exchange;
    if (exchange->x.piece.data == NULL) session->deadline_ms = clock_now_ms() + HTTPS_UPLOAD_MS;
    if (https_read_piece(session) != IO_DONE) return false;
    exchange->x.piece.data = (const uint8_t *)exchange->wire.piece;
    exchange->x.piece.size = exchange->wire.piece_size;
    *again = true;
    return true;
}

/* The answer may be there before the body. Most clients read it only once they have sent all, so the rest is read and dropped,
 * unless it is too large or is not sent before our word. */
static bool answer(struct https_session *session) {
    struct http_wire *wire = &session->exchange->wire;
    if (wire->streamed && wire->stage != WIRE_DONE && !https_drop_body(session)) wire->close = true;
    return https_answer(session);
}

static void be_gone(struct https_worker *worker, struct http_exchange *x) {
    struct loop *loop = worker->https->loop;
    loop_lock(loop);
    bmc_http_gone(&loop->bmc, x);
    loop_unlock(loop);
}

/* ---- the exchange ---- */

static bool carry_out(struct https_worker *worker, struct https_session *session, struct turn turn, bool *again,
                      bool *handed_on) {
    struct http_exchange *x = &session->exchange->x;
    *again = false;
    if (turn.ending) return https_refuse(session, REFUSE_ENDING);
    switch (turn.next) {
    case HTTP_DONE:
        return answer(session);
    case HTTP_PART:
        return answer_in_parts(worker, session);
    case HTTP_STREAM:
        return begin_stream(session, handed_on);
    case HTTP_WAIT:
        if (!turn.waiting) return https_refuse(session, REFUSE_ENDING);
        wait_until_woken(worker);
        break;
    case HTTP_CERTIFY:
        x->certify.result = tls_identity_certify(worker->https->identity, x->certify.act, &x->request.certificate, x->certify.pem,
                                                 clock_wall_ms() / 1000);
        break;
    case HTTP_MORE:
        return bring_piece(session, again);
    case HTTP_DERIVE:
        if (!derive_key(worker, x)) return https_refuse(session, REFUSE_BUSY);
        break;
    default:
        return https_refuse(session, REFUSE_INTERNAL); /* bmc_http() keeps the other duties to itself */
    }
    *again = true;
    return true;
}

bool https_drive(struct https_worker *worker, struct https_session *session, bool *handed_on) {
    struct http_exchange *x = &session->exchange->x;
    const struct hal_random *random = worker->https->random;
    bool again = true, stays = true;
    if (session->exchange->wire.refusal != REFUSE_NONE) return https_refuse(session, session->exchange->wire.refusal);
    if (random->fill(random->ctx, x->random, sizeof x->random) != 0) return https_refuse(session, REFUSE_INTERNAL);
    http_begin(x);
    for (bool waited = false; again;) {
        struct turn turn = step(worker, x, waited);
        waited = turn.next == HTTP_WAIT;
        stays = carry_out(worker, session, turn, &again, handed_on);
    }
    if (!*handed_on && session->exchange->wire.streamed) be_gone(worker, x); /* an upload that was broken off is given up */
    return stays;
}
