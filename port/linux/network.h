/* SPDX-License-Identifier: Apache-2.0
 * network - what Linux says of the interface that the server listens on, and who is a neighbour of it. It reads files of the
 * kernel and changes nothing; what cannot be read stays unknown. */
#ifndef PORT_LINUX_NETWORK_H
#define PORT_LINUX_NETWORK_H

#include <stdbool.h>
#include <sys/socket.h>

#include "core/network.h"

#define NETWORK_PERIOD_MS 5000 /* an address or a gateway seldom changes, and people do not watch it happen */

/* Fills in all but the ports. listen: numeric; a wildcard means the interface of the default route. */
void network_read(const char *listen, struct network *network);
/* Whether the sender is in a subnet of an interface of ours, and can reach what is served on listen: a server on the loopback has
 * no neighbours but this machine. */
bool network_is_neighbour(const char *listen, const struct sockaddr *peer);

#endif
