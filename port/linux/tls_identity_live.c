/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/tls_identity_live.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/check.h"
#include "port/linux/state_dir.h"
#include "port/linux/tls_identity_change.h"

#define KEY_PEM_SIZE 1024 /* of P-256 below 300 bytes */

static struct tls_live *served; /* for the callback, which GnuTLS hands no context */

static void lock(struct tls_live *live) { CHECK(pthread_mutex_lock(&live->lock) == 0); }
static void unlock(struct tls_live *live) { CHECK(pthread_mutex_unlock(&live->lock) == 0); }

/* ---- what a handshake gets ---- */

static void free_copies(gnutls_pcert_st *copies, unsigned count) {
    for (unsigned i = 0; i < count; i++) gnutls_pcert_deinit(&copies[i]);
    gnutls_free(copies);
}

/* NULL: no memory. */
static gnutls_pcert_st *copy_chain(const struct tls_live *live) {
    gnutls_pcert_st *copies = gnutls_malloc(live->count * sizeof *copies);
    for (unsigned i = 0; copies != NULL && i < live->count; i++) {
        if (gnutls_pcert_import_x509(&copies[i], live->chain[i], 0) == 0) continue;
        free_copies(copies, i);
        return NULL;
    }
    return copies;
}

static int copy_key(const struct tls_live *live, gnutls_privkey_t *copy) {
    int code = gnutls_privkey_init(copy);
    if (code < 0) return code;
    code = gnutls_privkey_import_x509(*copy, live->key, GNUTLS_PRIVKEY_IMPORT_COPY);
    if (code < 0) gnutls_privkey_deinit(*copy);
    return code;
}

/* GnuTLS frees the copies after the handshake. -1 ends the handshake. */
int tls_live_retrieve(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certificates,
                      unsigned *count, gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags) {
    struct tls_live *live = served;
    (void)session, (void)info;
    lock(live);
    int code = copy_key(live, key);
    *certificates = code < 0 ? NULL : copy_chain(live);
    *count = live->count;
    unlock(live);
    *ocsp = NULL;
    *ocsp_count = 0;
    *flags = GNUTLS_CERT_RETR_DEINIT_ALL;
    if (code >= 0 && *certificates == NULL) gnutls_privkey_deinit(*key);
    return *certificates != NULL ? 0 : -1;
}

/* ---- start and end ---- */

/* The margin as tls_identity_load() will set it when it finds this certificate. */
static void note_expiry(struct tls_live *live) {
    live->expires = gnutls_x509_crt_get_expiration_time(live->chain[0]);
    live->margin_s = tls_identity_margin_s(live->chain[0]);
}

int tls_live_start(struct tls_live *live, const struct tls_identity *identity, int state_fd, char *problem, size_t problem_size) {
    gnutls_datum_t key = {.data = (unsigned char *)identity->key, .size = (unsigned)strlen(identity->key)};
    *live = (struct tls_live){.fd = state_dir_sub(state_fd, "tls")};
    const char *fault = live->fd < 0 ? strerror(errno) : NULL;
    if (fault == NULL && gnutls_x509_privkey_init(&live->key) < 0) fault = "no memory";
    if (fault == NULL && gnutls_x509_privkey_import(live->key, &key, GNUTLS_X509_FMT_PEM) < 0) fault = "the key is unreadable";
    if (fault == NULL && !tls_x509_is_p256(live->key)) fault = "the key is not of P-256, for which alone the server is set up";
    if (fault == NULL && tls_x509_read(identity->certificate, live->chain, &live->count) != CERTIFY_DONE)
        fault = "the certificates are unreadable, or more than four";
    if (fault != NULL) {
        snprintf(problem, problem_size, "TLS certificate: %s", fault);
        if (live->key != NULL) gnutls_x509_privkey_deinit(live->key);
        if (live->fd >= 0) close(live->fd);
        return -1;
    }
    pthread_mutex_init(&live->lock, NULL);
    note_expiry(live);
    served = live;
    return 0;
}

void tls_live_stop(struct tls_live *live) {
    served = NULL;
    tls_x509_free(live->chain, live->count);
    gnutls_x509_privkey_deinit(live->key);
    close(live->fd);
    pthread_mutex_destroy(&live->lock);
}

bool tls_live_due(struct tls_live *live, time_t now) {
    lock(live);
    bool due = live->expires < now + live->margin_s / 2;
    unlock(live);
    return due;
}

/* ---- a request ---- */

