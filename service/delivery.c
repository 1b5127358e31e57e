/* SPDX-License-Identifier: Apache-2.0 */
#include "service/delivery.h"

#include <string.h>

#include "core/bytes.h"

/* ---- what is next ---- */

static void log_about(struct core *core, enum event_code code, const struct subscription *subscription, const char *text) {
    struct event event = event_make(code, 0, text);
    event.arg[0] = (int32_t)subscription->id;
    core_log(core, &event);
}

/* The log has gone on without this listener. */
static void skip_lost(struct core *core, struct subscription *subscription) {
    uint32_t first = eventlog_first(&core->log);
    if (subscription->next_sequence >= first) return;
    /* The entry that says so takes the oldest one's place. */
    if (core->log.last_sequence - first + 1 == EVENTLOG_ENTRY_COUNT) first++;
    struct event event = event_make(EVENT_EVENTS_MISSED, 0, NULL);
    event.arg[0] = (int32_t)(first - subscription->next_sequence);
    event.arg[1] = (int32_t)subscription->id;
    subscription->next_sequence = first;
    core_log(core, &event);
}

static const struct eventlog_entry *next_wanted(struct core *core, struct subscription *subscription) {
    uint32_t last = eventlog_last(&core->log);
    for (skip_lost(core, subscription); subscription->next_sequence <= last; subscription->next_sequence++) {
        const struct eventlog_entry *entry = eventlog_find(&core->log, subscription->next_sequence);
        if (!entry) continue;
        struct payload_kind kind = payload_kind(core, entry);
        if (subscription_wants(&subscription->filter, kind.code, entry->event.node, kind.severity)) return entry;
        core->subscriptions.moved = true;
    }
    return NULL;
}

/* False when there is nothing to tell now. */
static bool write_body(struct core *core, struct subscription *subscription, struct delivery *delivery) {
    struct json_writer w = json_writer(delivery->body, sizeof delivery->body);
    delivery->sequence_next = subscription->next_sequence;
    if (subscription->format == FORMAT_METRIC_REPORT) {
        payload_write_report(&w, core, NODE_ALL, ++subscription->next_sequence, subscription->context);
    } else {
        const struct eventlog_entry *entry = next_wanted(core, subscription);
        if (!entry) return false;
        payload_write_event(&w, core, entry, subscription->context);
        delivery->sequence_next = subscription->next_sequence + 1;
    }
    delivery->body_size = w.length;
    return !w.overflow;
}

bool delivery_next(struct core *core, struct delivery *delivery, uint64_t *wake_ms) {
    *wake_ms = UINT64_MAX;
    for (unsigned slot = 0; slot < SUBSCRIPTION_COUNT; slot++) {
        struct subscription *subscription = &core->subscriptions.push[slot];
        if (subscription->id == 0 || subscription->suspended || subscription->under_way) continue;
        if (subscription->due_ms > core->now_ms) {
            if (subscription->due_ms < *wake_ms) *wake_ms = subscription->due_ms;
            continue;
        }
        if (!write_body(core, subscription, delivery)) continue;
        delivery->id = subscription->id;
        delivery->verify_certificate = subscription->verify_certificate;
        text_copy(delivery->destination, sizeof delivery->destination, subscription->destination);
        delivery->headers[0] = '\0';
        subscription->under_way = true;
        return true;
    }
    return false;
}

/* ---- how it went ---- */

static void succeeded(struct core *core, struct subscription *subscription, const struct delivery *delivery) {
    if (subscription->format == FORMAT_METRIC_REPORT)
        subscription->due_ms = core->now_ms + DELIVERY_REPORT_MS;
    else
        subscription->next_sequence = delivery->sequence_next;
    subscription->failures = 0;
    core->subscriptions.moved = true;
    if (!subscription->told_failing) return;
    subscription->told_failing = false;
    log_about(core, EVENT_DELIVERY_RESTORED, subscription, NULL);
}

static uint64_t retry_after_ms(const struct subscription *subscription) {
    if (subscription->policy != RETRY_FOREVER_BACKOFF) return DELIVERY_RETRY_MS;
    uint64_t wait_ms = DELIVERY_BACKOFF_FIRST_MS;
    for (unsigned i = 1; i < subscription->failures && wait_ms < DELIVERY_BACKOFF_MAX_MS; i++) wait_ms *= 2;
    return wait_ms < DELIVERY_BACKOFF_MAX_MS ? wait_ms : DELIVERY_BACKOFF_MAX_MS;
}

static void tell_failing(struct core *core, struct subscription *subscription, const char *problem) {
    uint32_t now_s = (uint32_t)(core->now_ms / 1000);
    bool again = subscription->told_s != 0 && now_s - subscription->told_s < DELIVERY_TELL_GAP_S;
    if (subscription->told_failing || again || subscription->failures < DELIVERY_TELL_AFTER) return;
    subscription->told_failing = true;
    subscription->told_s = now_s;
    log_about(core, EVENT_DELIVERY_FAILING, subscription, problem);
}

/* EventService, DeliveryRetryAttempts: so many retries, then the policy takes its course. */
static enum delivery_end failed(struct core *core, struct subscription *subscription, const char *problem) {
    if (subscription->failures < UINT8_MAX) subscription->failures++;
    subscription->due_ms = core->now_ms + retry_after_ms(subscription);
    tell_failing(core, subscription, problem);
    if (subscription->failures <= DELIVERY_RETRY_COUNT) return DELIVERY_STANDS;
    if (subscription->policy == RETRY_SUSPEND) {
        subscription->suspended = true;
        log_about(core, EVENT_SUBSCRIPTION_SUSPENDED, subscription, NULL);
        return DELIVERY_SUSPENDED;
    }
    if (subscription->policy != RETRY_TERMINATE) return DELIVERY_STANDS;
    log_about(core, EVENT_SUBSCRIPTION_TERMINATED, subscription, NULL);
    return DELIVERY_TERMINATED;
}

enum delivery_end delivery_done(struct core *core, const struct delivery *delivery, const char *problem, unsigned *slot) {
    int found = subscriptions_find(&core->subscriptions, delivery->id);
    if (found < 0) return DELIVERY_STANDS; /* deleted meanwhile */
    struct subscription *subscription = &core->subscriptions.push[found];
    *slot = (unsigned)found;
    subscription->under_way = false;
    if (!problem) {
        succeeded(core, subscription, delivery);
        return DELIVERY_STANDS;
    }
    enum delivery_end end = failed(core, subscription, problem);
    if (end == DELIVERY_TERMINATED) subscriptions_delete(&core->subscriptions, found);
    return end;
}

void delivery_resume(struct subscription *subscription, uint64_t now_ms) {
    subscription->suspended = false;
    subscription->told_failing = false;
    subscription->failures = 0;
    subscription->due_ms = now_ms;
}
