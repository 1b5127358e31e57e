/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redfish/subscription_body.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/payload.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/reply.h"
#include "service/text.h"

#define POINTER_SIZE 40 /* "#/ExcludeMessageIds/63" */
#define SHOWN_SIZE   64 /* of a value in an error */

/* ---- the words of the schema ---- */

const char *subscription_format_name(unsigned format) { return format == FORMAT_METRIC_REPORT ? "MetricReport" : "Event"; }

const char *subscription_policy_name(unsigned policy) {
    static const char *const names[RETRY_COUNT] = {[RETRY_FOREVER_BACKOFF] = "RetryForeverWithBackoff",
                                                   [RETRY_FOREVER] = "RetryForever",
                                                   [RETRY_SUSPEND] = "SuspendRetries",
                                                   [RETRY_TERMINATE] = "TerminateAfterRetries"};
    return names[policy];
}

const char *subscription_type_name(enum origin_type type) { return type == ORIGIN_TYPE_SYSTEM ? "ComputerSystem" : "Manager"; }

#define RESOURCE_FIELDS                                                                                                          \
    BODY_MAY("Id", READ_ONLY), BODY_MAY("Name", READ_ONLY), BODY_MAY("Status", READ_ONLY), BODY_MAY("Actions", READ_ONLY)

static const struct body_field post_fields[] = {
    BODY_MUST("Destination", TEXT),
    BODY_MUST("Protocol", TEXT),
    BODY_MAY("SubscriptionType", TEXT),
    BODY_MAY("Context", TEXT),
    BODY_MAY("EventFormatType", TEXT),
    BODY_MAY("DeliveryRetryPolicy", TEXT),
    BODY_MAY("VerifyCertificate", BOOLEAN),
    BODY_MAY("HttpHeaders", ARRAY),
    BODY_MAY("EventTypes", ARRAY),
    BODY_MAY("RegistryPrefixes", ARRAY),
    BODY_MAY("MessageIds", ARRAY),
    BODY_MAY("ExcludeMessageIds", ARRAY),
    BODY_MAY("OriginResources", ARRAY),
    BODY_MAY("ResourceTypes", ARRAY),
    BODY_MAY("Severities", ARRAY),
    BODY_MAY("SubordinateResources", BOOLEAN),
    BODY_MAY("IncludeOriginOfCondition", BOOLEAN),
    RESOURCE_FIELDS,
    BODY_END,
};
static const struct body_shape post_shape = {.fields = post_fields};

static const struct body_field patch_fields[] = {
    BODY_MAY("Context", TEXT),
    BODY_MAY("DeliveryRetryPolicy", TEXT),
    BODY_MAY("VerifyCertificate", BOOLEAN),
    BODY_MAY("HttpHeaders", ARRAY),
    BODY_MAY("Destination", READ_ONLY),
    BODY_MAY("Protocol", READ_ONLY),
    BODY_MAY("SubscriptionType", READ_ONLY),
    BODY_MAY("EventFormatType", READ_ONLY),
    BODY_MAY("RegistryPrefixes", READ_ONLY),
    BODY_MAY("MessageIds", READ_ONLY),
    BODY_MAY("ExcludeMessageIds", READ_ONLY),
    BODY_MAY("OriginResources", READ_ONLY),
    BODY_MAY("ResourceTypes", READ_ONLY),
    BODY_MAY("Severities", READ_ONLY),
    BODY_MAY("SubordinateResources", READ_ONLY),
    BODY_MAY("IncludeOriginOfCondition", READ_ONLY),
    RESOURCE_FIELDS,
    BODY_END,
};
static const struct body_shape patch_shape = {.fields = patch_fields};

/* ---- single values ---- */

static bool refuse(struct http_exchange *x, const struct message *message) {
    reply_error(x, 400, message);
    return false;
}

static bool not_in_list(struct http_exchange *x, const char *pointer, const char *value) {
    body_not_in_list(x, &post_shape, pointer, value);
    return false;
}

