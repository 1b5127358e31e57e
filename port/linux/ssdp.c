/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/ssdp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "port/linux/clock.h"
#include "port/linux/loop.h"
#include "port/linux/network.h"

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* ---- addresses ---- */

static bool is_v6(const struct ssdp_socket *ssdp) { return strchr(ssdp->listen, ':') != NULL; }

static union address make(const struct ssdp_socket *ssdp, const char *text, uint16_t port) {
    union address address = {.any.sa_family = is_v6(ssdp) ? AF_INET6 : AF_INET};
    if (is_v6(ssdp)) {
        inet_pton(AF_INET6, text, &address.v6.sin6_addr);
        address.v6.sin6_port = htons(port);
    } else {
        inet_pton(AF_INET, text, &address.v4.sin_addr);
        address.v4.sin_port = htons(port);
    }
    return address;
}

static socklen_t size_of(const union address *address) {
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

static void print(const union address *address, char out[SSDP_ADDRESS_SIZE]) {
    char text[INET6_ADDRSTRLEN] = "";
    bool v6 = address->any.sa_family == AF_INET6;
    inet_ntop(address->any.sa_family, v6 ? (const void *)&address->v6.sin6_addr : (const void *)&address->v4.sin_addr, text,
              sizeof text);
    snprintf(out, SSDP_ADDRESS_SIZE, v6 ? "[%s]" : "%s", text);
}

/* Ours, as somebody at that address reaches it: where the server listens; with a wildcard the address that routing takes. */
static bool own_address(const struct ssdp_socket *ssdp, const union address *peer, char out[SSDP_ADDRESS_SIZE]) {
    union address own = make(ssdp, ssdp->listen, 0);
    const bool any = is_v6(ssdp) ? IN6_IS_ADDR_UNSPECIFIED(&own.v6.sin6_addr) : own.v4.sin_addr.s_addr == htonl(INADDR_ANY);
    bool known = true;
    if (any) {
        socklen_t size = sizeof own;
        int fd = socket(peer->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        known = fd >= 0 && connect(fd, &peer->any, size_of(peer)) == 0 && getsockname(fd, &own.any, &size) == 0;
        if (fd >= 0) close(fd);
    }
    if (known) print(&own, out);
    return known;
}

/* ---- the socket ---- */

static bool join_v4(const struct ssdp_socket *ssdp) {
    const union address listen = make(ssdp, ssdp->listen, 0), group = make(ssdp, SSDP_GROUP_IPV4, 0);
    const struct ip_mreq join = {.imr_multiaddr = group.v4.sin_addr, .imr_interface = listen.v4.sin_addr};
    int no = 0;
    setsockopt(ssdp->fd, IPPROTO_IP, IP_MULTICAST_ALL, &no, sizeof no); /* not what others have joined on other networks */
    return setsockopt(ssdp->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join) == 0 &&
           setsockopt(ssdp->fd, IPPROTO_IP, IP_MULTICAST_IF, &join.imr_interface, sizeof join.imr_interface) == 0;
}

static bool join_v6(const struct ssdp_socket *ssdp) {
    struct network network;
    network_read(ssdp->listen, &network);
    unsigned index = if_nametoindex(network.name);
    const union address group = make(ssdp, SSDP_GROUP_IPV6, 0);
    const struct ipv6_mreq join = {.ipv6mr_multiaddr = group.v6.sin6_addr, .ipv6mr_interface = index};
    return setsockopt(ssdp->fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &join, sizeof join) == 0 &&
           setsockopt(ssdp->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) == 0;
}

static bool bind_shared(struct ssdp_socket *ssdp, uint16_t port) {
    union address here = make(ssdp, is_v6(ssdp) ? "::" : "0.0.0.0", port);
    socklen_t size = size_of(&here);
    int yes = 1;
    setsockopt(ssdp->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (is_v6(ssdp)) setsockopt(ssdp->fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(ssdp->fd, &here.any, size) != 0 || getsockname(ssdp->fd, &here.any, &size) != 0) return false;
    ssdp->port = ntohs(is_v6(ssdp) ? here.v6.sin6_port : here.v4.sin_port);
    return true;
}

int ssdp_open(struct ssdp_socket *ssdp, const char *listen, uint16_t port, char *problem, size_t problem_size) {
    *ssdp = (struct ssdp_socket){.listen = listen, .fd = -1, .stop_fd = eventfd(0, EFD_CLOEXEC)};
    ssdp->fd = socket(is_v6(ssdp) ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (ssdp->stop_fd >= 0 && ssdp->fd >= 0 && bind_shared(ssdp, port) && (is_v6(ssdp) ? join_v6(ssdp) : join_v4(ssdp))) return 0;
    snprintf(problem, problem_size, "SSDP on UDP port %u: %s; clients will have to know the address", port, strerror(errno));
    ssdp_close(ssdp);
    return -1;
}

/* ---- the thread ---- */

static void answer(struct ssdp_socket *ssdp) {
    char datagram[SSDP_SEARCH_MAX + 1], address[SSDP_ADDRESS_SIZE], out[SSDP_MESSAGE_SIZE]; /* one more: too long is seen */
    union address peer = {0};
    socklen_t peer_size = sizeof peer;
    ssize_t got = recvfrom(ssdp->fd, datagram, sizeof datagram, MSG_DONTWAIT, &peer.any, &peer_size);
    if (got <= 0 || !network_is_neighbour(ssdp->listen, &peer.any) || !own_address(ssdp, &peer, address)) return;
    loop_lock(ssdp->loop);
    size_t size = ssdp_answer(&ssdp->ssdp, &ssdp->loop->bmc.core, datagram, (size_t)got, address, clock_now_ms(), out);
    loop_unlock(ssdp->loop);
    if (size > 0) (void)sendto(ssdp->fd, out, size, MSG_DONTWAIT, &peer.any, peer_size); /* a lost answer is asked for again */
}

static void send_to_group(struct ssdp_socket *ssdp, const char *message, size_t size, int ttl) {
    const union address group = make(ssdp, is_v6(ssdp) ? SSDP_GROUP_IPV6 : SSDP_GROUP_IPV4, ssdp->port);
    if (is_v6(ssdp))
        setsockopt(ssdp->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &ttl, sizeof ttl);
    else
        setsockopt(ssdp->fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl);
    (void)sendto(ssdp->fd, message, size, MSG_DONTWAIT, &group.any, size_of(&group));
}

/* Says what is due. Returns how long to wait, in milliseconds. */
static int notify(struct ssdp_socket *ssdp, bool ending) {
    const union address group = make(ssdp, is_v6(ssdp) ? SSDP_GROUP_IPV6 : SSDP_GROUP_IPV4, ssdp->port);
    char address[SSDP_ADDRESS_SIZE], out[SSDP_MESSAGE_SIZE];
    uint64_t now_ms = clock_now_ms(), wake_ms = now_ms + 1000;
    if (!own_address(ssdp, &group, address)) return 1000; /* no route: no network yet */
    loop_lock(ssdp->loop);
    const struct core *core = &ssdp->loop->bmc.core;
    size_t size = ssdp_notify(&ssdp->ssdp, core, address, ending, now_ms, out, &wake_ms);
    int ttl = core->settings.ssdp_ttl;
    loop_unlock(ssdp->loop);
    if (size > 0) send_to_group(ssdp, out, size, ttl);
    return wake_ms > now_ms ? (int)(wake_ms - now_ms) : 0;
}

/* How long not to listen, 0 mostly. */
static int pause_ms(struct ssdp_socket *ssdp) {
    uint64_t now_ms = clock_now_ms(), spent_ms = now_ms - ssdp->second_ms;
    if (spent_ms < 1000) return ssdp->heard_count < SSDP_HEARD_MAX_PER_S ? 0 : (int)(1000 - spent_ms);
    ssdp->second_ms = now_ms;
    ssdp->heard_count = 0;
    return 0;
}

static void *run(void *argument) {
    struct ssdp_socket *ssdp = argument;
    struct pollfd ready[] = {{.fd = ssdp->stop_fd, .events = POLLIN}, {.fd = ssdp->fd, .events = POLLIN}};
    while (ready[0].revents == 0) {
        int wait_ms = notify(ssdp, false), deaf_ms = pause_ms(ssdp);
        ready[1].revents = 0;
        if (poll(ready, deaf_ms > 0 ? 1 : 2, deaf_ms > 0 ? deaf_ms : wait_ms) <= 0 || ready[1].revents == 0) continue;
        ssdp->heard_count++;
        answer(ssdp);
    }
    notify(ssdp, true);
    return NULL;
}

int ssdp_start(struct ssdp_socket *ssdp, struct loop *loop) {
    ssdp->loop = loop;
    ssdp->ssdp = ssdp_begin(clock_now_ms());
    ssdp->started = pthread_create(&ssdp->thread, NULL, run, ssdp) == 0;
    return ssdp->started ? 0 : -1;
}

void ssdp_close(struct ssdp_socket *ssdp) {
    if (ssdp->started) {
        eventfd_write(ssdp->stop_fd, 1);
        pthread_join(ssdp->thread, NULL);
        ssdp->started = false;
    }
    if (ssdp->fd >= 0) close(ssdp->fd);
    if (ssdp->stop_fd >= 0) close(ssdp->stop_fd);
    ssdp->fd = ssdp->stop_fd = -1;
}
