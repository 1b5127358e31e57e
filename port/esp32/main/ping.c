/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/ping.h"

#include <lwip/icmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/prot/ip4.h>
#include <lwip/sockets.h>
#include <stdbool.h>
#include <string.h>

#include "hal/errors.h"

#define TAKE_COUNT    16 /* packets looked at in one call: a flood costs bounded work */
#define SEQUENCE_BITS 12 /* the peer is in the four bits above */
#define SEQUENCE_MASK ((1u << SEQUENCE_BITS) - 1)
#define LATE_COUNT    (HAL_PING_LATE_MS / 1000) /* requests that may still be answered: there is at most one a second */

_Static_assert(HAL_PING_PEER_COUNT <= 1 << (16 - SEQUENCE_BITS), "a peer's number has four bits");

struct echo {
    struct icmp_echo_hdr head;
    uint8_t secret[sizeof((struct ping *)0)->secret];
};

int ping_start(struct ping *ping, const struct hal_random *random) {
    memset(ping, 0, sizeof *ping);
    ping->fd = -1;
    if (random->fill(random->ctx, ping->secret, sizeof ping->secret) != HAL_OK) return -1;
    ping->fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    return ping->fd >= 0 ? 0 : -1;
}

static uint16_t identifier(const struct ping *ping) { return (uint16_t)(ping->secret[0] << 8 | ping->secret[1]); }

static int ping_send(void *ctx, unsigned peer, const uint8_t address[4]) {
    struct ping *ping = ctx;
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (peer >= HAL_PING_PEER_COUNT) return HAL_ERR_ARGUMENT;
    if (ping->fd < 0) return HAL_ERR_IO;
    ping->sequence[peer] = (uint16_t)((ping->sequence[peer] + 1) & SEQUENCE_MASK);
    memcpy(ping->address[peer], address, sizeof ping->address[peer]);
    memcpy(&to.sin_addr, address, sizeof to.sin_addr);
    struct echo echo = {.head = {.type = ICMP_ECHO,
                                 .id = htons(identifier(ping)),
                                 .seqno = htons((uint16_t)(peer << SEQUENCE_BITS | ping->sequence[peer]))}};
    memcpy(echo.secret, ping->secret, sizeof echo.secret);
    echo.head.chksum = inet_chksum(&echo, sizeof echo);
    ssize_t sent = sendto(ping->fd, &echo, sizeof echo, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof to);
    return sent == (ssize_t)sizeof echo ? HAL_OK : HAL_ERR_IO;
}

/* Whose answer this is: a mask of one bit, or 0. lwIP has seen to the checksum of the IP header, not to ICMP's. */
static unsigned answer_of(const struct ping *ping, const uint8_t *packet, size_t size, const struct sockaddr_in *from) {
    struct ip_hdr ip;
    struct echo echo;
    if (size < sizeof ip) return 0;
    memcpy(&ip, packet, sizeof ip);
    size_t ip_size = IPH_HL_BYTES(&ip);
    if (size < ip_size || size - ip_size != sizeof echo) return 0;
    memcpy(&echo, packet + ip_size, sizeof echo);
    unsigned sequence = ntohs(echo.head.seqno), peer = sequence >> SEQUENCE_BITS;
    bool ours = echo.head.type == ICMP_ER && echo.head.code == 0 && inet_chksum(&echo, sizeof echo) == 0 &&
                ntohs(echo.head.id) == identifier(ping) && memcmp(echo.secret, ping->secret, sizeof echo.secret) == 0;
    if (!ours || peer >= HAL_PING_PEER_COUNT) return 0;
    if (memcmp(&from->sin_addr, ping->address[peer], sizeof ping->address[peer]) != 0) return 0;
    return ((ping->sequence[peer] - sequence) & SEQUENCE_MASK) < LATE_COUNT ? 1u << peer : 0;
}

static int ping_take(void *ctx) {
    struct ping *ping = ctx;
    uint8_t packet[IP_HLEN_MAX + sizeof(struct echo) + 1]; /* one more: too long is seen */
    unsigned answered = 0;
    if (ping->fd < 0) return HAL_ERR_IO;
    for (unsigned i = 0; i < TAKE_COUNT; i++) {
        struct sockaddr_in from = {0};
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(ping->fd, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size);
        if (size < 0) break;
        answered |= answer_of(ping, packet, (size_t)size, &from);
    }
    return (int)answered;
}

struct hal_ping ping_hal(struct ping *ping) {
    return (struct hal_ping){.ctx = ping, .send = ping_send, .take = ping_take};
}
