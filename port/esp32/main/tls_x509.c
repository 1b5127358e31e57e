/* SPDX-License-Identifier: Apache-2.0
 * Reading: keys, chains and what they say. Writing is in tls_x509_write.c. */
#include "port/esp32/main/tls_x509.h"

#include <arpa/inet.h>
#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----\n"
#define PEM_END   "-----END CERTIFICATE-----\n"

int tls_x509_random(void *ctx, unsigned char *out, size_t size) {
    const struct hal_random *random = ctx;
    return random->fill(random->ctx, out, size) == 0 ? 0 : MBEDTLS_ERR_PK_ALLOC_FAILED;
}

/* ---- keys ---- */

int tls_x509_make_key(mbedtls_pk_context *key, const struct hal_random *random) {
    int code = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    if (code != 0) return code;
    return mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key), tls_x509_random, (void *)random);
}

int tls_x509_read_key(mbedtls_pk_context *key, const unsigned char *der, size_t size, const struct hal_random *random) {
    return mbedtls_pk_parse_key(key, der, size, NULL, 0, tls_x509_random, (void *)random);
}

bool tls_x509_belongs(const mbedtls_x509_crt *certificate, const mbedtls_pk_context *key, const struct hal_random *random) {
    return mbedtls_pk_check_pair(&certificate->pk, key, tls_x509_random, (void *)random) == 0;
}

/* ---- names ---- */

/* The parts of a distinguished name that Redfish has a word for. */
static const struct {
    const char *oid;
    size_t offset, size; /* in struct certificate_name */
} name_parts[] = {
#define PART(oid, member)                                                                                                        \
    { (oid), offsetof(struct certificate_name, member), sizeof((struct certificate_name *)0)->member }
    PART(MBEDTLS_OID_AT_CN, common_name), PART(MBEDTLS_OID_AT_ORGANIZATION, organization),
    PART(MBEDTLS_OID_AT_ORG_UNIT, unit),  PART(MBEDTLS_OID_AT_LOCALITY, city),
    PART(MBEDTLS_OID_AT_STATE, state),    PART(MBEDTLS_OID_AT_COUNTRY, country),
    PART(MBEDTLS_OID_PKCS9_EMAIL, email),
#undef PART
};

/* A part that is too long is left out, and of several the first counts. */
static void read_name(const mbedtls_x509_name *name, struct certificate_name *out) {
    for (; name != NULL; name = name->next) {
        for (size_t i = 0; i < sizeof name_parts / sizeof name_parts[0]; i++) {
            char *text = (char *)out + name_parts[i].offset;
            bool same = name->oid.len == strlen(name_parts[i].oid) && memcmp(name->oid.p, name_parts[i].oid, name->oid.len) == 0;
            if (!same || text[0] != '\0' || name->val.len >= name_parts[i].size) continue;
            memcpy(text, name->val.p, name->val.len);
        }
    }
}

static void read_alternative(const mbedtls_x509_subject_alternative_name *name, char *text) {
    const mbedtls_x509_buf *value = &name->san.unstructured_name;
    if (name->type == MBEDTLS_X509_SAN_DNS_NAME && value->len < CERTIFICATE_ALTERNATIVE_SIZE)
        snprintf(text, CERTIFICATE_ALTERNATIVE_SIZE, "%.*s", (int)value->len, (const char *)value->p);
    if (name->type == MBEDTLS_X509_SAN_IP_ADDRESS && (value->len == 4 || value->len == 16))
        inet_ntop(value->len == 4 ? AF_INET : AF_INET6, value->p, text, CERTIFICATE_ALTERNATIVE_SIZE);
}

static void read_alternatives(const mbedtls_x509_crt *certificate, struct certificate *out) {
    unsigned used = 0;
    if (!mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME)) return;
    for (const mbedtls_x509_sequence *at = &certificate->subject_alt_names; at != NULL; at = at->next) {
        mbedtls_x509_subject_alternative_name name;
        if (used == CERTIFICATE_ALTERNATIVE_MAX) return;
        if (mbedtls_x509_parse_subject_alt_name(&at->buf, &name) != 0) continue;
        read_alternative(&name, out->alternative[used]);
        mbedtls_x509_free_subject_alt_name(&name);
        if (out->alternative[used][0] != '\0') used++;
    }
}

/* ---- usage ---- */

static bool may_be_used_for(const mbedtls_x509_crt *certificate, const char *purpose, size_t size) {
    return mbedtls_x509_crt_check_extended_key_usage(certificate, purpose, size) == 0;
}

