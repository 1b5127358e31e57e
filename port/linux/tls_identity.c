/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/tls_identity.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/linux/random.h"
#include "port/linux/state_dir.h"
#include "port/linux/tls_identity_change.h"
#include "port/linux/tls_identity_x509.h"

#define DAY_S          86400
#define BACKDATE_S     DAY_S /* a client whose clock is behind shall not refuse a fresh certificate */
#define RENEW_MARGIN_S ((time_t)TLS_RENEW_DAYS * DAY_S)

/* ---- reading what is there ---- */

/* NULL when the file holds a usable key, else why not. *missing: there is no file. */
static const char *load_key(struct tls_identity *identity, int fd, gnutls_x509_privkey_t key, bool *missing) {
    struct stat status;
    ssize_t size = state_file_read(fd, TLS_KEY_FILE, identity->key, sizeof identity->key);
    *missing = size < 0 && errno == ENOENT;
    if (size < 0) return strerror(errno);
    gnutls_datum_t pem = {.data = (unsigned char *)identity->key, .size = (unsigned)size};
    int code = gnutls_x509_privkey_import(key, &pem, GNUTLS_X509_FMT_PEM);
    if (code < 0) return gnutls_strerror(code);
    if (fstatat(fd, TLS_KEY_FILE, &status, 0) == 0 && (status.st_mode & 077) != 0) fchmodat(fd, TLS_KEY_FILE, 0600, 0);
    return NULL;
}

/* One that we made and signed ourselves we also renew in time; another's is served as long as it lasts. */
time_t tls_identity_margin_s(gnutls_x509_crt_t certificate) {
    return gnutls_x509_crt_check_issuer(certificate, certificate) != 0 ? RENEW_MARGIN_S : 0;
}

static const char *load_certificate(struct tls_identity *identity, int fd, gnutls_x509_privkey_t key, time_t now, bool *missing) {
    ssize_t size = state_file_read(fd, TLS_CERTIFICATE_FILE, identity->certificate, sizeof identity->certificate);
    *missing = size < 0 && errno == ENOENT;
    if (size < 0) return strerror(errno);
    gnutls_x509_crt_t certificate;
    if (gnutls_x509_crt_init(&certificate) < 0) return "no memory";
    gnutls_datum_t pem = {.data = (unsigned char *)identity->certificate, .size = (unsigned)size};
    const char *fault = NULL;
    int code = gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM);
    if (code < 0) {
        fault = gnutls_strerror(code);
    } else {
        identity->expires = gnutls_x509_crt_get_expiration_time(certificate);
        identity->margin_s = tls_identity_margin_s(certificate);
        if (!tls_x509_belongs(certificate, key))
            fault = "it does not belong to the key";
        else if (identity->expires < now + identity->margin_s)
            fault = "it has expired or is about to";
    }
    gnutls_x509_crt_deinit(certificate);
    return fault;
}

/* ---- making new ones ---- */

static int make_key(struct tls_identity *identity, gnutls_x509_privkey_t key) {
    int code = tls_x509_make_key(key);
    return code < 0 ? code : tls_x509_export_key(key, identity->key, sizeof identity->key);
}

static int add_names(gnutls_x509_crt_t certificate, const char *host_name, const char *address) {
    char local[80];
    snprintf(local, sizeof local, "%.64s.local", host_name); /* as mDNS knows it */
    int code = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, host_name, (unsigned)strlen(host_name));
    if (code >= 0) code = tls_x509_add_alternative(certificate, "localhost");
    if (code >= 0 && strcmp(host_name, "localhost") != 0) code = tls_x509_add_alternative(certificate, host_name);
    if (code >= 0) code = tls_x509_add_alternative(certificate, local);
    if (code >= 0) code = tls_x509_add_alternative(certificate, "127.0.0.1");
    if (code >= 0) code = tls_x509_add_alternative(certificate, "::1");
    if (code >= 0 && address != NULL) code = tls_x509_add_alternative(certificate, address);
    return code;
}

