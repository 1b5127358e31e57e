/* SPDX-License-Identifier: Apache-2.0
 * The chip's HTTPS identity on a store of this test's own: made, found again, asked for, replaced, refused, forgotten; a store
 * that fails leaves what is served as it was. Needs Mbed TLS 3.6, as ESP-IDF has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_csr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hal/errors.h"
#include "port/esp32/main/tls_identity.h"

#define NOW_S 1800000000u /* 2027-01-15 */
#define DAY_S 86400u

/* ---- a store ---- */

#define VALUE_COUNT 4
static struct {
    char key[HAL_STORE_KEY_MAX + 1];
    uint8_t value[HAL_STORE_VALUE_MAX];
    size_t size;
} values[VALUE_COUNT];
static bool store_fails;

static int find(const char *key) {
    for (int i = 0; i < VALUE_COUNT; i++)
        if (values[i].size > 0 && strcmp(values[i].key, key) == 0) return i;
    return -1;
}

static int get(void *ctx, const char *key, uint8_t *out, size_t *size) {
    int i = find(key);
    (void)ctx;
    if (i < 0) return HAL_ERR_NOT_FOUND;
    if (values[i].size > *size) return HAL_ERR_TOO_LARGE;
    memcpy(out, values[i].value, values[i].size);
    *size = values[i].size;
    return 0;
}

static int put(void *ctx, const char *key, const uint8_t *value, size_t size) {
    int i = find(key);
    (void)ctx;
    if (store_fails) return HAL_ERR_FULL;
    for (int n = 0; i < 0 && n < VALUE_COUNT; n++)
        if (values[n].size == 0) i = n;
    assert_true(i >= 0 && size <= HAL_STORE_VALUE_MAX);
    snprintf(values[i].key, sizeof values[i].key, "%s", key);
    memcpy(values[i].value, value, size);
    values[i].size = size;
    return 0;
}

static int erase(void *ctx, const char *key) {
    int i = find(key);
    (void)ctx;
    if (i >= 0) values[i].size = 0;
    return 0;
}

static int random_bytes(void *ctx, uint8_t *out, size_t size) {
    (void)ctx;
    for (size_t i = 0; i < size; i++) out[i] = (uint8_t)(rand() >> 7);
    return 0;
}

static const struct hal_store store = {.get = get, .put = put, .erase = erase};
static const struct hal_random noise = {.fill = random_bytes};
static struct tls_identity identity;
static struct certificate shown, other;
static const char *made;

static void start(uint64_t now_s) {
    assert_int_equal(tls_identity_start(&identity, &store, &noise, "super4c-1234", now_s, &made), 0);
}

/* As a restart of the controller: what was allocated is gone. */
static void stop(void) {
    if (identity.current != NULL) tls_identity_give_back(&identity, identity.current);
    identity.current = NULL;
}

static int setup(void **state) {
    (void)state;
    memset(values, 0, sizeof values);
    store_fails = false;
    start(NOW_S);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    stop();
    return 0;
}

static enum certify_result show(struct certificate *certificate) {
    return tls_identity_certify(&identity, CERTIFY_SHOW, certificate, NULL, NOW_S);
}

/* ---- an authority ---- */

static mbedtls_pk_context authority_key;
static mbedtls_x509_crt authority;

/* A certificate of the request's key, issued by the authority or by somebody of that name only. */
static void issue(const char *request_pem, const char *from, const char *until, bool for_clients, char *pem, size_t size) {
    static mbedtls_asn1_sequence client = {.buf = {.tag = MBEDTLS_ASN1_OID,
                                                   .len = MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH),
                                                   .p = (unsigned char *)MBEDTLS_OID_CLIENT_AUTH}};
    mbedtls_x509_csr request;
    mbedtls_x509write_cert writer;
    unsigned char serial[] = {1, 2, 3};
    mbedtls_x509_csr_init(&request);
    mbedtls_x509write_crt_init(&writer);
    assert_int_equal(mbedtls_x509_csr_parse(&request, (const unsigned char *)request_pem, strlen(request_pem) + 1), 0);
    mbedtls_x509write_crt_set_version(&writer, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&writer, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&writer, &request.pk);
    mbedtls_x509write_crt_set_issuer_key(&writer, &authority_key);
    assert_int_equal(mbedtls_x509write_crt_set_subject_name(&writer, "CN=bmc.example,O=Lab"), 0);
    assert_int_equal(mbedtls_x509write_crt_set_issuer_name(&writer, "CN=super4c-1234"), 0);
    assert_int_equal(mbedtls_x509write_crt_set_serial_raw(&writer, serial, sizeof serial), 0);
    assert_int_equal(mbedtls_x509write_crt_set_validity(&writer, from, until), 0);
    if (for_clients)
        assert_int_equal(mbedtls_x509write_crt_set_ext_key_usage(&writer, &client), 0);
    else
        assert_int_equal(mbedtls_x509write_crt_set_basic_constraints(&writer, 0, -1), 0);
    assert_int_equal(mbedtls_x509write_crt_pem(&writer, (unsigned char *)pem, size, tls_x509_random, (void *)&noise), 0);
    mbedtls_x509write_crt_free(&writer);
    mbedtls_x509_csr_free(&request);
}

