/* SPDX-License-Identifier: Apache-2.0 */
#include "service/stream.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/payload.h"

bool stream_begin(struct core *core, struct stream *stream, const struct http_exchange *x, uint64_t now_ms) {
    *stream = (struct stream){.events = x->stream.events,
                              .metrics = x->stream.metrics,
                              .account = x->identity.account,
                              .nodes = x->identity.nodes,
                              .next_sequence = x->stream.next_sequence,
                              .metric_ms = now_ms,
                              .sent_ms = now_ms};
    text_copy(stream->name, sizeof stream->name, x->identity.origin.actor);
    struct stream_seat seat = {
        .account = (int8_t)stream->account, .events = stream->events, .metrics = stream->metrics, .port = x->request.port};
    memcpy(seat.address, x->request.address, sizeof seat.address);
    stream->id = stream_seat_take(&core->subscriptions, &seat);
    return stream->id != 0;
}

void stream_end(struct core *core, struct stream *stream) {
    stream_seat_leave(&core->subscriptions, stream->id);
    stream->id = 0;
}

/* "id: 17\ndata: " stands before the JSON, which holds no line break, so it is one data line. */
static struct json_writer message_begin(char *out, size_t size, size_t used) { return json_writer(&out[used], size - used - 2); }

static size_t message_end(char *out, size_t used, const struct json_writer *w) {
    if (w->overflow) return 0;
    memcpy(&out[used + w->length], "\n\n", 2);
    return used + w->length + 2;
}

static size_t write_event(const struct core *core, const struct eventlog_entry *entry, char *out, size_t size) {
    size_t used = (size_t)snprintf(out, size, "id: %lu\ndata: ", (unsigned long)entry->sequence);
    struct json_writer w = message_begin(out, size, used);
    payload_write_event(&w, core, entry, NULL);
    return message_end(out, used, &w);
}

/* node: 0 means the board. */
static bool told_of(const struct stream *stream, unsigned node) {
    return stream->nodes == NODE_ALL || (node > 0 && (stream->nodes & 1u << (node - 1)));
}

/* The next entry the reader has not seen. Entries overwritten or cleared meanwhile are lost to it. */
static size_t next_event(const struct core *core, struct stream *stream, char *out, size_t size) {
    uint32_t first = eventlog_first(&core->log), last = eventlog_last(&core->log);
    if (stream->next_sequence < first) stream->next_sequence = first;
    while (stream->next_sequence <= last) {
        const struct eventlog_entry *entry = eventlog_find(&core->log, stream->next_sequence++);
        size_t length = entry && told_of(stream, entry->event.node) ? write_event(core, entry, out, size) : 0;
        if (length) return length;
    }
    return 0;
}

static size_t write_report(const struct core *core, struct stream *stream, char *out, size_t size) {
    unsigned long sequence = ++stream->metric_sequence, seen = stream->next_sequence - 1u;
    /* A report is not in the log. Its id names the entry before it, so that a client can continue from either. */
    size_t used = (size_t)snprintf(out, size, "id: %lu.%lu\ndata: ", seen, sequence);
    struct json_writer w = message_begin(out, size, used);
    payload_write_report(&w, core, stream->nodes, stream->metric_sequence, NULL);
    return message_end(out, used, &w);
}

static bool account_stands(const struct core *core, const struct stream *stream) {
    const struct account *account = auth_account(core, stream->account);
    if (!account || account->must_change || strcmp(account->name, stream->name) != 0) return false;
    return role_nodes((enum role)account->role) == stream->nodes && (role_privileges((enum role)account->role) & PRIVILEGE_LOGIN);
}

static bool seat_stands(const struct core *core, const struct stream *stream) {
    return stream_seat_find(&core->subscriptions, stream->id) != NULL;
}

static size_t next_message(const struct core *core, struct stream *stream, uint64_t now_ms, char *out, size_t size) {
    size_t length = stream->events ? next_event(core, stream, out, size) : 0;
    if (length == 0 && stream->metrics && now_ms >= stream->metric_ms) {
        stream->metric_ms = now_ms + STREAM_METRIC_PERIOD_MS;
        length = write_report(core, stream, out, size);
    }
    if (length == 0 && now_ms - stream->sent_ms >= STREAM_KEEPALIVE_MS) length = (size_t)snprintf(out, size, ": still here\n\n");
    return length;
}

size_t stream_next(const struct core *core, struct stream *stream, uint64_t now_ms, uint64_t wall_ms, char *out, size_t size,
                   uint64_t *wake_ms) {
    (void)wall_ms; /* core's is of the step in which the readings were taken */
    if (!seat_stands(core, stream) || !account_stands(core, stream)) return SIZE_MAX;
    size_t length = next_message(core, stream, now_ms, out, size);
    if (length) stream->sent_ms = now_ms;
    *wake_ms = stream->sent_ms + STREAM_KEEPALIVE_MS;
    if (stream->metrics && stream->metric_ms < *wake_ms) *wake_ms = stream->metric_ms;
    return length;
}
