/* SPDX-License-Identifier: Apache-2.0
 * The controller's own EthernetInterface, as the port sees it. Its addresses are the network's to give; what can be set is the
 * host name. */
#include <string.h>

#include "core/bytes.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define INTERFACE_ID "eth0"

static bool interface_member(const struct core *core, const struct http_exchange *x, unsigned index,
                             char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, INTERFACE_ID);
    return true;
}

static bool is_zero(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

static void put_ipv4(struct json_writer *w, const char *key, const uint8_t address[4]) {
    json_put_format(w, key, "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
}

static void write_ipv4(const struct network *network, struct json_writer *w) {
    static const char *const origins[] = {[NETWORK_ORIGIN_UNKNOWN] = NULL,
                                          [NETWORK_STATIC] = "Static",
                                          [NETWORK_DHCP] = "DHCP",
                                          [NETWORK_LINK_LOCAL] = "IPv4LinkLocal",
                                          [NETWORK_SLAAC] = NULL};
    if (is_zero(network->ipv4, sizeof network->ipv4)) return;
    uint32_t mask = network->ipv4_prefix ? UINT32_MAX << (32 - network->ipv4_prefix) : 0;
    json_put_array(w, "IPv4Addresses");
    json_object(w);
    put_ipv4(w, "Address", network->ipv4);
    put_ipv4(w, "SubnetMask",
             (const uint8_t[]){(uint8_t)(mask >> 24), (uint8_t)(mask >> 16), (uint8_t)(mask >> 8), (uint8_t)mask});
    if (origins[network->ipv4_origin]) json_put_text(w, "AddressOrigin", origins[network->ipv4_origin]);
    if (is_zero(network->ipv4_gateway, sizeof network->ipv4_gateway))
        json_put_null(w, "Gateway"); /* known: there is none */
    else
        put_ipv4(w, "Gateway", network->ipv4_gateway);
    json_object_end(w);
    json_array_end(w);
}

static void write_ipv6(const struct network *network, struct json_writer *w) {
    static const char *const origins[] = {[NETWORK_ORIGIN_UNKNOWN] = NULL,
                                          [NETWORK_STATIC] = "Static",
                                          [NETWORK_DHCP] = "DHCPv6",
                                          [NETWORK_LINK_LOCAL] = "LinkLocal",
                                          [NETWORK_SLAAC] = "SLAAC"};
    static const char *const states[] = {[NETWORK_PREFERRED] = "Preferred",
                                         [NETWORK_DEPRECATED] = "Deprecated",
                                         [NETWORK_TENTATIVE] = "Tentative",
                                         [NETWORK_FAILED] = "Failed"};
    char text[TEXT_ADDRESS_SIZE];
    json_put_array(w, "IPv6Addresses");
    for (unsigned i = 0; i < NETWORK_IPV6_COUNT; i++) {
        const struct network_ipv6 *ipv6 = &network->ipv6[i];
        if (!text_address(text, ipv6->address)) continue;
        json_object(w);
        json_put_text(w, "Address", text);
        json_put_integer(w, "PrefixLength", ipv6->prefix);
        if (origins[ipv6->origin]) json_put_text(w, "AddressOrigin", origins[ipv6->origin]);
        json_put_text(w, "AddressState", states[ipv6->state]);
        json_object_end(w);
    }
    json_array_end(w);
    if (text_address(text, network->ipv6_gateway)) json_put_text(w, "IPv6DefaultGateway", text);
}

static void write_name_servers(const struct network *network, struct json_writer *w) {
    char text[TEXT_ADDRESS_SIZE];
    if (is_zero(network->name_server[0], sizeof network->name_server[0])) return;
    json_put_array(w, "NameServers");
    for (unsigned i = 0; i < NETWORK_NAME_SERVER_COUNT; i++)
        if (text_address(text, network->name_server[i])) json_text(w, text);
    json_array_end(w);
}

static void write_link(const struct core *core, struct json_writer *w) {
    const struct network *network = &core->network;
    const uint8_t *mac = network->mac;
    json_put_text(w, "LinkStatus", core->link_up ? "LinkUp" : "LinkDown");
    if (!is_zero(mac, sizeof network->mac))
        json_put_format(w, "MACAddress", "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
    if (network->speed_mbps) json_put_integer(w, "SpeedMbps", network->speed_mbps);
    if (network->duplex) json_put_boolean(w, "FullDuplex", network->duplex == NETWORK_FULL_DUPLEX);
    if (network->mtu) json_put_integer(w, "MTUSize", network->mtu);
}

static void write_interface(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                            const char *id) {
    const struct network *network = &core->network;
    (void)x;
    resource_begin(w, uri, SCHEMA_ETHERNET, id, "Manager Ethernet Interface");
    if (network->name[0]) json_put_format(w, "Description", "The interface that the system calls %s.", network->name);
    json_put_object(w, "Status");
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", core->link_up ? "OK" : "Warning");
    json_object_end(w);
    json_put_boolean(w, "InterfaceEnabled", true);
    json_put_text(w, "HostName", core->settings.host_name);
    write_link(core, w);
    if (network->name[0]) {
        write_ipv4(network, w);
        write_ipv6(network, w);
        write_name_servers(network, w);
    }
    json_object_end(w);
}

static const struct collection interfaces = {.uri = URI_BMC "/EthernetInterfaces",
                                             .schema = SCHEMA_ETHERNET_COLLECTION,
                                             .name = "Ethernet Interface Collection",
                                             .member_type = "EthernetInterface",
                                             .member = interface_member,
                                             .write = write_interface};

enum http_next manager_ethernets_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &interfaces); }
enum http_next manager_ethernet_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &interfaces);
}

