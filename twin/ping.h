/* SPDX-License-Identifier: Apache-2.0
 * ping - the controller's echo requests on the service network. A request to a real kernel is an ICMP frame on its wire; a model
 * node answers while it is up. Nobody answers over a wire that is cut, or while the controller's link is down. The answers are
 * kept until the firmware takes them; what answers an earlier life of the firmware, or a request long past, is dropped. */
#ifndef TWIN_PING_H
#define TWIN_PING_H

#include <stdint.h>

#include "twin/schematic.h"

struct twin_process;

struct twin_ping {
    uint16_t identifier;                /* of this life of the firmware */
    uint16_t sequence[TWIN_NODE_COUNT]; /* of the latest request, and as many as were sent */
    uint8_t answered;                   /* mask, not yet taken */
};

/* The firmware starts. */
void twin_ping_begin(struct twin_ping *ping);
/* host: the last two bytes of the address, in 127.0.0.0/16. At any but the stand-in of that node (twin/qemu_wire.h) nobody
 * answers for it. 0, or HAL_ERR_ARGUMENT: there is no such node. */
int twin_ping_send(struct twin_process *twin, unsigned node, uint16_t host);
/* A node's answer has come over its wire. */
void twin_ping_answer(struct twin_ping *ping, unsigned node, uint16_t identifier, uint16_t sequence);
/* Mask of the nodes that answered since the last call. */
int twin_ping_take(struct twin_ping *ping);

#endif
