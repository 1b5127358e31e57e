/* SPDX-License-Identifier: Apache-2.0
 * self_check - whether this firmware's own sign-in answers: what a trial has to prove (core/update.h). A request over its own
 * address and TLS, as a client's, without credentials: only a server that works from the socket to the accounts answers 401. */
#ifndef PORT_LINUX_SELF_CHECK_H
#define PORT_LINUX_SELF_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#define SELF_CHECK_MS 3000

/* Waits up to SELF_CHECK_MS. listen: the numeric address that is served. */
bool self_check_sign_in(const char *listen, uint16_t port);

#endif
