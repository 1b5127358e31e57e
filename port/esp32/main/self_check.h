/* SPDX-License-Identifier: Apache-2.0
 * self_check - whether this firmware's own sign-in answers: what a trial has to prove (core/update.h). A request over lwIP and
 * TLS, as a client's, without credentials: only a server that works from the socket to the accounts answers 401. Decides nothing.
 * After a restart: nothing to restore. */
#ifndef PORT_ESP32_SELF_CHECK_H
#define PORT_ESP32_SELF_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#define SELF_CHECK_MS 2000 /* for each wait of it: connection, a flight of the handshake, the answer's head */

/* Takes some 30 KB of heap for its TLS, and 6 KB of stack. */
bool self_check_sign_in(uint16_t port);

#endif
