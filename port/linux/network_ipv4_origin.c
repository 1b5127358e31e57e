/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/network_ipv4_origin.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SIZE 8192
#define PART_MAX    64 /* parts of one answer: thousands of addresses */

static bool ask(int fd) {
    const struct {
        struct nlmsghdr head;
        struct ifaddrmsg body;
    } request = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg)),
                          .nlmsg_type = RTM_GETADDR,
                          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                 .body = {.ifa_family = AF_INET}};
    return send(fd, &request, request.head.nlmsg_len, 0) == (ssize_t)request.head.nlmsg_len;
}

static enum network_origin judge(const struct ifaddrmsg *message, int length, const uint8_t address[4]) {
    bool same = false, leased = (message->ifa_flags & IFA_F_PERMANENT) == 0;
    for (const struct rtattr *part = IFA_RTA(message); RTA_OK(part, length); part = RTA_NEXT(part, length))
        if (part->rta_type == IFA_LOCAL) same = RTA_PAYLOAD(part) == 4 && memcmp(RTA_DATA(part), address, 4) == 0;
    if (!same) return NETWORK_ORIGIN_UNKNOWN;
    if (address[0] == 169 && address[1] == 254) return NETWORK_LINK_LOCAL; /* RFC 3927 */
    return leased ? NETWORK_DHCP : NETWORK_STATIC;
}

/* False when the answer is over. */
static bool look_through(const void *answer, unsigned size, const uint8_t address[4], enum network_origin *origin) {
    for (const struct nlmsghdr *head = answer; NLMSG_OK(head, size); head = NLMSG_NEXT(head, size)) {
        if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR) return false;
        if (head->nlmsg_type == RTM_NEWADDR) *origin = judge(NLMSG_DATA(head), (int)IFA_PAYLOAD(head), address);
        if (*origin != NETWORK_ORIGIN_UNKNOWN) return false;
    }
    return true;
}

enum network_origin network_ipv4_origin(const uint8_t address[4]) {
    _Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
    enum network_origin origin = NETWORK_ORIGIN_UNKNOWN;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) return origin;
    bool more = ask(fd);
    for (unsigned part = 0; more && part < PART_MAX; part++) {
        ssize_t size = recv(fd, answer, sizeof answer, 0);
        more = size > 0 && look_through(answer, (unsigned)size, address, &origin);
    }
    close(fd);
    return origin;
}
