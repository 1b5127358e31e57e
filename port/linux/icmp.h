/* SPDX-License-Identifier: Apache-2.0
 * icmp - echo requests to where an address really is. The rule: 127.0.0.0/8 is the twin's world, in which a node stands in on the
 * loopback (core/settings.c has its defaults), and such a request goes to the twin; any other address is asked by this machine's
 * kernel, over the network that its routes name.
 *
 * That needs no privilege where net.ipv4.ping_group_range holds a group of the process, else CAP_NET_RAW. Without either it says
 * so once, tries again at each request, and hears nobody; health then goes by what else there is. Besides the rules of hal/ping.h
 * an answer has to bring back random data of this life of the program, so who has not seen a request cannot answer it. Used under
 * the controller's lock; no call waits. After a restart: nothing to restore. */
#ifndef PORT_LINUX_ICMP_H
#define PORT_LINUX_ICMP_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/ping.h"

#define ICMP_REQUEST_COUNT 64 /* more than all peers' of HAL_PING_LATE_MS at one a second; a power of two */
#define ICMP_TAKE_COUNT    64 /* packets looked at in one call: a flood costs bounded work */
#define ICMP_SECRET_SIZE   8

struct icmp_request {
    bool open; /* not answered */
    uint8_t peer, address[4];
    uint16_t sequence;
    uint64_t sent_ms;
};

struct icmp {
    struct hal_ping twin;
    int fd;            /* -1: not needed yet, or not permitted */
    bool raw;          /* packets come with their IP header, and those of others too */
    bool told;         /* that it is not permitted */
    uint16_t sequence; /* of the latest request, all peers together */
    uint8_t secret[ICMP_SECRET_SIZE];
    struct icmp_request request[ICMP_REQUEST_COUNT]; /* by sequence */
};

void icmp_init(struct icmp *icmp, const struct hal_ping *twin);
struct hal_ping icmp_hal(struct icmp *icmp);
void icmp_close(struct icmp *icmp);

#endif