static void make_authority(void) {
    mbedtls_pk_init(&authority_key);
    mbedtls_x509_crt_init(&authority);
    assert_int_equal(tls_x509_make_key(&authority_key, &noise), 0);
    assert_int_equal(tls_x509_make(&authority, &authority_key, "super4c-1234", NOW_S, &noise), 0);
}

static void free_authority(void) {
    mbedtls_pk_free(&authority_key);
    mbedtls_x509_crt_free(&authority);
}

static const struct certificate wanted = {
    .subject = {.common_name = "bmc, \"lab\"=1", .organization = " #Lab+Co\\ ", .country = "KR", .email = "a@example.org"},
    .alternative = {"bmc.example", "192.0.2.1", "2001:db8::1"}};

/* ---- tests ---- */

static void it_is_made_once_and_found_again(void **state) {
    (void)state;
    assert_string_equal(made, "a TLS key and certificate were made");
    assert_int_equal(show(&shown), CERTIFY_DONE);
    assert_string_equal(shown.subject.common_name, "super4c-1234");
    assert_string_equal(shown.alternative[1], "super4c-1234");
    assert_string_equal(shown.alternative[0], "super4c-1234.local");
    assert_int_equal(shown.usage, 1u << USAGE_DIGITAL_SIGNATURE | 1u << USAGE_SERVER_AUTHENTICATION);
    assert_int_equal(shown.not_before_ms, (uint64_t)(NOW_S - DAY_S) * 1000);
    assert_int_equal(shown.not_after_ms, (NOW_S + (uint64_t)TLS_VALID_DAYS * DAY_S) * 1000);
    assert_int_equal(shown.serial_size, 16);
    assert_non_null(strstr(shown.pem, "-----BEGIN CERTIFICATE-----\n"));
    stop();
    start(NOW_S + 100);
    assert_null(made);
    show(&other);
    assert_memory_equal(&shown, &other, sizeof shown);
}

static void it_is_renewed_with_the_same_key(void **state) {
    (void)state;
    struct tls_pair *before = tls_identity_take(&identity);
    assert_false(tls_identity_renew(&identity, "super4c-1234", NOW_S + (TLS_VALID_DAYS - TLS_RENEW_DAYS - 1) * DAY_S));
    assert_true(tls_identity_renew(&identity, "super4c-1234", NOW_S + (TLS_VALID_DAYS - TLS_RENEW_DAYS + 1) * DAY_S));
    assert_ptr_not_equal(before, identity.current);
    assert_true(tls_x509_belongs(&identity.current->chain, &before->key, &noise)); /* still there for its connection */
    tls_identity_give_back(&identity, before);
}

static void without_a_clock_it_waits_for_one(void **state) {
    (void)state;
    stop();
    memset(values, 0, sizeof values);
    start(0);
    show(&shown);
    assert_true(shown.not_before_ms < (uint64_t)NOW_S * 1000 && shown.not_after_ms > (uint64_t)NOW_S * 1000);
    assert_false(tls_identity_renew(&identity, "super4c-1234", 0));
    assert_true(tls_identity_renew(&identity, "super4c-1234", NOW_S));
    show(&shown);
    assert_int_equal(shown.not_after_ms, (NOW_S + (uint64_t)TLS_VALID_DAYS * DAY_S) * 1000);
    assert_false(tls_identity_renew(&identity, "super4c-1234", NOW_S));
}

static void a_damaged_record_is_made_anew(void **state) {
    (void)state;
    show(&shown);
    for (size_t i = 0; i < 40; i++) {
        stop();
        values[find("tls")].value[i * 7] ^= 0x55;
        start(NOW_S);
        assert_non_null(identity.current);
    }
    values[find("tls")].size = 1;
    stop();
    start(NOW_S);
    show(&other);
    assert_memory_not_equal(shown.fingerprint, other.fingerprint, sizeof shown.fingerprint);
}

static void a_request_says_what_was_wanted(void **state) {
    char text[512];
    mbedtls_x509_csr request;
    (void)state;
    other = wanted;
    assert_int_equal(tls_identity_certify(&identity, CERTIFY_REQUEST, &other, NULL, NOW_S), CERTIFY_DONE);
    mbedtls_x509_csr_init(&request);
    assert_int_equal(mbedtls_x509_csr_parse(&request, (const unsigned char *)other.pem, strlen(other.pem) + 1), 0);
    for (const mbedtls_x509_name *name = &request.subject; name != NULL; name = name->next) {
        snprintf(text, sizeof text, "%.*s", (int)name->val.len, (const char *)name->val.p);
        assert_true(strcmp(text, wanted.subject.common_name) == 0 || strcmp(text, wanted.subject.organization) == 0 ||
                    strcmp(text, "KR") == 0 || strcmp(text, "a@example.org") == 0);
    }
    unsigned count = 0;
    for (const mbedtls_x509_sequence *at = &request.subject_alt_names; at != NULL; at = at->next) count++;
    assert_int_equal(count, 3);
    assert_false(mbedtls_pk_check_pair(&request.pk, &identity.current->key, tls_x509_random, (void *)&noise) == 0);
    mbedtls_x509_csr_free(&request);
}

