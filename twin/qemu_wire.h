/* SPDX-License-Identifier: Apache-2.0
 * qemu_wire - one of the two networks of a QEMU node. The twin is its switch: it brings netconsole from the service network to
 * the firmware, and the agent's datagrams from both there and back, each node and network from an address of its own, and pings
 * from the firmware to the guest. A wire that is cut carries nothing in either direction; the guest still sees a carrier, as one
 * does whose switch has died. */
#ifndef TWIN_QEMU_WIRE_H
#define TWIN_QEMU_WIRE_H

#include <stdbool.h>

#include "twin/ether.h"
#include "twin/loop.h"

struct twin_qemu_node;

enum twin_network { TWIN_SERVICE = 0, TWIN_BACKPLANE, TWIN_NETWORK_COUNT };

#define TWIN_AGENT_PORT 6668 /* in the guest's world; docs/heartbeat.md */

struct twin_qemu_wire {
    struct twin_qemu_node *node;
    enum twin_network network;
    bool cut;
    struct twin_watch frames;  /* the guest's Ethernet */
    struct twin_watch answers; /* the agent's stand-in on the loopback, to which the firmware answers */
    bool agent_known;
    struct twin_ether_end agent, controller; /* as the agent's latest datagram had them */
};

/* The node's IPv4 address there, as the firmware sees it: 127.0.0.11 and up on the service network, 127.0.1.11 and up on the
 * backplane. */
uint32_t twin_qemu_wire_stand_in(enum twin_network network, unsigned index);
void twin_qemu_wire_init(struct twin_qemu_wire *wire, struct twin_qemu_node *node, enum twin_network network);
/* The guest runs, with its Ethernet at that descriptor. 0, or -1 with errno. */
int twin_qemu_wire_start(struct twin_qemu_wire *wire, int frames_fd);
void twin_qemu_wire_stop(struct twin_qemu_wire *wire);
/* Whether anything could get to the controller on it. */
bool twin_qemu_wire_carries(const struct twin_qemu_wire *wire);
/* The controller's echo request to the guest, if one runs; its reply comes to twin_ping_answer(). */
void twin_qemu_wire_ping(struct twin_qemu_wire *wire, uint16_t identifier, uint16_t sequence);

#endif
