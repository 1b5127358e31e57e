/* SPDX-License-Identifier: Apache-2.0
 * memory - what the kernel says this program holds in RAM. Reads, never sets. Nothing is kept over a restart. */
#ifndef PORT_LINUX_MEMORY_H
#define PORT_LINUX_MEMORY_H

#include <stddef.h>

/* 0 when the kernel does not say. */
size_t memory_resident_bytes(void);

#endif
