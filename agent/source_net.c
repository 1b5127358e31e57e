/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/source.h"

/* The drivers of a CM5's own Ethernet, and of the RTL8156 at its USB port (cdc_ncm drives that where r8152 is missing). */
static const char *const drivers[NETWORK_COUNT][2] = {
    [NETWORK_SERVICE] = {"macb", NULL},
    [NETWORK_BACKPLANE] = {"r8152", "cdc_ncm"},
};

/* ---- which interface ---- */

struct search {
    const struct tree *tree;
    const char *driver;
    char *out;
};

static bool has_driver(void *ctx, const char *name) {
    const struct search *search = ctx;
    char driver[TREE_NAME_SIZE];
    if (strlen(name) >= CONFIG_NAME_SIZE) return false;
    if (!tree_link_name(search->tree, driver, sizeof driver, "/sys/class/net/%s/device/driver", name)) return false;
    if (strcmp(driver, search->driver) != 0) return false;
    (void)snprintf(search->out, CONFIG_NAME_SIZE, "%.*s", CONFIG_NAME_SIZE - 1, name);
    return true;
}

bool source_interface_name(const struct tree *tree, const struct config *config, enum network network,
                           char out[CONFIG_NAME_SIZE]) {
    if (config->interface[network][0]) {
        memcpy(out, config->interface[network], CONFIG_NAME_SIZE);
        return true;
    }
    for (unsigned i = 0; i < 2 && drivers[network][i]; i++) {
        struct search search = {tree, drivers[network][i], out};
        if (tree_each(tree, "/sys/class/net", has_driver, &search)) return true;
    }
    return false;
}

/* ---- one interface ---- */

static bool read_count(const struct tree *tree, const char *name, const char *file, uint32_t *out) {
    struct reading number = tree_number(tree, "/sys/class/net/%s/%s", name, file);
    if (number.known) *out = (uint32_t)number.value; /* the wire has 32 bits: it wraps */
    return number.known && number.value >= 0;
}

static bool read_mac(const struct tree *tree, const char *name, uint8_t mac[6]) {
    char text[24];
    const char *at = text;
    if (!tree_text(tree, text, sizeof text, "/sys/class/net/%s/address", name)) return false;
    if (strspn(text, "0123456789abcdefABCDEF:") != strlen(text)) return false;
    for (unsigned i = 0; i < 6; i++) {
        char *end;
        mac[i] = (uint8_t)strtoul(at, &end, 16);
        if (end != at + 2 || *end != (i < 5 ? ':' : '\0')) return false;
        at = end + 1;
    }
    return true;
}

/* Some drivers never say "up" but only "unknown": then the carrier tells. */
static bool read_up(const struct tree *tree, const char *name, bool *up) {
    char state[TREE_NAME_SIZE];
    if (!tree_text(tree, state, sizeof state, "/sys/class/net/%s/operstate", name)) return false;
    if (strcmp(state, "unknown") == 0) {
        struct reading carrier = tree_number(tree, "/sys/class/net/%s/carrier", name);
        *up = carrier.known && carrier.value == 1;
        return carrier.known;
    }
    static const char *const words[] = {"up", "down", "lowerlayerdown", "notpresent", "dormant", "testing"};
    *up = strcmp(state, words[0]) == 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(state, words[i]) == 0) return true;
    return false;
}

static uint16_t read_speed_mbps(const struct tree *tree, const char *name) {
    struct reading speed = tree_number(tree, "/sys/class/net/%s/speed", name);
    return speed.known && speed.value > 0 && speed.value <= UINT16_MAX ? (uint16_t)speed.value : 0; /* -1 without a link */
}

static uint8_t read_duplex(const struct tree *tree, const char *name) {
    char duplex[16];
    if (!tree_text(tree, duplex, sizeof duplex, "/sys/class/net/%s/duplex", name)) return DUPLEX_NOT_KNOWN;
    return strcmp(duplex, "full") == 0 ? 1 : strcmp(duplex, "half") == 0 ? 0 : DUPLEX_NOT_KNOWN;
}

