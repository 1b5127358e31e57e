/* SPDX-License-Identifier: Apache-2.0
 * auth_cache - which Basic credentials were verified lately. Keeps no password: only SipHash-2-4 with 128 bits of output over
 * name, password and peer, under a key drawn once after each start, so that entries mean nothing outside this run. Bound to the
 * account's generation and dropped when the account is changed or deleted. */
#ifndef SERVICE_AUTH_CACHE_H
#define SERVICE_AUTH_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

#define AUTH_CACHE_COUNT 8 /* clients that use Basic at the same time */
#define AUTH_CACHE_MS    (5 * 60 * 1000)

struct auth_digest {
    uint64_t half[2];
};

/* Draws the key on the first call after a start, from 16 random bytes used for nothing else. */
struct auth_digest auth_cache_digest(const struct core *core, const uint8_t random[16], const char *name, const char *password,
                                     const uint8_t address[16]);
/* The slot these credentials opened within the last AUTH_CACHE_MS, or -1. */
int auth_cache_find(const struct core *core, const struct auth_digest *digest);
/* Remembers them. False when they were known already, so that renewing them is no new sign-in. */
bool auth_cache_put(const struct core *core, const struct auth_digest *digest, int account);
/* Forgets what opened this slot. */
void auth_cache_drop(int account);

/* SipHash-2-4 with 128 bits of output (Aumasson and Bernstein). */
struct auth_digest siphash128(const uint64_t key[2], const uint8_t *data, size_t size);

#endif
