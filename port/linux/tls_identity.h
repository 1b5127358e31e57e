/* SPDX-License-Identifier: Apache-2.0
 * tls_identity - the controller's key and certificate, made by itself at the first start: tls/key.pem (mode 0600) and
 * tls/cert.pem. P-256, self-signed, for this machine's names and addresses. A client that does not want to trust blindly is given
 * cert.pem.
 *
 * What it decides at each start: a certificate that is unreadable, expired or not of the key is made anew with the same key; a
 * key that is unreadable is made anew together with its certificate. What was there is kept beside as .old; the notice says what
 * was done and why. A readable key and a valid certificate are never touched, the owner's own included. The key is never shown. A
 * cut between the two files leaves a key without certificate, which the next start completes. While the program runs, the pair is
 * tls_identity_live's to serve and to replace. */
#ifndef PORT_LINUX_TLS_IDENTITY_H
#define PORT_LINUX_TLS_IDENTITY_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define TLS_PEM_SIZE 8192 /* an owner's chain of three P-256 certificates is below 4 KiB */

/* Apple's limit for any server certificate is 825 days; other browsers take it over. Renewed when this little is left, because a
 * start may be the last one for months. */
#define TLS_VALID_DAYS 820
#define TLS_RENEW_DAYS 60

struct tls_identity {
    char certificate[TLS_PEM_SIZE]; /* PEM, terminated */
    char key[TLS_PEM_SIZE];
    time_t expires;
    time_t margin_s;  /* how long before that a start renews it */
    char notice[160]; /* not empty: something was made or replaced; a sentence */
};

/* host_name: for the subject and the alternative names, beside localhost, 127.0.0.1 and ::1. address: one more address in text
 * form, or NULL. 0, or -1 with a sentence in problem. */
int tls_identity_load(struct tls_identity *identity, int state_fd, const char *host_name, const char *address, time_t now,
                      char *problem, size_t problem_size);
/* True when the certificate must not be served much longer: the program then starts again, which renews it. Half the time that a
 * start leaves, so that a program just started never starts again for this. */
bool tls_identity_due(const struct tls_identity *identity, time_t now);
/* How long before its end a start renews this certificate. */
time_t tls_identity_margin_s(gnutls_x509_crt_t certificate);
/* Overwrites the key in memory. */
void tls_identity_forget(struct tls_identity *identity);

#endif
