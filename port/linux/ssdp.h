/* SPDX-License-Identifier: Apache-2.0
 * ssdp - the socket at which clients search for Redfish services: joins the group on the interface that the server listens on,
 * answers searches of neighbours, and announces the controller (service/ssdp.h says with which words). The port is shared with
 * other programs of this machine. Not to get it is told and costs nothing else: clients that know the address need none of this.
 * A restart announces anew; an end says byebye. */
#ifndef PORT_LINUX_SSDP_H
#define PORT_LINUX_SSDP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "service/ssdp.h"

#define SSDP_HEARD_MAX_PER_S 200 /* datagrams looked at; a flood of more costs itself, not the controller */

struct loop;

struct ssdp_socket {
    struct loop *loop;
    const char *listen; /* the server's, numeric */
    int fd, stop_fd;
    uint16_t port;
    bool started;
    pthread_t thread;
    struct ssdp ssdp;
    uint64_t second_ms; /* when the latest second began, and how many datagrams came in it */
    unsigned heard_count;
};

/* IPv4 or IPv6 as the server's address is. port 0: any. 0, or -1 with a sentence in problem. */
int ssdp_open(struct ssdp_socket *ssdp, const char *listen, uint16_t port, char *problem, size_t problem_size);
/* Silent until core.network holds the ports. */
int ssdp_start(struct ssdp_socket *ssdp, struct loop *loop);
void ssdp_close(struct ssdp_socket *ssdp);

#endif
