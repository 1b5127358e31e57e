/* SPDX-License-Identifier: Apache-2.0
 * heart - what the agent says to the controller and takes from it: frames, session, orders, wishes for the fan.
 * Touches no socket and no device: whoever calls brings datagrams and values, and carries out what is wished. After a restart of
 * the agent: no session, no wish; the orders of this boot are remembered. */
#ifndef AGENT_HEART_H
#define AGENT_HEART_H

#include "agent/config.h"
#include "agent/fan.h"
#include "agent/frame.h"
#include "agent/orders.h"
#include "agent/report.h"
#include "agent/session.h"

struct heart {
    const struct config *config;
    struct hmac hmac;
    struct session session;
    struct orders orders;
    struct fan fan;
    bool can_shut_down;
    uint64_t answer_ms;   /* the latest good answer on either network */
    bool answered;        /* there was one, and the controller is not lost */
    struct report report; /* the latest values, filled in by the caller */
};

enum heart_news {
    HEART_NOTHING, /* dropped */
    HEART_SESSION, /* a challenge: a report in the new session should follow */
    HEART_ANSWER,
    HEART_ORDER, /* an answer with something that the controller wants to be told about */
};

/* False when there is no memory. */
bool heart_init(struct heart *heart, const struct config *config, const struct tree *tree, uint64_t first_counter,
                uint64_t now_ms);
/* Writes the next report of a network and returns its size. */
size_t heart_report(struct heart *heart, enum network network, uint64_t now_ms, uint8_t out[WIRE_DATAGRAM_MAX]);
enum heart_news heart_receive(struct heart *heart, enum network network, const uint8_t *data, size_t size, uint64_t now_ms);
/* Time goes by: forgets the wishes of a controller that is lost. True when it was lost just now. */
bool heart_step(struct heart *heart, uint64_t now_ms);

#endif
