/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/netconsole.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port/linux/clock.h"
#include "port/linux/loop.h"

#define RECEIVE_BUFFER_SIZE (256 * 1024) /* a panic's text while this thread waits for the lock */

int netconsole_open(struct netconsole *netconsole, uint16_t port, char *problem, size_t problem_size) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int size = RECEIVE_BUFFER_SIZE;
    *netconsole = (struct netconsole){.fd = -1, .stop_fd = -1};
    netconsole->stop_fd = eventfd(0, EFD_CLOEXEC);
    netconsole->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (netconsole->fd >= 0) setsockopt(netconsole->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size); /* best effort */
    if (netconsole->stop_fd >= 0 && netconsole->fd >= 0 && bind(netconsole->fd, (struct sockaddr *)&here, sizeof here) == 0)
        return 0;
    snprintf(problem, problem_size, "netconsole on UDP port %u: %s", port, strerror(errno));
    netconsole_close(netconsole);
    return -1;
}

uint16_t netconsole_port(const struct netconsole *netconsole) {
    struct sockaddr_in here = {0};
    socklen_t size = sizeof here;
    return getsockname(netconsole->fd, (struct sockaddr *)&here, &size) == 0 ? ntohs(here.sin_port) : 0;
}

/* ---- the thread ---- */

static void receive(struct netconsole *netconsole) {
    uint8_t data[NETCONSOLE_DATAGRAM_MAX];
    struct sockaddr_in from = {0};
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(netconsole->fd, data, sizeof data, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size);
    if (size <= 0 || from.sin_family != AF_INET) return;
    uint8_t address[4];
    memcpy(address, &from.sin_addr, sizeof address);
    uint64_t now_ms = clock_now_ms();
    if (!netconsole_admit(&netconsole->senders, address, now_ms)) return;
    loop_lock(netconsole->loop);
    bmc_netconsole(&netconsole->loop->bmc, address, data, (size_t)size);
    loop_step_by(netconsole->loop, now_ms + NETCONSOLE_STEP_MS);
    loop_unlock(netconsole->loop);
}

static void *run(void *argument) {
    struct netconsole *netconsole = argument;
    struct pollfd ready[] = {{.fd = netconsole->fd, .events = POLLIN}, {.fd = netconsole->stop_fd, .events = POLLIN}};
    while (ready[1].revents == 0) {
        if (poll(ready, 2, -1) > 0 && ready[0].revents != 0) receive(netconsole);
    }
    return NULL;
}

int netconsole_start(struct netconsole *netconsole, struct loop *loop) {
    netconsole->loop = loop;
    netconsole->started = pthread_create(&netconsole->thread, NULL, run, netconsole) == 0;
    return netconsole->started ? 0 : -1;
}

void netconsole_close(struct netconsole *netconsole) {
    if (netconsole->started) {
        eventfd_write(netconsole->stop_fd, 1);
        pthread_join(netconsole->thread, NULL);
        netconsole->started = false;
    }
    if (netconsole->fd >= 0) close(netconsole->fd);
    if (netconsole->stop_fd >= 0) close(netconsole->stop_fd);
    netconsole->fd = netconsole->stop_fd = -1;
}
