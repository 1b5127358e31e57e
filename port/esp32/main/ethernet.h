/* SPDX-License-Identifier: Apache-2.0
 * ethernet - the W5500 behind lwIP: its pins, its address, what is heard by it, and the two ways to bring it back (see
 * core/netguard.h, which decides when). The chip has no MAC address of its own; it gets the one that Espressif put aside for
 * Ethernet in this ESP32. IPv4 by DHCP or as told, IPv6 by router advertisements. Touches no power pin.
 * After a restart of the controller: the chip is reset and set up anew, addresses are asked for again. */
#ifndef PORT_ESP32_ETHERNET_H
#define PORT_ESP32_ETHERNET_H

#include <esp_eth.h>
#include <esp_netif.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/network.h"

/* address zero: by DHCP. */
struct ethernet_ipv4 {
    uint8_t address[4], gateway[4], name_server[4];
    uint8_t prefix;
};

struct ethernet {
    esp_netif_t *netif;
    struct ethernet_ipv4 ipv4;
    esp_eth_netif_glue_handle_t glue;
    esp_eth_handle_t driver; /* NULL: it could not be installed, or does not start */
    esp_eth_mac_t *mac;
    esp_eth_phy_t *phy;
    atomic_bool link_up;
    /* Written by the driver's task for each frame, hence in seconds since the start and one, which fit an atomic word. */
    _Atomic uint32_t others_heard_s, gateway_heard_s;
    _Atomic uint32_t gateway_mac_low, gateway_mac_high; /* zero: not known */
};

/* Once. esp_netif and the default event loop must have been started. host_name: for DHCP. -1 when there is no memory; a chip that
 * does not answer is no error: ethernet_chip_fault() says so, and it is tried again by ethernet_reset_chip(). */
int ethernet_start(struct ethernet *ethernet, const struct ethernet_ipv4 *ipv4, const char *host_name);
bool ethernet_link_up(const struct ethernet *ethernet);
/* The chip was not found, or does not answer now. */
bool ethernet_chip_fault(struct ethernet *ethernet);
/* Monotonic milliseconds; 0: never. */
uint64_t ethernet_others_heard_ms(const struct ethernet *ethernet);
uint64_t ethernet_gateway_heard_ms(const struct ethernet *ethernet);
/* Fills in all but the ports. Call it every few seconds: it also looks up the gateway's MAC address. */
void ethernet_read(struct ethernet *ethernet, struct network *network);
void ethernet_set_host_name(struct ethernet *ethernet, const char *host_name);

/* Both take up to a second; not from the control loop. */
void ethernet_restart_driver(struct ethernet *ethernet);
void ethernet_reset_chip(struct ethernet *ethernet);

#endif
