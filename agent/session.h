/* SPDX-License-Identifier: Apache-2.0
 * session - which challenges and answers count (docs/heartbeat.md, "Sessions, counters, replay").
 * Pure: whoever calls brings frames whose tag is right, and the time. After a restart of the agent it has no session; the first
 * report is challenged. After a restart of the controller the next report is challenged, and the session changes. */
#ifndef AGENT_SESSION_H
#define AGENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/frame.h"

#define SESSION_SENT_MAX 24 /* a network's reports of five seconds, at most four a second, and some to spare */

struct session_sent {
    uint64_t counter; /* 0: none */
    uint64_t ms;
};

struct session {
    uint8_t id[WIRE_SESSION_SIZE]; /* zeros: none yet */
    uint64_t counter;              /* of the latest report on either network; it rises on both */
    struct session_sent sent[NETWORK_COUNT][SESSION_SENT_MAX];
    unsigned sent_next[NETWORK_COUNT];
};

enum session_verdict {
    SESSION_DROPPED, /* changes nothing */
    SESSION_TAKEN,   /* a challenge: the session is its from now on */
    SESSION_ANSWER,  /* a good answer: its items count */
};

/* The first report's counter will be above first_counter. */
void session_init(struct session *session, uint64_t first_counter);
/* A report is about to be sent: its counter. */
uint64_t session_next(struct session *session, enum network network, uint64_t now_ms);
/* What a frame that came over the network is worth. */
enum session_verdict session_judge(struct session *session, const struct frame *frame, enum network network, uint64_t now_ms);

#endif
