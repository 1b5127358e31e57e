/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/linux/state_dir.h"
#include "port/linux/tls_identity.h"
#include "tests/unit/port/scratch.h"

#define DAY_S 86400
#define NOW   ((time_t)1767225600) /* 2026-01-01 */

struct fixture {
    struct scratch scratch;
    struct tls_identity first, second;
    char problem[300];
};

static int setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    scratch_make(&f->scratch);
    return tls_identity_load(&f->first, f->scratch.fd, "super4c", NULL, NOW, f->problem, sizeof f->problem);
}

static int teardown(void **state) {
    struct fixture *f = *state;
    scratch_remove(&f->scratch);
    free(f);
    return 0;
}

static void load_again(struct fixture *f, time_t now) {
    assert_int_equal(tls_identity_load(&f->second, f->scratch.fd, "super4c", NULL, now, f->problem, sizeof f->problem), 0);
}

static gnutls_x509_crt_t certificate_of(const struct tls_identity *identity) {
    gnutls_x509_crt_t certificate;
    gnutls_datum_t pem = {.data = (unsigned char *)identity->certificate, .size = (unsigned)strlen(identity->certificate)};
    assert_int_equal(gnutls_x509_crt_init(&certificate), 0);
    assert_int_equal(gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM), 0);
    return certificate;
}

static mode_t mode_of(struct fixture *f, const char *name) {
    struct stat status;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", f->scratch.path, name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static bool is_there(struct fixture *f, const char *name) {
    struct stat status;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", f->scratch.path, name);
    return stat(path, &status) == 0;
}

static void damage(struct fixture *f, const char *name) {
    int fd = state_dir_sub(f->scratch.fd, "tls");
    assert_int_equal(state_file_write(fd, name, "no PEM", 6, 0644), 0);
    close(fd);
}

static void test_fresh_identity(void **state) {
    struct fixture *f = *state;
    gnutls_x509_crt_t certificate = certificate_of(&f->first);
    gnutls_ecc_curve_t curve;
    unsigned critical, ca;
    assert_int_equal(mode_of(f, "tls/key.pem"), 0600);
    assert_int_equal(mode_of(f, "tls"), 0700);
    assert_int_equal(gnutls_x509_crt_get_pk_ecc_raw(certificate, &curve, NULL, NULL), 0);
    assert_int_equal(curve, GNUTLS_ECC_CURVE_SECP256R1);
    assert_int_equal(gnutls_x509_crt_get_signature_algorithm(certificate), GNUTLS_SIGN_ECDSA_SHA256);
    assert_int_equal(gnutls_x509_crt_get_basic_constraints(certificate, &critical, &ca, NULL), 0);
    assert_false(ca);
    assert_true(gnutls_x509_crt_get_activation_time(certificate) <= NOW);
    assert_in_range(gnutls_x509_crt_get_expiration_time(certificate), NOW + 800 * DAY_S, NOW + 825 * DAY_S); /* Apple's limit */
    gnutls_x509_crt_deinit(certificate);
}

static void test_names(void **state) {
    static const char *const good[] = {"localhost", "super4c", "super4c.local", "127.0.0.1", "::1"};
    struct fixture *f = *state;
    gnutls_x509_crt_t certificate = certificate_of(&f->first);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(gnutls_x509_crt_check_hostname(certificate, good[i]));
    assert_false(gnutls_x509_crt_check_hostname(certificate, "example.org"));
    assert_false(gnutls_x509_crt_check_hostname(certificate, "10.0.0.7"));
    gnutls_x509_crt_deinit(certificate);
}

static void test_listening_address_is_named(void **state) {
    struct fixture *f = *state;
    struct scratch other;
    scratch_make(&other);
    assert_int_equal(tls_identity_load(&f->second, other.fd, "super4c", "10.0.0.7", NOW, f->problem, sizeof f->problem), 0);
    gnutls_x509_crt_t certificate = certificate_of(&f->second);
    assert_true(gnutls_x509_crt_check_hostname(certificate, "10.0.0.7"));
    gnutls_x509_crt_deinit(certificate);
    scratch_remove(&other);
}

static void test_restart_changes_nothing(void **state) {
    struct fixture *f = *state;
    load_again(f, NOW + 100 * DAY_S);
    assert_string_equal(f->second.certificate, f->first.certificate);
    assert_string_equal(f->second.key, f->first.key);
    assert_string_equal(f->second.notice, "");
}

static void test_expiring_certificate_is_renewed_with_its_key(void **state) {
    struct fixture *f = *state;
    load_again(f, NOW + (TLS_VALID_DAYS - TLS_RENEW_DAYS + 1) * DAY_S);
    assert_string_not_equal(f->second.certificate, f->first.certificate);
    assert_string_equal(f->second.key, f->first.key);
    assert_true(is_there(f, "tls/cert.pem.old"));
    assert_false(is_there(f, "tls/key.pem.old"));
    assert_non_null(strstr(f->second.notice, "renewed"));
}

