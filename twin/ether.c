/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ether.h"

#include <string.h>

#define ETHER_HEADER_SIZE 14
#define ETHER_TYPE_IPV4   0x0800
#define IPV4_HEADER_MIN   20
#define IPV4_PROTOCOL_UDP 17
#define IPV4_FRAGMENT     0x3FFF /* more fragments, or an offset (RFC 791) */
#define UDP_HEADER_SIZE   8

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

struct twin_payload twin_ether_udp(const uint8_t *frame, size_t size, uint16_t port) {
    const struct twin_payload none = {NULL, 0};
    if (size < ETHER_HEADER_SIZE + IPV4_HEADER_MIN || get16(frame + 12) != ETHER_TYPE_IPV4) return none;
    const uint8_t *ip = frame + ETHER_HEADER_SIZE;
    size_t ip_size = size - ETHER_HEADER_SIZE, header_size = (size_t)(ip[0] & 0x0F) * 4;
    if (ip[0] >> 4 != 4 || header_size < IPV4_HEADER_MIN || ip[9] != IPV4_PROTOCOL_UDP || get16(ip + 6) & IPV4_FRAGMENT)
        return none;
    if (ip_size < header_size + UDP_HEADER_SIZE) return none;
    const uint8_t *udp = ip + header_size;
    size_t udp_size = get16(udp + 4); /* the frame may be padded behind it */
    if (get16(udp + 2) != port || udp_size < UDP_HEADER_SIZE || udp_size > ip_size - header_size) return none;
    return (struct twin_payload){udp + UDP_HEADER_SIZE, udp_size - UDP_HEADER_SIZE};
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

static uint16_t ip_checksum(const uint8_t *header) { /* RFC 791, of a header without options */
    uint32_t sum = 0;
    for (unsigned i = 0; i < IPV4_HEADER_MIN; i += 2) sum += get16(header + i);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t) ~((sum & 0xFFFF) + (sum >> 16));
}

size_t twin_ether_write_udp(const struct twin_ether_end *from, const struct twin_ether_end *to, const void *payload, size_t size,
                            uint8_t frame[TWIN_FRAME_SIZE_MAX]) {
    const size_t headers_size = ETHER_HEADER_SIZE + IPV4_HEADER_MIN + UDP_HEADER_SIZE;
    if (size > TWIN_FRAME_SIZE_MAX - headers_size) return 0;
    memset(frame, 0, headers_size); /* UDP's checksum stays 0: not computed (RFC 768) */
    memcpy(frame, to->mac, sizeof to->mac);
    memcpy(frame + 6, from->mac, sizeof from->mac);
    put16(frame + 12, ETHER_TYPE_IPV4);
    uint8_t *ip = frame + ETHER_HEADER_SIZE, *udp = ip + IPV4_HEADER_MIN;
    ip[0] = 4 << 4 | IPV4_HEADER_MIN / 4;
    put16(ip + 2, (uint32_t)(IPV4_HEADER_MIN + UDP_HEADER_SIZE + size));
    ip[8] = 64; /* time to live */
    ip[9] = IPV4_PROTOCOL_UDP;
    put32(ip + 12, from->address);
    put32(ip + 16, to->address);
    put16(ip + 10, ip_checksum(ip));
    put16(udp, from->port);
    put16(udp + 2, to->port);
    put16(udp + 4, (uint32_t)(UDP_HEADER_SIZE + size));
    memcpy(udp + UDP_HEADER_SIZE, payload, size);
    return headers_size + size;
}
