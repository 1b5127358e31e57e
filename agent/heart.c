/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/heart.h"

#include <string.h>

bool heart_init(struct heart *heart, const struct config *config, const struct tree *tree, uint64_t first_counter,
                uint64_t now_ms) {
    memset(heart, 0, sizeof *heart);
    heart->config = config;
    session_init(&heart->session, first_counter);
    orders_load(&heart->orders, tree, now_ms);
    return hmac_init(&heart->hmac, config->key, sizeof config->key);
}

size_t heart_report(struct heart *heart, enum network network, uint64_t now_ms, uint8_t out[WIRE_DATAGRAM_MAX]) {
    struct items items;
    struct frame frame = {
        .kind = WIRE_REPORT,
        .node = heart->config->node,
        .network = network,
        .generation = heart->config->generation,
        .counter = session_next(&heart->session, network, now_ms),
    };
    heart->report.order = heart->orders.latest;
    report_write(&heart->report, &items);
    memcpy(frame.session, heart->session.id, sizeof frame.session);
    frame.body = items.bytes;
    frame.body_size = items.size;
    return frame_write(&frame, &heart->hmac, out);
}

static enum heart_news take_answer(struct heart *heart, const struct frame *frame, uint64_t now_ms) {
    struct answer answer = answer_read(frame->body, frame->body_size);
    heart->answer_ms = now_ms;
    heart->answered = true;
    fan_wish(&heart->fan, &answer.curve, answer.fan_full);
    bool news = orders_answer(&heart->orders, &answer, frame->counter, heart->session.counter, heart->can_shut_down, now_ms);
    return news ? HEART_ORDER : HEART_ANSWER;
}

enum heart_news heart_receive(struct heart *heart, enum network network, const uint8_t *data, size_t size, uint64_t now_ms) {
    struct frame frame;
    if (!frame_read(data, size, &heart->hmac, &frame)) return HEART_NOTHING;
    if (frame.node != heart->config->node || frame.generation != heart->config->generation) return HEART_NOTHING;
    switch (session_judge(&heart->session, &frame, network, now_ms)) {
    case SESSION_TAKEN:
        return HEART_SESSION;
    case SESSION_ANSWER:
        return take_answer(heart, &frame, now_ms);
    default:
        return HEART_NOTHING;
    }
}

bool heart_step(struct heart *heart, uint64_t now_ms) {
    if (!heart->answered || now_ms - heart->answer_ms <= WIRE_LOST_MS) return false;
    heart->answered = false;
    fan_wish(&heart->fan, &(struct fan_curve){.count = 0}, false);
    return true;
}
