/* SPDX-License-Identifier: Apache-2.0
 * memory - what is left of the chip's RAM. Reads, never sets. A restart begins the low-water mark anew. */
#ifndef PORT_ESP32_MEMORY_H
#define PORT_ESP32_MEMORY_H

#include <stddef.h>

struct memory_figures {
    size_t free_bytes, lowest_free_bytes; /* of the heap: now, and at the worst moment since the start */
    size_t largest_block_bytes;           /* one allocation can have so much */
};

struct memory_figures memory_read(void);

#endif
