/* SPDX-License-Identifier: Apache-2.0
 * netconsole - the UDP socket at which the nodes' kernel messages arrive. Hands each datagram with its sender's address to the
 * controller, which knows who is a node. Bounded: a sender that floods loses its own surplus, never another node's panic, and
 * never the controller's time. A restart loses what arrives meanwhile; kernels do not repeat themselves. */
#ifndef PORT_LINUX_NETCONSOLE_H
#define PORT_LINUX_NETCONSOLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/common/netconsole_senders.h"

struct loop;

struct netconsole {
    struct loop *loop;
    int fd, stop_fd;
    pthread_t thread;
    bool started;
    struct netconsole_senders senders;
};

/* Binds 127.0.0.1:port, 0 for any. 0, or -1 with a sentence in problem. */
int netconsole_open(struct netconsole *netconsole, uint16_t port, char *problem, size_t problem_size);
/* The port it got. */
uint16_t netconsole_port(const struct netconsole *netconsole);
int netconsole_start(struct netconsole *netconsole, struct loop *loop);
void netconsole_close(struct netconsole *netconsole);

#endif
