/* SPDX-License-Identifier: Apache-2.0
 * tls_x509 - between mbedTLS's certificates and ours: keys, what a certificate says, whether a chain is fit to be served, a
 * certificate of our own and the request for another's. No store, no state; nothing to restore after a restart. */
#ifndef PORT_ESP32_TLS_X509_H
#define PORT_ESP32_TLS_X509_H

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>
#include <stdbool.h>
#include <stddef.h>

#include "hal/random.h"
#include "service/certificate.h"

#define TLS_CHAIN_MAX  4   /* server, two intermediates, root */
#define TLS_VALID_DAYS 820 /* Apple's limit for any server certificate is 825 days; other browsers take it over */
#define TLS_KEY_SIZE   160 /* a P-256 key in DER (RFC 5915) has 121 bytes */

/* mbedTLS's way to ask for random bytes; ctx: struct hal_random. */
int tls_x509_random(void *ctx, unsigned char *out, size_t size);

/* Each returns 0 or a negative code of mbedTLS. */
int tls_x509_make_key(mbedtls_pk_context *key, const struct hal_random *random);
int tls_x509_read_key(mbedtls_pk_context *key, const unsigned char *der, size_t size, const struct hal_random *random);
/* Self-signed, for host_name and host_name.local. now_s 0: the clock is not set, and the certificate is valid from before this
 * firmware to long after it; it should be replaced once there is a clock. Adds it to *chain. */
int tls_x509_make(mbedtls_x509_crt *chain, mbedtls_pk_context *key, const char *host_name, uint64_t now_s,
                  const struct hal_random *random);
/* Subject and alternative names from *certificate; the request as PEM into its pem. */
int tls_x509_request(mbedtls_pk_context *key, struct certificate *certificate, const struct hal_random *random);

void tls_x509_describe(const mbedtls_x509_crt *certificate, struct certificate *out);
/* The chain of a PEM text. On failure *chain is empty. */
enum certify_result tls_x509_read(mbedtls_x509_crt *chain, const char *pem);
/* Whether it can be served at this time; now_s 0: not known, and not judged. Whose key it is has to be asked apart. */
enum certify_result tls_x509_check(const mbedtls_x509_crt *chain, uint64_t now_s);
/* Whether the certificate is of this key. */
bool tls_x509_belongs(const mbedtls_x509_crt *certificate, const mbedtls_pk_context *key, const struct hal_random *random);
bool tls_x509_is_self_signed(const mbedtls_x509_crt *certificate);
/* Seconds since 1970. */
uint64_t tls_x509_seconds(const mbedtls_x509_time *time);

#endif
