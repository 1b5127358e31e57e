/* SPDX-License-Identifier: Apache-2.0
 * EventService/Subscriptions: listeners that are told by POST, and the event streams that are open. A change goes: check, store
 * the headers where some are given, store the subscription, make it true. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/delivery.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/redfish/subscription_body.h"
#include "service/reply.h"
#include "service/text.h"

enum phase { PHASE_ASKED, PHASE_HEADERS_SAVED, PHASE_SAVED };

/* Both records wait for their saving in response.out, which is free until there is an answer. */
#define HEADERS_AT 512
_Static_assert(SUBSCRIPTION_RECORD_SIZE <= HEADERS_AT, "the headers' record stands behind the subscription's");

/* ---- finding ---- */

static int push_slot(const struct core *core, const char *id) {
    uint32_t number;
    bool read = id[0] != '0' && text_read_number(id, UINT32_MAX, &number);
    return read ? subscriptions_find(&core->subscriptions, number) : -1;
}

static const struct stream_seat *seat_of(const struct core *core, const char *id) {
    uint32_t number;
    bool read = id[0] != '0' && text_read_number(id, UINT32_MAX, &number);
    return read ? stream_seat_find(&core->subscriptions, number) : NULL;
}

/* Listeners first, then streams. */
static uint32_t id_at(const struct core *core, unsigned index) {
    for (unsigned slot = 0; slot < SUBSCRIPTION_COUNT; slot++) {
        uint32_t id = core->subscriptions.push[slot].id;
        if (id != 0 && index-- == 0) return id;
    }
    for (unsigned slot = 0; slot < STREAM_COUNT; slot++) {
        uint32_t id = core->subscriptions.stream[slot].id;
        if (id != 0 && index-- == 0) return id;
    }
    return 0;
}

static bool subscription_member(const struct core *core, const struct http_exchange *x, unsigned index,
                                char id[COLLECTION_ID_SIZE]) {
    uint32_t number = id_at(core, index);
    (void)x;
    snprintf(id, COLLECTION_ID_SIZE, "%lu", (unsigned long)number);
    return number != 0;
}

/* ---- writing ---- */

static void write_messages(struct json_writer *w, const char *key, const uint32_t codes[SUBSCRIPTION_CODE_WORDS]) {
    size_t count;
    const struct event_type *types = event_types(&count);
    json_put_array(w, key);
    for (size_t i = 0; i < count; i++) {
        char id[EVENT_ID_SIZE];
        bool named = codes[types[i].code / 32] >> types[i].code % 32 & 1;
        snprintf(id, sizeof id, "Super4C.%s", types[i].id);
        if (named) json_text(w, id);
    }
    json_array_end(w);
}

