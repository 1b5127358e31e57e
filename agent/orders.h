/* SPDX-License-Identifier: Apache-2.0
 * orders - each order of the controller is carried out once, also when the agent is started again in between.
 * Decides when; power_begin() does it. What it knows stands in the state directory before anything happens. */
#ifndef AGENT_ORDERS_H
#define AGENT_ORDERS_H

#include "agent/answer.h"
#include "agent/report.h"
#include "agent/tree.h"

/* The controller should have read that the order was taken before the node goes down; but not at any price. */
#define ORDERS_WAIT_MS 2000

struct orders {
    const struct tree *tree;
    struct report_order latest; /* as reports tell it */
    uint8_t what;
    bool waiting;          /* taken, not yet begun */
    bool running;          /* begun, its program has not ended */
    uint64_t begin_by_ms;  /* while waiting */
    uint64_t told_counter; /* an answer to a report above that has read of it */
};

/* What an earlier agent of this boot has written down. */
void orders_load(struct orders *orders, const struct tree *tree, uint64_t now_ms);
/* A good answer to the report with that counter; sent is the latest report's. can: whether this agent may carry it out. True when
 * there is news for the controller. */
bool orders_answer(struct orders *orders, const struct answer *answer, uint64_t counter, uint64_t sent, bool can,
                   uint64_t now_ms);
/* True once, when the order is to be carried out now. */
bool orders_begin(struct orders *orders, uint64_t now_ms);
/* How that ended. */
void orders_end(struct orders *orders, bool good);

#endif
