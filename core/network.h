/* SPDX-License-Identifier: Apache-2.0
 * network - what is known of the interface that people reach the controller by. The port fills it in and brings it up to date;
 * the service shows it. Zero is "not known" throughout: such a value is shown nowhere. It configures nothing. After a controller
 * restart: the port looks again. */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#define NETWORK_IPV6_COUNT        3 /* link-local, a static or SLAAC one, a DHCPv6 one */
#define NETWORK_NAME_SERVER_COUNT 3 /* MAXNS of resolv.conf(5), DNS_MAX_SERVERS of lwIP */
#define NETWORK_NAME_SIZE         16

enum network_origin { NETWORK_ORIGIN_UNKNOWN = 0, NETWORK_STATIC, NETWORK_DHCP, NETWORK_LINK_LOCAL, NETWORK_SLAAC };
enum network_state { NETWORK_PREFERRED = 0, NETWORK_DEPRECATED, NETWORK_TENTATIVE, NETWORK_FAILED };
enum network_duplex { NETWORK_DUPLEX_UNKNOWN = 0, NETWORK_HALF_DUPLEX, NETWORK_FULL_DUPLEX };

struct network_ipv6 {
    uint8_t address[16];
    uint8_t prefix;
    uint8_t origin; /* enum network_origin */
    uint8_t state;  /* enum network_state, RFC 4862 */
};

struct network {
    char name[NETWORK_NAME_SIZE]; /* as the system calls the interface */
    uint8_t mac[6];
    uint8_t duplex; /* enum network_duplex */
    uint8_t ipv4_prefix;
    uint8_t ipv4_origin; /* enum network_origin */
    uint8_t ipv4[4], ipv4_gateway[4];
    uint8_t ipv6_gateway[16];
    struct network_ipv6 ipv6[NETWORK_IPV6_COUNT];
    uint8_t name_server[NETWORK_NAME_SERVER_COUNT][16]; /* IPv4 as ::ffff:a.b.c.d */
    uint32_t speed_mbps, mtu;
    uint16_t https_port;
    uint16_t agent_port; /* UDP, where the nodes' agents report */
    uint16_t ssdp_port;  /* zero: the port cannot or shall not speak SSDP, whatever the settings say */
    bool ssdp_ipv6;      /* SSDP on ff02::c, else on 239.255.255.250 */
};

#endif