/* ---- settings ---- */

static const struct body_field interface_fields[] = {
    BODY_MAY("HostName", TEXT),           BODY_MAY("Id", READ_ONLY),
    BODY_MAY("Name", READ_ONLY),          BODY_MAY("Description", READ_ONLY),
    BODY_MAY("Status", READ_ONLY),        BODY_MAY("InterfaceEnabled", READ_ONLY),
    BODY_MAY("LinkStatus", READ_ONLY),    BODY_MAY("MACAddress", READ_ONLY),
    BODY_MAY("SpeedMbps", READ_ONLY),     BODY_MAY("FullDuplex", READ_ONLY),
    BODY_MAY("MTUSize", READ_ONLY),       BODY_MAY("IPv4Addresses", READ_ONLY),
    BODY_MAY("IPv6Addresses", READ_ONLY), BODY_MAY("IPv6DefaultGateway", READ_ONLY),
    BODY_MAY("NameServers", READ_ONLY),   BODY_END,
};
static const struct body_shape interface_shape = {.fields = interface_fields};

enum http_next manager_ethernet_patch(struct core *core, struct http_exchange *x) {
    if (!collection_has(core, x, &interfaces, x->id)) return collection_no_member(x, &interfaces);
    if (x->phase++ > 0) return settings_save_finish(core, x, "HostName") ? manager_ethernet_get(core, x) : HTTP_DONE;
    const struct json_value *body = body_read(x, &interface_shape);
    if (!body) return HTTP_DONE;
    struct settings wanted = core->settings;
    char shown[HOST_NAME_SIZE + 16];
    const char *name = json_text_of(body, "HostName");
    text_copy(shown, sizeof shown, name);
    if (strlen(name) >= sizeof wanted.host_name)
        return reply_error(x, 400, MESSAGE(STRING_TOO_LONG, .arg = {shown, "32"}, .related = "#/HostName"));
    text_copy(wanted.host_name, sizeof wanted.host_name, name);
    if (settings_problem(&wanted))
        return reply_error(x, 400,
                           MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "HostName"}, .related = "#/HostName",
                                   .resolution = "Use letters, digits and hyphens, no hyphen at either end."));
    return settings_save(x, &wanted);
}
