/* SPDX-License-Identifier: Apache-2.0
 * Replacing the certificate: what is accepted, what a handshake gets afterwards, and what a start finds after a power cut at each
 * step of the change on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/linux/state_dir.h"
#include "port/linux/tls_identity_change.h"
#include "port/linux/tls_identity_live.h"
#include "tests/unit/port/scratch.h"

#define DAY_S    86400
#define NOW      ((time_t)1767225600) /* 2026-01-01 */
#define PEM_SIZE 4096

struct authority {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
};

struct fixture {
    struct scratch scratch;
    struct tls_identity identity;
    struct tls_live live;
    struct certificate shown, asked;
    struct authority root;
    int fd; /* of the directory tls */
    char problem[300], pem[PEM_SIZE];
};

/* ---- an authority ---- */

static void set_common(gnutls_x509_crt_t certificate, const char *name, time_t from, time_t to) {
    static unsigned char serial = 1;
    serial++;
    assert_int_equal(gnutls_x509_crt_set_version(certificate, 3), 0);
    assert_int_equal(gnutls_x509_crt_set_serial(certificate, &serial, 1), 0);
    assert_int_equal(gnutls_x509_crt_set_activation_time(certificate, from), 0);
    assert_int_equal(gnutls_x509_crt_set_expiration_time(certificate, to), 0);
    if (name != NULL) assert_int_equal(gnutls_x509_crt_set_dn(certificate, name, NULL), 0);
}

static void make_authority(struct authority *authority) {
    assert_int_equal(gnutls_x509_privkey_init(&authority->key), 0);
    assert_int_equal(tls_x509_make_key(authority->key), 0);
    assert_int_equal(gnutls_x509_crt_init(&authority->certificate), 0);
    set_common(authority->certificate, "CN=Authority", NOW - DAY_S, NOW + 900 * DAY_S);
    assert_int_equal(gnutls_x509_crt_set_key(authority->certificate, authority->key), 0);
    assert_int_equal(gnutls_x509_crt_set_basic_constraints(authority->certificate, 1, -1), 0);
    assert_int_equal(gnutls_x509_crt_sign2(authority->certificate, authority->certificate, authority->key, GNUTLS_DIG_SHA256, 0),
                     0);
}

static void append(gnutls_x509_crt_t certificate, char *pem) {
    size_t used = strlen(pem), size = PEM_SIZE - used - 1;
    assert_int_equal(gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, pem + used, &size), 0);
    pem[used + size] = '\0';
}

struct wish {
    time_t from, to;
    unsigned usage;
    const char *purpose;
};

static const struct wish plain = {NOW - DAY_S, NOW + 300 * DAY_S, GNUTLS_KEY_DIGITAL_SIGNATURE, GNUTLS_KP_TLS_WWW_SERVER};

/* Signs what sets the key: a request, or a private key. */
static void issue(struct fixture *f, const char *request_pem, gnutls_x509_privkey_t key, const struct wish *wish, char *pem) {
    gnutls_x509_crt_t certificate;
    assert_int_equal(gnutls_x509_crt_init(&certificate), 0);
    set_common(certificate, request_pem != NULL ? NULL : "CN=own key", wish->from, wish->to);
    if (request_pem != NULL) {
        gnutls_x509_crq_t request;
        const gnutls_datum_t text = {.data = (unsigned char *)request_pem, .size = (unsigned)strlen(request_pem)};
        assert_int_equal(gnutls_x509_crq_init(&request), 0);
        assert_int_equal(gnutls_x509_crq_import(request, &text, GNUTLS_X509_FMT_PEM), 0);
        assert_int_equal(gnutls_x509_crq_verify(request, 0), 0); /* signed with the key that it names */
        assert_int_equal(gnutls_x509_crt_set_crq(certificate, request), 0);
        assert_int_equal(gnutls_x509_crt_set_crq_extension_by_oid(certificate, request, GNUTLS_X509EXT_OID_SAN, 0), 0);
        gnutls_x509_crq_deinit(request);
    } else {
        assert_int_equal(gnutls_x509_crt_set_key(certificate, key), 0);
    }
    if (wish->usage != 0) assert_int_equal(gnutls_x509_crt_set_key_usage(certificate, wish->usage), 0);
    if (wish->purpose != NULL) assert_int_equal(gnutls_x509_crt_set_key_purpose_oid(certificate, wish->purpose, 0), 0);
    assert_int_equal(gnutls_x509_crt_sign2(certificate, f->root.certificate, f->root.key, GNUTLS_DIG_SHA256, 0), 0);
    append(certificate, pem);
    gnutls_x509_crt_deinit(certificate);
}

