/* SPDX-License-Identifier: Apache-2.0
 * Writing: a certificate of our own, and the request for another's. */
#include <arpa/inet.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_csr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "port/esp32/main/tls_x509.h"

#define DAY_S           86400
#define CERTIFICATE_MAX 1024 /* of ours, in DER: about 500 bytes */
/* While the clock is not set: from before any firmware of ours to where UTCTime ends (RFC 5280, 4.1.2.5.1). */
#define NO_CLOCK_FROM  "20250101000000"
#define NO_CLOCK_UNTIL "20491231235959"

/* ---- names ---- */

struct alternatives {
    mbedtls_x509_san_list entry[CERTIFICATE_ALTERNATIVE_MAX + 1];
    uint8_t address[CERTIFICATE_ALTERNATIVE_MAX + 1][16];
    unsigned count;
};

/* A host name or a numeric address. The text must outlive the list. */
static void add_alternative(struct alternatives *list, const char *text) {
    mbedtls_x509_san_list *entry = &list->entry[list->count];
    uint8_t *bytes = list->address[list->count];
    size_t size = inet_pton(AF_INET, text, bytes) == 1 ? 4 : inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
    *entry = (mbedtls_x509_san_list){.node = {.type = size > 0 ? MBEDTLS_X509_SAN_IP_ADDRESS : MBEDTLS_X509_SAN_DNS_NAME}};
    entry->node.san.unstructured_name.p = size > 0 ? bytes : (unsigned char *)text;
    entry->node.san.unstructured_name.len = size > 0 ? size : strlen(text);
    if (list->count > 0) list->entry[list->count - 1].next = entry;
    list->count++;
}

/* "CN=...,O=..." with what RFC 4514 gives a meaning escaped. */
static void add_part(char *name, size_t size, const char *type, const char *text) {
    size_t used = strlen(name);
    if (text[0] == '\0') return;
    used += (size_t)snprintf(name + used, size - used, "%s%s=", used > 0 ? "," : "", type);
    for (const char *c = text; *c != '\0' && used + 3 < size; c++) {
        bool end = c == text || c[1] == '\0';
        if (strchr(",=+<>#;\"\\", *c) != NULL || (*c == ' ' && end)) name[used++] = '\\';
        name[used++] = *c;
    }
    name[used] = '\0';
}

/* ---- our own certificate ---- */

