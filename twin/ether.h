/* SPDX-License-Identifier: Apache-2.0
 * ether - UDP datagrams in and out of Ethernet frames; what the networks' switch needs of protocols. Pure; any bytes are legal
 * input. */
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

/* One end of a datagram's way. */
struct twin_ether_end {
    uint8_t mac[6];
    uint32_t address; /* host order */
    uint16_t port;
};

/* Who sent the frame, in which twin_ether_udp() has found a datagram, and to whom. */
void twin_ether_ends(const uint8_t *frame, struct twin_ether_end *from, struct twin_ether_end *to);
/* The frame with a payload; 0 when that is too large for one. */
size_t twin_ether_write_udp(const struct twin_ether_end *from, const struct twin_ether_end *to, const void *payload, size_t size,
                            uint8_t frame[TWIN_FRAME_SIZE_MAX]);

#endif
