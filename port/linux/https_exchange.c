/* SPDX-License-Identifier: Apache-2.0
 * Drives an exchange: one step under the lock, then whatever it asks for. A connection that must wait is suspended while the lock
 * or the reserved place guarantees that nobody resumes it before it is suspended. */
#include <string.h>
#include <time.h>

#include "port/linux/clock.h"
#include "port/linux/https_internal.h"
#include "port/linux/random.h"

#define OF_MEMBER(pointer, member)                                                                                               \
    ((struct https_connection *)(void *)((char *)(pointer)-offsetof(struct https_connection, member)))

static void waiter_wake(struct loop_waiter *waiter) { MHD_resume_connection(OF_MEMBER(waiter, waiter)->mhd); }

static void derive_done(struct derive_job *job) {
    struct https_connection *connection = OF_MEMBER(job, job);
    connection->x.derive.failed = job->failed;
    MHD_resume_connection(connection->mhd);
}

/* ---- waiting ---- */

/* With the lock held. */
static bool wait_for_step(struct https_connection *connection) {
    connection->waiter = (struct loop_waiter){.wake = waiter_wake, .until_ms = connection->x.wait_until_ms, .on_step = true};
    if (!loop_wait(connection->https->loop, &connection->waiter)) return false;
    MHD_suspend_connection(connection->mhd);
    return true;
}

static bool wait_for_key(struct https_connection *connection) {
    if (!derive_reserve(connection->https->derive)) return false;
    connection->job = (struct derive_job){
        .password = connection->x.derive.password, .hash = &connection->x.derive.hash, .done = derive_done};
    MHD_suspend_connection(connection->mhd);
    derive_submit(connection->https->derive, &connection->job);
    return true;
}

/* ---- the event stream ---- */

/* The next message into the exchange's buffer. False when the stream is over; message_size 0 when there is none yet and the
 * connection is suspended until there may be. */
static bool next_message(struct https_connection *connection) {
    struct loop *loop = connection->https->loop;
    uint64_t wake_ms = 0;
    loop_lock(loop);
    size_t size = stream_next(&loop->bmc.core, &connection->stream, clock_now_ms(), clock_wall_ms(), connection->x.response.out,
                              sizeof connection->x.response.out, &wake_ms);
    bool going_on = size != SIZE_MAX;
    if (size == 0) {
        connection->waiter = (struct loop_waiter){
            .wake = waiter_wake, .until_ms = wake_ms, .log_sequence = eventlog_last(&loop->bmc.core.log)};
        going_on = loop_wait(loop, &connection->waiter);
        if (going_on) MHD_suspend_connection(connection->mhd);
    }
    loop_unlock(loop);
    connection->message_size = going_on ? size : 0;
    connection->message_sent = 0;
    return going_on;
}

static ssize_t read_stream(void *ctx, uint64_t position, char *out, size_t size) {
    struct https_connection *connection = ctx;
    (void)position;
    if (connection->message_sent == connection->message_size && !next_message(connection))
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t left = connection->message_size - connection->message_sent;
    size_t part = left < size ? left : size;
    memcpy(out, connection->x.response.out + connection->message_sent, part);
    connection->message_sent += part;
    return (ssize_t)part;
}

static enum MHD_Result begin_stream(struct https_connection *connection) {
    struct loop *loop = connection->https->loop;
    loop_lock(loop);
    bool begun = stream_begin(&loop->bmc.core, &connection->stream, &connection->x, clock_now_ms());
    loop_unlock(loop);
    if (!begun) return https_refuse(connection, REFUSE_BUSY);
    connection->message_size = connection->message_sent = 0;
    https_stage(connection, STAGE_STREAM, 0);
    return https_answer_stream(connection, read_stream);
}

/* ---- answers in parts ---- */

/* The next part into x.response.out; false when that is not possible, which breaks the answer off. */
static bool next_part(struct https_connection *connection) {
    struct loop *loop = connection->https->loop;
    loop_lock(loop);
    enum http_next next = bmc_http(&loop->bmc, &connection->x);
    loop_unlock(loop);
    connection->last_part = next == HTTP_DONE;
    connection->message_size = connection->x.response.body_size;
    connection->message_sent = 0;
    return next == HTTP_DONE || next == HTTP_PART;
}

