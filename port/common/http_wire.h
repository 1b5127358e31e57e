/* SPDX-License-Identifier: Apache-2.0
 * http_wire - the bytes of one HTTP/1.1 request into a struct http_request, for ports whose server leaves that to us. As strict
 * as RFC 9112 lets a server be: lines end with CR LF, blanks stand where the grammar has them, nothing is repaired. The body is
 * joined from its chunks; of one too large HTTP_DISCARD_MAX bytes are dropped, so that the client gets to read the answer. It
 * reads no socket, keeps no time and allocates nothing. After a controller restart: nothing to restore. */
#ifndef PORT_COMMON_HTTP_WIRE_H
#define PORT_COMMON_HTTP_WIRE_H

#include "port/common/http_head.h"

#define HTTP_WIRE_HEAD_SIZE (HTTP_FIELDS_MAX + 4) /* of the buffer for the head: "CR LF CR LF" need not count */
#define HTTP_CHUNK_LINE_MAX 64                    /* a chunk's size line with its extensions; we know none */
#define HTTP_TRAILER_MAX    1024                  /* all lines of a trailer, which is dropped */

enum http_wire_stage {
    WIRE_HEAD,
    WIRE_BODY,       /* Content-Length: left bytes to come */
    WIRE_CHUNK_LINE, /* up to the end of a chunk's size */
    WIRE_CHUNK,
    WIRE_CHUNK_END,
    WIRE_TRAILER,
    WIRE_DONE, /* the request is whole, or refusal says why not: then no byte of it is taken any more */
};

typedef bool http_wire_streams(const struct http_request *request);

struct http_wire {
    enum http_wire_stage stage;
    enum http_refusal refusal;
    struct http_request *request;
    char *head; /* HTTP_WIRE_HEAD_SIZE bytes, free again when the head has been read */
    size_t head_size;
    uint64_t left;          /* of the body or a chunk */
    size_t line_size;       /* of the chunk line or the trailer so far */
    size_t discarded_size;  /* of a body too large */
    char last;              /* character, in lines that are not kept */
    bool passed_empty_line; /* before the request line */
    bool digits, extension; /* of the chunk's size line */
    bool empty_line;        /* the trailer's line so far */
    bool old;               /* HTTP/1.0: knows no chunks */
    bool close;             /* no other request follows on this connection */
    bool expects_continue;
    bool begun; /* a byte of the request has come */
    http_wire_streams *streams;
    bool streamed;     /* the body comes in pieces, without a limit, see http_streams() */
    const char *piece; /* the latest, where it was received */
    size_t piece_size; /* 0: none by this call */
};

/* The request is zeroed; head: HTTP_WIRE_HEAD_SIZE bytes that stay the wire's until the stage is no longer WIRE_HEAD. streams:
 * http_streams(), or NULL. */
void http_wire_begin(struct http_wire *wire, struct http_request *request, char *head, http_wire_streams *streams);
/* Takes bytes until the request ends; returns how many of them belonged to it. Of a body that is streamed it stops at its
 * beginning, and behind each piece. */
size_t http_wire_take(struct http_wire *wire, const char *data, size_t size);

#endif
