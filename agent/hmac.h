/* SPDX-License-Identifier: Apache-2.0
 * hmac - SHA-256 and HMAC-SHA256, as mbedTLS has them. Allocates in hmac_init() alone. */
#ifndef AGENT_HMAC_H
#define AGENT_HMAC_H

#include <mbedtls/md.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 32

struct hmac {
    mbedtls_md_context_t md;
};

/* False when there is no memory. */
bool hmac_init(struct hmac *hmac, const uint8_t *key, size_t key_size);
void hmac_free(struct hmac *hmac);
void hmac_tag(struct hmac *hmac, const void *data, size_t size, uint8_t tag[HASH_SIZE]);
/* Compares in a time that tells nothing about where the tag is wrong. */
bool hmac_verify(struct hmac *hmac, const void *data, size_t size, const uint8_t tag[HASH_SIZE]);
void hash_sha256(const void *data, size_t size, uint8_t hash[HASH_SIZE]);

#endif
