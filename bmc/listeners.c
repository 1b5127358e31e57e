/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/listeners.h"

#include <string.h>

#include "bmc/records.h"
#include "core/core.h"
#include "hal/errors.h"

#define POSITIONS_KEY "sub.next"

/* Size of the value, 0 when there is none or it cannot be read. */
static size_t get(struct bmc *bmc, const char *key, uint8_t *out, size_t size) {
    return bmc->hal.store->get(bmc->hal.store->ctx, key, out, &size) == HAL_OK ? size : 0;
}

void listeners_load(struct bmc *bmc) {
    struct subscriptions *subscriptions = &bmc->core.subscriptions;
    uint32_t last_sequence = eventlog_last(&bmc->core.log);
    uint8_t record[SUBSCRIPTION_RECORD_SIZE], positions[POSITIONS_RECORD_SIZE];
    for (unsigned slot = 0; slot < SUBSCRIPTION_COUNT; slot++) {
        char key[RECORD_KEY_SIZE];
        records_key(key, "sub", slot);
        size_t size = get(bmc, key, record, sizeof record);
        if (size == 0 || subscriptions_load(subscriptions, slot, record, size, last_sequence)) continue;
        struct event event = event_make(EVENT_RECORD_DISCARDED, 0, key);
        core_log(&bmc->core, &event);
    }
    size_t size = get(bmc, POSITIONS_KEY, positions, sizeof positions);
    subscriptions_load_positions(subscriptions, positions, size, last_sequence);
}

void listeners_load_headers(struct bmc *bmc, struct delivery *delivery) {
    int slot = subscriptions_find(&bmc->core.subscriptions, delivery->id);
    uint8_t record[SUBSCRIPTION_HEADERS_RECORD_MAX];
    char key[RECORD_KEY_SIZE];
    delivery->headers[0] = '\0';
    if (slot < 0) return;
    records_key(key, "subh", (unsigned)slot);
    size_t size = get(bmc, key, record, sizeof record);
    subscription_headers_decode(delivery->id, record, size, delivery->headers);
}

void listeners_settle(struct bmc *bmc, const struct delivery *delivery, const char *problem) {
    const struct hal_store *store = bmc->hal.store;
    char key[RECORD_KEY_SIZE];
    unsigned slot = 0;
    enum delivery_end end = delivery_done(&bmc->core, delivery, problem, &slot);
    records_key(key, "sub", slot);
    if (end == DELIVERY_SUSPENDED) {
        uint8_t record[SUBSCRIPTION_RECORD_SIZE];
        subscription_encode(&bmc->core.subscriptions.push[slot], record);
        records_put(bmc, key, record, sizeof record); /* if refused: after a restart it is tried again, and suspended again */
    }
    if (end != DELIVERY_TERMINATED) return;
    (void)store->erase(store->ctx, key); /* if refused: after a restart it is tried again, and removed again */
    records_key(key, "subh", slot);
    (void)store->erase(store->ctx, key);
}

void listeners_save_positions(struct bmc *bmc, bool at_once) {
    uint8_t record[POSITIONS_RECORD_SIZE];
    if (subscriptions_unsaved(&bmc->core.subscriptions, bmc->core.now_ms, at_once, record))
        records_put(bmc, POSITIONS_KEY, record, sizeof record);
}
