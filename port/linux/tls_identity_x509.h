/* SPDX-License-Identifier: Apache-2.0
 * tls_identity_x509 - between GnuTLS's certificates and ours: what one says, whether a chain is fit to be served, and the request
 * for a new one. No files, no state. */
#ifndef PORT_LINUX_TLS_IDENTITY_X509_H
#define PORT_LINUX_TLS_IDENTITY_X509_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <time.h>

#include "service/certificate.h"

#define TLS_CHAIN_MAX 4 /* server, two intermediates, root */

/* Each returns 0 or a negative code of GnuTLS. */
int tls_x509_make_key(gnutls_x509_privkey_t key);
bool tls_x509_is_p256(gnutls_x509_privkey_t key);
/* The key as PEM, terminated. */
int tls_x509_export_key(gnutls_x509_privkey_t key, char *pem, size_t size);
int tls_x509_describe(gnutls_x509_crt_t certificate, struct certificate *out);
/* Subject and alternative names from *certificate; the request as PEM into its pem. */
int tls_x509_request(gnutls_x509_privkey_t key, struct certificate *certificate);
/* A host name or a numeric address, as a subject alternative name. */
int tls_x509_add_alternative(gnutls_x509_crt_t certificate, const char *text);

/* The chain of a PEM text, for the caller to free with tls_x509_free(). */
enum certify_result tls_x509_read(const char *pem, gnutls_x509_crt_t chain[TLS_CHAIN_MAX], unsigned *count);
void tls_x509_free(gnutls_x509_crt_t chain[TLS_CHAIN_MAX], unsigned count);
/* Whether it can be served at this time; whose key it is has to be asked apart. */
enum certify_result tls_x509_check(const gnutls_x509_crt_t chain[TLS_CHAIN_MAX], unsigned count, time_t now);
/* Whether the certificate is of this key. */
bool tls_x509_belongs(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key);

#endif