static enum certify_result request(struct tls_live *live, struct certificate *certificate) {
    char pem[KEY_PEM_SIZE];
    gnutls_x509_privkey_t key;
    if (gnutls_x509_privkey_init(&key) < 0) return CERTIFY_FAILED;
    int code = tls_x509_make_key(key);
    if (code >= 0) code = tls_x509_request(key, certificate);
    if (code >= 0) code = tls_x509_export_key(key, pem, sizeof pem);
    gnutls_x509_privkey_deinit(key);
    if (code < 0) return CERTIFY_FAILED;
    lock(live);
    code = tls_change_save_pending(live->fd, pem);
    unlock(live);
    explicit_bzero(pem, sizeof pem);
    return code == 0 ? CERTIFY_DONE : CERTIFY_FAILED;
}

/* ---- a replacement ---- */

struct candidate {
    gnutls_x509_crt_t chain[TLS_CHAIN_MAX];
    unsigned count;
    gnutls_x509_privkey_t key; /* NULL: the one in use */
};

/* The key of the latest request; NULL when there is none or it cannot be read. */
static gnutls_x509_privkey_t load_pending(const struct tls_live *live) {
    char pem[KEY_PEM_SIZE];
    gnutls_x509_privkey_t key;
    ssize_t size = tls_change_load_pending(live->fd, pem, sizeof pem);
    if (size < 0 || gnutls_x509_privkey_init(&key) < 0) return NULL;
    const gnutls_datum_t text = {.data = (unsigned char *)pem, .size = (unsigned)size};
    int code = gnutls_x509_privkey_import(key, &text, GNUTLS_X509_FMT_PEM);
    explicit_bzero(pem, sizeof pem);
    if (code >= 0) return key;
    gnutls_x509_privkey_deinit(key);
    return NULL;
}

static enum certify_result find_key(const struct tls_live *live, struct candidate *candidate) {
    if (tls_x509_belongs(candidate->chain[0], live->key)) return CERTIFY_DONE;
    candidate->key = load_pending(live);
    if (candidate->key == NULL) return CERTIFY_FOREIGN_KEY;
    return tls_x509_belongs(candidate->chain[0], candidate->key) ? CERTIFY_DONE : CERTIFY_FOREIGN_KEY;
}

static enum certify_result commit(const struct tls_live *live, const struct candidate *candidate, const char *pem) {
    char key_pem[KEY_PEM_SIZE];
    int code = tls_x509_export_key(candidate->key != NULL ? candidate->key : live->key, key_pem, sizeof key_pem);
    if (code >= 0) code = tls_change_commit(live->fd, key_pem, pem);
    explicit_bzero(key_pem, sizeof key_pem);
    return code >= 0 ? CERTIFY_DONE : CERTIFY_FAILED;
}

/* What is served and the candidate change places; the caller frees the candidate. */
static void swap(struct tls_live *live, struct candidate *candidate) {
    struct candidate old = {.count = live->count, .key = candidate->key != NULL ? live->key : NULL};
    memcpy(old.chain, live->chain, sizeof old.chain);
    memcpy(live->chain, candidate->chain, sizeof live->chain);
    live->count = candidate->count;
    if (candidate->key != NULL) live->key = candidate->key;
    if (candidate->key != NULL) tls_change_drop_pending(live->fd);
    *candidate = old;
    note_expiry(live);
}

static enum certify_result replace(struct tls_live *live, struct certificate *certificate, const char *pem, time_t now) {
    struct candidate candidate = {.count = 0};
    enum certify_result result = tls_x509_read(pem, candidate.chain, &candidate.count);
    if (result != CERTIFY_DONE) return result;
    result = tls_x509_check(candidate.chain, candidate.count, now);
    lock(live);
    if (result == CERTIFY_DONE) result = find_key(live, &candidate);
    if (result == CERTIFY_DONE) result = commit(live, &candidate, pem);
    if (result == CERTIFY_DONE) swap(live, &candidate);
    if (result == CERTIFY_DONE) (void)tls_x509_describe(live->chain[0], certificate); /* for the log; it is served already */
    unlock(live);
    tls_x509_free(candidate.chain, candidate.count);
    if (candidate.key != NULL) gnutls_x509_privkey_deinit(candidate.key);
    return result;
}

static enum certify_result show(struct tls_live *live, struct certificate *certificate) {
    lock(live);
    int code = tls_x509_describe(live->chain[0], certificate);
    unlock(live);
    return code < 0 ? CERTIFY_FAILED : CERTIFY_DONE;
}

enum certify_result tls_live_certify(struct tls_live *live, enum certify_act act, struct certificate *certificate,
                                     const char *pem, time_t now) {
    switch (act) {
    case CERTIFY_SHOW:
        return show(live, certificate);
    case CERTIFY_REQUEST:
        return request(live, certificate);
    case CERTIFY_REPLACE:
        return replace(live, certificate, pem, now);
    }
    return CERTIFY_FAILED;
}
