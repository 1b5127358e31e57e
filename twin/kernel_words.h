/* SPDX-License-Identifier: Apache-2.0
 * kernel_words - the last stretch of the service network: brings netconsole datagrams from the nodes to the firmware, each node
 * from its own address 127.0.0.11..14, as a real board's nodes have their own addresses. Datagrams that cannot be sent are lost,
 * as on any network. */
#ifndef TWIN_KERNEL_WORDS_H
#define TWIN_KERNEL_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "twin/schematic.h"

struct twin_kernel_words {
    int fd[TWIN_NODE_COUNT];
    uint16_t port; /* of the firmware on 127.0.0.1; 0: nobody listens */
};

/* 0, or -1 with errno. */
int twin_kernel_words_open(struct twin_kernel_words *words);
void twin_kernel_words_send(const struct twin_kernel_words *words, unsigned node, const void *data, size_t size);
void twin_kernel_words_close(struct twin_kernel_words *words);

#endif
