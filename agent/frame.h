/* SPDX-License-Identifier: Apache-2.0
 * frame - the envelope of every datagram (docs/heartbeat.md, "Frame") and the items in its body.
 * Reads only what has the right tag; decides nothing about sessions and counters. */
#ifndef AGENT_FRAME_H
#define AGENT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/hmac.h"
#include "agent/wire.h"

struct frame {
    enum wire_kind kind;
    uint8_t node; /* 1 to 4 */
    enum network network;
    uint32_t generation; /* of the key */
    uint8_t session[WIRE_SESSION_SIZE];
    uint64_t counter;
    const uint8_t *body; /* of a read frame: inside the datagram */
    size_t body_size;
};

/* Returns the datagram's size. The body may be at most WIRE_BODY_MAX. */
size_t frame_write(const struct frame *frame, struct hmac *hmac, uint8_t out[WIRE_DATAGRAM_MAX]);
/* False for what must be dropped: wrong length, version, kind, node, network or tag. */
bool frame_read(const uint8_t *data, size_t size, struct hmac *hmac, struct frame *frame);

/* A body being written. What does not fit is left out whole. */
struct items {
    uint8_t bytes[WIRE_BODY_MAX];
    size_t size;
};
void items_put(struct items *items, enum wire_item type, const void *value, size_t length);

struct item {
    uint8_t type, length;
    const uint8_t *value;
};
/* The item at *at, which moves behind it. False at the end, or where an item is cut off: nothing behind that can be trusted. */
bool item_next(const uint8_t *body, size_t size, size_t *at, struct item *item);

#endif