/* ---- the fixture ---- */

static void load(struct fixture *f, time_t now) {
    assert_int_equal(tls_identity_load(&f->identity, f->scratch.fd, "super4c", NULL, now, f->problem, sizeof f->problem), 0);
    assert_int_equal(tls_live_start(&f->live, &f->identity, f->scratch.fd, f->problem, sizeof f->problem), 0);
}

static int setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    scratch_make(&f->scratch);
    load(f, NOW);
    make_authority(&f->root);
    f->fd = state_dir_sub(f->scratch.fd, "tls");
    return f->fd < 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    tls_live_stop(&f->live);
    gnutls_x509_privkey_deinit(f->root.key);
    gnutls_x509_crt_deinit(f->root.certificate);
    close(f->fd);
    scratch_remove(&f->scratch);
    free(f);
    return 0;
}

static void restart(struct fixture *f) {
    tls_live_stop(&f->live);
    load(f, NOW);
    assert_string_equal(f->identity.notice, ""); /* nothing had to be made anew: the pair fits */
}

static const char *served(struct fixture *f) {
    assert_int_equal(tls_live_certify(&f->live, CERTIFY_SHOW, &f->shown, NULL, NOW), CERTIFY_DONE);
    return f->shown.subject.common_name;
}

static const char *ask(struct fixture *f, const char *name) {
    f->asked = (struct certificate){.alternative = {"a.example", "192.0.2.7"}};
    strcpy(f->asked.subject.common_name, name);
    strcpy(f->asked.subject.country, "KR");
    assert_int_equal(tls_live_certify(&f->live, CERTIFY_REQUEST, &f->asked, NULL, NOW), CERTIFY_DONE);
    return f->asked.pem;
}

static enum certify_result replace(struct fixture *f, const char *pem) {
    return tls_live_certify(&f->live, CERTIFY_REPLACE, &f->shown, pem, NOW);
}

static bool is_there(struct fixture *f, const char *name) { return faccessat(f->fd, name, F_OK, 0) == 0; }

/* ---- the tests ---- */

static void test_shows_what_is_served(void **state) {
    struct fixture *f = *state;
    assert_string_equal(served(f), "super4c");
    assert_string_equal(f->shown.pem, f->identity.certificate);
    assert_string_equal(f->shown.alternative[0], "localhost");
    assert_string_equal(f->shown.alternative[3], "127.0.0.1");
    assert_int_equal(f->shown.usage, 1u << USAGE_DIGITAL_SIGNATURE | 1u << USAGE_SERVER_AUTHENTICATION);
    assert_int_equal(f->shown.not_before_ms, (NOW - DAY_S) * 1000ull);
    assert_int_equal(f->shown.serial_size, 16);
}

static void test_certificate_of_a_request_is_served_and_found_again(void **state) {
    struct fixture *f = *state;
    issue(f, ask(f, "new.example"), NULL, &plain, f->pem);
    append(f->root.certificate, f->pem);
    assert_string_equal(served(f), "super4c"); /* a request alone changes nothing */
    assert_true(is_there(f, "pending-key.pem"));
    assert_int_equal(replace(f, f->pem), CERTIFY_DONE);
    assert_string_equal(served(f), "new.example");
    assert_string_equal(f->shown.issuer.common_name, "Authority");
    assert_string_equal(f->shown.alternative[1], "192.0.2.7");
    assert_int_equal(f->live.count, 2);
    assert_false(is_there(f, "pending-key.pem"));
    assert_false(is_there(f, "next.pem"));
    restart(f);
    assert_string_equal(served(f), "new.example");
    assert_int_equal(f->live.count, 2);
}

static void test_certificate_of_the_present_key_is_accepted(void **state) {
    struct fixture *f = *state;
    char key[TLS_PEM_SIZE];
    memcpy(key, f->identity.key, sizeof key);
    issue(f, NULL, f->live.key, &plain, f->pem);
    assert_int_equal(replace(f, f->pem), CERTIFY_DONE);
    assert_string_equal(served(f), "own key");
    restart(f);
    assert_string_equal(served(f), "own key");
    assert_string_equal(f->identity.key, key);
}