static void what_was_asked_for_is_served(void **state) {
    char pem[4096];
    (void)state;
    struct tls_pair *before = tls_identity_take(&identity);
    make_authority();
    other = wanted;
    tls_identity_certify(&identity, CERTIFY_REQUEST, &other, NULL, NOW_S);
    issue(other.pem, "20260101000000", "20280101000000", false, pem, sizeof pem);
    store_fails = true;
    assert_int_equal(tls_identity_certify(&identity, CERTIFY_REPLACE, &other, pem, NOW_S), CERTIFY_FAILED);
    assert_ptr_equal(identity.current, before);
    store_fails = false;
    assert_int_equal(tls_identity_certify(&identity, CERTIFY_REPLACE, &other, pem, NOW_S), CERTIFY_DONE);
    assert_string_equal(other.subject.common_name, "bmc.example");
    assert_ptr_not_equal(identity.current, before);
    tls_identity_give_back(&identity, before);
    assert_int_equal(find("tls.next"), -1);
    stop();
    start(NOW_S + 10000 * DAY_S); /* an owner's certificate is served however old it is */
    assert_null(made);
    show(&shown);
    assert_memory_equal(shown.fingerprint, other.fingerprint, sizeof shown.fingerprint);
    free_authority();
}

static void what_must_not_be_served_is_refused(void **state) {
    char pem[12000];
    (void)state;
    struct tls_pair *before = identity.current;
    make_authority();
    other = wanted;
    tls_identity_certify(&identity, CERTIFY_REQUEST, &other, NULL, NOW_S);
    char request[CERTIFICATE_PEM_SIZE];
    memcpy(request, other.pem, sizeof request);
#define REPLACE() tls_identity_certify(&identity, CERTIFY_REPLACE, &other, pem, NOW_S)
    issue(request, "20250101000000", "20260101000000", false, pem, sizeof pem);
    assert_int_equal(REPLACE(), CERTIFY_EXPIRED);
    issue(request, "20280101000000", "20290101000000", false, pem, sizeof pem);
    assert_int_equal(REPLACE(), CERTIFY_NOT_YET_VALID);
    issue(request, "20260101000000", "20290101000000", true, pem, sizeof pem);
    assert_int_equal(REPLACE(), CERTIFY_NOT_FOR_SERVERS);
    issue(request, "20260101000000", "20290101000000", false, pem, sizeof pem);
    size_t size = strlen(pem);
    memcpy(pem + size, pem, size); /* not issued by itself */
    pem[size + size] = '\0';
    assert_int_equal(REPLACE(), CERTIFY_BROKEN_CHAIN);
    for (unsigned i = 2; i < 5; i++) memcpy(pem + i * size, pem, size);
    pem[5 * size] = '\0';
    assert_int_equal(REPLACE(), CERTIFY_MALFORMED);
    pem[size / 2] = '\0';
    assert_int_equal(REPLACE(), CERTIFY_MALFORMED);
    strcpy(pem, "no certificate");
    assert_int_equal(REPLACE(), CERTIFY_MALFORMED);
    issue(request, "20260101000000", "20290101000000", false, pem, sizeof pem);
    tls_identity_certify(&identity, CERTIFY_REQUEST, &other, NULL, NOW_S); /* another request: the first key is gone */
    assert_int_equal(REPLACE(), CERTIFY_FOREIGN_KEY);
    assert_ptr_equal(identity.current, before);
    free_authority();
}

static void forgotten_it_is_made_anew(void **state) {
    (void)state;
    show(&shown);
    other = wanted;
    tls_identity_certify(&identity, CERTIFY_REQUEST, &other, NULL, NOW_S);
    assert_int_equal(tls_identity_forget(&store), 0);
    assert_true(find("tls") < 0 && find("tls.next") < 0);
    stop();
    start(NOW_S);
    show(&other);
    assert_memory_not_equal(shown.fingerprint, other.fingerprint, sizeof shown.fingerprint);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_made_once_and_found_again, setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_renewed_with_the_same_key, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_clock_it_waits_for_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_record_is_made_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_says_what_was_wanted, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_asked_for_is_served, setup, teardown),
        cmocka_unit_test_setup_teardown(what_must_not_be_served_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(forgotten_it_is_made_anew, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
