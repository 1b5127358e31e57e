/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/picture_png.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "twin/picture.h"

#define WIDTH      (SSD1306_EMUL_WIDTH * TWIN_PNG_SCALE)
#define HEIGHT     (SSD1306_EMUL_HEIGHT * TWIN_PNG_SCALE)
#define LINE_SIZE  (1 + WIDTH / 8)      /* filter type, then bits */
#define DATA_SIZE  (LINE_SIZE * HEIGHT) /* 16.6 kB */
#define CHUNK_SIZE (DATA_SIZE + 1024)   /* more than compressBound() of that */

static void put_u32(uint8_t out[4], uint32_t value) {
    for (unsigned i = 0; i < 4; i++) out[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Length, type, data, and the checksum of the latter two. */
static int write_chunk(const char *type, const uint8_t *data, uint32_t size, FILE *out) {
    uint8_t chunk[4 + 4 + CHUNK_SIZE + 4];
    put_u32(chunk, size);
    memcpy(&chunk[4], type, 4);
    if (size) memcpy(&chunk[8], data, size);
    put_u32(&chunk[8 + size], (uint32_t)crc32(0, &chunk[4], 4 + size));
    return fwrite(chunk, 1, 12 + size, out) == 12 + size ? 0 : -1;
}

static void draw_line(uint8_t line[LINE_SIZE], const char *points) {
    memset(line, 0, LINE_SIZE); /* filter type 0: none */
    for (unsigned x = 0; x < WIDTH; x++)
        if (points[x / TWIN_PNG_SCALE] == TWIN_PICTURE_LIT) line[1 + x / 8] |= (uint8_t)(0x80u >> x % 8);
}

int twin_picture_png(const char points[TWIN_PNG_POINTS_SIZE], FILE *out) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    static const uint8_t palette[6] = {0x00, 0x00, 0x00, 0xBF, 0xE8, 0xFF}; /* dark, and the bluish white of an OLED */
    uint8_t header[13] = {[8] = 1 /* bit */, [9] = 3 /* palette */};
    uint8_t data[DATA_SIZE], packed[CHUNK_SIZE];
    uLongf packed_size = sizeof packed;
    put_u32(&header[0], WIDTH);
    put_u32(&header[4], HEIGHT);
    for (unsigned y = 0; y < HEIGHT; y++) draw_line(&data[y * LINE_SIZE], &points[y / TWIN_PNG_SCALE * (SSD1306_EMUL_WIDTH + 1)]);
    if (compress(packed, &packed_size, data, sizeof data) != Z_OK) return -1;
    if (fwrite(signature, 1, sizeof signature, out) != sizeof signature) return -1;
    if (write_chunk("IHDR", header, sizeof header, out) != 0 || write_chunk("PLTE", palette, sizeof palette, out) != 0) return -1;
    return write_chunk("IDAT", packed, (uint32_t)packed_size, out) != 0 ? -1 : write_chunk("IEND", NULL, 0, out);
}