static void test_request_outlives_a_restart_and_the_latest_counts(void **state) {
    struct fixture *f = *state;
    char first[PEM_SIZE] = "";
    issue(f, ask(f, "first.example"), NULL, &plain, first);
    issue(f, ask(f, "second.example"), NULL, &plain, f->pem);
    restart(f);
    assert_int_equal(replace(f, first), CERTIFY_FOREIGN_KEY);
    assert_string_equal(served(f), "super4c");
    assert_int_equal(replace(f, f->pem), CERTIFY_DONE);
    assert_string_equal(served(f), "second.example");
}

static void assert_refused(struct fixture *f, const struct wish *wish, enum certify_result result) {
    f->pem[0] = '\0';
    issue(f, NULL, f->live.key, wish, f->pem);
    assert_int_equal(replace(f, f->pem), result);
    assert_string_equal(served(f), "super4c");
}

static void test_unfit_certificates_are_refused(void **state) {
    struct fixture *f = *state;
    assert_refused(f, &(struct wish){NOW - 9 * DAY_S, NOW - DAY_S, 0, NULL}, CERTIFY_EXPIRED);
    assert_refused(f, &(struct wish){NOW + DAY_S, NOW + 9 * DAY_S, 0, NULL}, CERTIFY_NOT_YET_VALID);
    assert_refused(f, &(struct wish){NOW - DAY_S, NOW + DAY_S, GNUTLS_KEY_KEY_AGREEMENT, NULL}, CERTIFY_NOT_FOR_SERVERS);
    assert_refused(f, &(struct wish){NOW - DAY_S, NOW + DAY_S, 0, GNUTLS_KP_TLS_WWW_CLIENT}, CERTIFY_NOT_FOR_SERVERS);
    assert_int_equal(replace(f, ""), CERTIFY_MALFORMED);
    assert_int_equal(replace(f, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), CERTIFY_MALFORMED);
    assert_int_equal(replace(f, f->identity.key), CERTIFY_MALFORMED);
    assert_false(is_there(f, "next.pem"));
}

static void test_chain_must_be_in_order(void **state) {
    struct fixture *f = *state;
    struct authority other;
    make_authority(&other);
    append(f->root.certificate, f->pem); /* the root first: its key is nobody's here */
    issue(f, NULL, f->live.key, &plain, f->pem);
    assert_int_equal(replace(f, f->pem), CERTIFY_BROKEN_CHAIN);
    f->pem[0] = '\0';
    issue(f, NULL, f->live.key, &plain, f->pem);
    append(f->live.chain[0], f->pem); /* has not issued it */
    assert_int_equal(replace(f, f->pem), CERTIFY_BROKEN_CHAIN);
    f->pem[0] = '\0';
    issue(f, NULL, f->live.key, &plain, f->pem);
    for (unsigned i = 0; i < TLS_CHAIN_MAX; i++) append(f->root.certificate, f->pem);
    assert_int_equal(replace(f, f->pem), CERTIFY_MALFORMED); /* more than a chain may have */
    assert_string_equal(served(f), "super4c");
    gnutls_x509_privkey_deinit(other.key);
    gnutls_x509_crt_deinit(other.certificate);
}

/* The files as they stand after each step of the change: next.pem whole, then key.pem new, then cert.pem new. */
static void test_power_cut_at_each_step_leaves_a_pair_that_fits(void **state) {
    struct fixture *f = *state;
    char next[STATE_FILE_MAX], key[1024];
    issue(f, ask(f, "new.example"), NULL, &plain, f->pem);
    assert_true(tls_change_load_pending(f->fd, key, sizeof key) > 0);
    strcpy(next, key);
    strcat(next, f->pem);
    restart(f);
    assert_string_equal(served(f), "super4c"); /* before next.pem: the old pair */
    for (unsigned step = 0; step < 3; step++) {
        assert_int_equal(state_file_write(f->fd, "next.pem", next, strlen(next), 0600), 0);
        if (step > 0) assert_int_equal(state_file_write(f->fd, "key.pem", key, strlen(key), 0600), 0);
        if (step > 1) assert_int_equal(state_file_write(f->fd, "cert.pem", f->pem, strlen(f->pem), 0644), 0);
        restart(f);
        assert_string_equal(served(f), "new.example");
        assert_false(is_there(f, "next.pem"));
        assert_int_equal(tls_change_commit(f->fd, f->identity.key, f->identity.certificate), 0);
    }
}