static void test_running_program_knows_when_to_renew(void **state) {
    struct fixture *f = *state;
    time_t last_good = NOW + (TLS_VALID_DAYS - TLS_RENEW_DAYS) * (time_t)DAY_S;
    load_again(f, last_good); /* the latest start that keeps it */
    assert_string_equal(f->second.notice, "");
    assert_false(tls_identity_due(&f->second, last_good + DAY_S));
    assert_true(tls_identity_due(&f->second, NOW + (TLS_VALID_DAYS - 1) * (time_t)DAY_S));
}

/* A certificate for the controller's key, signed by an authority, with ten days left. */
static void install_owners(struct fixture *f) {
    gnutls_x509_privkey_t authority_key;
    gnutls_x509_crt_t certificate = certificate_of(&f->first), authority = certificate_of(&f->first);
    char pem[TLS_PEM_SIZE];
    size_t size = sizeof pem;
    int fd = state_dir_sub(f->scratch.fd, "tls");
    assert_int_equal(gnutls_x509_privkey_init(&authority_key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(authority_key, GNUTLS_PK_ECDSA, 256, 0), 0);
    assert_int_equal(gnutls_x509_crt_set_key(authority, authority_key), 0);
    assert_int_equal(gnutls_x509_crt_set_dn(authority, "CN=Authority", NULL), 0);
    assert_int_equal(gnutls_x509_crt_set_expiration_time(certificate, NOW + 10 * DAY_S), 0);
    assert_int_equal(gnutls_x509_crt_sign2(certificate, authority, authority_key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, pem, &size), 0);
    assert_int_equal(state_file_write(fd, "cert.pem", pem, size, 0644), 0);
    close(fd);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_crt_deinit(authority);
    gnutls_x509_privkey_deinit(authority_key);
}

static void test_owners_certificate_stays_until_it_has_expired(void **state) {
    struct fixture *f = *state;
    install_owners(f);
    load_again(f, NOW + 9 * DAY_S);
    assert_string_equal(f->second.notice, "");
    assert_false(tls_identity_due(&f->second, NOW + 9 * DAY_S));
    assert_true(tls_identity_due(&f->second, NOW + 11 * DAY_S));
    load_again(f, NOW + 11 * DAY_S);
    assert_non_null(strstr(f->second.notice, "renewed"));
    assert_true(is_there(f, "tls/cert.pem.old"));
}

static void test_damaged_certificate_is_renewed(void **state) {
    struct fixture *f = *state;
    damage(f, "cert.pem");
    load_again(f, NOW);
    assert_string_equal(f->second.key, f->first.key);
    assert_true(is_there(f, "tls/cert.pem.old"));
    assert_non_null(strstr(f->second.notice, "renewed"));
}

static void test_damaged_key_is_replaced_with_its_certificate(void **state) {
    struct fixture *f = *state;
    damage(f, "key.pem");
    load_again(f, NOW);
    assert_string_not_equal(f->second.key, f->first.key);
    assert_string_not_equal(f->second.certificate, f->first.certificate);
    assert_true(is_there(f, "tls/key.pem.old"));
    assert_int_equal(mode_of(f, "tls/key.pem"), 0600);
    assert_non_null(strstr(f->second.notice, "key was unreadable"));
    load_again(f, NOW);
    assert_string_equal(f->second.notice, ""); /* the pair fits together again */
}

static void test_key_open_to_others_is_closed(void **state) {
    struct fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/tls/key.pem", f->scratch.path);
    assert_int_equal(chmod(path, 0644), 0);
    load_again(f, NOW);
    assert_int_equal(mode_of(f, "tls/key.pem"), 0600);
}

static void test_key_leaves_memory(void **state) {
    struct fixture *f = *state;
    char zero[TLS_PEM_SIZE] = {0};
    tls_identity_forget(&f->first);
    assert_memory_equal(f->first.key, zero, sizeof zero);
}

static void test_no_directory_is_an_error_in_words(void **state) {
    struct fixture *f = *state;
    assert_int_equal(tls_identity_load(&f->second, -1, "super4c", NULL, NOW, f->problem, sizeof f->problem), -1);
    assert_non_null(strstr(f->problem, "TLS certificate: "));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_fresh_identity),
        TEST(test_names),
        TEST(test_listening_address_is_named),
        TEST(test_restart_changes_nothing),
        TEST(test_expiring_certificate_is_renewed_with_its_key),
        TEST(test_running_program_knows_when_to_renew),
        TEST(test_owners_certificate_stays_until_it_has_expired),
        TEST(test_damaged_certificate_is_renewed),
        TEST(test_damaged_key_is_replaced_with_its_certificate),
        TEST(test_key_open_to_others_is_closed),
        TEST(test_key_leaves_memory),
        TEST(test_no_directory_is_an_error_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
