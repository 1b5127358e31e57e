/* SPDX-License-Identifier: Apache-2.0
 * https - the web server: moves bytes between libmicrohttpd's TLS connections and the exchanges of service/http.h. What a request
 * means, and who may do it, is decided there.
 *
 * Threads: a pool of HTTPS_THREAD_COUNT serves all connections; none of them ever waits. An exchange that must wait (for a
 * measured effect, for a password's hash, for the next event) has its connection suspended and is resumed by who has the answer.
 * Limits, so that no client can keep another out: connections in all and of one address, the time for a handshake, a whole
 * request and a whole answer, the size of headers and body, event streams. A request that two readers could understand
 * differently is refused. After a restart: nothing to restore; clients connect again. */
#ifndef PORT_LINUX_HTTPS_H
#define PORT_LINUX_HTTPS_H

#include <stddef.h>
#include <stdint.h>

#include "port/linux/derive.h"
#include "port/linux/loop.h"
#include "port/linux/tls_identity_live.h"

#define HTTPS_THREAD_COUNT    4
#define HTTPS_CONNECTION_MAX  64          /* 30 KiB each, allocated at start */
#define HTTPS_PER_ADDRESS_MAX 32          /* half: one client alone cannot shut out the others */
#define HTTPS_HEAD_MAX        (16 * 1024) /* libmicrohttpd's memory of a connection: request head, body buffer, response head */
#define HTTPS_UPLOAD_MAX      (32 * 1024 * 1024) /* of a body that was let in: twice a slot of firmware; the rest is dropped */
#define HTTPS_IDLE_S          15                 /* libmicrohttpd's own: nothing moved, handshake and keep-alive included */
#define HTTPS_HANDSHAKE_MS    10000              /* from accept to the first request line */
#define HTTPS_NEXT_REQUEST_MS 30000              /* from an answer to the next request line */
#define HTTPS_REQUEST_MS      10000              /* from the request line to the body's end, however slowly it drips */
#define HTTPS_UPLOAD_MS       330000             /* a body that is let in: just over UPDATE_UPLOAD_MS, which answers in words */
#define HTTPS_ANSWER_MS       30000              /* to take an answer of at most 100 KiB */
#define HTTPS_FINISH_MS       1000               /* answers under way when the program ends */

struct https;

/* Port 0 takes any. NULL with a sentence in problem when it cannot serve. tls is asked at each handshake, and does HTTP_CERTIFY.
 */
struct https *https_start(struct loop *loop, struct derive *derive, const char *address, uint16_t port, struct tls_live *tls,
                          char *problem, size_t problem_size);
uint16_t https_port(const struct https *https);
/* Cuts the connections whose time is up. Call it each second or so. */
void https_enforce_deadlines(struct https *https);
/* Stops accepting, lets answers under way finish for HTTPS_FINISH_MS, then ends all. Stops the derivations and wakes all who wait
 * on the loop. */
void https_stop(struct https *https);

#endif