/* One of the names that name() yields below count, when the member is there. */
static bool read_choice(struct http_exchange *x, const struct json_value *body, const char *member, unsigned count,
                        const char *(*name)(unsigned index), uint8_t *choice) {
    char pointer[POINTER_SIZE];
    const char *value = json_text_of(body, member);
    if (!value) return true;
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(name(i), value) != 0) continue;
        *choice = (uint8_t)i;
        return true;
    }
    snprintf(pointer, sizeof pointer, "#/%s", member);
    return not_in_list(x, pointer, value);
}

static bool read_fixed(struct http_exchange *x, const struct json_value *body, const char *pointer, const char *only) {
    const char *value = json_text_of(body, pointer + 2);
    return !value || strcmp(value, only) == 0 || not_in_list(x, pointer, value);
}

static bool read_refused_flag(struct http_exchange *x, const struct json_value *body, const char *pointer) {
    bool value = false;
    json_boolean_of(body, pointer + 2, &value);
    return !value || not_in_list(x, pointer, "true");
}

static bool read_context(struct http_exchange *x, const struct json_value *body, char context[SUBSCRIPTION_CONTEXT_SIZE]) {
    const char *value = json_text_of(body, "Context");
    char shown[SHOWN_SIZE], limit[12];
    if (!value) return true;
    if (strlen(value) < SUBSCRIPTION_CONTEXT_SIZE) {
        text_copy(context, SUBSCRIPTION_CONTEXT_SIZE, value);
        return true;
    }
    text_copy(shown, sizeof shown, value);
    snprintf(limit, sizeof limit, "%d bytes", SUBSCRIPTION_CONTEXT_SIZE - 1);
    return refuse(x, MESSAGE(STRING_TOO_LONG, .arg = {shown, limit}, .related = "#/Context"));
}

/* ---- the destination ---- */

static const char *after_scheme(const char *uri) {
    if (strncmp(uri, "http://", 7) == 0) return uri + 7;
    return strncmp(uri, "https://", 8) == 0 ? uri + 8 : NULL;
}

/* What is wrong with it, in words for its sender; NULL when nothing is. RFC 3986: printable ASCII without what must be escaped.
 */
static const char *destination_problem(const char *uri) {
    const char *host = after_scheme(uri);
    if (strlen(uri) >= SUBSCRIPTION_URI_SIZE) return "Use an address of at most 159 characters.";
    if (!host) return "Begin the address with https:// or http://.";
    for (const char *at = uri; *at; at++)
        if (*at <= ' ' || *at > '~' || strchr("\"<>\\^`{|}#", *at))
            return "Escape characters that RFC 3986 does not allow, and leave out the fragment.";
    size_t authority = 0;
    while (host[authority] && host[authority] != '/' && host[authority] != '?') authority++;
    if (authority == 0 || host[0] == ':') return "Name a host in the address.";
    if (memchr(host, '@', authority)) return "Give credentials in HttpHeaders and not in the address.";
    return NULL;
}

static bool read_destination(struct http_exchange *x, const struct json_value *body, char destination[SUBSCRIPTION_URI_SIZE]) {
    const char *value = json_text_of(body, "Destination");
    const char *problem = destination_problem(value);
    char shown[SHOWN_SIZE] = "(not shown)"; /* it may hold a password */
    text_copy(destination, SUBSCRIPTION_URI_SIZE, value);
    if (!problem) return true;
    if (!strchr(value, '@')) text_copy(shown, sizeof shown, value);
    return refuse(
        x, MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "Destination"}, .related = "#/Destination", .resolution = problem));
}

/* ---- headers ---- */

/* RFC 9110, 5.6.2. */
static bool is_token(const char *name) {
    for (const char *at = name; *at; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
        if (!letter && !strchr("!#$%&'*+-.^_`|~", *at)) return false;
    }
    return name[0] != '\0';
}

