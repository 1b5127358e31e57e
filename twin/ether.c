/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ether.h"

#include <string.h>

#define ETHER_HEADER_SIZE  14
#define ETHER_TYPE_IPV4    0x0800
#define ETHER_SIZE_MIN     60 /* IEEE 802.3, without the FCS */
#define IPV4_HEADER_MIN    20
#define IPV4_PROTOCOL_ICMP 1
#define IPV4_PROTOCOL_UDP  17
#define IPV4_FRAGMENT      0x3FFF /* more fragments, or an offset (RFC 791) */
#define UDP_HEADER_SIZE    8
#define ICMP_HEADER_SIZE   8 /* of an echo (RFC 792) */
#define ICMP_ECHO_REPLY    0
#define ICMP_ECHO_REQUEST  8

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

/* What follows the header of an unfragmented IPv4 packet of that protocol, to the frame's end. At least eight bytes, or none. */
static struct twin_payload find_ip(const uint8_t *frame, size_t size, uint8_t protocol) {
    const struct twin_payload none = {NULL, 0};
    if (size < ETHER_HEADER_SIZE + IPV4_HEADER_MIN || get16(frame + 12) != ETHER_TYPE_IPV4) return none;
    const uint8_t *ip = frame + ETHER_HEADER_SIZE;
    size_t ip_size = size - ETHER_HEADER_SIZE, header_size = (size_t)(ip[0] & 0x0F) * 4;
    if (ip[0] >> 4 != 4 || header_size < IPV4_HEADER_MIN || ip[9] != protocol || get16(ip + 6) & IPV4_FRAGMENT) return none;
    if (ip_size < header_size + UDP_HEADER_SIZE) return none;
    return (struct twin_payload){ip + header_size, ip_size - header_size};
}

struct twin_payload twin_ether_udp(const uint8_t *frame, size_t size, uint16_t port) {
    const struct twin_payload none = {NULL, 0}, udp = find_ip(frame, size, IPV4_PROTOCOL_UDP);
    if (!udp.data || get16(udp.data + 2) != port) return none;
    size_t udp_size = get16(udp.data + 4); /* the frame may be padded behind it */
    if (udp_size < UDP_HEADER_SIZE || udp_size > udp.size) return none;
    return (struct twin_payload){udp.data + UDP_HEADER_SIZE, udp_size - UDP_HEADER_SIZE};
}

static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
}

void twin_ether_ends(const uint8_t *frame, struct twin_ether_end *from, struct twin_ether_end *to) {
    const uint8_t *ip = frame + ETHER_HEADER_SIZE, *udp = ip + (size_t)(ip[0] & 0x0F) * 4;
    memcpy(to->mac, frame, sizeof to->mac);
    memcpy(from->mac, frame + 6, sizeof from->mac);
    from->address = get32(ip + 12);
    to->address = get32(ip + 16);
    from->port = get16(udp);
    to->port = get16(udp + 2);
}

/* RFC 1071: 0 over data that holds its right checksum. */
static uint16_t checksum(const uint8_t *data, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2) sum += get16(data + i);
    if (size % 2) sum += (uint32_t)data[size - 1] << 8;
    sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t) ~((sum & 0xFFFF) + (sum >> 16));
}

/* Ethernet's and IPv4's headers, and zeros to the frame's least size. Where the payload goes. */
static uint8_t *write_headers(const struct twin_ether_end *from, const struct twin_ether_end *to, uint8_t protocol, size_t size,
                              uint8_t frame[TWIN_FRAME_SIZE_MAX]) {
    uint8_t *ip = frame + ETHER_HEADER_SIZE;
    memset(frame, 0, ETHER_SIZE_MIN);
    memcpy(frame, to->mac, sizeof to->mac);
    memcpy(frame + 6, from->mac, sizeof from->mac);
    put16(frame + 12, ETHER_TYPE_IPV4);
    ip[0] = 4 << 4 | IPV4_HEADER_MIN / 4;
    put16(ip + 2, (uint32_t)(IPV4_HEADER_MIN + size));
    ip[8] = 64; /* time to live */
    ip[9] = protocol;
    put32(ip + 12, from->address);
    put32(ip + 16, to->address);
    put16(ip + 10, checksum(ip, IPV4_HEADER_MIN));
    return ip + IPV4_HEADER_MIN;
}

size_t twin_ether_write_udp(const struct twin_ether_end *from, const struct twin_ether_end *to, const void *payload, size_t size,
                            uint8_t frame[TWIN_FRAME_SIZE_MAX]) {
    const size_t headers_size = ETHER_HEADER_SIZE + IPV4_HEADER_MIN + UDP_HEADER_SIZE;
    if (size > TWIN_FRAME_SIZE_MAX - headers_size) return 0;
    uint8_t *udp = write_headers(from, to, IPV4_PROTOCOL_UDP, UDP_HEADER_SIZE + size, frame);
    put16(udp, from->port); /* its checksum stays 0: not computed (RFC 768) */
    put16(udp + 2, to->port);
    put16(udp + 4, (uint32_t)(UDP_HEADER_SIZE + size));
    memcpy(udp + UDP_HEADER_SIZE, payload, size);
    return headers_size + size;
}

/* ---- pings ---- */

bool twin_ether_echo_reply(const uint8_t *frame, size_t size, struct twin_echo *echo) {
    const struct twin_payload found = find_ip(frame, size, IPV4_PROTOCOL_ICMP);
    if (!found.data) return false;
    const uint8_t *ip = frame + ETHER_HEADER_SIZE, *icmp = found.data;
    size_t header_size = (size_t)(icmp - ip), ip_size = get16(ip + 2); /* the frame may be padded behind it */
    if (ip_size < header_size + ICMP_HEADER_SIZE || ip_size - header_size > found.size) return false;
    if (icmp[0] != ICMP_ECHO_REPLY || icmp[1] != 0 || checksum(icmp, ip_size - header_size) != 0) return false;
    *echo = (struct twin_echo){
        .from = get32(ip + 12), .to = get32(ip + 16), .identifier = get16(icmp + 4), .sequence = get16(icmp + 6)};
    return true;
}

size_t twin_ether_write_echo(const struct twin_ether_end *from, const struct twin_ether_end *to, uint16_t identifier,
                             uint16_t sequence, uint8_t frame[TWIN_FRAME_SIZE_MAX]) {
    uint8_t *icmp = write_headers(from, to, IPV4_PROTOCOL_ICMP, ICMP_HEADER_SIZE, frame);
    icmp[0] = ICMP_ECHO_REQUEST;
    put16(icmp + 4, identifier);
    put16(icmp + 6, sequence);
    put16(icmp + 2, checksum(icmp, ICMP_HEADER_SIZE));
    return ETHER_SIZE_MIN;
}
