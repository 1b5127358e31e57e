/* SPDX-License-Identifier: Apache-2.0
 * What lwIP and the driver say of the interface, in the words of core/network.h. What they do not say stays unknown: the gateway
 * of IPv6 is one of these. */
#include "port/esp32/main/ethernet.h"

#include <esp_netif_net_stack.h>
#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <string.h>

static uint64_t to_ms(uint32_t heard_s) { return heard_s > 0 ? (uint64_t)(heard_s - 1) * 1000 + 1 : 0; }

bool ethernet_link_up(const struct ethernet *ethernet) { return atomic_load(&ethernet->link_up); }

uint64_t ethernet_others_heard_ms(const struct ethernet *ethernet) { return to_ms(atomic_load(&ethernet->others_heard_s)); }

uint64_t ethernet_gateway_heard_ms(const struct ethernet *ethernet) { return to_ms(atomic_load(&ethernet->gateway_heard_s)); }

/* ---- the link ---- */

static void read_link(const struct ethernet *ethernet, struct network *network) {
    eth_speed_t speed;
    eth_duplex_t duplex;
    if (ethernet->driver == NULL || !ethernet_link_up(ethernet)) return;
    if (esp_eth_ioctl(ethernet->driver, ETH_CMD_G_SPEED, &speed) == ESP_OK)
        network->speed_mbps = speed == ETH_SPEED_100M ? 100 : 10;
    if (esp_eth_ioctl(ethernet->driver, ETH_CMD_G_DUPLEX_MODE, &duplex) == ESP_OK)
        network->duplex = duplex == ETH_DUPLEX_FULL ? NETWORK_FULL_DUPLEX : NETWORK_HALF_DUPLEX;
}

/* ---- inside lwIP's task ---- */

struct look {
    struct ethernet *ethernet;
    struct network *network;
};

static void read_ipv6(struct netif *netif, struct network *network) {
    unsigned used = 0;
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES && used < NETWORK_IPV6_COUNT; i++) {
        uint8_t state = netif_ip6_addr_state(netif, i);
        if (ip6_addr_isinvalid(state)) continue;
        struct network_ipv6 *out = &network->ipv6[used++];
        memcpy(out->address, netif_ip6_addr(netif, i)->addr, sizeof out->address);
        out->prefix = 64; /* lwIP makes all of its addresses from prefixes of that length */
        out->origin = ip6_addr_islinklocal(netif_ip6_addr(netif, i)) ? NETWORK_LINK_LOCAL : NETWORK_SLAAC;
        out->state = NETWORK_PREFERRED;
        if (ip6_addr_istentative(state)) out->state = NETWORK_TENTATIVE;
        if (ip6_addr_isdeprecated(state)) out->state = NETWORK_DEPRECATED;
        if (ip6_addr_isduplicated(state)) out->state = NETWORK_FAILED;
    }
}

/* Of a gateway that nobody has spoken to lately lwIP knows no MAC address; the one known before stays good. */
static void find_gateway(struct netif *netif, struct ethernet *ethernet) {
    struct eth_addr *mac = NULL;
    const ip4_addr_t *address = NULL;
    if (ip4_addr_isany(netif_ip4_gw(netif)) || etharp_find_addr(netif, netif_ip4_gw(netif), &mac, &address) < 0) return;
    const uint8_t *bytes = mac->addr;
    atomic_store(&ethernet->gateway_mac_low,
                 (uint32_t)bytes[2] << 24 | (uint32_t)bytes[3] << 16 | (uint32_t)bytes[4] << 8 | bytes[5]);
    atomic_store(&ethernet->gateway_mac_high, (uint32_t)bytes[0] << 8 | bytes[1]);
}

static esp_err_t look_inside(void *ctx) {
    const struct look *look = ctx;
    struct netif *netif = esp_netif_get_netif_impl(look->ethernet->netif);
    if (netif == NULL) return ESP_FAIL;
    look->network->mtu = netif->mtu;
    read_ipv6(netif, look->network);
    find_gateway(netif, look->ethernet);
    return ESP_OK;
}

/* ---- IPv4 ---- */

static uint8_t prefix_of(uint32_t mask) {
    uint8_t prefix = 0;
    for (uint32_t bits = esp_netif_htonl(mask); bits & 0x80000000u; bits <<= 1) prefix++;
    return prefix;
}

static void read_ipv4(const struct ethernet *ethernet, struct network *network) {
    esp_netif_ip_info_t info;
    esp_netif_dhcp_status_t dhcp = ESP_NETIF_DHCP_INIT;
    if (esp_netif_get_ip_info(ethernet->netif, &info) != ESP_OK || info.ip.addr == 0) return;
    memcpy(network->ipv4, &info.ip, sizeof network->ipv4);
    memcpy(network->ipv4_gateway, &info.gw, sizeof network->ipv4_gateway);
    network->ipv4_prefix = prefix_of(info.netmask.addr);
    if (esp_netif_dhcpc_get_status(ethernet->netif, &dhcp) == ESP_OK)
        network->ipv4_origin = dhcp == ESP_NETIF_DHCP_STARTED ? NETWORK_DHCP : NETWORK_STATIC;
}

static void read_name_servers(const struct ethernet *ethernet, struct network *network) {
    static const esp_netif_dns_type_t kinds[] = {ESP_NETIF_DNS_MAIN, ESP_NETIF_DNS_BACKUP, ESP_NETIF_DNS_FALLBACK};
    unsigned used = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && used < NETWORK_NAME_SERVER_COUNT; i++) {
        esp_netif_dns_info_t info;
        uint8_t *out = network->name_server[used];
        if (esp_netif_get_dns_info(ethernet->netif, kinds[i], &info) != ESP_OK) continue;
        if (info.ip.type == ESP_IPADDR_TYPE_V6) {
            memcpy(out, info.ip.u_addr.ip6.addr, 16);
        } else if (info.ip.u_addr.ip4.addr != 0) {
            out[10] = out[11] = 0xff;
            memcpy(out + 12, &info.ip.u_addr.ip4, 4);
        } else {
            continue;
        }
        used++;
    }
}

void ethernet_read(struct ethernet *ethernet, struct network *network) {
    struct look look = {.ethernet = ethernet, .network = network};
    char name[NETIF_NAMESIZE] = "";
    memset(network, 0, sizeof *network);
    if (esp_netif_get_netif_impl_name(ethernet->netif, name) == ESP_OK) strlcpy(network->name, name, sizeof network->name);
    (void)esp_netif_get_mac(ethernet->netif, network->mac);
    read_link(ethernet, network);
    (void)esp_netif_tcpip_exec(look_inside, &look);
    read_ipv4(ethernet, network);
    read_name_servers(ethernet, network);
}
