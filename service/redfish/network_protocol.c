/* SPDX-License-Identifier: Apache-2.0
 * ManagerNetworkProtocol: the protocols that the controller speaks, and what of them can be set. */
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define SERVER_SHOWN 48 /* of a refused server, in the error */

static void write_https(const struct core *core, struct json_writer *w) {
    json_put_object(w, "HTTP");
    json_put_boolean(w, "ProtocolEnabled", false);
    json_object_end(w);
    json_put_object(w, "HTTPS");
    json_put_boolean(w, "ProtocolEnabled", true);
    if (core->network.https_port) json_put_integer(w, "Port", core->network.https_port);
    json_put_link(w, "Certificates", URI_CERTIFICATES);
    json_object_end(w);
}

static bool ssdp_possible(const struct core *core) { return core->network.ssdp_port != 0; }

static void write_ssdp(const struct core *core, struct json_writer *w) {
    const struct settings *settings = &core->settings;
    json_put_object(w, "SSDP");
    json_put_boolean(w, "ProtocolEnabled", settings->ssdp_enabled && ssdp_possible(core));
    if (ssdp_possible(core)) json_put_integer(w, "Port", core->network.ssdp_port);
    json_put_integer(w, "NotifyMulticastIntervalSeconds", settings->ssdp_notify_s);
    json_put_integer(w, "NotifyTTL", settings->ssdp_ttl);
    if (core->network.ssdp_ipv6) json_put_text(w, "NotifyIPv6Scope", "Link"); /* ff02::c, the only group we join */
    json_object_end(w);
}

static void write_ntp(const struct core *core, struct json_writer *w) {
    const struct settings *settings = &core->settings;
    json_put_object(w, "NTP");
    json_put_boolean(w, "ProtocolEnabled", settings->ntp_enabled);
    json_put_array(w, "NTPServers");
    for (unsigned i = 0; i < NTP_SERVER_COUNT && settings->ntp_server[i][0]; i++) json_text(w, settings->ntp_server[i]);
    json_array_end(w);
    json_object_end(w);
}

enum http_next network_protocol_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_BMC "/NetworkProtocol", SCHEMA_NETWORK_PROTOCOL, "NetworkProtocol", "Manager Network Protocol");
    json_put_object(&w, "Status");
    json_put_text(&w, "State", "Enabled");
    json_put_text(&w, "Health", "OK");
    json_object_end(&w);
    json_put_text(&w, "HostName", core->settings.host_name);
    write_https(core, &w);
    write_ssdp(core, &w);
    write_ntp(core, &w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- settings ---- */

static const struct body_field https_fields[] = {
    BODY_MAY("ProtocolEnabled", READ_ONLY),
    BODY_MAY("Port", READ_ONLY),
    BODY_MAY("Certificates", READ_ONLY),
    BODY_END,
};
static const struct body_field ssdp_fields[] = {
    BODY_MAY("ProtocolEnabled", BOOLEAN), BODY_MAY("NotifyMulticastIntervalSeconds", INTEGER),
    BODY_MAY("NotifyTTL", INTEGER),       BODY_MAY("NotifyIPv6Scope", READ_ONLY),
    BODY_MAY("Port", READ_ONLY),          BODY_END,
};
static const struct body_field ntp_fields[] = {
    BODY_MAY("ProtocolEnabled", BOOLEAN),
    BODY_MAY("NTPServers", ARRAY),
    BODY_MAY("NetworkSuppliedServers", READ_ONLY),
    BODY_MAY("Port", READ_ONLY),
    BODY_END,
};
static const struct body_field protocol_fields[] = {
    BODY_HAS("HTTP", https_fields),  BODY_HAS("HTTPS", https_fields), BODY_HAS("SSDP", ssdp_fields),
    BODY_HAS("NTP", ntp_fields),     BODY_MAY("Id", READ_ONLY),       BODY_MAY("Name", READ_ONLY),
    BODY_MAY("HostName", READ_ONLY), /* written at the EthernetInterface, as the schema has it */
    BODY_MAY("FQDN", READ_ONLY),     BODY_MAY("Status", READ_ONLY),   BODY_END,
};
static const struct body_shape protocol_shape = {.fields = protocol_fields};

static bool refuse(struct http_exchange *x, const struct message *message) {
    reply_error(x, 400, message);
    return false;
}

static bool in_range(struct http_exchange *x, const char *related, int32_t value, int32_t min, int32_t max) {
    if (value >= min && value <= max) return true;
    body_out_of_range(x, related, value);
    return false;
}

static bool take_ssdp(const struct core *core, struct http_exchange *x, const struct json_value *ssdp, struct settings *wanted) {
    bool enabled;
    int32_t interval_s = wanted->ssdp_notify_s, ttl = wanted->ssdp_ttl;
    if (json_boolean_of(ssdp, "ProtocolEnabled", &enabled)) {
        if (enabled && !ssdp_possible(core))
            return refuse(x,
                          MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"ProtocolEnabled"}, .related = "#/SSDP/ProtocolEnabled",
                                  .resolution = "SSDP was switched off when the controller was started, or its port is taken."));
        wanted->ssdp_enabled = enabled;
    }
    json_integer_of(ssdp, "NotifyMulticastIntervalSeconds", &interval_s);
    json_integer_of(ssdp, "NotifyTTL", &ttl);
    if (interval_s != 0 && !in_range(x, "#/SSDP/NotifyMulticastIntervalSeconds", interval_s, 60, UINT16_MAX)) return false;
    if (!in_range(x, "#/SSDP/NotifyTTL", ttl, 1, UINT8_MAX)) return false;
    wanted->ssdp_notify_s = (uint16_t)interval_s;
    wanted->ssdp_ttl = (uint8_t)ttl;
    return true;
}