static void write_origins(struct json_writer *w, uint8_t origins) {
    json_put_array(w, "OriginResources");
    for (unsigned i = 0; i <= NODE_COUNT; i++) {
        char uri[COLLECTION_URI_SIZE] = URI_BMC;
        if (!(origins & 1u << i)) continue;
        if (i < NODE_COUNT) snprintf(uri, sizeof uri, URI_SYSTEMS "/Node%u", i + 1);
        json_object(w);
        json_put_text(w, "@odata.id", uri);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_filter(struct json_writer *w, const struct subscription_filter *filter) {
    json_put_array(w, "RegistryPrefixes");
    if (filter->registry) json_text(w, "Super4C");
    json_array_end(w);
    write_messages(w, "MessageIds", filter->codes);
    write_messages(w, "ExcludeMessageIds", filter->excluded);
    write_origins(w, filter->origins);
    json_put_array(w, "ResourceTypes");
    for (enum origin_type type = ORIGIN_TYPE_SYSTEM; type <= ORIGIN_TYPE_MANAGER; type++)
        if (filter->types & type) json_text(w, subscription_type_name(type));
    json_array_end(w);
    json_put_array(w, "Severities");
    for (enum event_severity severity = EVENT_OK; severity <= EVENT_CRITICAL; severity++)
        if (filter->severities & 1u << severity) json_text(w, event_severity_name(severity));
    json_array_end(w);
}

static void write_status(struct json_writer *w, const char *state, const char *health) {
    json_put_object(w, "Status");
    json_put_text(w, "State", state);
    json_put_text(w, "Health", health);
    json_object_end(w);
}

static void write_push(struct json_writer *w, const struct subscription *subscription, const char *uri, const char *id) {
    resource_begin(w, uri, SCHEMA_EVENT_DESTINATION, id, "Event Subscription");
    json_put_text(w, "Destination", subscription->destination);
    json_put_text(w, "Protocol", "Redfish");
    json_put_text(w, "SubscriptionType", "RedfishEvent");
    json_put_text(w, "Context", subscription->context);
    json_put_text(w, "EventFormatType", subscription_format_name(subscription->format));
    json_put_text(w, "DeliveryRetryPolicy", subscription_policy_name(subscription->policy));
    json_put_boolean(w, "VerifyCertificate", subscription->verify_certificate);
    json_put_array(w, "HttpHeaders"); /* never shown, as the schema asks: they hold secrets */
    json_array_end(w);
    write_filter(w, &subscription->filter);
    write_status(w, subscription->suspended ? "Disabled" : "Enabled",
                 subscription->suspended  ? "Critical"
                 : subscription->failures ? "Warning"
                                          : "OK");
    json_put_object(w, "Actions");
    json_put_object(w, "#EventDestination.ResumeSubscription");
    json_put_format(w, "target", "%s/Actions/EventDestination.ResumeSubscription", uri);
    json_object_end(w);
    json_object_end(w);
    json_object_end(w);
}

static void write_destination(struct json_writer *w, const struct stream_seat *seat) {
    char address[TEXT_ADDRESS_SIZE];
    if (!text_address(address, seat->address)) return;
    bool v6 = strchr(address, ':') != NULL;
    json_put_format(w, "Destination", "redfish-sse://%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "", (unsigned)seat->port);
}

static void write_stream(const struct core *core, struct json_writer *w, const struct stream_seat *seat, const char *uri,
                         const char *id) {
    const struct account *account = auth_account(core, seat->account);
    resource_begin(w, uri, SCHEMA_EVENT_DESTINATION, id, "Event Stream");
    write_destination(w, seat);
    json_put_text(w, "Protocol", "Redfish");
    json_put_text(w, "SubscriptionType", "SSE");
    json_put_text(w, "Context", account ? account->name : "");
    /* The property has one value; a stream that brings both kinds leaves it out. */
    if (seat->events != seat->metrics) json_put_text(w, "EventFormatType", seat->metrics ? "MetricReport" : "Event");
    write_status(w, "Enabled", "OK");
    json_object_end(w);
}

static void write_subscription(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                               const char *id) {
    int slot = push_slot(core, id);
    const struct stream_seat *seat = seat_of(core, id);
    (void)x;
    if (slot >= 0)
        write_push(w, &core->subscriptions.push[slot], uri, id);
    else if (seat)
        write_stream(core, w, seat, uri, id);
}

static const struct collection subscriptions = {.uri = URI_SUBSCRIPTIONS,
                                                .schema = SCHEMA_EVENT_DESTINATION_COLLECTION,
                                                .name = "Event Subscriptions Collection",
                                                .member_type = "EventDestination",
                                                .member = subscription_member,
                                                .write = write_subscription};

enum http_next subscriptions_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &subscriptions); }
enum http_next subscription_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &subscriptions);
}

static enum http_next reply_push(const struct core *core, struct http_exchange *x, int slot, int status) {
    const struct subscription *subscription = &core->subscriptions.push[slot];
    char uri[HTTP_PATH_SIZE], id[COLLECTION_ID_SIZE];
    snprintf(id, sizeof id, "%lu", (unsigned long)subscription->id);
    snprintf(uri, sizeof uri, URI_SUBSCRIPTIONS "/%s", id);
    if (status == 201) memcpy(x->response.location, uri, sizeof uri);
    struct json_writer w = reply_writer(x);
    write_push(&w, subscription, uri, id);
    return reply_json(x, &w, status);
}

/* ---- storing ---- */

static enum http_next save(struct http_exchange *x, const char *prefix, const uint8_t *record, size_t size) {
    snprintf(x->save.key, sizeof x->save.key, "%s%d", prefix, x->pending.slot);
    x->save.record = record;
    x->save.size = size;
    return HTTP_SAVE;
}

static enum http_next save_subscription(struct http_exchange *x) {
    x->phase = PHASE_SAVED;
    return save(x, "sub", (const uint8_t *)x->response.out, SUBSCRIPTION_RECORD_SIZE);
}

static enum http_next save_wish(struct http_exchange *x, const struct subscription_wish *wish) {
    subscription_encode(&wish->subscription, (uint8_t *)x->response.out);
    if (!wish->has_headers) return save_subscription(x);
    uint8_t *record = (uint8_t *)&x->response.out[HEADERS_AT];
    size_t size = subscription_headers_encode(wish->subscription.id, wish->headers, record);
    x->phase = PHASE_HEADERS_SAVED;
    return save(x, "subh", record, size);
}

/* After each saving: what is next, or HTTP_DONE when all is stored and true. *stored is false when the store refused. */
static enum http_next go_on_saving(struct core *core, struct http_exchange *x, bool *stored) {
    struct subscription wanted;
    *stored = false;
    if (x->save.failed) return reply_not_saved(x);
    if (x->phase == PHASE_HEADERS_SAVED) return save_subscription(x);
    *stored = subscription_decode(&wanted, x->save.record, x->save.size);
    if (!*stored) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    subscriptions_commit(&core->subscriptions, x->pending.slot, &wanted);
    return HTTP_DONE;
}

static void log_change(struct core *core, const struct http_exchange *x, enum event_code code, uint32_t id, const char *text) {
    struct event event = event_make(code, 0, text);
    event.arg[0] = (int32_t)id;
    auth_log(core, x, event);
}

