/* SPDX-License-Identifier: Apache-2.0
 * bytes - a cursor over a fixed buffer for stored records: little-endian, no pointer arithmetic at the caller's, one overflow
 * flag checked at the end. A record ends with the CRC-32 of all before it; bytes_seal() and bytes_sealed() write and check that.
 */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes_writer {
    uint8_t *data;
    size_t size, used;
    bool overflow;
};
struct bytes_reader {
    const uint8_t *data;
    size_t size, used;
    bool overflow;
};

struct bytes_writer bytes_writer(uint8_t *data, size_t size);
void bytes_put(struct bytes_writer *writer, const void *data, size_t size);
void bytes_put_u8(struct bytes_writer *writer, uint8_t value);
void bytes_put_u16(struct bytes_writer *writer, uint16_t value);
void bytes_put_u32(struct bytes_writer *writer, uint32_t value);
void bytes_put_u64(struct bytes_writer *writer, uint64_t value);
/* Fills the rest with zeros and the checksum; the whole buffer is then the record. */
void bytes_seal(struct bytes_writer *writer);

struct bytes_reader bytes_reader(const uint8_t *data, size_t size);
/* A past-the-end read yields zeros and sets overflow. */
void bytes_get(struct bytes_reader *reader, void *out, size_t size);
uint8_t bytes_get_u8(struct bytes_reader *reader);
uint16_t bytes_get_u16(struct bytes_reader *reader);
uint32_t bytes_get_u32(struct bytes_reader *reader);
uint64_t bytes_get_u64(struct bytes_reader *reader);
/* A text field of size bytes, its last forced to zero. */
void bytes_get_text(struct bytes_reader *reader, char *out, size_t size);
bool bytes_sealed(const uint8_t *record, size_t size);

/* Copies text into a field of size, always terminated, cut where a UTF-8 character ends, the rest zeroed. */
void text_copy(char *out, size_t size, const char *text);

#endif
