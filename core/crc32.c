/* SPDX-License-Identifier: Apache-2.0 */
#include "core/crc32.h"

uint32_t crc32_of(const uint8_t *data, size_t size) {
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        /* bit by bit: records are some hundred bytes, a table would cost a kilobyte of flash */
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
    }
    return ~crc;
}
