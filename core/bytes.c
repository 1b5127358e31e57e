/* SPDX-License-Identifier: Apache-2.0 */
#include "core/bytes.h"

#include <string.h>

#include "core/check.h"
#include "core/crc32.h"

#define CHECKSUM_SIZE 4

struct bytes_writer bytes_writer(uint8_t *data, size_t size) {
    return (struct bytes_writer){.data = data, .size = size};
}

void bytes_put(struct bytes_writer *writer, const void *data, size_t size) {
    if (writer->overflow || size > writer->size - writer->used) {
        writer->overflow = true;
        return;
    }
    memcpy(&writer->data[writer->used], data, size);
    writer->used += size;
}

static void put_little_endian(struct bytes_writer *writer, uint64_t value, size_t size) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(value >> (8 * i));
    bytes_put(writer, bytes, size);
}

void bytes_put_u8(struct bytes_writer *writer, uint8_t value) { put_little_endian(writer, value, 1); }
void bytes_put_u16(struct bytes_writer *writer, uint16_t value) { put_little_endian(writer, value, 2); }
void bytes_put_u32(struct bytes_writer *writer, uint32_t value) { put_little_endian(writer, value, 4); }
void bytes_put_u64(struct bytes_writer *writer, uint64_t value) { put_little_endian(writer, value, 8); }

void bytes_seal(struct bytes_writer *writer) {
    CHECK(!writer->overflow && writer->used + CHECKSUM_SIZE <= writer->size);
    size_t body_size = writer->size - CHECKSUM_SIZE;
    memset(&writer->data[writer->used], 0, body_size - writer->used);
    writer->used = body_size;
    bytes_put_u32(writer, crc32_of(writer->data, body_size));
}

struct bytes_reader bytes_reader(const uint8_t *data, size_t size) {
    return (struct bytes_reader){.data = data, .size = size};
}

void bytes_get(struct bytes_reader *reader, void *out, size_t size) {
    if (reader->overflow || size > reader->size - reader->used) {
        reader->overflow = true;
        memset(out, 0, size);
        return;
    }
    memcpy(out, &reader->data[reader->used], size);
    reader->used += size;
}

static uint64_t get_little_endian(struct bytes_reader *reader, size_t size) {
    uint8_t bytes[8];
    bytes_get(reader, bytes, size);
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

uint8_t bytes_get_u8(struct bytes_reader *reader) { return (uint8_t)get_little_endian(reader, 1); }
uint16_t bytes_get_u16(struct bytes_reader *reader) { return (uint16_t)get_little_endian(reader, 2); }
uint32_t bytes_get_u32(struct bytes_reader *reader) { return (uint32_t)get_little_endian(reader, 4); }
uint64_t bytes_get_u64(struct bytes_reader *reader) { return get_little_endian(reader, 8); }

void bytes_get_text(struct bytes_reader *reader, char *out, size_t size) {
    bytes_get(reader, out, size);
    out[size - 1] = '\0';
}

bool bytes_sealed(const uint8_t *record, size_t size) {
    if (size <= CHECKSUM_SIZE) return false;
    struct bytes_reader reader = bytes_reader(record, size);
    reader.used = size - CHECKSUM_SIZE;
    return bytes_get_u32(&reader) == crc32_of(record, size - CHECKSUM_SIZE);
}

void text_copy(char *out, size_t size, const char *text) {
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) length--; /* not inside a character */
    }
    memmove(out, text, length);
    memset(&out[length], 0, size - length);
}
