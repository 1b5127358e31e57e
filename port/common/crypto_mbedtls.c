/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/crypto_mbedtls.h"

#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>
#include <string.h>

#if MBEDTLS_VERSION_NUMBER >= 0x03030000 /* the ESP32's; the older function is gone there */
static bool pbkdf2(const uint8_t *password, size_t password_size, const uint8_t *salt, size_t salt_size, uint32_t iterations,
                   uint8_t *key, uint32_t key_size) {
    return mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256, password, password_size, salt, salt_size, iterations, key_size,
                                         key) == 0;
}
#else /* Debian's */
static bool pbkdf2(const uint8_t *password, size_t password_size, const uint8_t *salt, size_t salt_size, uint32_t iterations,
                   uint8_t *key, uint32_t key_size) {
    mbedtls_md_context_t hmac;
    mbedtls_md_init(&hmac);
    bool ok = mbedtls_md_setup(&hmac, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) == 0 &&
              mbedtls_pkcs5_pbkdf2_hmac(&hmac, password, password_size, salt, salt_size, iterations, key_size, key) == 0;
    mbedtls_md_free(&hmac);
    return ok;
}
#endif

bool crypto_pbkdf2(const char *password, size_t password_size, const uint8_t *salt, size_t salt_size, uint32_t iterations,
                   uint8_t *key, size_t key_size) {
    if (iterations == 0 || key_size > UINT32_MAX) return false; /* mbedTLS would take zero for one */
    return pbkdf2((const uint8_t *)password, password_size, salt, salt_size, iterations, key, (uint32_t)key_size);
}

bool crypto_derive(const char *password, struct password_hash *hash) {
    return crypto_pbkdf2(password, strlen(password), hash->salt, sizeof hash->salt, hash->iterations, hash->key,
                         sizeof hash->key);
}