/* The first IPv4 address and the length of its prefix, by the old ioctls: getifaddrs() would allocate. */
static void read_address(const char *name, struct interface_values *values) {
    struct ifreq request;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    memset(&request, 0, sizeof request);
    request.ifr_addr.sa_family = AF_INET;
    memcpy(request.ifr_name, name, strnlen(name, sizeof request.ifr_name - 1));
    struct in_addr address = {0}, mask = {0};
    if (ioctl(fd, SIOCGIFADDR, &request) == 0) {
        memcpy(&address, &((const struct sockaddr_in *)(const void *)&request.ifr_addr)->sin_addr, sizeof address);
        if (ioctl(fd, SIOCGIFNETMASK, &request) == 0)
            memcpy(&mask, &((const struct sockaddr_in *)(const void *)&request.ifr_netmask)->sin_addr, sizeof mask);
    }
    (void)close(fd);
    if (mask.s_addr == 0) return;
    memcpy(values->address, &address, 4);
    values->prefix_length = (uint8_t)__builtin_popcount(mask.s_addr);
}

/* Known only when all of it is that has no way on the wire to say "not known". */
static void read_interface(const struct tree *tree, const char *name, struct interface_values *values) {
    *values = (struct interface_values){.full_duplex = DUPLEX_NOT_KNOWN};
    values->known = read_up(tree, name, &values->up) && read_mac(tree, name, values->mac) &&
                    read_count(tree, name, "carrier_changes", &values->carrier_changes) &&
                    read_count(tree, name, "statistics/rx_errors", &values->receive_errors) &&
                    read_count(tree, name, "statistics/tx_errors", &values->transmit_errors);
    if (!values->known) return;
    values->speed_mbps = read_speed_mbps(tree, name);
    values->full_duplex = read_duplex(tree, name);
    if (tree_is_own(tree)) read_address(name, values);
}

/* ---- what is wrong between them ---- */

#define ROUTE_COLUMNS 8 /* of /proc/net/route: Iface Destination Gateway Flags RefCnt Use Metric Mask */

/* A line's metric when it is a default route, else -1. */
static long default_route_metric(char *line, char **interface) {
    char *column[ROUTE_COLUMNS], *rest = NULL;
    for (unsigned i = 0; i < ROUTE_COLUMNS; i++) {
        column[i] = strtok_r(i == 0 ? line : NULL, " \t", &rest);
        if (!column[i]) return -1;
    }
    *interface = column[0];
    bool is_default = strcmp(column[1], "00000000") == 0 && strcmp(column[7], "00000000") == 0;
    return is_default ? strtol(column[6], NULL, 10) : -1;
}

/* 1 when the default route with the lowest metric leads over the interface, 0 when not, -1 when that cannot be read. */
static int default_route_is_over(const struct tree *tree, const char *name) {
    char text[4096], *next, *interface;
    long best_metric = -1;
    int result = 0;
    if (tree_read(tree, text, sizeof text, "/proc/net/route") <= 0) return -1;
    for (char *line = text; line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        long metric = default_route_metric(line, &interface);
        if (metric < 0 || (best_metric >= 0 && metric >= best_metric)) continue;
        best_metric = metric;
        result = strcmp(interface, name) == 0;
    }
    return result;
}

static struct reading read_findings(const struct tree *tree, const char *service, const char *backplane) {
    struct reading from = tree_number(tree, "/proc/sys/net/ipv4/conf/%s/forwarding", service);
    struct reading to = tree_number(tree, "/proc/sys/net/ipv4/conf/%s/forwarding", backplane);
    int route = default_route_is_over(tree, backplane);
    if (!from.known || !to.known || route < 0) return not_known;
    return known((from.value && to.value ? WIRE_FORWARDING : 0) | (route ? WIRE_BACKPLANE_DEFAULT_ROUTE : 0));
}

void source_networks(const struct tree *tree, const struct config *config, struct device_values *values) {
    char name[NETWORK_COUNT][CONFIG_NAME_SIZE];
    bool found[NETWORK_COUNT];
    for (unsigned n = 0; n < NETWORK_COUNT; n++) {
        found[n] = source_interface_name(tree, config, (enum network)n, name[n]);
        values->interface[n].known = false;
        if (found[n]) read_interface(tree, name[n], &values->interface[n]);
    }
    bool both = found[NETWORK_SERVICE] && found[NETWORK_BACKPLANE];
    values->findings = both ? read_findings(tree, name[NETWORK_SERVICE], name[NETWORK_BACKPLANE]) : not_known;
}