static ssize_t read_parts(void *ctx, uint64_t position, char *out, size_t size) {
    struct https_connection *connection = ctx;
    (void)position;
    if (connection->message_sent == connection->message_size) {
        if (connection->last_part) return MHD_CONTENT_READER_END_OF_STREAM;
        if (!next_part(connection)) return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t left = connection->message_size - connection->message_sent;
    size_t taken = left < size ? left : size;
    memcpy(out, connection->x.response.out + connection->message_sent, taken);
    connection->message_sent += taken;
    return (ssize_t)taken;
}

static enum MHD_Result begin_parts(struct https_connection *connection) {
    connection->message_size = connection->x.response.body_size;
    connection->message_sent = 0;
    connection->last_part = false;
    return https_answer_stream(connection, read_parts);
}

/* ---- a body in pieces ---- */

/* Whoever is let in sends the body, for a firmware's time. */
static enum MHD_Result begin_body(struct https_connection *connection) {
    connection->body = BODY_STREAMED;
    connection->admitted = true;
    https_stage(connection, STAGE_BODY, HTTPS_UPLOAD_MS);
    return MHD_YES;
}

/* The answer is there before the body. Most clients read it only once they have sent all, so the body is read and dropped, unless
 * it is that large or is not sent before our word. */
static enum MHD_Result answer_early(struct https_connection *connection) {
    if (connection->expects_continue || connection->announced_size > HTTP_DISCARD_MAX) return https_answer(connection);
    connection->body = BODY_DROPPED;
    https_stage(connection, STAGE_BODY, HTTPS_REQUEST_MS);
    return MHD_YES;
}

static void step_piece(struct https_connection *connection, const char *data, size_t size) {
    struct loop *loop = connection->https->loop;
    connection->x.piece.data = (const uint8_t *)data;
    connection->x.piece.size = size;
    loop_lock(loop);
    enum http_next next = loop->waiters.draining ? HTTP_WAIT : bmc_http(&loop->bmc, &connection->x);
    if (next == HTTP_DONE) loop_poke(loop); /* what came is to be read back */
    if (next == HTTP_WAIT) connection->refusal = REFUSE_ENDING;
    loop_unlock(loop);
    if (next != HTTP_MORE) connection->body = BODY_DROPPED;
    if (next != HTTP_MORE && next != HTTP_DONE && next != HTTP_WAIT) connection->refusal = REFUSE_INTERNAL;
}

void https_stream(struct https_connection *connection, const char *data, size_t size) {
    while (size > 0 && connection->body == BODY_STREAMED) {
        size_t part = size < HTTP_BODY_IN_MAX ? size : HTTP_BODY_IN_MAX;
        step_piece(connection, data, part);
        data += part;
        size -= part;
    }
    connection->discarded_size += size;
}

enum MHD_Result https_stream_end(struct https_connection *connection) {
    if (connection->body == BODY_STREAMED) step_piece(connection, NULL, 0);
    https_stage(connection, STAGE_ANSWER, HTTPS_ANSWER_MS);
    if (connection->refusal != REFUSE_NONE) return https_refuse(connection, connection->refusal);
    return https_answer(connection);
}

/* ---- the exchange ---- */

/* Some milliseconds: a key pair, a signature, an fsync. Not worth another thread, but nothing to hold the lock for. */
static void certify(struct https_connection *connection) {
    struct http_exchange *x = &connection->x;
    x->certify.result = tls_live_certify(connection->https->tls, x->certify.act, &x->request.certificate, x->certify.pem,
                                         time(NULL));
}

static bool may_change(enum http_method method) { return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS; }

enum MHD_Result https_drive(struct https_connection *connection) {
    struct loop *loop = connection->https->loop;
    bool waiting = false;
    loop_lock(loop);
    bool ending = loop->waiters.draining;
    enum http_next next = ending ? HTTP_DONE : bmc_http(&loop->bmc, &connection->x);
    /* A step that changed something may have moved the controller's next deadline. One that only looked again must not poke: the
     * loop would wake it, it would poke, and so on. */
    if (may_change(connection->x.request.method) && !(connection->waited && next == HTTP_WAIT)) loop_poke(loop);
    connection->waited = next == HTTP_WAIT;
    if (next == HTTP_WAIT) waiting = wait_for_step(connection);
    loop_unlock(loop);

    if (ending) return https_refuse(connection, REFUSE_ENDING);
    switch (next) {
    case HTTP_DONE:
        return connection->body == BODY_ADMITTING ? answer_early(connection) : https_answer(connection);
    case HTTP_MORE:
        return begin_body(connection);
    case HTTP_PART:
        return begin_parts(connection);
    case HTTP_STREAM:
        return begin_stream(connection);
    case HTTP_WAIT:
        return waiting ? MHD_YES : https_refuse(connection, REFUSE_ENDING);
    case HTTP_CERTIFY:
        certify(connection);
        return https_drive(connection);
    case HTTP_DERIVE:
        return wait_for_key(connection) ? MHD_YES : https_refuse(connection, REFUSE_BUSY);
    default:
        return https_refuse(connection, REFUSE_INTERNAL); /* bmc_http() keeps the other duties to itself */
    }
}

enum MHD_Result https_begin(struct https_connection *connection) {
    https_stage(connection, STAGE_ANSWER, HTTPS_ANSWER_MS);
    if (connection->refusal != REFUSE_NONE) return https_refuse(connection, connection->refusal);
    if (random_fill(connection->x.random, sizeof connection->x.random) != 0) return https_refuse(connection, REFUSE_INTERNAL);
    http_begin(&connection->x);
    return https_drive(connection);
}
