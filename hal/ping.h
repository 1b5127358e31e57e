/* SPDX-License-Identifier: Apache-2.0
 * ICMP echo over the service network: whether a node's kernel answers. A port that cannot ping has none. Neither call waits, and
 * which answers count is the port's business: right identifier, sequence and checksum, from the address that was asked, and at
 * most HAL_PING_LATE_MS after the request, so that none is taken for a sign of a later life. */
#ifndef HAL_PING_H
#define HAL_PING_H

#include <stdint.h>

#define HAL_PING_LATE_MS 4000 /* a kernel short of memory answers seconds late; see health_limits.stale_ms for the bound */

struct hal_ping {
    void *ctx;
    /* One echo request to a node. node: from 0; address: its IPv4 on the service network. 0 or a negative hal_error. */
    int (*send)(void *ctx, unsigned node, const uint8_t address[4]);
    /* Who has answered since the last call: a mask, bit 0 for the first node, or a negative hal_error. */
    int (*take)(void *ctx);
};

#endif