static uint16_t read_usage(const mbedtls_x509_crt *certificate) {
    static const struct {
        unsigned bit;
        enum certificate_usage usage;
    } bits[] = {
        {MBEDTLS_X509_KU_DIGITAL_SIGNATURE, USAGE_DIGITAL_SIGNATURE},
        {MBEDTLS_X509_KU_NON_REPUDIATION, USAGE_NON_REPUDIATION},
        {MBEDTLS_X509_KU_KEY_ENCIPHERMENT, USAGE_KEY_ENCIPHERMENT},
        {MBEDTLS_X509_KU_DATA_ENCIPHERMENT, USAGE_DATA_ENCIPHERMENT},
        {MBEDTLS_X509_KU_KEY_AGREEMENT, USAGE_KEY_AGREEMENT},
        {MBEDTLS_X509_KU_KEY_CERT_SIGN, USAGE_KEY_CERT_SIGN},
        {MBEDTLS_X509_KU_CRL_SIGN, USAGE_CRL_SIGNING},
    };
    unsigned usage = 0;
    bool limited = mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_KEY_USAGE);
    bool purposes = mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE);
    for (size_t i = 0; limited && i < sizeof bits / sizeof bits[0]; i++)
        if (mbedtls_x509_crt_check_key_usage(certificate, bits[i].bit) == 0) usage |= 1u << bits[i].usage;
    if (purposes && may_be_used_for(certificate, MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)))
        usage |= 1u << USAGE_SERVER_AUTHENTICATION;
    if (purposes && may_be_used_for(certificate, MBEDTLS_OID_CLIENT_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)))
        usage |= 1u << USAGE_CLIENT_AUTHENTICATION;
    return (uint16_t)usage;
}

/* What is not limited may be used for anything (RFC 5280). */
static bool for_servers(const mbedtls_x509_crt *certificate) {
    return mbedtls_x509_crt_check_key_usage(certificate, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0 &&
           may_be_used_for(certificate, MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH));
}

/* ---- time ---- */

/* Days since 1970 of the proleptic Gregorian calendar; years are counted from March, so that leap days come last. */
static int64_t days_of(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
    return 365LL * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

uint64_t tls_x509_seconds(const mbedtls_x509_time *time) {
    int64_t seconds = days_of(time->year, time->mon, time->day) * 86400 + time->hour * 3600 + time->min * 60 + time->sec;
    return seconds > 0 ? (uint64_t)seconds : 0;
}

/* ---- a certificate ---- */

void tls_x509_describe(const mbedtls_x509_crt *certificate, struct certificate *out) {
    size_t size = 0;
    memset(out, 0, sizeof *out);
    if (mbedtls_pem_write_buffer(PEM_BEGIN, PEM_END, certificate->raw.p, certificate->raw.len, (unsigned char *)out->pem,
                                 sizeof out->pem, &size) != 0)
        out->pem[0] = '\0';
    read_name(&certificate->subject, &out->subject);
    read_name(&certificate->issuer, &out->issuer);
    read_alternatives(certificate, out);
    out->usage = read_usage(certificate);
    out->not_before_ms = tls_x509_seconds(&certificate->valid_from) * 1000;
    out->not_after_ms = tls_x509_seconds(&certificate->valid_to) * 1000;
    out->serial_size = certificate->serial.len <= sizeof out->serial ? (uint8_t)certificate->serial.len : 0;
    memcpy(out->serial, certificate->serial.p, out->serial_size);
    (void)mbedtls_sha256(certificate->raw.p, certificate->raw.len, out->fingerprint, 0); /* fails by a faulty chip only */
}

/* ---- a chain ---- */

static bool issued_by(const mbedtls_x509_crt *certificate, const mbedtls_x509_crt *issuer) {
    return certificate->issuer_raw.len == issuer->subject_raw.len &&
           memcmp(certificate->issuer_raw.p, issuer->subject_raw.p, issuer->subject_raw.len) == 0;
}

bool tls_x509_is_self_signed(const mbedtls_x509_crt *certificate) { return issued_by(certificate, certificate); }

enum certify_result tls_x509_read(mbedtls_x509_crt *chain, const char *pem) {
    unsigned count = 0;
    int code = strstr(pem, "-----BEGIN CERTIFICATE-----") == NULL
                   ? MBEDTLS_ERR_X509_INVALID_FORMAT
                   : mbedtls_x509_crt_parse(chain, (const unsigned char *)pem, strlen(pem) + 1);
    for (const mbedtls_x509_crt *at = chain; code == 0 && at != NULL; at = at->next) count++;
    if (code == 0 && count <= TLS_CHAIN_MAX) return CERTIFY_DONE;
    mbedtls_x509_crt_free(chain);
    mbedtls_x509_crt_init(chain);
    return code == MBEDTLS_ERR_X509_ALLOC_FAILED ? CERTIFY_FAILED : CERTIFY_MALFORMED;
}

enum certify_result tls_x509_check(const mbedtls_x509_crt *chain, uint64_t now_s) {
    if (chain->version != 3) return CERTIFY_MALFORMED;
    for (const mbedtls_x509_crt *at = chain; at != NULL; at = at->next) {
        if (now_s > 0 && tls_x509_seconds(&at->valid_to) <= now_s) return CERTIFY_EXPIRED;
        if (now_s > 0 && tls_x509_seconds(&at->valid_from) > now_s) return CERTIFY_NOT_YET_VALID;
        if (at->next != NULL && !issued_by(at, at->next)) return CERTIFY_BROKEN_CHAIN;
    }
    return for_servers(chain) ? CERTIFY_DONE : CERTIFY_NOT_FOR_SERVERS;
}
