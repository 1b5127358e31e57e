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

#define NETCONSOLE_DATAGRAM_MAX 1500 /* netconsole splits at 1000 bytes (drivers/net/netconsole.c) */
#define NETCONSOLE_SENDER_COUNT 8    /* four nodes and some strangers; the quietest is forgotten first */
#define NETCONSOLE_BURST        2000 /* datagrams: a whole boot with debug messages, or an oops of every CPU */
#define NETCONSOLE_RATE_PER_S   500  /* lasting, of one sender */
#define NETCONSOLE_STEP_MS      20   /* the controller looks at new text within this; its own step is 100 ms apart */

struct loop;

struct netconsole_sender {
    uint8_t address[4];
    uint32_t tokens;
    uint64_t seen_ms;
};

struct netconsole {
    struct loop *loop;
    int fd, stop_fd;
    pthread_t thread;
    bool started;
    struct netconsole_sender sender[NETCONSOLE_SENDER_COUNT];
};

/* Binds 127.0.0.1:port, 0 for any. 0, or -1 with a sentence in problem. */
int netconsole_open(struct netconsole *netconsole, uint16_t port, char *problem, size_t problem_size);
/* The port it got. */
uint16_t netconsole_port(const struct netconsole *netconsole);
int netconsole_start(struct netconsole *netconsole, struct loop *loop);
void netconsole_close(struct netconsole *netconsole);

/* True when this sender may be heard now. */
bool netconsole_admit(struct netconsole *netconsole, const uint8_t address[4], uint64_t now_ms);

#endif
