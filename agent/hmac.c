/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/hmac.h"

#include <stdlib.h>

/* With the right sizes none of these calls can fail in software; one that does leaves no tag that could be trusted. */
static void require(int result) {
    if (result != 0) abort();
}

bool hmac_init(struct hmac *hmac, const uint8_t *key, size_t key_size) {
    mbedtls_md_init(&hmac->md);
    if (mbedtls_md_setup(&hmac->md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) != 0) return false;
    require(mbedtls_md_hmac_starts(&hmac->md, key, key_size));
    return true;
}

void hmac_free(struct hmac *hmac) { mbedtls_md_free(&hmac->md); /* wipes the key, too */ }

void hmac_tag(struct hmac *hmac, const void *data, size_t size, uint8_t tag[HASH_SIZE]) {
    require(mbedtls_md_hmac_reset(&hmac->md));
    require(mbedtls_md_hmac_update(&hmac->md, data, size));
    require(mbedtls_md_hmac_finish(&hmac->md, tag));
}

bool hmac_verify(struct hmac *hmac, const void *data, size_t size, const uint8_t tag[HASH_SIZE]) {
    uint8_t right[HASH_SIZE], difference = 0;
    hmac_tag(hmac, data, size, right);
    for (size_t i = 0; i < HASH_SIZE; i++) difference |= (uint8_t)(right[i] ^ tag[i]);
    return difference == 0;
}

void hash_sha256(const void *data, size_t size, uint8_t hash[HASH_SIZE]) {
    require(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), data, size, hash));
}
