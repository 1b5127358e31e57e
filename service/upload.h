/* SPDX-License-Identifier: Apache-2.0
 * upload - a multipart/form-data body (RFC 7578, RFC 2046) as it comes in, piece by piece: hands on each part's bytes where they
 * lie and keeps only what tells a boundary from data. Bounded: a part's head, the boundary. What comes before the first boundary
 * and after the last is dropped, as RFC 2046 asks. After a controller restart: nothing is kept. */
#ifndef SERVICE_UPLOAD_H
#define SERVICE_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/firmware_image.h"

#define UPLOAD_BOUNDARY_MAX 70  /* RFC 2046, 5.1.1 */
#define UPLOAD_LINE_SIZE    128 /* of a part's head line; what is longer is cut, for a long file name */
#define UPLOAD_HEAD_MAX     1024
#define UPLOAD_NAME_SIZE    20

enum upload_found {
    UPLOAD_MORE,     /* the piece is used up */
    UPLOAD_PART,     /* a part begins: upload->name */
    UPLOAD_DATA,     /* some of its bytes: upload->data, data_size; good until the next call */
    UPLOAD_PART_END, /* it has ended */
    UPLOAD_END,      /* and so have all */
    UPLOAD_MALFORMED,
};

struct upload {
    uint8_t state;
    uint8_t matched, delimiter_size;
    uint8_t line_size;
    uint16_t head_size;
    char delimiter[4 + UPLOAD_BOUNDARY_MAX + 1]; /* CR LF "--" and the boundary */
    char line[UPLOAD_LINE_SIZE];
    char name[UPLOAD_NAME_SIZE]; /* of the part; empty: it has none, or too long a one */
    size_t used;                 /* of the present piece */
    const uint8_t *data;
    size_t data_size;
    /* ---- the handler's ---- */
    uint8_t part;
    bool parameters_taken, file_taken;
    uint16_t prefix_size;
    uint8_t prefix[FIRMWARE_PREFIX_SIZE];
};

/* content_type: "multipart/form-data; boundary=..." False when it is not that. */
bool upload_begin(struct upload *upload, const char *content_type);
/* Another piece of the body begins. */
void upload_piece(struct upload *upload);
enum upload_found upload_next(struct upload *upload, const uint8_t *piece, size_t size);

#endif
