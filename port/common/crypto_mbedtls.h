/* SPDX-License-Identifier: Apache-2.0
 * crypto_mbedtls - the slow hash of passwords, PBKDF2-HMAC-SHA256 (RFC 8018) by mbedTLS, the library that the ESP32 has too.
 * Holds nothing: salt and iterations are the caller's, so what was stored stays readable when the default below changes. */
#ifndef PORT_COMMON_CRYPTO_MBEDTLS_H
#define PORT_COMMON_CRYPTO_MBEDTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/accounts.h"

/* Some 100 ms of one core of a small server (measured); fixed rather than calibrated at each start, so that a board's stored
 * hashes are all worth the same. Guessing over the network is held back by the lockout long before this matters; it is for a
 * stolen store. */
#define CRYPTO_PASSWORD_ITERATIONS 100000

/* Any key size. False when mbedTLS refuses, which is only for want of memory or zero iterations. */
bool crypto_pbkdf2(const char *password, size_t password_size, const uint8_t *salt, size_t salt_size, uint32_t iterations,
                   uint8_t *key, size_t key_size);
/* Fills hash->key from the password and the hash's own salt and iterations. */
bool crypto_derive(const char *password, struct password_hash *hash);

#endif