/* RFC 5280: serial positive, at most 20 octets. Not a CA: Firefox refuses a CA's certificate as a server's. */
static int fill_certificate(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, time_t now) {
    uint8_t serial[16], key_id[32];
    size_t key_id_size = sizeof key_id;
    if (random_fill(serial, sizeof serial) != 0) return GNUTLS_E_RANDOM_FAILED;
    serial[0] = (serial[0] & 0x7f) | 0x40;
    int code = gnutls_x509_crt_set_version(certificate, 3);
    if (code >= 0) code = gnutls_x509_crt_set_serial(certificate, serial, sizeof serial);
    if (code >= 0) code = gnutls_x509_crt_set_activation_time(certificate, now - BACKDATE_S);
    if (code >= 0) code = gnutls_x509_crt_set_expiration_time(certificate, now + (time_t)TLS_VALID_DAYS * DAY_S);
    if (code >= 0) code = gnutls_x509_crt_set_key(certificate, key);
    if (code >= 0) code = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
    if (code >= 0) code = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (code >= 0) code = gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (code >= 0) code = gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA1, key_id, &key_id_size);
    if (code >= 0)
        code = gnutls_x509_crt_set_subject_key_id(certificate, key_id, key_id_size); /* SHA-1 as a name only: RFC 5280, 4.2.1.2 */
    return code;
}

static int make_certificate(struct tls_identity *identity, gnutls_x509_privkey_t key, const char *host_name, const char *address,
                            time_t now) {
    gnutls_x509_crt_t certificate;
    size_t size = sizeof identity->certificate - 1;
    int code = gnutls_x509_crt_init(&certificate);
    if (code < 0) return code;
    code = fill_certificate(certificate, key, now);
    if (code >= 0) code = add_names(certificate, host_name, address);
    if (code >= 0) code = gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
    if (code >= 0) code = gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, identity->certificate, &size);
    if (code >= 0) {
        identity->certificate[size] = '\0';
        identity->margin_s = RENEW_MARGIN_S;
        identity->expires = gnutls_x509_crt_get_expiration_time(certificate);
    }
    gnutls_x509_crt_deinit(certificate);
    return code;
}

/* ---- deciding ---- */

static int replace(int fd, const char *name, const char *pem, mode_t mode) {
    if (state_file_set_aside(fd, name) != 0) return -1;
    return state_file_write(fd, name, pem, strlen(pem), mode);
}

/* NULL, or what went wrong. */
static const char *ensure(struct tls_identity *identity, int fd, gnutls_x509_privkey_t key, const char *host_name,
                          const char *address, time_t now) {
    bool no_key, no_certificate = false;
    const char *key_fault = load_key(identity, fd, key, &no_key);
    if (key_fault != NULL) {
        if (!no_key)
            snprintf(identity->notice, sizeof identity->notice, "the TLS key was unreadable (%s); a new one was made", key_fault);
        int code = make_key(identity, key);
        if (code < 0) return gnutls_strerror(code);
        if (replace(fd, TLS_KEY_FILE, identity->key, 0600) != 0) return strerror(errno);
    }
    const char *fault = load_certificate(identity, fd, key, now, &no_certificate);
    if (fault == NULL) return NULL;
    if (identity->notice[0] == '\0' && no_certificate)
        snprintf(identity->notice, sizeof identity->notice, "a TLS certificate was made");
    if (identity->notice[0] == '\0')
        snprintf(identity->notice, sizeof identity->notice, "the TLS certificate was renewed: %s", fault);
    int code = make_certificate(identity, key, host_name, address, now);
    if (code < 0) return gnutls_strerror(code);
    return replace(fd, TLS_CERTIFICATE_FILE, identity->certificate, 0644) == 0 ? NULL : strerror(errno);
}

int tls_identity_load(struct tls_identity *identity, int state_fd, const char *host_name, const char *address, time_t now,
                      char *problem, size_t problem_size) {
    *identity = (struct tls_identity){0};
    gnutls_x509_privkey_t key;
    int fd = state_dir_sub(state_fd, "tls");
    const char *fault = fd < 0 || tls_change_finish(fd) != 0 ? strerror(errno) : NULL;
    if (fault == NULL && gnutls_x509_privkey_init(&key) >= 0) {
        fault = ensure(identity, fd, key, host_name, address, now);
        gnutls_x509_privkey_deinit(key);
    } else if (fault == NULL) {
        fault = "no memory";
    }
    if (fd >= 0) close(fd);
    if (fault == NULL) return 0;
    snprintf(problem, problem_size, "TLS certificate: %s", fault);
    return -1;
}

bool tls_identity_due(const struct tls_identity *identity, time_t now) {
    return identity->expires < now + identity->margin_s / 2;
}

void tls_identity_forget(struct tls_identity *identity) { explicit_bzero(identity->key, sizeof identity->key); }
