/* SPDX-License-Identifier: Apache-2.0
 * netconsole_senders - how much of whose kernel messages is heard. Netconsole is not authenticated, so anybody may send: one that
 * floods loses its own surplus, never another node's panic, and never the controller's time. Decides nothing else. A restart
 * forgets who sent what. */
#ifndef PORT_COMMON_NETCONSOLE_SENDERS_H
#define PORT_COMMON_NETCONSOLE_SENDERS_H

#include <stdbool.h>
#include <stdint.h>

#define NETCONSOLE_DATAGRAM_MAX 1500 /* netconsole splits at 1000 bytes (drivers/net/netconsole.c) */
#define NETCONSOLE_SENDER_COUNT 8    /* four nodes and some strangers; the quietest is forgotten first */
#define NETCONSOLE_BURST        2000 /* datagrams: a whole boot with debug messages, or an oops of every CPU */
#define NETCONSOLE_RATE_PER_S   500  /* lasting, of one sender */
#define NETCONSOLE_STEP_MS      20   /* the controller looks at new text within this; its own step is 100 ms apart */

struct netconsole_sender {
    uint8_t address[4];
    uint32_t tokens;
    uint64_t seen_ms;
};

struct netconsole_senders {
    struct netconsole_sender sender[NETCONSOLE_SENDER_COUNT];
};

/* True when this sender may be heard now. All zeros is the state of a start. */
bool netconsole_admit(struct netconsole_senders *senders, const uint8_t address[4], uint64_t now_ms);

#endif
