/* SPDX-License-Identifier: Apache-2.0 */
#include "service/upload.h"

#include <string.h>

#include "core/bytes.h"
#include "service/text.h"

enum state { PREAMBLE, CONTENT, PART_ENDED, DELIMITED, HEAD, ENDED };

/* ---- parameters of a header ---- */

/* What stands between quotes, or up to the next ';'. False when it does not fit. */
static bool read_value(const char *at, char *out, size_t size) {
    bool quoted = *at == '"';
    size_t length = 0;
    if (quoted) at++;
    while (at[length] && (quoted ? at[length] != '"' : at[length] != ';' && at[length] != ' ')) length++;
    if (length >= size) return false;
    memcpy(out, at, length);
    out[length] = '\0';
    return length > 0;
}

/* The parameter of that name behind a ';'. name: with its '='. */
static bool read_parameter(const char *header, const char *name, char *out, size_t size) {
    char found[12];
    size_t length = strlen(name);
    for (const char *at = strchr(header, ';'); at; at = strchr(at, ';')) {
        do at++;
        while (*at == ' ');
        if (strlen(at) <= length) return false;
        memcpy(found, at, length);
        found[length] = '\0';
        if (text_equal_any_case(found, name)) return read_value(&at[length], out, size);
    }
    return false;
}

static bool starts_with(const char *text, const char *start) {
    char found[24];
    size_t length = strlen(start);
    if (strlen(text) < length) return false;
    memcpy(found, text, length);
    found[length] = '\0';
    return text_equal_any_case(found, start);
}

bool upload_begin(struct upload *upload, const char *content_type) {
    memset(upload, 0, sizeof *upload);
    memcpy(upload->delimiter, "\r\n--", 4);
    upload->matched = 2; /* the first one needs no line end before it */
    if (!starts_with(content_type, "multipart/form-data;")) return false;
    if (!read_parameter(content_type, "boundary=", &upload->delimiter[4], UPLOAD_BOUNDARY_MAX + 1)) return false;
    upload->delimiter_size = (uint8_t)strlen(upload->delimiter);
    return true;
}

void upload_piece(struct upload *upload) { upload->used = 0; }

/* ---- content ---- */

/* Up to the delimiter or the piece's end. A carriage return stands in the delimiter once, at its start: where a match breaks off,
 * nothing of it can be the beginning of another one, and all of it was data. */
static bool scan(struct upload *upload, const uint8_t *piece, size_t size) {
    size_t start = upload->used;
    bool carried = upload->matched > 0; /* what matched so far stood in an earlier piece */
    upload->data = &piece[start];
    while (upload->used < size && upload->matched < upload->delimiter_size) {
        if (piece[upload->used] == (uint8_t)upload->delimiter[upload->matched]) {
            upload->matched++;
            upload->used++;
        } else if (carried) {
            upload->data = (const uint8_t *)upload->delimiter;
            upload->data_size = upload->matched;
            upload->matched = 0;
            return false;
        } else if (upload->matched > 0) {
            upload->matched = 0;
        } else {
            upload->used++;
        }
    }
    upload->data_size = carried ? 0 : upload->used - start - upload->matched;
    return upload->matched == upload->delimiter_size;
}

static enum upload_found take_content(struct upload *upload, const uint8_t *piece, size_t size) {
    bool preamble = upload->state == PREAMBLE;
    if (scan(upload, piece, size)) {
        upload->state = preamble ? DELIMITED : PART_ENDED;
        upload->matched = upload->line_size = 0;
    }
    return preamble || upload->data_size == 0 ? UPLOAD_MORE : UPLOAD_DATA;
}

/* ---- between parts ---- */

/* RFC 2046, 5.1.1: blanks may follow the boundary, then a line end; after the last boundary two hyphens. */
static enum upload_found take_delimited(struct upload *upload, char c) {
    if (upload->line_size == 0 && (c == ' ' || c == '\t')) return UPLOAD_MORE;
    upload->line[upload->line_size++] = c;
    if (upload->line_size < 2) return UPLOAD_MORE;
    bool last = upload->line[0] == '-' && c == '-';
    if (!last && (upload->line[0] != '\r' || c != '\n')) return UPLOAD_MALFORMED;
    upload->state = last ? ENDED : HEAD;
    upload->line_size = 0;
    upload->head_size = 0;
    upload->name[0] = '\0';
    return last ? UPLOAD_END : UPLOAD_MORE;
}

static enum upload_found take_head(struct upload *upload, char c) {
    if (++upload->head_size > UPLOAD_HEAD_MAX) return UPLOAD_MALFORMED;
    if (c != '\n') {
        if (c != '\r' && upload->line_size < UPLOAD_LINE_SIZE - 1) upload->line[upload->line_size++] = c;
        return UPLOAD_MORE;
    }
    bool empty = upload->line_size == 0;
    upload->line[upload->line_size] = '\0';
    upload->line_size = 0;
    if (starts_with(upload->line, "content-disposition:") &&
        !read_parameter(upload->line, "name=", upload->name, sizeof upload->name))
        upload->name[0] = '\0';
    if (empty) upload->state = CONTENT;
    return empty ? UPLOAD_PART : UPLOAD_MORE;
}

enum upload_found upload_next(struct upload *upload, const uint8_t *piece, size_t size) {
    enum upload_found found = UPLOAD_MORE;
    while (found == UPLOAD_MORE && (upload->used < size || upload->state == PART_ENDED)) {
        switch (upload->state) {
        case PART_ENDED:
            upload->state = DELIMITED;
            return UPLOAD_PART_END;
        case DELIMITED:
            found = take_delimited(upload, (char)piece[upload->used++]);
            break;
        case HEAD:
            found = take_head(upload, (char)piece[upload->used++]);
            break;
        case ENDED:
            upload->used = size;
            break;
        default:
            found = take_content(upload, piece, size);
        }
    }
    return found;
}