/* No line breaks, and nothing else that could begin another header. */
static bool is_field_value(const char *value) {
    for (const char *at = value; *at; at++)
        if (*at < ' ' || *at > '~') return false;
    return true;
}

static bool is_ours(const char *name) {
    static const char *const ours[] = {"Host",       "Content-Length", "Content-Type", "Transfer-Encoding",
                                       "Connection", "Expect",         "Upgrade",      "TE",
                                       "Trailer",    "Keep-Alive",     "OData-Version"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (text_equal_any_case(ours[i], name)) return true;
    return false;
}

static bool add_header(struct http_exchange *x, const struct json_value *member, char headers[SUBSCRIPTION_HEADERS_SIZE]) {
    const char *name = json_name(member), *value = json_text_value(member);
    size_t used = strlen(headers);
    if (!value || !is_token(name) || !is_field_value(value) || is_ours(name)) {
        return refuse(x, MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"HttpHeaders"}, .related = "#/HttpHeaders",
                                 .resolution = "Give headers as [{\"Name\": \"value\"}] in printable ASCII, other than those of "
                                               "the request itself."));
    }
    if (strlen(name) + strlen(value) + 4 > SUBSCRIPTION_HEADERS_SIZE - used) {
        return refuse(x,
                      MESSAGE(STRING_TOO_LONG, .arg = {"(not shown)", "319 bytes of all headers"}, .related = "#/HttpHeaders"));
    }
    snprintf(&headers[used], SUBSCRIPTION_HEADERS_SIZE - used, "%s: %s\n", name, value);
    return true;
}

static bool read_headers(struct http_exchange *x, const struct json_value *body, struct subscription_wish *wish) {
    const struct json_value *array = json_member(body, "HttpHeaders");
    wish->headers[0] = '\0';
    wish->has_headers = array != NULL;
    for (const struct json_value *item = array ? json_first(array) : NULL; item; item = json_next(item)) {
        if (json_kind(item) != JSON_OBJECT)
            return refuse(x, MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"HttpHeaders"}, .related = "#/HttpHeaders"));
        for (const struct json_value *member = json_first(item); member; member = json_next(member))
            if (!add_header(x, member, wish->headers)) return false;
    }
    return true;
}

/* ---- filters ---- */

/* Takes one element of an array into the filter; false when it is none of its values. */
typedef bool take_element(struct subscription_filter *filter, const char *value);

static bool set_bit(uint32_t words[SUBSCRIPTION_CODE_WORDS], uint16_t code) {
    words[code / 32] |= 1u << code % 32;
    return code != EVENT_NONE;
}
static bool take_message(struct subscription_filter *filter, const char *value) {
    return set_bit(filter->codes, payload_code(value));
}
static bool take_excluded(struct subscription_filter *filter, const char *value) {
    return set_bit(filter->excluded, payload_code(value));
}
static bool take_registry(struct subscription_filter *filter, const char *value) {
    return filter->registry = strcmp(value, "Super4C") == 0;
}
static bool take_origin(struct subscription_filter *filter, const char *value) {
    static const char systems[] = URI_SYSTEMS "/";
    int index = strncmp(value, systems, sizeof systems - 1) == 0 ? node_index(value + sizeof systems - 1) : -1;
    bool board = strcmp(value, URI_BMC) == 0;
    if (index >= 0) filter->origins |= (uint8_t)(1u << index);
    if (board) filter->origins |= ORIGIN_BOARD;
    return board || index >= 0;
}
static bool take_type(struct subscription_filter *filter, const char *value) {
    for (enum origin_type type = ORIGIN_TYPE_SYSTEM; type <= ORIGIN_TYPE_MANAGER; type++) {
        if (strcmp(value, subscription_type_name(type)) != 0) continue;
        filter->types |= (uint8_t)type;
        return true;
    }
    return false;
}
static bool take_severity(struct subscription_filter *filter, const char *value) {
    for (enum event_severity severity = EVENT_OK; severity <= EVENT_CRITICAL; severity++) {
        if (strcmp(value, event_severity_name(severity)) != 0) continue;
        filter->severities |= (uint8_t)(1u << severity);
        return true;
    }
    return false;
}

