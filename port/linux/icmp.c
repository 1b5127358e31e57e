/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/icmp.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hal/errors.h"
#include "port/linux/clock.h"
#include "port/linux/random.h"
#include "port/linux/say.h"

#define ECHO_HEAD_SIZE     8 /* RFC 792: type, code, checksum, identifier, sequence */
#define ECHO_SIZE          (ECHO_HEAD_SIZE + ICMP_SECRET_SIZE)
#define IP_HEADER_SIZE_MAX 60
#define TWIN_NETWORK       127 /* first byte of its addresses */

_Static_assert(HAL_PING_PEER_COUNT *(HAL_PING_LATE_MS / 1000 + 1) <= ICMP_REQUEST_COUNT, "none is forgotten before its time");
_Static_assert((ICMP_REQUEST_COUNT & (ICMP_REQUEST_COUNT - 1)) == 0, "sequence numbers go round");

/* ---- the socket ---- */

/* A socket for pings where those are permitted, else one for all of ICMP, of which it wants echo replies alone. */
static int open_socket(struct icmp *icmp) {
    const struct icmp_filter filter = {.data = ~(1u << ICMP_ECHOREPLY)};
    if (icmp->fd >= 0) return 0;
    if (random_fill(icmp->secret, sizeof icmp->secret) != 0) return -1;
    icmp->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);
    icmp->raw = icmp->fd < 0;
    if (icmp->raw) icmp->fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (icmp->fd >= 0) {
        if (icmp->raw) (void)setsockopt(icmp->fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter); /* spares work only */
        return 0;
    }
    if (!icmp->told) say("nodes cannot be pinged (%s); allow it with net.ipv4.ping_group_range or CAP_NET_RAW", strerror(errno));
    icmp->told = true;
    return -1;
}

/* ---- packets ---- */

static void put_u16(uint8_t *at, uint16_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint16_t get_u16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

/* RFC 1071. Over a packet that holds its right checksum it is 0. */
static uint16_t checksum(const uint8_t data[ECHO_SIZE]) {
    uint32_t sum = 0;
    for (unsigned i = 0; i < ECHO_SIZE; i += 2) sum += get_u16(&data[i]);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Chosen once for a raw socket; the kernel puts in its own for one that is for pings, and passes on nothing else. */
static uint16_t identifier(const struct icmp *icmp) { return get_u16(icmp->secret); }

static int icmp_send(void *ctx, unsigned peer, const uint8_t address[4]) {
    struct icmp *icmp = ctx;
    uint8_t echo[ECHO_SIZE] = {ICMP_ECHO};
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (peer >= HAL_PING_PEER_COUNT) return HAL_ERR_ARGUMENT;
    if (address[0] == TWIN_NETWORK) return icmp->twin.send(icmp->twin.ctx, peer, address);
    if (open_socket(icmp) != 0) return HAL_ERR_IO;

    uint16_t sequence = ++icmp->sequence;
    struct icmp_request *request = &icmp->request[sequence % ICMP_REQUEST_COUNT];
    *request = (struct icmp_request){.open = true, .peer = (uint8_t)peer, .sequence = sequence, .sent_ms = clock_now_ms()};
    memcpy(request->address, address, sizeof request->address);

    put_u16(&echo[4], identifier(icmp));
    put_u16(&echo[6], sequence);
    memcpy(&echo[ECHO_HEAD_SIZE], icmp->secret, ICMP_SECRET_SIZE);
    put_u16(&echo[2], checksum(echo));
    memcpy(&to.sin_addr, address, sizeof to.sin_addr);
    ssize_t size = sendto(icmp->fd, echo, sizeof echo, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof to);
    return size == (ssize_t)sizeof echo ? HAL_OK : HAL_ERR_IO;
}

/* The ICMP message in what a socket gave; NULL when it is none of the size that we sent. */
static const uint8_t *message_in(const struct icmp *icmp, const uint8_t *packet, size_t size) {
    size_t head_size = icmp->raw && size > 0 ? (packet[0] & 0x0fu) * 4 : 0;
    return size == head_size + ECHO_SIZE ? &packet[head_size] : NULL;
}

/* The peer whose request is answered by that, as a mask; 0 when it answers none. */
static int match(struct icmp *icmp, const uint8_t *echo, const uint8_t from[4]) {
    bool ours = echo[0] == ICMP_ECHOREPLY && echo[1] == 0 && checksum(echo) == 0 &&
                (!icmp->raw || get_u16(&echo[4]) == identifier(icmp)) &&
                memcmp(&echo[ECHO_HEAD_SIZE], icmp->secret, ICMP_SECRET_SIZE) == 0;
    uint16_t sequence = get_u16(&echo[6]);
    struct icmp_request *request = &icmp->request[sequence % ICMP_REQUEST_COUNT];
    bool asked = request->open && request->sequence == sequence && memcmp(request->address, from, sizeof request->address) == 0 &&
                 clock_now_ms() - request->sent_ms <= HAL_PING_LATE_MS;
    if (!ours || !asked) return 0;
    request->open = false;
    return 1 << request->peer;
}

static int icmp_take(void *ctx) {
    struct icmp *icmp = ctx;
    int answered = icmp->twin.take(icmp->twin.ctx);
    if (answered < 0) return answered;
    for (unsigned i = 0; icmp->fd >= 0 && i < ICMP_TAKE_COUNT; i++) {
        uint8_t packet[IP_HEADER_SIZE_MAX + ECHO_SIZE + 1]; /* one more: too long is seen */
        struct sockaddr_in from = {0};
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(icmp->fd, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size);
        if (size < 0) break;
        const uint8_t *echo = message_in(icmp, packet, (size_t)size);
        if (echo) answered |= match(icmp, echo, (const uint8_t *)&from.sin_addr);
    }
    return answered;
}

/* ---- */

void icmp_init(struct icmp *icmp, const struct hal_ping *twin) { *icmp = (struct icmp){.twin = *twin, .fd = -1}; }

struct hal_ping icmp_hal(struct icmp *icmp) {
    return (struct hal_ping){.ctx = icmp, .send = icmp_send, .take = icmp_take};
}

void icmp_close(struct icmp *icmp) {
    if (icmp->fd >= 0) (void)close(icmp->fd);
    icmp->fd = -1;
}
