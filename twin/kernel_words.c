/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/kernel_words.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_from(uint32_t address) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&from, sizeof from) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

int twin_kernel_words_open(struct twin_kernel_words *words) {
    *words = (struct twin_kernel_words){.port = 0};
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) {
        words->fd[n] = open_from(0x7F00000Bu + n); /* 127.0.0.11 and up */
        if (words->fd[n] < 0) return -1;
    }
    return 0;
}

void twin_kernel_words_send(const struct twin_kernel_words *words, unsigned node, const void *data, size_t size) {
    if (words->port == 0) return;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(words->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)sendto(words->fd[node], data, size, 0, (const struct sockaddr *)&to, sizeof to);
}

void twin_kernel_words_close(struct twin_kernel_words *words) {
    for (unsigned n = 0; n < TWIN_NODE_COUNT; n++) (void)close(words->fd[n]);
}
