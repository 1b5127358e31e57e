/* SPDX-License-Identifier: Apache-2.0
 * tls_identity_live - the key and certificate that new connections are served with, and their replacement while connections go
 * on. Each handshake is given copies of its own, so a change disturbs none that is under way. The key leaves here only for disk.
 * After a restart: tls_identity_load() finds what was committed, see tls_identity_change.h. */
#ifndef PORT_LINUX_TLS_IDENTITY_LIVE_H
#define PORT_LINUX_TLS_IDENTITY_LIVE_H

#include <gnutls/abstract.h>
#include <pthread.h>
#include <stdbool.h>

#include "port/linux/tls_identity.h"
#include "port/linux/tls_identity_x509.h"

struct tls_live {
    pthread_mutex_t lock; /* guards all below */
    int fd;               /* of the directory tls */
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t chain[TLS_CHAIN_MAX];
    unsigned count;
    time_t expires, margin_s; /* as in struct tls_identity */
};

/* 0, or -1 with a sentence in problem. The identity may be forgotten afterwards. One at a time in a program: GnuTLS hands its
 * callback no context. */
int tls_live_start(struct tls_live *live, const struct tls_identity *identity, int state_fd, char *problem, size_t problem_size);
/* When nobody is served any more. */
void tls_live_stop(struct tls_live *live);
/* For MHD_OPTION_HTTPS_CERT_CALLBACK2. */
gnutls_certificate_retrieve_function3 tls_live_retrieve;
/* As tls_identity_due(), of what is being served now. */
bool tls_live_due(struct tls_live *live, time_t now);
/* The duty HTTP_CERTIFY (service/certificate.h). pem: with CERTIFY_REPLACE; *certificate then describes what is served. */
enum certify_result tls_live_certify(struct tls_live *live, enum certify_act act, struct certificate *certificate,
                                     const char *pem, time_t now);

#endif
