/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/tls_identity_x509.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* ---- keys ---- */

int tls_x509_make_key(gnutls_x509_privkey_t key) {
    return gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
}

bool tls_x509_is_p256(gnutls_x509_privkey_t key) {
    gnutls_ecc_curve_t curve;
    return gnutls_x509_privkey_export_ecc_raw(key, &curve, NULL, NULL, NULL) == 0 && curve == GNUTLS_ECC_CURVE_SECP256R1;
}

int tls_x509_export_key(gnutls_x509_privkey_t key, char *pem, size_t size) {
    size_t used = size - 1;
    int code = gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem, &used);
    if (code >= 0) pem[used] = '\0';
    return code;
}

bool tls_x509_belongs(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key) {
    unsigned char of_certificate[32], of_key[32];
    size_t certificate_size = sizeof of_certificate, key_size = sizeof of_key;
    return gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, of_certificate, &certificate_size) == 0 &&
           gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, of_key, &key_size) == 0 && certificate_size == key_size &&
           memcmp(of_certificate, of_key, key_size) == 0;
}

/* ---- names ---- */

/* The parts of a distinguished name that Redfish has a word for. */
static const struct {
    const char *oid;
    size_t offset, size; /* in struct certificate_name */
} name_parts[] = {
#define PART(oid, member)                                                                                                        \
    { (oid), offsetof(struct certificate_name, member), sizeof((struct certificate_name *)0)->member }
    PART(GNUTLS_OID_X520_COMMON_NAME, common_name),
    PART(GNUTLS_OID_X520_ORGANIZATION_NAME, organization),
    PART(GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, unit),
    PART(GNUTLS_OID_X520_LOCALITY_NAME, city),
    PART(GNUTLS_OID_X520_STATE_OR_PROVINCE_NAME, state),
    PART(GNUTLS_OID_X520_COUNTRY_NAME, country),
    PART(GNUTLS_OID_PKCS9_EMAIL, email),
#undef PART
};
#define NAME_PART_COUNT (sizeof name_parts / sizeof name_parts[0])

typedef int get_name_part(gnutls_x509_crt_t certificate, const char *oid, unsigned index, unsigned raw, void *out, size_t *size);

/* A part that is too long is left out. */
static void read_name(gnutls_x509_crt_t certificate, get_name_part *get, struct certificate_name *name) {
    for (size_t i = 0; i < NAME_PART_COUNT; i++) {
        char *out = (char *)name + name_parts[i].offset;
        size_t size = name_parts[i].size;
        if (get(certificate, name_parts[i].oid, 0, 0, out, &size) != 0) out[0] = '\0';
    }
}

static int is_address(const char *text, unsigned char bytes[16]) {
    return inet_pton(AF_INET, text, bytes) == 1 ? 4 : inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

int tls_x509_add_alternative(gnutls_x509_crt_t certificate, const char *text) {
    unsigned char bytes[16];
    int size = is_address(text, bytes);
    if (size > 0)
        return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, bytes, (unsigned)size, GNUTLS_FSAN_APPEND);
    return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, text, (unsigned)strlen(text),
                                                GNUTLS_FSAN_APPEND);
}

static int add_request_alternative(gnutls_x509_crq_t request, const char *text) {
    unsigned char bytes[16];
    int size = is_address(text, bytes);
    if (size > 0)
        return gnutls_x509_crq_set_subject_alt_name(request, GNUTLS_SAN_IPADDRESS, bytes, (unsigned)size, GNUTLS_FSAN_APPEND);
    return gnutls_x509_crq_set_subject_alt_name(request, GNUTLS_SAN_DNSNAME, text, (unsigned)strlen(text), GNUTLS_FSAN_APPEND);
}

