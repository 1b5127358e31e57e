/* SPDX-License-Identifier: Apache-2.0
 * https - the web server: moves bytes between TLS connections and the exchanges of service/http.h. What a request means, and who
 * may do it, is decided there.
 *
 * ESP-IDF's esp_http_server accepts, selects, and gives up the connection least recently used; it knows nothing of TLS or of what
 * is said (docs/adr/0009). Its one task never waits for a client: when bytes have come, one of HTTPS_WORKER_COUNT workers takes
 * them as far as they go - handshake, head, body - and parks the connection again. Only a whole request occupies a worker, until
 * it is answered. Event streams are the stream task's.
 *
 * Limits, so that no client can keep another out: connections in all; those with TLS and those with a half-read request, of which
 * the one that has been waiting longest gives way to one that has something to say; the time for a handshake, a whole request and
 * a whole answer; the size of head and body. A request that two readers could understand differently is refused. Everything is
 * allocated at start but what mbedTLS needs for a connection. After a restart: nothing to restore; clients connect again. */
#ifndef PORT_ESP32_HTTPS_H
#define PORT_ESP32_HTTPS_H

#include <stdint.h>

#include "hal/random.h"
#include "port/esp32/main/derive.h"
#include "port/esp32/main/loop.h"
#include "port/esp32/main/tls_identity.h"

#define HTTPS_PORT            443
#define HTTPS_SESSION_MAX     7      /* lwIP has 16 sockets: three for esp_http_server, four for UDP and pings, two to deliver */
#define HTTPS_TLS_MAX         3      /* about 28 KB each: 16 KB in, 4 KB out, keys */
#define HTTPS_WORKER_COUNT    2      /* and as many exchanges, 24 KB each */
#define HTTPS_STREAM_MAX      2      /* leaves one connection for requests at any time */
#define HTTPS_HANDSHAKE_MS    10000  /* from accept; ours takes about a second */
#define HTTPS_NEXT_REQUEST_MS 30000  /* from an answer to the next request line */
#define HTTPS_REQUEST_MS      10000  /* from the first byte to the body's end, however slowly it drips */
#define HTTPS_UPLOAD_MS       300000 /* a firmware over a slow line; its worker is busy with nothing else meanwhile */
#define HTTPS_ANSWER_MS       15000  /* to take an answer of at most 100 KiB */
#define HTTPS_STALL_MS        3000   /* ... and no pause may last so long: a worker waits meanwhile */
#define HTTPS_GRACE_MS        300    /* a connection that has waited no longer does not give way */

struct https;

/* NULL when there is no memory, no task or no socket for it. */
struct https *https_start(struct loop *loop, struct derive *derive, struct tls_identity *identity,
                          const struct hal_random *random);
/* Cuts the connections whose time is up. Call it each second or so. */
void https_enforce_deadlines(struct https *https);
/* Ends the connections that wait, so that their clients see an end and not a silence. A restart follows: what is being answered
 * is left to its worker, and new connections are refused since the loop is drained. */
void https_stop(struct https *https);

#endif
