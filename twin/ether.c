/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/ether.h"

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
