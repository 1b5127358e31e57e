/* SPDX-License-Identifier: Apache-2.0
 * ether - finds a UDP datagram in an Ethernet frame; what the service network's switch needs of protocols. Pure; any bytes are
 * legal input. */
#ifndef TWIN_ETHER_H
#define TWIN_ETHER_H

#include <stddef.h>
#include <stdint.h>

#define TWIN_FRAME_SIZE_MAX 1518 /* IEEE 802.3, without a VLAN tag */

struct twin_payload {
    const uint8_t *data; /* inside the frame; NULL: none */
    size_t size;
};

/* The payload of an unfragmented IPv4 UDP datagram to that port; checksums are the sender's business on this wire. */
struct twin_payload twin_ether_udp(const uint8_t *frame, size_t size, uint16_t port);

#endif
