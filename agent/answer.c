/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/answer.h"

#include "agent/frame.h"

static void read_order(const struct item *item, struct answer *answer) {
    if (item->length != 5) return;
    answer->has_order = true;
    answer->order_id = (uint32_t)wire_get(item->value, 4);
    answer->order_what = item->value[4];
}

static void read_curve(const struct item *item, struct answer *answer) {
    struct fan_curve curve = {.count = 0};
    if (item->length < 1 || item->value[0] > WIRE_CURVE_MAX || item->length != 1 + 2 * item->value[0]) return;
    for (unsigned i = 0; i < item->value[0]; i++) {
        curve.celsius[i] = item->value[1 + 2 * i];
        curve.duty[i] = item->value[2 + 2 * i];
        if (i > 0 && curve.celsius[i] <= curve.celsius[i - 1]) return; /* not rising: no curve */
    }
    curve.count = item->value[0];
    answer->curve = curve;
}

struct answer answer_read(const uint8_t *body, size_t size) {
    struct answer answer = {.has_order = false};
    struct item item;
    for (size_t at = 0; item_next(body, size, &at, &item);) {
        switch (item.type) {
        case WIRE_ORDER:
            read_order(&item, &answer);
            break;
        case WIRE_FAN_CURVE:
            read_curve(&item, &answer);
            break;
        case WIRE_FAN_FULL:
            if (item.length == 1) answer.fan_full = item.value[0] == 1;
            break;
        default: /* of a newer controller */
            break;
        }
    }
    return answer;
}