/* RFC 5280: serial positive, at most 20 octets. Not a CA: Firefox refuses a CA's certificate as a server's. */
static int fill(mbedtls_x509write_cert *writer, const struct hal_random *random) {
    static mbedtls_asn1_sequence server = {.buf = {.tag = MBEDTLS_ASN1_OID,
                                                   .len = MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH),
                                                   .p = (unsigned char *)MBEDTLS_OID_SERVER_AUTH}};
    unsigned char serial[16];
    int code = tls_x509_random((void *)random, serial, sizeof serial);
    serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40);
    mbedtls_x509write_crt_set_version(writer, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(writer, MBEDTLS_MD_SHA256);
    if (code == 0) code = mbedtls_x509write_crt_set_serial_raw(writer, serial, sizeof serial);
    if (code == 0) code = mbedtls_x509write_crt_set_basic_constraints(writer, 0, -1);
    if (code == 0) code = mbedtls_x509write_crt_set_key_usage(writer, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
    if (code == 0) code = mbedtls_x509write_crt_set_ext_key_usage(writer, &server);
    if (code == 0) code = mbedtls_x509write_crt_set_subject_key_identifier(writer);
    return code;
}

static void print_time(char out[16], uint64_t seconds) {
    struct tm parts;
    time_t time = (time_t)seconds;
    gmtime_r(&time, &parts);
    strftime(out, 16, "%Y%m%d%H%M%S", &parts);
}

/* A day back: a client whose clock is behind shall not refuse a fresh certificate. */
static int set_validity(mbedtls_x509write_cert *writer, uint64_t now_s) {
    char from[16] = NO_CLOCK_FROM, until[16] = NO_CLOCK_UNTIL;
    if (now_s > DAY_S) print_time(from, now_s - DAY_S);
    if (now_s > DAY_S) print_time(until, now_s + (uint64_t)TLS_VALID_DAYS * DAY_S);
    return mbedtls_x509write_crt_set_validity(writer, from, until);
}

static int set_names(mbedtls_x509write_cert *writer, const char *host_name, const char *local) {
    struct alternatives list = {.count = 0};
    char name[128] = "";
    add_part(name, sizeof name, "CN", host_name);
    add_alternative(&list, host_name);
    add_alternative(&list, local);
    int code = mbedtls_x509write_crt_set_subject_name(writer, name);
    if (code == 0) code = mbedtls_x509write_crt_set_issuer_name(writer, name);
    if (code == 0) code = mbedtls_x509write_crt_set_subject_alternative_name(writer, list.entry);
    return code;
}

int tls_x509_make(mbedtls_x509_crt *chain, mbedtls_pk_context *key, const char *host_name, uint64_t now_s,
                  const struct hal_random *random) {
    mbedtls_x509write_cert writer;
    char local[80];
    unsigned char *der = malloc(CERTIFICATE_MAX);
    if (der == NULL) return MBEDTLS_ERR_X509_ALLOC_FAILED;
    snprintf(local, sizeof local, "%.64s.local", host_name); /* as mDNS knows it */
    mbedtls_x509write_crt_init(&writer);
    mbedtls_x509write_crt_set_subject_key(&writer, key);
    mbedtls_x509write_crt_set_issuer_key(&writer, key);
    int code = fill(&writer, random);
    if (code == 0) code = set_validity(&writer, now_s);
    if (code == 0) code = set_names(&writer, host_name, local);
    if (code == 0) code = mbedtls_x509write_crt_der(&writer, der, CERTIFICATE_MAX, tls_x509_random, (void *)random);
    if (code > 0) code = mbedtls_x509_crt_parse_der(chain, der + CERTIFICATE_MAX - code, (size_t)code); /* written from the end */
    mbedtls_x509write_crt_free(&writer);
    free(der);
    return code;
}

/* ---- a request (RFC 2986) ---- */

static int set_request_names(mbedtls_x509write_csr *writer, const struct certificate *wanted) {
    const struct certificate_name *subject = &wanted->subject;
    const struct {
        const char *type, *text;
    } parts[] = {
        {"CN", subject->common_name}, {"O", subject->organization}, {"OU", subject->unit},           {"L", subject->city},
        {"ST", subject->state},       {"C", subject->country},      {"emailAddress", subject->email}};
    char *name = calloc(1, 1024); /* six parts of 64 characters, each escaped, and their types */
    struct alternatives list = {.count = 0};
    if (name == NULL) return MBEDTLS_ERR_X509_ALLOC_FAILED;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) add_part(name, 1024, parts[i].type, parts[i].text);
    /* RFC 9110, 4.3.4: clients look at the alternative names alone. */
    if (wanted->alternative[0][0] == '\0') add_alternative(&list, subject->common_name);
    for (unsigned i = 0; i < CERTIFICATE_ALTERNATIVE_MAX && wanted->alternative[i][0] != '\0'; i++)
        add_alternative(&list, wanted->alternative[i]);
    int code = mbedtls_x509write_csr_set_subject_name(writer, name);
    free(name);
    return code == 0 ? mbedtls_x509write_csr_set_subject_alternative_name(writer, list.entry) : code;
}

int tls_x509_request(mbedtls_pk_context *key, struct certificate *certificate, const struct hal_random *random) {
    /* SEQUENCE of one OID, serverAuth */
    static const unsigned char server[] = {0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01};
    mbedtls_x509write_csr writer;
    mbedtls_x509write_csr_init(&writer);
    mbedtls_x509write_csr_set_md_alg(&writer, MBEDTLS_MD_SHA256);
    mbedtls_x509write_csr_set_key(&writer, key);
    int code = set_request_names(&writer, certificate);
    if (code == 0) code = mbedtls_x509write_csr_set_key_usage(&writer, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
    if (code == 0)
        code = mbedtls_x509write_csr_set_extension(&writer, MBEDTLS_OID_EXTENDED_KEY_USAGE,
                                                   MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE), 0, server, sizeof server);
    if (code == 0)
        code = mbedtls_x509write_csr_pem(&writer, (unsigned char *)certificate->pem, sizeof certificate->pem, tls_x509_random,
                                         (void *)random);
    if (code != 0) certificate->pem[0] = '\0';
    mbedtls_x509write_csr_free(&writer);
    return code;
}
