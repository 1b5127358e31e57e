/* SPDX-License-Identifier: Apache-2.0
 * link - the socket of one network. Bound to the network's interface, so that a report really goes over that network, and
 * connected to the controller, so that the kernel drops what comes from elsewhere. Opened anew whenever it broke. */
#ifndef AGENT_LINK_H
#define AGENT_LINK_H

#include "agent/config.h"
#include "agent/pace.h"

struct link {
    enum network network;
    int fd;             /* -1: closed */
    bool told_trouble;  /* the journal has read of it */
    bool up;            /* of the interface, as last read */
    bool answered;      /* the controller answers here, as last said */
    uint64_t answer_ms; /* the latest good answer; 0: none yet */
    struct pace pace;
};

void link_init(struct link *link, enum network network, uint64_t now_ms);
const char *link_name(enum network network);
/* False when it did not go out, for whatever reason: that is what a network is like. */
bool link_send(struct link *link, const struct tree *tree, const struct config *config, const uint8_t *data, size_t size);
/* The next datagram, or -1 when there is none. Its first WIRE_DATAGRAM_MAX + 1 bytes. */
ssize_t link_receive(struct link *link, uint8_t data[WIRE_DATAGRAM_MAX + 1]);
void link_close(struct link *link);

#endif
