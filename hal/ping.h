/* SPDX-License-Identifier: Apache-2.0
 * ICMP echo over the controller's network: whether somebody's kernel answers. A port that cannot ping has none. Neither call
 * waits. Where an address is to be reached is the port's business, and so is which answers count: right identifier, sequence and
 * checksum, from the address that was asked, and at most HAL_PING_LATE_MS after the request, so that none is taken for a sign of
 * a later life. */
#ifndef HAL_PING_H
#define HAL_PING_H

#include <stdint.h>

#define HAL_PING_LATE_MS    4000 /* a kernel short of memory answers seconds late; see health_limits.stale_ms for the bound */
#define HAL_PING_PEER_COUNT 8    /* bits of an answer */

struct hal_ping {
    void *ctx;
    /* One echo request, at most one a second to each peer. peer: whom the caller means, below HAL_PING_PEER_COUNT; the nodes from
     * 0, then others. address: IPv4. 0 or a negative hal_error. */
    int (*send)(void *ctx, unsigned peer, const uint8_t address[4]);
    /* Who has answered since the last call: a mask, bit 0 for peer 0, or a negative hal_error. */
    int (*take)(void *ctx);
};

#endif
