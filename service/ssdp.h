/* SPDX-License-Identifier: Apache-2.0
 * ssdp - how clients find the controller without knowing its address (DSP0266, Discovery; UPnP Device Architecture 2.0, 1). Bytes
 * in, bytes out: the port owns the socket and sees to it that only neighbours are answered. One short answer to one search, at
 * most SSDP_BURST at once and SSDP_RATE_PER_S lasting, so that a forged sender is not worth the forger's while. It says where the
 * service root is and the board's UUID, nothing that needs signing in.
 * After a controller restart: the port sends ssdp:alive again. */
#ifndef SERVICE_SSDP_H
#define SERVICE_SSDP_H

#include "core/core.h"

#define SSDP_PORT          1900
#define SSDP_GROUP_IPV4    "239.255.255.250"
#define SSDP_GROUP_IPV6    "ff02::c"
#define SSDP_SEARCH_MAX    1024 /* a search of ours is below 200 bytes, one with every header of UPnP below 600 */
#define SSDP_MESSAGE_SIZE  400  /* the longest message, with an IPv6 address: 330 */
#define SSDP_ADDRESS_SIZE  48   /* a numeric address, of IPv6 in brackets */
#define SSDP_BURST         10
#define SSDP_RATE_PER_S    5
#define SSDP_MAX_AGE_S     1800 /* the least that DSP0266 allows */
#define SSDP_REDFISH_MINOR 20   /* of the RedfishVersion in the service root */

struct ssdp {
    bool announced; /* alive was said, so byebye has to be */
    uint32_t tokens;
    uint64_t refill_ms;
    uint64_t notify_ms; /* next ssdp:alive */
};

struct ssdp ssdp_begin(uint64_t now_ms);
/* The answer to a datagram, into out: its size, or 0 when it is none for us, SSDP is off, or too many come. address: ours, as the
 * sender reaches it. */
size_t ssdp_answer(struct ssdp *ssdp, const struct core *core, const char *datagram, size_t size, const char *address,
                   uint64_t now_ms, char out[SSDP_MESSAGE_SIZE]);
/* What is to be sent to the group now: ssdp:alive when it is time, ssdp:byebye once SSDP was switched off or the controller is
 * ending. Its size, 0 when nothing. *wake_ms: when to ask again if no setting changes. */
size_t ssdp_notify(struct ssdp *ssdp, const struct core *core, const char *address, bool ending, uint64_t now_ms,
                   char out[SSDP_MESSAGE_SIZE], uint64_t *wake_ms);

#endif
