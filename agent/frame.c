/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/frame.h"

#include <string.h>

static const uint8_t magic[4] = {'S', '4', 'H', 'B'};

enum { /* offsets */
       AT_VERSION = 4,
       AT_KIND = 5,
       AT_NODE = 6,
       AT_NETWORK = 7,
       AT_GENERATION = 8,
       AT_SESSION = 12,
       AT_COUNTER = 28,
       AT_SIZE = 36,
       AT_RESERVED = 38,
};

size_t frame_write(const struct frame *frame, struct hmac *hmac, uint8_t out[WIRE_DATAGRAM_MAX]) {
    size_t body_size = frame->body_size <= WIRE_BODY_MAX ? frame->body_size : 0;
    memcpy(out, magic, sizeof magic);
    out[AT_VERSION] = WIRE_VERSION;
    out[AT_KIND] = (uint8_t)frame->kind;
    out[AT_NODE] = frame->node;
    out[AT_NETWORK] = (uint8_t)(frame->network + 1);
    wire_put(out + AT_GENERATION, 4, frame->generation);
    memcpy(out + AT_SESSION, frame->session, WIRE_SESSION_SIZE);
    wire_put(out + AT_COUNTER, 8, frame->counter);
    wire_put(out + AT_SIZE, 2, body_size);
    wire_put(out + AT_RESERVED, 2, 0);
    if (body_size) memcpy(out + WIRE_HEAD_SIZE, frame->body, body_size);
    hmac_tag(hmac, out, WIRE_HEAD_SIZE + body_size, out + WIRE_HEAD_SIZE + body_size);
    return WIRE_HEAD_SIZE + body_size + WIRE_TAG_SIZE;
}

/* What costs nothing to see, before the tag is computed. */
static bool head_is_good(const uint8_t *data, size_t size) {
    if (size < WIRE_HEAD_SIZE + WIRE_TAG_SIZE || size > WIRE_DATAGRAM_MAX) return false;
    if (memcmp(data, magic, sizeof magic) != 0 || data[AT_VERSION] != WIRE_VERSION) return false;
    if (data[AT_KIND] < WIRE_REPORT || data[AT_KIND] > WIRE_ANSWER) return false;
    if (data[AT_NODE] < 1 || data[AT_NODE] > WIRE_NODE_MAX) return false;
    if (data[AT_NETWORK] < 1 || data[AT_NETWORK] > NETWORK_COUNT) return false;
    return wire_get(data + AT_SIZE, 2) == size - WIRE_HEAD_SIZE - WIRE_TAG_SIZE;
}

bool frame_read(const uint8_t *data, size_t size, struct hmac *hmac, struct frame *frame) {
    if (!head_is_good(data, size)) return false;
    if (!hmac_verify(hmac, data, size - WIRE_TAG_SIZE, data + size - WIRE_TAG_SIZE)) return false;
    *frame = (struct frame){
        .kind = (enum wire_kind)data[AT_KIND],
        .node = data[AT_NODE],
        .network = (enum network)(data[AT_NETWORK] - 1),
        .generation = (uint32_t)wire_get(data + AT_GENERATION, 4),
        .counter = wire_get(data + AT_COUNTER, 8),
        .body = data + WIRE_HEAD_SIZE,
        .body_size = size - WIRE_HEAD_SIZE - WIRE_TAG_SIZE,
    };
    memcpy(frame->session, data + AT_SESSION, WIRE_SESSION_SIZE);
    return true;
}

void items_put(struct items *items, enum wire_item type, const void *value, size_t length) {
    if (length > UINT8_MAX || length + 2 > sizeof items->bytes - items->size) return;
    items->bytes[items->size] = (uint8_t)type;
    items->bytes[items->size + 1] = (uint8_t)length;
    memcpy(items->bytes + items->size + 2, value, length);
    items->size += length + 2;
}

bool item_next(const uint8_t *body, size_t size, size_t *at, struct item *item) {
    if (size - *at < 2 || body[*at + 1] > size - *at - 2) return false;
    *item = (struct item){body[*at], body[*at + 1], body + *at + 2};
    *at += (size_t)item->length + 2;
    return true;
}