/* ---- POST ---- */

static enum http_next begin_post(struct core *core, struct http_exchange *x) {
    struct subscription_wish wish;
    if (!subscription_read_new(x, &wish)) return HTTP_DONE;
    x->pending.slot = subscriptions_free_slot(&core->subscriptions);
    if (x->pending.slot < 0)
        return reply_error(x, 400,
                           MESSAGE(CREATE_LIMIT_REACHED, .resolution = "Delete a subscription that is no longer used; "
                                                                       "eight is the limit."));
    wish.subscription.id = subscriptions_new_id(&core->subscriptions);
    wish.subscription.next_sequence = core->log.last_sequence + 1; /* what happens from now on */
    return save_wish(x, &wish);
}

enum http_next subscriptions_post(struct core *core, struct http_exchange *x) {
    bool stored;
    if (x->phase == PHASE_ASKED) return begin_post(core, x);
    enum http_next next = go_on_saving(core, x, &stored);
    if (!stored) return next;
    struct subscription *subscription = &core->subscriptions.push[x->pending.slot];
    log_change(core, x, EVENT_SUBSCRIPTION_CREATED, subscription->id, subscription->destination);
    subscription->next_sequence = core->log.last_sequence + 1; /* of its own creation the answer tells */
    reply_describe(x, SCHEMA_EVENT_DESTINATION);
    return reply_push(core, x, x->pending.slot, 201);
}

/* ---- PATCH ---- */

static enum http_next begin_patch(struct core *core, struct http_exchange *x) {
    struct subscription_wish wish = {0};
    x->pending.slot = push_slot(core, x->id);
    if (seat_of(core, x->id)) {
        x->response.allow = "GET, HEAD, DELETE";
        return reply_error(x, 405, MESSAGE(OPERATION_NOT_ALLOWED, .resolution = "A stream is as it was opened: open another."));
    }
    if (x->pending.slot < 0) return collection_no_member(x, &subscriptions);
    wish.subscription = core->subscriptions.push[x->pending.slot];
    return subscription_read_change(x, &wish) ? save_wish(x, &wish) : HTTP_DONE;
}

enum http_next subscription_patch(struct core *core, struct http_exchange *x) {
    bool stored;
    if (x->phase == PHASE_ASKED) return begin_patch(core, x);
    enum http_next next = go_on_saving(core, x, &stored);
    if (!stored) return next;
    log_change(core, x, EVENT_SUBSCRIPTION_CHANGED, core->subscriptions.push[x->pending.slot].id, NULL);
    return reply_push(core, x, x->pending.slot, 200);
}

/* ---- DELETE ---- */

static enum http_next delete_stream(struct core *core, struct http_exchange *x, uint32_t id) {
    stream_seat_leave(&core->subscriptions, id);
    log_change(core, x, EVENT_SUBSCRIPTION_DELETED, id, NULL);
    return reply_empty(x, 204);
}

/* The subscription's record goes first: headers without one are nobody's. */
enum http_next subscription_delete(struct core *core, struct http_exchange *x) {
    const struct stream_seat *seat = seat_of(core, x->id);
    switch (x->phase++) {
    case PHASE_ASKED:
        if (seat) return delete_stream(core, x, seat->id);
        x->pending.slot = push_slot(core, x->id);
        if (x->pending.slot < 0) return collection_no_member(x, &subscriptions);
        return save(x, "sub", NULL, 0);
    case PHASE_ASKED + 1:
        if (x->save.failed) return reply_not_saved(x);
        log_change(core, x, EVENT_SUBSCRIPTION_DELETED, core->subscriptions.push[x->pending.slot].id, NULL);
        subscriptions_delete(&core->subscriptions, x->pending.slot);
        return save(x, "subh", NULL, 0);
    default: /* headers that could not be erased are void anyway */
        return reply_empty(x, 204);
    }
}

/* ---- resuming ---- */

static enum http_next begin_resume(struct core *core, struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_END};
    static const struct body_shape shape = {.action = "EventDestination.ResumeSubscription", .fields = fields};
    if (!body_read(x, &shape)) return HTTP_DONE;
    x->pending.slot = push_slot(core, x->parent);
    if (x->pending.slot < 0) return collection_no_member(x, &subscriptions);
    struct subscription wanted = core->subscriptions.push[x->pending.slot];
    if (!wanted.suspended) return reply_empty(x, 204);
    wanted.suspended = false;
    subscription_encode(&wanted, (uint8_t *)x->response.out);
    return save_subscription(x);
}

enum http_next subscription_resume(struct core *core, struct http_exchange *x) {
    bool stored;
    if (x->phase == PHASE_ASKED) return begin_resume(core, x);
    enum http_next next = go_on_saving(core, x, &stored);
    if (!stored) return next;
    struct subscription *subscription = &core->subscriptions.push[x->pending.slot];
    delivery_resume(subscription, core->now_ms);
    log_change(core, x, EVENT_SUBSCRIPTION_RESUMED, subscription->id, NULL);
    return reply_empty(x, 204);
}