static void read_alternatives(gnutls_x509_crt_t certificate, struct certificate *out) {
    unsigned used = 0;
    for (unsigned i = 0; used < CERTIFICATE_ALTERNATIVE_MAX; i++) {
        char *text = out->alternative[used], raw[CERTIFICATE_ALTERNATIVE_SIZE];
        size_t size = sizeof raw;
        int kind = gnutls_x509_crt_get_subject_alt_name(certificate, i, raw, &size, NULL);
        if (kind == GNUTLS_E_SHORT_MEMORY_BUFFER) continue;
        if (kind < 0) return;
        if (kind == GNUTLS_SAN_DNSNAME && size < sizeof raw) snprintf(text, CERTIFICATE_ALTERNATIVE_SIZE, "%.*s", (int)size, raw);
        if (kind == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16))
            inet_ntop(size == 4 ? AF_INET : AF_INET6, raw, text, CERTIFICATE_ALTERNATIVE_SIZE);
        if (text[0] != '\0') used++;
    }
}

/* ---- usage ---- */

/* True with the extension; false: there is none, and by RFC 5280 nothing is excluded. */
static bool read_usage(gnutls_x509_crt_t certificate, uint16_t *usage) {
    static const struct {
        unsigned bit;
        enum certificate_usage usage;
    } bits[] = {
        {GNUTLS_KEY_DIGITAL_SIGNATURE, USAGE_DIGITAL_SIGNATURE},
        {GNUTLS_KEY_NON_REPUDIATION, USAGE_NON_REPUDIATION},
        {GNUTLS_KEY_KEY_ENCIPHERMENT, USAGE_KEY_ENCIPHERMENT},
        {GNUTLS_KEY_DATA_ENCIPHERMENT, USAGE_DATA_ENCIPHERMENT},
        {GNUTLS_KEY_KEY_AGREEMENT, USAGE_KEY_AGREEMENT},
        {GNUTLS_KEY_KEY_CERT_SIGN, USAGE_KEY_CERT_SIGN},
        {GNUTLS_KEY_CRL_SIGN, USAGE_CRL_SIGNING},
    };
    unsigned found = 0;
    if (gnutls_x509_crt_get_key_usage(certificate, &found, NULL) < 0) return false;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (found & bits[i].bit) *usage |= (uint16_t)(1u << bits[i].usage);
    return true;
}

static bool read_purposes(gnutls_x509_crt_t certificate, uint16_t *usage) {
    for (unsigned i = 0;; i++) {
        char oid[64];
        size_t size = sizeof oid;
        int code = gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &size, NULL);
        if (code == GNUTLS_E_SHORT_MEMORY_BUFFER) continue;
        if (code < 0) return i > 0;
        bool any = strcmp(oid, GNUTLS_KP_ANY) == 0;
        if (any || strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0) *usage |= 1u << USAGE_SERVER_AUTHENTICATION;
        if (any || strcmp(oid, GNUTLS_KP_TLS_WWW_CLIENT) == 0) *usage |= 1u << USAGE_CLIENT_AUTHENTICATION;
    }
}

static bool for_servers(gnutls_x509_crt_t certificate) {
    uint16_t usage = 0;
    bool limited = read_usage(certificate, &usage), purposes = read_purposes(certificate, &usage);
    return (!limited || usage & 1u << USAGE_DIGITAL_SIGNATURE) && (!purposes || usage & 1u << USAGE_SERVER_AUTHENTICATION);
}

/* ---- a certificate ---- */

static uint64_t to_ms(time_t seconds) { return seconds > 0 ? (uint64_t)seconds * 1000 : 0; }

int tls_x509_describe(gnutls_x509_crt_t certificate, struct certificate *out) {
    *out = (struct certificate){0};
    size_t size = sizeof out->pem - 1;
    if (gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, out->pem, &size) < 0) size = 0;
    out->pem[size] = '\0';
    read_name(certificate, gnutls_x509_crt_get_dn_by_oid, &out->subject);
    read_name(certificate, gnutls_x509_crt_get_issuer_dn_by_oid, &out->issuer);
    read_alternatives(certificate, out);
    read_usage(certificate, &out->usage);
    read_purposes(certificate, &out->usage);
    out->not_before_ms = to_ms(gnutls_x509_crt_get_activation_time(certificate));
    out->not_after_ms = to_ms(gnutls_x509_crt_get_expiration_time(certificate));
    size = sizeof out->serial;
    out->serial_size = gnutls_x509_crt_get_serial(certificate, out->serial, &size) == 0 ? (uint8_t)size : 0;
    size = sizeof out->fingerprint;
    return gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, out->fingerprint, &size);
}

