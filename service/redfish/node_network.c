/* SPDX-License-Identifier: Apache-2.0
 * The two network interfaces of a node. Which there are is known from the board; addresses, speed and counters are what the
 * node's agent reports. An address that is burnt in stays as last told, the rest holds as long as its report. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/node_report.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define DUPLEX_NOT_KNOWN 255

static const struct {
    const char *id, *name, *description;
    uint16_t built_for_mbps;
} ethernets[NETWORK_COUNT] = {
    [NETWORK_SERVICE] = {"Service", "Service Network", "1 Gbit/s Ethernet of the module itself; eth0 in Linux, driver macb.",
                         1000},
    [NETWORK_BACKPLANE] = {"Backplane", "Backplane Network", "2.5 Gbit/s Ethernet at the module's USB 3; driver r8152 in Linux.",
                           2500},
};

uint16_t node_network_built_mbps(enum node_network network) { return ethernets[network].built_for_mbps; }

static bool ethernet_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index >= NETWORK_COUNT) return false;
    text_copy(id, COLLECTION_ID_SIZE, ethernets[index].id);
    return true;
}

/* ---- how it is ---- */

/* A link that is up and yet carries no report, or is slower than it is built for, is not as it should be. One that is down may be
 * meant to be: no cable is no fault. */
static const char *health_of(const struct core *core, unsigned node, enum node_network network,
                             const struct agent_interface *interface) {
    bool slow = interface->speed_mbps && interface->speed_mbps < ethernets[network].built_for_mbps;
    if (!interface->up) return NULL;
    return slow || !node_network_heard(core, node, network) ? "Warning" : "OK";
}

static const char *state_of(const struct core *core, unsigned node, const struct agent_interface *now) {
    const char *part = node_part_state(core, node);
    if (!node_report(core, node)) return part;
    if (!now) return strcmp(part, "Enabled") == 0 ? "StandbyOffline" : part;
    return now->known ? "Enabled" : "UnavailableOffline";
}

static void write_status(const struct core *core, struct json_writer *w, unsigned node, enum node_network network,
                         const struct agent_interface *now) {
    const char *health = now && now->known ? health_of(core, node, network, now) : NULL;
    json_put_object(w, "Status");
    json_put_text(w, "State", state_of(core, node, now));
    if (health) json_put_text(w, "Health", health);
    json_object_end(w);
}

/* ---- what is told of it ---- */

static void put_ipv4(struct json_writer *w, const char *key, const uint8_t address[4]) {
    json_put_format(w, key, "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
}

static void write_addresses(struct json_writer *w, const struct agent_interface *interface) {
    json_put_array(w, "IPv4Addresses");
    if (interface->prefix_length) {
        uint32_t mask = UINT32_MAX << (32 - interface->prefix_length);
        json_object(w);
        put_ipv4(w, "Address", interface->address);
        put_ipv4(w, "SubnetMask",
                 (const uint8_t[]){(uint8_t)(mask >> 24), (uint8_t)(mask >> 16), (uint8_t)(mask >> 8), (uint8_t)mask});
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_mac(struct json_writer *w, const uint8_t mac[6]) {
    static const uint8_t none[6];
    if (memcmp(mac, none, sizeof none) == 0) return;
    json_put_format(w, "MACAddress", "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void write_link(struct json_writer *w, const struct agent_interface *interface) {
    json_put_text(w, "LinkStatus", interface->up ? "LinkUp" : "NoLink");
    if (interface->up && interface->speed_mbps) json_put_integer(w, "SpeedMbps", interface->speed_mbps);
    if (interface->up && interface->full_duplex != DUPLEX_NOT_KNOWN) json_put_boolean(w, "FullDuplex", interface->full_duplex);
    write_addresses(w, interface);
}

static void write_oem(const struct core *core, struct json_writer *w, uint64_t seen_ms, const struct agent_interface *now) {
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.NodeNetwork");
    node_put_age(core, w, "LastHeardSeconds", seen_ms);
    if (now && now->known) {
        json_put_integer(w, "CarrierChanges", now->carrier_changes);
        json_put_integer(w, "ReceiveErrors", now->receive_errors);
        json_put_integer(w, "TransmitErrors", now->transmit_errors);
    }
    json_object_end(w);
    json_object_end(w);
}

static void write_told(const struct core *core, struct json_writer *w, unsigned node, enum node_network network) {
    const struct agent_report *report = node_report(core, node), *now = node_report_now(core, node);
    write_status(core, w, node, network, now ? &now->interface[network] : NULL);
    if (!report) return;
    write_mac(w, report->interface[network].mac);
    if (now && now->interface[network].known) write_link(w, &now->interface[network]);
    write_oem(core, w, core->agent[node].link[network].seen_ms, now ? &now->interface[network] : NULL);
}

/* ---- the resources ---- */

static void write_ethernet(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                           const char *id) {
    unsigned node = (unsigned)node_index(x->parent);
    enum node_network network = strcmp(id, ethernets[NETWORK_SERVICE].id) == 0 ? NETWORK_SERVICE : NETWORK_BACKPLANE;
    resource_begin(w, uri, SCHEMA_ETHERNET, id, ethernets[network].name);
    json_put_text(w, "Description", ethernets[network].description);
    json_put_text(w, "EthernetInterfaceType", "Physical");
    write_told(core, w, node, network);
    json_put_object(w, "Links");
    json_put_object(w, "Chassis");
    json_put_format(w, "@odata.id", URI_ROOT "/Chassis/Node%u", node + 1);
    json_object_end(w);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection interfaces = {.uri = URI_SYSTEMS "/{}/EthernetInterfaces",
                                             .schema = SCHEMA_ETHERNET_COLLECTION,
                                             .name = "Ethernet Interface Collection",
                                             .member_type = "EthernetInterface",
                                             .member = ethernet_member,
                                             .write = write_ethernet};

enum http_next node_ethernets_get(struct core *core, struct http_exchange *x) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get(core, x, &interfaces);
}
enum http_next node_ethernet_get(struct core *core, struct http_exchange *x) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get_member(core, x, &interfaces);
}