/* A host name or an address; more is the resolver's to find out. */
static bool server_ok(const char *server) {
    size_t length = strlen(server);
    if (length == 0 || length >= NTP_SERVER_SIZE || server[0] == '-') return false;
    for (size_t i = 0; i < length; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:", server[i])) return false;
    return true;
}

/* What an element of the array in the request makes of the one that stood at its place (DSP0266, 7.7.2): {} keeps it, null
 * removes it, text takes its place. False with the exchange answered. *server: NULL when there is none. */
static bool take_server(struct http_exchange *x, const struct json_value *element, const char *old, const char **server) {
    char shown[SERVER_SHOWN];
    json_describe(element, shown, sizeof shown);
    *server = NULL;
    if (json_kind(element) == JSON_NULL) return true;
    if (json_kind(element) == JSON_OBJECT && !json_first(element) && old && old[0]) {
        *server = old;
        return true;
    }
    *server = json_kind(element) == JSON_TEXT ? json_text_value(element) : NULL;
    if (!*server) return refuse(x, MESSAGE(PROPERTY_VALUE_TYPE, .arg = {shown, "NTPServers"}, .related = "#/NTP/NTPServers"));
    if (server_ok(*server)) return true;
    return refuse(x, MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "NTPServers"}, .related = "#/NTP/NTPServers",
                             .resolution = "Give a host name or an address of up to 63 characters."));
}

static bool take_servers(struct http_exchange *x, const struct json_value *array, const struct settings *now,
                         struct settings *wanted) {
    unsigned index = 0, count = 0;
    if (!array) return true;
    memset(wanted->ntp_server, 0, sizeof wanted->ntp_server);
    for (const struct json_value *element = json_first(array); element; element = json_next(element), index++) {
        const char *server;
        if (!take_server(x, element, index < NTP_SERVER_COUNT ? now->ntp_server[index] : NULL, &server)) return false;
        if (server && count == NTP_SERVER_COUNT)
            return refuse(x, MESSAGE(ARRAY_TOO_LONG, .arg = {"NTPServers", "4"}, .related = "#/NTP/NTPServers"));
        if (server) text_copy(wanted->ntp_server[count++], NTP_SERVER_SIZE, server);
    }
    return true;
}

enum http_next network_protocol_patch(struct core *core, struct http_exchange *x) {
    if (x->phase++ > 0) return settings_save_finish(core, x, "NetworkProtocol") ? network_protocol_get(core, x) : HTTP_DONE;
    const struct json_value *body = body_read(x, &protocol_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    const struct json_value *ntp = json_member(body, "NTP");
    json_boolean_of(ntp, "ProtocolEnabled", &wanted.ntp_enabled);
    if (!take_servers(x, json_member(ntp, "NTPServers"), &core->settings, &wanted)) return HTTP_DONE;
    if (!take_ssdp(core, x, json_member(body, "SSDP"), &wanted)) return HTTP_DONE;
    if (settings_problem(&wanted)) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    return settings_save(x, &wanted);
}
