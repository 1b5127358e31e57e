/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/link.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/say.h"
#include "agent/source.h"

#define RECEIVE_BUFFER_SIZE (32 * 1024) /* a flood is dropped by the kernel, not by us */

const char *link_name(enum network network) { return network == NETWORK_SERVICE ? "service" : "backplane"; }

void link_init(struct link *link, enum network network, uint64_t now_ms) {
    *link = (struct link){.network = network, .fd = -1};
    pace_init(&link->pace, now_ms);
}

void link_close(struct link *link) {
    if (link->fd >= 0) (void)close(link->fd);
    link->fd = -1;
}

static void tell_trouble(struct link *link, const char *what, const char *why) {
    if (!link->told_trouble) say("%s network: %s: %s", link_name(link->network), what, why);
    link->told_trouble = true;
}

/* False when it may not be used: it would go over another network. */
static bool bind_to_interface(struct link *link, int fd, const struct tree *tree, const struct config *config) {
    char name[CONFIG_NAME_SIZE];
    if (!tree_is_own(tree)) return true; /* its interfaces are not this machine's */
    if (!source_interface_name(tree, config, link->network, name)) {
        tell_trouble(link, "no report", "its interface is not there; name it in " CONFIG_PATH);
        return false;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) == 0) return true;
    if (errno == EPERM) {
        tell_trouble(link, "reports may go over another network", "binding a socket to an interface is not permitted");
        return true;
    }
    tell_trouble(link, name, strerror(errno));
    return false;
}

static bool open_link(struct link *link, const struct tree *tree, const struct config *config) {
    const struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons(config->port),
        .sin_addr.s_addr = htonl(config->controller[link->network]),
    };
    const int buffer_size = RECEIVE_BUFFER_SIZE;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size);
    if (bind_to_interface(link, fd, tree, config)) {
        if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0) {
            link->fd = fd;
            return true;
        }
        tell_trouble(link, "the controller cannot be reached", strerror(errno));
    }
    (void)close(fd);
    return false;
}

bool link_send(struct link *link, const struct tree *tree, const struct config *config, const uint8_t *data, size_t size) {
    if (link->fd < 0 && !open_link(link, tree, config)) return false;
    ssize_t done = send(link->fd, data, size, MSG_NOSIGNAL);
    if (done < 0 && errno == ECONNREFUSED) done = send(link->fd, data, size, MSG_NOSIGNAL); /* that was about an earlier one */
    if (done == (ssize_t)size) return true;
    tell_trouble(link, "a report did not go out", strerror(errno));
    link_close(link); /* the interface may have come back under another number */
    return false;
}

ssize_t link_receive(struct link *link, uint8_t data[WIRE_DATAGRAM_MAX + 1]) {
    if (link->fd < 0) return -1;
    ssize_t size = recv(link->fd, data, WIRE_DATAGRAM_MAX + 1, MSG_DONTWAIT);
    if (size >= 0 || errno == EAGAIN || errno == EINTR) return size;
    if (errno == ECONNREFUSED) return 0; /* nobody listens there: a datagram of nothing */
    link_close(link);
    return -1;
}
