/* SPDX-License-Identifier: Apache-2.0
 * datagrams - the UDP ports at which nodes speak, kernel messages (6666) and agents' reports (6668), and the one task that hands
 * what comes with its sender's address to the controller. Heard over IPv4 and IPv6; knows nothing of what is in them. What lwIP
 * cannot keep meanwhile is lost: agents repeat themselves, and a panic's lines come one by one. Bounded: a flood costs this task
 * time, whose priority is below the controller's. After a restart: nothing to restore. */
#ifndef PORT_ESP32_DATAGRAMS_H
#define PORT_ESP32_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "port/common/netconsole_senders.h"

#define DATAGRAMS_NETCONSOLE_PORT 6666 /* the kernel's default */
#define DATAGRAMS_AGENT_PORT      6668 /* docs/heartbeat.md */

enum datagram_kind { DATAGRAM_NETCONSOLE = 0, DATAGRAM_AGENT, DATAGRAM_KIND_COUNT };

struct loop;

struct datagrams {
    struct loop *loop;
    int fd[DATAGRAM_KIND_COUNT];
    struct netconsole_senders senders;
    uint8_t data[NETCONSOLE_DATAGRAM_MAX];
};

/* Opens both ports and starts the task; lwIP must have been started, a link is not needed. 0, or -1 when there is no socket or
 * memory. */
int datagrams_start(struct datagrams *datagrams, struct loop *loop);

#endif
