/* SPDX-License-Identifier: Apache-2.0
 * tls_identity - the controller's HTTPS key and certificate: made by the chip itself at the first start, served, and replaced
 * while connections go on. P-256; the key leaves here for the store alone, and only together with its certificates, as one value,
 * so that after a power cut both are the old ones or both the new ones. The key of the latest certificate request waits under a
 * key of its own, until a certificate for it comes or another request is made.
 *
 * What it decides: a pair that is unreadable is made anew; a certificate of our own that has expired, is about to, or was made
 * before there was a clock is made anew with the same key. An owner's certificate is never touched. After a restart of the
 * controller: the store has it. */
#ifndef PORT_ESP32_TLS_IDENTITY_H
#define PORT_ESP32_TLS_IDENTITY_H

#include <mbedtls/ssl.h>
#include <pthread.h>
#include <stdbool.h>

#include "hal/random.h"
#include "hal/store.h"
#include "port/esp32/main/tls_x509.h"

#define TLS_RENEW_DAYS 60 /* of our own certificate, before its end */

/* What a connection is served with. It lives until its last connection has ended, though another may have taken its place. */
struct tls_pair {
    mbedtls_pk_context key;
    mbedtls_x509_crt chain;
    mbedtls_ssl_config config;
    unsigned users; /* connections, and one while it is the current one */
};

struct tls_identity {
    const struct hal_store *store;
    const struct hal_random *random;
    pthread_mutex_t lock; /* guards all below */
    struct tls_pair *current;
};

/* 0, or -1 when neither the store nor the chip yields a pair. now_s: 0 while the clock is not set. The store is used under the
 * caller's lock during this call, and later from tls_identity_certify() and tls_identity_renew(): a port whose store is not
 * thread-safe hands in one that is. *made: a sentence for the log, or NULL when nothing was made. */
int tls_identity_start(struct tls_identity *identity, const struct hal_store *store, const struct hal_random *random,
                       const char *host_name, uint64_t now_s, const char **made);
/* For a new connection; never NULL. */
struct tls_pair *tls_identity_take(struct tls_identity *identity);
void tls_identity_give_back(struct tls_identity *identity, struct tls_pair *pair);
/* Makes our own certificate anew when it is time. True when it did. Slow: not from the control loop. */
bool tls_identity_renew(struct tls_identity *identity, const char *host_name, uint64_t now_s);
/* The duty HTTP_CERTIFY (service/certificate.h). pem: with CERTIFY_REPLACE; *certificate then describes what is served. */
enum certify_result tls_identity_certify(struct tls_identity *identity, enum certify_act act, struct certificate *certificate,
                                         const char *pem, uint64_t now_s);
/* Forgets pair and pending key: the next start makes new ones. 0 or a negative hal_error. */
int tls_identity_forget(const struct hal_store *store);

#endif
