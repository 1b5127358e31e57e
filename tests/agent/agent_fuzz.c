/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target for all that the agent takes from the network: the input as it is, which must change nothing, for its tag
 * cannot be right; then as the body of an answer with the right tag, session and counter, which may only leave wishes that make
 * sense. */
#include <stdlib.h>
#include <string.h>

#include "agent/heart.h"

#define REQUIRE(condition)                                                                                                       \
    do {                                                                                                                         \
        if (!(condition)) abort();                                                                                               \
    } while (0)

static const struct tree nowhere = {"/nonexistent"};
static struct config config = {.node = 1, .generation = 1, .key = {1, 2, 3}};
static struct heart heart;

static enum heart_news receive_sealed(enum wire_kind kind, uint64_t counter, const uint8_t *body, size_t size) {
    uint8_t data[WIRE_DATAGRAM_MAX];
    struct frame frame = {
        .kind = kind, .node = 1, .generation = 1, .session = {7}, .counter = counter, .body = body, .body_size = size};
    size_t data_size = frame_write(&frame, &heart.hmac, data);
    return heart_receive(&heart, NETWORK_SERVICE, data, data_size, 1);
}

static void check_wishes(void) {
    const struct fan_curve *curve = &heart.fan.curve;
    REQUIRE(curve->count <= WIRE_CURVE_MAX);
    for (unsigned i = 1; i < curve->count; i++) REQUIRE(curve->celsius[i] > curve->celsius[i - 1]);
    for (int deci_c = -500; deci_c < 3000; deci_c += 37) {
        struct reading duty = fan_duty(&heart.fan, known(deci_c));
        REQUIRE(!duty.known || (duty.value >= 0 && duty.value <= 255));
    }
    REQUIRE(!heart.orders.waiting); /* nowhere to write it down: refused */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t report[WIRE_DATAGRAM_MAX];
    REQUIRE(heart_init(&heart, &config, &nowhere, 1, 0));
    (void)heart_report(&heart, NETWORK_SERVICE, 0, report);
    struct heart before = heart;
    if (size >= WIRE_TAG_SIZE) REQUIRE(heart_receive(&heart, NETWORK_SERVICE, data, size, 1) == HEART_NOTHING);
    REQUIRE(memcmp(&before.session, &heart.session, sizeof before.session) == 0 && !heart.answered);

    REQUIRE(receive_sealed(WIRE_CHALLENGE, heart.session.counter, data, size <= WIRE_BODY_MAX ? size : 0) == HEART_SESSION);
    (void)heart_report(&heart, NETWORK_SERVICE, 0, report);
    REQUIRE(receive_sealed(WIRE_ANSWER, heart.session.counter, data, size <= WIRE_BODY_MAX ? size : 0) >= HEART_ANSWER);
    check_wishes();
    hmac_free(&heart.hmac);
    return 0;
}
