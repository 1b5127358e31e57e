/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/session.h"

#include <string.h>

void session_init(struct session *session, uint64_t first_counter) { *session = (struct session){.counter = first_counter}; }

uint64_t session_next(struct session *session, enum network network, uint64_t now_ms) {
    unsigned slot = session->sent_next[network]++ % SESSION_SENT_MAX;
    session->sent[network][slot] = (struct session_sent){.counter = ++session->counter, .ms = now_ms};
    return session->counter;
}

static struct session_sent *find_sent(struct session *session, enum network network, uint64_t counter, uint64_t now_ms) {
    if (counter == 0) return NULL;
    for (unsigned i = 0; i < SESSION_SENT_MAX; i++) {
        struct session_sent *sent = &session->sent[network][i];
        if (sent->counter == counter) return now_ms - sent->ms <= WIRE_SENT_VALID_MS ? sent : NULL;
    }
    return NULL;
}

static bool is_zero(const uint8_t id[WIRE_SESSION_SIZE]) {
    static const uint8_t zeros[WIRE_SESSION_SIZE];
    return memcmp(id, zeros, WIRE_SESSION_SIZE) == 0;
}

enum session_verdict session_judge(struct session *session, const struct frame *frame, enum network network, uint64_t now_ms) {
    if (frame->network != network || is_zero(frame->session)) return SESSION_DROPPED;
    struct session_sent *sent = find_sent(session, network, frame->counter, now_ms);
    if (!sent) return SESSION_DROPPED;
    bool ours = memcmp(frame->session, session->id, WIRE_SESSION_SIZE) == 0;
    if (frame->kind == WIRE_CHALLENGE && !ours) {
        memcpy(session->id, frame->session, WIRE_SESSION_SIZE);
        sent->counter = 0;
        return SESSION_TAKEN;
    }
    if (frame->kind == WIRE_ANSWER && ours) {
        sent->counter = 0; /* "and only once" */
        return SESSION_ANSWER;
    }
    return SESSION_DROPPED;
}
