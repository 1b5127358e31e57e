/* SPDX-License-Identifier: Apache-2.0
 * Event streams: one task sends to all of them what stream_next() yields, and looks whether they are still there. A reader that
 * does not take a message within STREAM_SEND_MS is cut off, so that it delays the others no longer than that. */
#include "port/esp32/main/clock.h"
#include "port/esp32/main/https_internal.h"

#define STREAM_SEND_MS 2000
#define STREAM_LOOK_MS 1000 /* whether a client has gone: select() is not ours */

/* ---- from a worker ---- */

bool stream_begin_seat(struct https_session *session) {
    struct https *https = session->https;
    struct loop *loop = https->loop;
    loop_lock(loop);
    bool begun = https->stream_count < HTTPS_STREAM_MAX &&
                 stream_begin(&loop->bmc.core, &session->stream, &session->exchange->x, clock_now_ms());
    if (begun) https->stream_count++;
    loop_unlock(loop);
    return begun;
}

void stream_leave_seat(struct https_session *session) {
    struct https *https = session->https;
    loop_lock(https->loop);
    stream_end(&https->loop->bmc.core, &session->stream);
    https->stream_count--;
    loop_unlock(https->loop);
}

void stream_hand_over(struct https *https, struct https_session *session) {
    CHECK(xQueueSend(https->streams, &session, 0) == pdTRUE); /* there is room for HTTPS_STREAM_MAX */
    (void)xSemaphoreGive(https->stream_woken);
}

/* ---- the task ---- */

static void wake(struct loop_waiter *waiter) {
    struct https *https = (struct https *)(void *)((char *)waiter - offsetof(struct https, stream_waiter));
    (void)xSemaphoreGive(https->stream_woken);
}

/* The next message into the buffer; 0: none before *wake_ms; SIZE_MAX: the stream is over. */
static size_t next_message(struct https_session *session, uint64_t *wake_ms) {
    struct https *https = session->https;
    struct loop *loop = https->loop;
    loop_lock(loop);
    size_t size = loop->waiters.draining ? SIZE_MAX
                                         : stream_next(&loop->bmc.core, &session->stream, clock_now_ms(), clock_wall_ms(),
                                                       https->stream_buffer, sizeof https->stream_buffer, wake_ms);
    loop_unlock(loop);
    return size;
}

/* A client has nothing to say here; what it says all the same is dropped. */
static bool is_there(struct https_session *session) {
    enum https_io received = https_receive(session);
    session->in_start = session->in_end;
    return received != IO_OVER;
}

/* False when it is over. */
static bool send_all(struct https_session *session, uint64_t *wake_ms) {
    for (unsigned count = 0; count < EVENTLOG_ENTRY_COUNT; count++) {
        size_t size = next_message(session, wake_ms);
        if (size == 0) return true;
        if (size == SIZE_MAX) {
            (void)https_answer_end(session);
            return false;
        }
        if (!https_answer_part(session, session->https->stream_buffer, size, clock_now_ms() + STREAM_SEND_MS)) return false;
    }
    *wake_ms = clock_now_ms(); /* the others have their turn, then this one goes on */
    return true;
}

static void sleep_until(struct https *https, uint64_t wake_ms) {
    struct loop *loop = https->loop;
    uint64_t now_ms = clock_now_ms(), look_ms = now_ms + STREAM_LOOK_MS;
    loop_lock(loop);
    if (!https->stream_waiter.waiting) {
        https->stream_waiter = (struct loop_waiter){
            .wake = wake, .until_ms = UINT64_MAX, .log_sequence = eventlog_last(&loop->bmc.core.log)};
        (void)loop_wait(loop, &https->stream_waiter); /* refused when the firmware ends: then every stream does */
    }
    loop_unlock(loop);
    if (wake_ms > look_ms) wake_ms = look_ms;
    (void)xSemaphoreTake(https->stream_woken, pdMS_TO_TICKS(wake_ms > now_ms ? wake_ms - now_ms : 0));
}

void stream_work(void *argument) {
    struct https *https = argument;
    struct https_session *open[HTTPS_STREAM_MAX];
    unsigned count = 0;
    for (;;) {
        uint64_t wake_ms = UINT64_MAX;
        if (count == 0) (void)xQueuePeek(https->streams, &open[0], portMAX_DELAY);
        while (count < HTTPS_STREAM_MAX && xQueueReceive(https->streams, &open[count], 0) == pdTRUE) count++;
        for (unsigned i = 0; i < count;) {
            uint64_t this_ms = UINT64_MAX;
            struct https_session *session = open[i];
            if (is_there(session) && send_all(session, &this_ms)) {
                if (this_ms < wake_ms) wake_ms = this_ms;
                i++;
                continue;
            }
            stream_leave_seat(session);
            https_end(session);
            open[i] = open[--count];
        }
        if (count > 0) sleep_until(https, wake_ms);
    }
}
