/* SPDX-License-Identifier: Apache-2.0
 * heartbeat - datagrams of the agents on the nodes, as docs/heartbeat.md has them: what is a frame, who may be heard, what a
 * report says, what its answer is. What an agent has told is kept by core/agent. It computes no tag and sends nothing: the caller
 * does both between the two steps below. Whatever is refused changes nothing but a count and, once an hour and node, the log.
 * After a controller restart: each agent's first report is challenged, its second counts. */
#ifndef SERVICE_HEARTBEAT_H
#define SERVICE_HEARTBEAT_H

#include "core/core.h"

#define HEARTBEAT_SIZE_MAX   1024 /* of a datagram; a longer one is none */
#define HEARTBEAT_TAG_SIZE   32   /* HMAC-SHA256 */
#define HEARTBEAT_ANSWER_MAX 128  /* head 40, order 7, curve 19, full fan 3, tag 32 */

/* A report on its way through; points into the datagram. */
struct heartbeat {
    const uint8_t *data;
    size_t size;    /* without the tag: what the tag is over */
    unsigned index; /* of the node */
    uint8_t address[16];
    enum agent_verdict verdict;
    enum agent_budget budget;
};

/* The cheap part: frame, node, key's generation, session, counter, and whether one more tag may be checked now. True: compute the
 * tag of data and size with core->agent[index].key and go on. address: of the sender, IPv4 as ::ffff:a.b.c.d. */
bool heartbeat_screen(struct core *core, const uint8_t address[16], const uint8_t *data, size_t size,
                      struct heartbeat *heartbeat);
/* Takes or refuses the report. Returns the size of the answer, to which its tag is to be added; 0: none is sent. */
size_t heartbeat_serve(struct core *core, const struct heartbeat *heartbeat, const uint8_t tag[HEARTBEAT_TAG_SIZE],
                       uint8_t answer[HEARTBEAT_ANSWER_MAX]);
/* The items of a report's body. What is unknown, malformed or cut off is not known; the rest counts. */
void heartbeat_read_items(const uint8_t *body, size_t size, struct agent_heartbeat *heartbeat);
/* A big-endian number of up to 8 bytes. */
uint64_t heartbeat_number(const uint8_t *value, size_t size);

#endif
