/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/network.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/linux/network_ipv4_origin.h"

#define LINE_SIZE 256

/* ---- addresses ---- */

/* The bytes of an address and how many; NULL for other families. */
static const uint8_t *bytes_of(const struct sockaddr *address, size_t *size) {
    if (address != NULL && address->sa_family == AF_INET) {
        *size = 4;
        return (const uint8_t *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    }
    if (address != NULL && address->sa_family == AF_INET6) {
        *size = 16;
        return (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    }
    return NULL;
}

/* The size, 0 when it is no address. */
static size_t parse(const char *text, uint8_t bytes[16]) {
    return inet_pton(AF_INET, text, bytes) == 1 ? 4 : inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

static bool is_zero(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0) return false;
    return true;
}

static bool is_loopback(const uint8_t *bytes, size_t size) {
    return size == 4 ? bytes[0] == 127 : is_zero(bytes, 15) && bytes[15] == 1;
}

static uint8_t prefix_of(const struct sockaddr *mask) {
    size_t size = 0;
    const uint8_t *bytes = bytes_of(mask, &size);
    unsigned prefix = 0;
    for (size_t i = 0; bytes != NULL && i < size; i++)
        for (unsigned bit = 0x80; bit > 0 && bytes[i] & bit; bit >>= 1) prefix++;
    return (uint8_t)prefix;
}

/* ---- which interface ---- */

static bool default_route(char name[IF_NAMESIZE], uint8_t gateway[4], const char *wanted) {
    FILE *file = fopen("/proc/net/route", "re");
    char line[LINE_SIZE];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        unsigned long destination, via, flags, mask;
        char interface[IF_NAMESIZE];
        /* NOLINTNEXTLINE(cert-err34-c): the kernel's own table; a column that does not fit fails the count */
        if (sscanf(line, "%15s %lx %lx %lx %*s %*s %*s %lx", interface, &destination, &via, &flags, &mask) != 5) continue;
        if (destination != 0 || mask != 0 || (wanted != NULL && strcmp(wanted, interface) != 0)) continue;
        const uint32_t network_order = (uint32_t)via; /* the kernel prints it as it lies in memory */
        memcpy(gateway, &network_order, 4);
        snprintf(name, IF_NAMESIZE, "%s", interface);
        found = true;
    }
    if (file != NULL) fclose(file);
    return found;
}

static bool has_address(const struct ifaddrs *entry, const uint8_t *wanted, size_t wanted_size) {
    size_t size = 0;
    const uint8_t *bytes = bytes_of(entry->ifa_addr, &size);
    return bytes != NULL && size == wanted_size && memcmp(bytes, wanted, size) == 0;
}

/* The interface with the address; for a wildcard that of the default route, or else the first that is up. */
static void find_interface(const struct ifaddrs *all, const char *listen, char name[IF_NAMESIZE]) {
    uint8_t wanted[16], gateway[4];
    size_t size = parse(listen, wanted);
    bool any = is_zero(wanted, size);
    name[0] = '\0';
    if (any && default_route(name, gateway, NULL)) return;
    for (const struct ifaddrs *entry = all; entry != NULL && name[0] == '\0'; entry = entry->ifa_next) {
        bool up = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
        if (any ? up : has_address(entry, wanted, size)) snprintf(name, IF_NAMESIZE, "%s", entry->ifa_name);
    }
}

/* ---- the interface ---- */

static bool read_attribute(const char *name, const char *attribute, char *out, size_t size) {
    char path[80];
    snprintf(path, sizeof path, "/sys/class/net/%s/%s", name, attribute);
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(out, (int)size, file) != NULL;
    if (file != NULL) fclose(file);
    return read;
}

/* 0 where it is not told, -1 or an error: there is no physical link. */
static uint32_t read_number(const char *name, const char *attribute) {
    char text[32];
    long value = read_attribute(name, attribute, text, sizeof text) ? strtol(text, NULL, 10) : 0;
    return value > 0 ? (uint32_t)value : 0;
}

static void read_link(struct network *network) {
    char text[32];
    network->speed_mbps = read_number(network->name, "speed");
    network->mtu = read_number(network->name, "mtu");
    if (!read_attribute(network->name, "duplex", text, sizeof text)) return;
    if (strncmp(text, "full", 4) == 0) network->duplex = NETWORK_FULL_DUPLEX;
    if (strncmp(text, "half", 4) == 0) network->duplex = NETWORK_HALF_DUPLEX;
}

static void take_ipv4(struct network *network, const struct ifaddrs *entry, const char *listen) {
    uint8_t wanted[16];
    size_t size = 0, wanted_size = parse(listen, wanted);
    const uint8_t *bytes = bytes_of(entry->ifa_addr, &size);
    bool listened = wanted_size == 4 && !is_zero(wanted, 4) && memcmp(wanted, bytes, 4) == 0;
    if (!is_zero(network->ipv4, 4) && !listened) return; /* the first, unless another is the one we listen on */
    memcpy(network->ipv4, bytes, 4);
    network->ipv4_prefix = prefix_of(entry->ifa_netmask);
    network->ipv4_origin = (uint8_t)network_ipv4_origin(bytes);
}

static void take_entry(struct network *network, const struct ifaddrs *entry, const char *listen) {
    if (entry->ifa_addr == NULL || strcmp(entry->ifa_name, network->name) != 0) return;
    if (entry->ifa_addr->sa_family == AF_INET) take_ipv4(network, entry, listen);
    if (entry->ifa_addr->sa_family != AF_PACKET) return;
    const struct sockaddr_ll *link = (const struct sockaddr_ll *)(const void *)entry->ifa_addr;
    if (link->sll_halen == sizeof network->mac) memcpy(network->mac, link->sll_addr, sizeof network->mac);
}

/* 32 digits as the kernel prints them. */
static void read_hex(const char *digits, uint8_t address[16]) {
    for (unsigned i = 0; i < 16; i++) {
        const char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        address[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

/* /proc/net/if_inet6: address, interface, prefix, scope, flags, name; all but the name in hexadecimal. */
static void read_ipv6(struct network *network) {
    FILE *file = fopen("/proc/net/if_inet6", "re");
    char line[LINE_SIZE];
    unsigned used = 0;
    while (file != NULL && used < NETWORK_IPV6_COUNT && fgets(line, sizeof line, file) != NULL) {
        char hex[33], name[IF_NAMESIZE];
        unsigned prefix, scope, flags;
        /* NOLINTNEXTLINE(cert-err34-c): as above */
        if (sscanf(line, "%32s %*x %x %x %x %15s", hex, &prefix, &scope, &flags, name) != 5) continue;
        if (strcmp(name, network->name) != 0 || strlen(hex) != 32) continue;
        struct network_ipv6 *ipv6 = &network->ipv6[used++];
        read_hex(hex, ipv6->address);
        ipv6->prefix = (uint8_t)prefix;
        ipv6->origin = NETWORK_SLAAC;
        if (prefix == 128) ipv6->origin = NETWORK_DHCP; /* RFC 8415 gives addresses, not prefixes of a link */
        if ((flags & IFA_F_PERMANENT) != 0) ipv6->origin = NETWORK_STATIC;
        if (scope == 0x20) ipv6->origin = NETWORK_LINK_LOCAL;
        if ((flags & IFA_F_DEPRECATED) != 0) ipv6->state = NETWORK_DEPRECATED;
        if ((flags & IFA_F_TENTATIVE) != 0) ipv6->state = NETWORK_TENTATIVE;
        if ((flags & IFA_F_DADFAILED) != 0) ipv6->state = NETWORK_FAILED;
    }
    if (file != NULL) fclose(file);
}

/* /proc/net/ipv6_route: destination, prefix, source, prefix, next hop, metric, counters, flags, name. */
static void read_ipv6_gateway(struct network *network) {
    FILE *file = fopen("/proc/net/ipv6_route", "re");
    char line[LINE_SIZE];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char destination[33], hop[33], name[IF_NAMESIZE];
        unsigned prefix;
        /* NOLINTNEXTLINE(cert-err34-c): as above */
        if (sscanf(line, "%32s %x %*s %*s %32s %*s %*s %*s %*s %15s", destination, &prefix, hop, name) != 4) continue;
        if (prefix != 0 || strspn(destination, "0") != 32 || strspn(hop, "0") == 32 || strcmp(name, network->name) != 0) continue;
        if (strlen(hop) == 32) read_hex(hop, network->ipv6_gateway);
        break;
    }
    if (file != NULL) fclose(file);
}

static void read_name_servers(struct network *network) {
    FILE *file = fopen("/etc/resolv.conf", "re");
    char line[LINE_SIZE];
    unsigned used = 0;
    while (file != NULL && used < NETWORK_NAME_SERVER_COUNT && fgets(line, sizeof line, file) != NULL) {
        char text[64];
        uint8_t bytes[16], *out = network->name_server[used];
        size_t size = sscanf(line, "nameserver %63s", text) == 1 ? parse(text, bytes) : 0;
        if (size == 0 || is_zero(bytes, size)) continue;
        if (size == 4) out[10] = out[11] = 0xff;
        memcpy(&out[16 - size], bytes, size);
        used++;
    }
    if (file != NULL) fclose(file);
}

void network_read(const char *listen, struct network *network) {
    struct ifaddrs *all = NULL;
    char name[IF_NAMESIZE], route[IF_NAMESIZE];
    memset(network, 0, sizeof *network);
    if (getifaddrs(&all) != 0) return;
    find_interface(all, listen, name);
    snprintf(network->name, sizeof network->name, "%s", name);
    for (const struct ifaddrs *entry = all; entry != NULL && name[0] != '\0'; entry = entry->ifa_next)
        take_entry(network, entry, listen);
    freeifaddrs(all);
    if (name[0] == '\0') return;
    read_link(network);
    (void)default_route(route, network->ipv4_gateway, name);
    read_ipv6(network);
    read_ipv6_gateway(network);
    read_name_servers(network);
}

/* ---- neighbours ---- */

static bool in_subnet(const struct ifaddrs *entry, const uint8_t *peer, size_t peer_size) {
    size_t size = 0, mask_size = 0;
    const uint8_t *own = bytes_of(entry->ifa_addr, &size), *mask = bytes_of(entry->ifa_netmask, &mask_size);
    if (own == NULL || mask == NULL || size != peer_size || mask_size != size) return false;
    for (size_t i = 0; i < size; i++)
        if ((own[i] & mask[i]) != (peer[i] & mask[i])) return false;
    return true;
}

bool network_is_neighbour(const char *listen, const struct sockaddr *peer) {
    uint8_t here[16];
    size_t here_size = parse(listen, here), size = 0;
    const uint8_t *bytes = bytes_of(peer, &size);
    bool own_only = is_loopback(here, here_size), found = false;
    struct ifaddrs *all = NULL;
    if (bytes == NULL || getifaddrs(&all) != 0) return false;
    for (const struct ifaddrs *entry = all; entry != NULL && !found; entry = entry->ifa_next)
        found = own_only ? has_address(entry, bytes, size) : in_subnet(entry, bytes, size);
    freeifaddrs(all);
    /* 0.0.0.0 is what a search over the loopback comes from when the route to the group names no source; sent there, the answer
     * does not leave this machine. */
    return found || (own_only && (is_loopback(bytes, size) || is_zero(bytes, size)));
}