static void test_a_disk_that_refuses_changes_nothing(void **state) {
    struct fixture *f = *state;
    issue(f, NULL, f->live.key, &plain, f->pem);
    int fd = f->live.fd;
    f->live.fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* no file can be made there */
    assert_int_equal(replace(f, f->pem), CERTIFY_FAILED);
    assert_int_equal(tls_live_certify(&f->live, CERTIFY_REQUEST, &f->asked, NULL, NOW), CERTIFY_FAILED);
    close(f->live.fd);
    f->live.fd = fd;
    assert_string_equal(served(f), "super4c");
}

static void test_each_handshake_gets_its_own_copies(void **state) {
    struct fixture *f = *state;
    gnutls_pcert_st *certificates;
    gnutls_ocsp_data_st *ocsp;
    gnutls_privkey_t key;
    unsigned count, ocsp_count, flags;
    assert_int_equal(tls_live_retrieve(NULL, NULL, &certificates, &count, &ocsp, &ocsp_count, &key, &flags), 0);
    issue(f, ask(f, "new.example"), NULL, &plain, f->pem);
    assert_int_equal(replace(f, f->pem), CERTIFY_DONE); /* frees what the copies are of */
    const gnutls_datum_t data = {.data = (unsigned char *)"x", .size = 1};
    gnutls_datum_t signature;
    assert_int_equal(gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &signature), 0);
    assert_int_equal(gnutls_pubkey_verify_data2(certificates[0].pubkey, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature), 0);
    assert_int_equal(flags, GNUTLS_CERT_RETR_DEINIT_ALL); /* who frees them: */
    gnutls_free(signature.data);
    gnutls_privkey_deinit(key);
    for (unsigned i = 0; i < count; i++) gnutls_pcert_deinit(&certificates[i]);
    gnutls_free(certificates);
}

static void test_expiry_is_that_of_what_is_served(void **state) {
    struct fixture *f = *state;
    issue(f, NULL, f->live.key, &(struct wish){NOW - DAY_S, NOW + 5 * DAY_S, 0, NULL}, f->pem);
    assert_false(tls_live_due(&f->live, NOW + 6 * DAY_S));
    assert_int_equal(replace(f, f->pem), CERTIFY_DONE);
    assert_false(tls_live_due(&f->live, NOW + 4 * DAY_S)); /* the owner's is served to its end */
    assert_true(tls_live_due(&f->live, NOW + 6 * DAY_S));
}

static void test_forgotten_is_made_anew(void **state) {
    struct fixture *f = *state;
    char old[TLS_PEM_SIZE];
    memcpy(old, f->identity.key, sizeof old);
    ask(f, "new.example");
    assert_int_equal(tls_change_forget(f->scratch.fd), 0);
    assert_false(is_there(f, "key.pem"));
    assert_false(is_there(f, "pending-key.pem"));
    assert_int_equal(tls_change_forget(f->scratch.fd), 0); /* twice does no harm */
    tls_live_stop(&f->live);
    load(f, NOW);
    assert_string_not_equal(f->identity.key, old);
}

static void test_key_of_another_kind_is_told_at_the_start(void **state) {
    struct fixture *f = *state;
    static struct tls_identity rsa;
    static struct tls_live live;
    gnutls_x509_privkey_t key;
    rsa = f->identity;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 2048, 0), 0);
    assert_int_equal(tls_x509_export_key(key, rsa.key, sizeof rsa.key), 0);
    gnutls_x509_privkey_deinit(key);
    assert_int_equal(tls_live_start(&live, &rsa, f->scratch.fd, f->problem, sizeof f->problem), -1);
    assert_non_null(strstr(f->problem, "P-256"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_shows_what_is_served),
        TEST(test_certificate_of_a_request_is_served_and_found_again),
        TEST(test_certificate_of_the_present_key_is_accepted),
        TEST(test_request_outlives_a_restart_and_the_latest_counts),
        TEST(test_unfit_certificates_are_refused),
        TEST(test_chain_must_be_in_order),
        TEST(test_power_cut_at_each_step_leaves_a_pair_that_fits),
        TEST(test_a_disk_that_refuses_changes_nothing),
        TEST(test_each_handshake_gets_its_own_copies),
        TEST(test_expiry_is_that_of_what_is_served),
        TEST(test_forgotten_is_made_anew),
        TEST(test_key_of_another_kind_is_told_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