/* ---- a request (RFC 2986) ---- */

static int fill_request(gnutls_x509_crq_t request, gnutls_x509_privkey_t key, const struct certificate *wanted) {
    int code = gnutls_x509_crq_set_version(request, 1);
    if (code >= 0) code = gnutls_x509_crq_set_key(request, key);
    for (size_t i = 0; i < NAME_PART_COUNT && code >= 0; i++) {
        const char *text = (const char *)&wanted->subject + name_parts[i].offset;
        if (text[0] != '\0') code = gnutls_x509_crq_set_dn_by_oid(request, name_parts[i].oid, 0, text, (unsigned)strlen(text));
    }
    /* RFC 9110, 4.3.4: clients look at the alternative names alone. */
    if (code >= 0 && wanted->alternative[0][0] == '\0') code = add_request_alternative(request, wanted->subject.common_name);
    for (unsigned i = 0; i < CERTIFICATE_ALTERNATIVE_MAX && wanted->alternative[i][0] != '\0' && code >= 0; i++)
        code = add_request_alternative(request, wanted->alternative[i]);
    if (code >= 0) code = gnutls_x509_crq_set_key_usage(request, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (code >= 0) code = gnutls_x509_crq_set_key_purpose_oid(request, GNUTLS_KP_TLS_WWW_SERVER, 0);
    return code;
}

int tls_x509_request(gnutls_x509_privkey_t key, struct certificate *certificate) {
    gnutls_x509_crq_t request;
    size_t size = sizeof certificate->pem - 1;
    int code = gnutls_x509_crq_init(&request);
    if (code < 0) return code;
    code = fill_request(request, key, certificate);
    if (code >= 0) code = gnutls_x509_crq_sign2(request, key, GNUTLS_DIG_SHA256, 0);
    if (code >= 0) code = gnutls_x509_crq_export(request, GNUTLS_X509_FMT_PEM, certificate->pem, &size);
    certificate->pem[code >= 0 ? size : 0] = '\0';
    gnutls_x509_crq_deinit(request);
    return code;
}

/* ---- a chain ---- */

enum certify_result tls_x509_read(const char *pem, gnutls_x509_crt_t chain[TLS_CHAIN_MAX], unsigned *count) {
    const gnutls_datum_t text = {.data = (unsigned char *)pem, .size = (unsigned)strlen(pem)};
    *count = TLS_CHAIN_MAX;
    int code = gnutls_x509_crt_list_import(chain, count, &text, GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
    if (code > 0) return CERTIFY_DONE;
    *count = 0; /* GnuTLS has freed what it had made */
    return code == GNUTLS_E_MEMORY_ERROR ? CERTIFY_FAILED : CERTIFY_MALFORMED;
}

void tls_x509_free(gnutls_x509_crt_t chain[TLS_CHAIN_MAX], unsigned count) {
    for (unsigned i = 0; i < count; i++) gnutls_x509_crt_deinit(chain[i]);
}

enum certify_result tls_x509_check(const gnutls_x509_crt_t chain[TLS_CHAIN_MAX], unsigned count, time_t now) {
    if (gnutls_x509_crt_get_version(chain[0]) != 3) return CERTIFY_MALFORMED;
    for (unsigned i = 0; i < count; i++) {
        if (gnutls_x509_crt_get_expiration_time(chain[i]) <= now) return CERTIFY_EXPIRED;
        if (gnutls_x509_crt_get_activation_time(chain[i]) > now) return CERTIFY_NOT_YET_VALID;
        if (i + 1 < count && gnutls_x509_crt_check_issuer(chain[i], chain[i + 1]) == 0) return CERTIFY_BROKEN_CHAIN;
    }
    return for_servers(chain[0]) ? CERTIFY_DONE : CERTIFY_NOT_FOR_SERVERS;
}
