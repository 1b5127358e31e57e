/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/orders.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/say.h"
#include "agent/state.h"

#define FILE_NAME "order" /* "ID WHAT STATE BEGUN" */

static bool save(const struct orders *orders) {
    char text[64];
    (void)snprintf(text, sizeof text, "%" PRIu32 " %u %u %u\n", orders->latest.id, orders->what, (unsigned)orders->latest.state,
                   orders->waiting ? 0u : 1u);
    return state_write(orders->tree, FILE_NAME, text);
}

/* The file's four numbers; false when it holds anything else. */
static bool parse(const char *text, uint32_t number[4]) {
    for (unsigned i = 0; i < 4; i++) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);
        if (end == text || value > UINT32_MAX) return false;
        number[i] = (uint32_t)value;
        text = end;
    }
    return strcmp(text, "\n") == 0 && number[1] <= UINT8_MAX && number[2] >= WIRE_ORDER_TAKEN && number[2] <= WIRE_ORDER_FAILED;
}

void orders_load(struct orders *orders, const struct tree *tree, uint64_t now_ms) {
    char text[64];
    uint32_t number[4];
    *orders = (struct orders){.tree = tree};
    if (!state_read(tree, FILE_NAME, text, sizeof text) || !parse(text, number)) return;
    uint32_t id = number[0], what = number[1], state = number[2], begun = number[3];
    orders->latest = (struct report_order){.known = true, .id = id, .state = (enum wire_order_state)state};
    orders->what = (uint8_t)what;
    if (state != WIRE_ORDER_TAKEN) return;
    if (begun) {
        orders_end(orders, false); /* nobody waits for it any more, and the node is still here */
    } else {
        orders->waiting = true;
        orders->begin_by_ms = now_ms + ORDERS_WAIT_MS;
        orders->told_counter = UINT64_MAX;
    }
}

static void take(struct orders *orders, const struct answer *answer, uint64_t sent, bool can, uint64_t now_ms) {
    bool known_word = answer->order_what == WIRE_SHUT_DOWN || answer->order_what == WIRE_REBOOT;
    orders->latest = (struct report_order){.known = true, .id = answer->order_id, .state = WIRE_ORDER_TAKEN};
    orders->what = answer->order_what;
    orders->waiting = known_word && can && !orders->running;
    orders->begin_by_ms = now_ms + ORDERS_WAIT_MS;
    orders->told_counter = sent;
    if (!orders->waiting) orders->latest.state = WIRE_ORDER_REFUSED;
    if (!save(orders) && orders->waiting) {
        orders->waiting = false; /* it might be carried out twice */
        orders->latest.state = WIRE_ORDER_REFUSED;
        say("cannot write down order %" PRIu32 ": it is refused", answer->order_id);
        return;
    }
    say("order %" PRIu32 " %s: %s", answer->order_id, orders->waiting ? "taken" : "refused",
        !known_word                         ? "unknown to this agent"
        : orders->running                   ? "another one is being carried out"
        : answer->order_what == WIRE_REBOOT ? "reboot"
                                            : "shut down");
}

bool orders_answer(struct orders *orders, const struct answer *answer, uint64_t counter, uint64_t sent, bool can,
                   uint64_t now_ms) {
    if (answer->has_order && !(orders->latest.known && orders->latest.id == answer->order_id)) {
        take(orders, answer, sent, can, now_ms);
        return true;
    }
    if (orders->waiting && counter > orders->told_counter) orders->begin_by_ms = now_ms;
    return false;
}

bool orders_begin(struct orders *orders, uint64_t now_ms) {
    if (!orders->waiting || now_ms < orders->begin_by_ms) return false;
    orders->waiting = false;
    orders->running = true;
    (void)save(orders);
    return true;
}

void orders_end(struct orders *orders, bool good) {
    orders->running = false;
    orders->latest.state = good ? WIRE_ORDER_DONE : WIRE_ORDER_FAILED;
    (void)save(orders);
    say("order %" PRIu32 " %s", orders->latest.id, good ? "carried out" : "failed");
}