static const struct {
    const char *member;
    take_element *take;
} filters[] = {{"RegistryPrefixes", take_registry}, {"MessageIds", take_message}, {"ExcludeMessageIds", take_excluded},
               {"OriginResources", take_origin},    {"ResourceTypes", take_type}, {"Severities", take_severity}};

static bool read_filter(struct http_exchange *x, const struct json_value *body, const char *member, take_element *take,
                        struct subscription_filter *filter) {
    const struct json_value *array = json_member(body, member);
    unsigned index = 0;
    for (const struct json_value *item = array ? json_first(array) : NULL; item; item = json_next(item), index++) {
        char pointer[POINTER_SIZE], shown[SHOWN_SIZE];
        /* OriginResources has links, the others have texts. */
        const char *value = take == take_origin && json_kind(item) == JSON_OBJECT ? json_text_of(item, "@odata.id")
                                                                                  : json_text_value(item);
        if (value && take(filter, value)) continue;
        json_describe(item, shown, sizeof shown);
        snprintf(pointer, sizeof pointer, "#/%s/%u", member, index);
        return refuse(x, MESSAGE(PROPERTY_VALUE_NOT_IN_LIST, .arg = {value ? value : shown, member}, .related = pointer));
    }
    return true;
}

/* Deprecated, and still sent by many. All our events are alerts; a list without that would be a subscription to nothing. */
static bool read_event_types(struct http_exchange *x, const struct json_value *body) {
    const struct json_value *array = json_member(body, "EventTypes");
    if (!array || !json_first(array)) return true;
    for (const struct json_value *item = json_first(array); item; item = json_next(item)) {
        const char *value = json_text_value(item);
        if (value && strcmp(value, "Alert") == 0) return true;
    }
    return refuse(x, MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"EventTypes"}, .related = "#/EventTypes",
                             .resolution = "Name Alert among the EventTypes, or leave them out."));
}

static bool read_filters(struct http_exchange *x, const struct json_value *body, struct subscription_filter *filter) {
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++)
        if (!read_filter(x, body, filters[i].member, filters[i].take, filter)) return false;
    return read_event_types(x, body) && read_refused_flag(x, body, "#/SubordinateResources") &&
           read_refused_flag(x, body, "#/IncludeOriginOfCondition");
}

/* ---- whole bodies ---- */

static bool read_changeable(struct http_exchange *x, const struct json_value *body, struct subscription_wish *wish) {
    struct subscription *subscription = &wish->subscription;
    json_boolean_of(body, "VerifyCertificate", &subscription->verify_certificate);
    return read_context(x, body, subscription->context) &&
           read_choice(x, body, "DeliveryRetryPolicy", RETRY_COUNT, subscription_policy_name, &subscription->policy) &&
           read_headers(x, body, wish);
}

bool subscription_read_new(struct http_exchange *x, struct subscription_wish *wish) {
    const struct json_value *body = body_read(x, &post_shape);
    struct subscription *subscription = &wish->subscription;
    *wish = (struct subscription_wish){0};
    if (!body) return false;
    return read_fixed(x, body, "#/Protocol", "Redfish") && read_fixed(x, body, "#/SubscriptionType", "RedfishEvent") &&
           read_destination(x, body, subscription->destination) &&
           read_choice(x, body, "EventFormatType", FORMAT_COUNT, subscription_format_name, &subscription->format) &&
           read_filters(x, body, &subscription->filter) && read_changeable(x, body, wish);
}

bool subscription_read_change(struct http_exchange *x, struct subscription_wish *wish) {
    const struct json_value *body = body_read(x, &patch_shape);
    return body && read_changeable(x, body, wish);
}
