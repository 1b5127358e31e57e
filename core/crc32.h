/* SPDX-License-Identifier: Apache-2.0
 * CRC-32 (ISO 3309, as zlib's) to tell a stored record from chance bytes. Not a protection against intent. */
#ifndef CORE_CRC32_H
#define CORE_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32_of(const uint8_t *data, size_t size);

#endif
