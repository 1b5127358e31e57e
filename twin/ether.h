/* SPDX-License-Identifier: Apache-2.0
 * ether - UDP datagrams and pings in and out of Ethernet frames; what the networks' switch needs of protocols. Pure; any bytes
 * are legal input. */
#ifndef TWIN_ETHER_H
#define TWIN_ETHER_H

#include <stdbool.h>
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
    uint16_t port;    /* of UDP */
};

/* Who sent the frame, in which twin_ether_udp() has found a datagram, and to whom. */
void twin_ether_ends(const uint8_t *frame, struct twin_ether_end *from, struct twin_ether_end *to);
/* The frame with a payload; 0 when that is too large for one. */
size_t twin_ether_write_udp(const struct twin_ether_end *from, const struct twin_ether_end *to, const void *payload, size_t size,
                            uint8_t frame[TWIN_FRAME_SIZE_MAX]);

struct twin_echo {
    uint32_t from, to; /* host order */
    uint16_t identifier, sequence;
};

/* False when the frame is no unfragmented ICMP echo reply over IPv4, or its ICMP checksum is wrong. */
bool twin_ether_echo_reply(const uint8_t *frame, size_t size, struct twin_echo *echo);
/* The frame of an echo request; its size. */
size_t twin_ether_write_echo(const struct twin_ether_end *from, const struct twin_ether_end *to, uint16_t identifier,
                             uint16_t sequence, uint8_t frame[TWIN_FRAME_SIZE_MAX]);

#endif
