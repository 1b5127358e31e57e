/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/agents.h"

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

#define RECEIVE_BUFFER_SIZE (256 * 1024) /* some hundred reports, while this thread waits for the lock */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static union address make(const char *listen, uint16_t port) {
    union address address = {.v6.sin6_family = AF_INET6, .v6.sin6_port = htons(port)};
    if (inet_pton(AF_INET6, listen, &address.v6.sin6_addr) == 1) return address;
    address = (union address){.v4.sin_family = AF_INET, .v4.sin_port = htons(port)};
    inet_pton(AF_INET, listen, &address.v4.sin_addr);
    return address;
}

static socklen_t size_of(const union address *address) {
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

int agents_open(struct agents *agents, const char *listen, uint16_t port, char *problem, size_t problem_size) {
    union address here = make(listen, port);
    int size = RECEIVE_BUFFER_SIZE, no = 0;
    *agents = (struct agents){.fd = -1, .stop_fd = eventfd(0, EFD_CLOEXEC)};
    agents->fd = socket(here.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (agents->fd >= 0) setsockopt(agents->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size); /* best effort */
    if (agents->fd >= 0 && here.any.sa_family == AF_INET6) setsockopt(agents->fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    if (agents->stop_fd >= 0 && agents->fd >= 0 && bind(agents->fd, &here.any, size_of(&here)) == 0) return 0;
    snprintf(problem, problem_size, "the agents' UDP port %u on %s: %s", port, listen, strerror(errno));
    agents_close(agents);
    return -1;
}

uint16_t agents_port(const struct agents *agents) {
    union address here = {0};
    socklen_t size = sizeof here;
    if (getsockname(agents->fd, &here.any, &size) != 0) return 0;
    return ntohs(here.any.sa_family == AF_INET6 ? here.v6.sin6_port : here.v4.sin_port);
}

/* ---- the thread ---- */

/* IPv4 as ::ffff:a.b.c.d. */
static void address_bytes(const union address *from, uint8_t address[16]) {
    memset(address, 0, 16);
    if (from->any.sa_family == AF_INET6) {
        memcpy(address, &from->v6.sin6_addr, 16);
    } else {
        address[10] = address[11] = 0xff;
        memcpy(&address[12], &from->v4.sin_addr, 4);
    }
}

static void receive(struct agents *agents) {
    uint8_t data[HEARTBEAT_SIZE_MAX + 1], answer[HEARTBEAT_ANSWER_MAX], address[16]; /* one more: too long is seen */
    union address from = {0};
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(agents->fd, data, sizeof data, MSG_DONTWAIT, &from.any, &from_size);
    if (size <= 0) return;
    address_bytes(&from, address);
    loop_lock(agents->loop);
    size_t answer_size = bmc_heartbeat(&agents->loop->bmc, address, data, (size_t)size, answer);
    if (answer_size > 0) loop_step_by(agents->loop, clock_now_ms() + AGENTS_STEP_MS);
    loop_unlock(agents->loop);
    /* A lost answer is no harm: the next report is answered too. */
    if (answer_size > 0) (void)sendto(agents->fd, answer, answer_size, MSG_DONTWAIT, &from.any, from_size);
}

static void *run(void *argument) {
    struct agents *agents = argument;
    struct pollfd ready[] = {{.fd = agents->fd, .events = POLLIN}, {.fd = agents->stop_fd, .events = POLLIN}};
    while (ready[1].revents == 0) {
        if (poll(ready, 2, -1) > 0 && ready[0].revents != 0) receive(agents);
    }
    return NULL;
}

int agents_start(struct agents *agents, struct loop *loop) {
    agents->loop = loop;
    agents->started = pthread_create(&agents->thread, NULL, run, agents) == 0;
    return agents->started ? 0 : -1;
}

void agents_close(struct agents *agents) {
    if (agents->started) {
        eventfd_write(agents->stop_fd, 1);
        pthread_join(agents->thread, NULL);
        agents->started = false;
    }
    if (agents->fd >= 0) close(agents->fd);
    if (agents->stop_fd >= 0) close(agents->stop_fd);
    agents->fd = agents->stop_fd = -1;
}
