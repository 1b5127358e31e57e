/* SPDX-License-Identifier: Apache-2.0
 * certificate - what passes between the handlers of CertificateService and the port, which owns the HTTPS key and certificate and
 * is the one that reads and writes X.509. The key itself never passes. */
#ifndef SERVICE_CERTIFICATE_H
#define SERVICE_CERTIFICATE_H

#include <stdint.h>

#define CERTIFICATE_PEM_SIZE         2816 /* one certificate; of P-256 below 1 KiB, signed by RSA 4096 below 2.3 KiB */
#define CERTIFICATE_NAME_SIZE        65   /* X.520: ub-common-name, ub-organization-name and others, 64 */
#define CERTIFICATE_ALTERNATIVE_SIZE 64
#define CERTIFICATE_ALTERNATIVE_MAX  6
#define CERTIFICATE_SERIAL_MAX       20 /* RFC 5280, 4.1.2.2 */
#define CERTIFICATE_FINGERPRINT_SIZE 32 /* SHA-256 */

/* Empty texts are absent. */
struct certificate_name {
    char common_name[CERTIFICATE_NAME_SIZE];
    char organization[CERTIFICATE_NAME_SIZE];
    char unit[CERTIFICATE_NAME_SIZE];
    char city[CERTIFICATE_NAME_SIZE];
    char state[CERTIFICATE_NAME_SIZE];
    char country[3]; /* ISO 3166 */
    char email[CERTIFICATE_NAME_SIZE];
};

/* In the order of the names in certificates.c. */
enum certificate_usage {
    USAGE_DIGITAL_SIGNATURE,
    USAGE_NON_REPUDIATION,
    USAGE_KEY_ENCIPHERMENT,
    USAGE_DATA_ENCIPHERMENT,
    USAGE_KEY_AGREEMENT,
    USAGE_KEY_CERT_SIGN,
    USAGE_CRL_SIGNING,
    USAGE_SERVER_AUTHENTICATION,
    USAGE_CLIENT_AUTHENTICATION,
    USAGE_COUNT
};

struct certificate {
    char pem[CERTIFICATE_PEM_SIZE]; /* empty when larger than that */
    struct certificate_name subject, issuer;
    char alternative[CERTIFICATE_ALTERNATIVE_MAX][CERTIFICATE_ALTERNATIVE_SIZE]; /* host names and addresses of the subject */
    uint8_t fingerprint[CERTIFICATE_FINGERPRINT_SIZE];
    uint8_t serial[CERTIFICATE_SERIAL_MAX];
    uint8_t serial_size;
    uint16_t usage; /* bit n: enum certificate_usage n */
    uint64_t not_before_ms, not_after_ms;
};

enum certify_act {
    CERTIFY_SHOW,    /* fill in the certificate that is being served */
    CERTIFY_REQUEST, /* make a key to come, and a PKCS #10 request of it for the given subject and alternative names, into pem */
    CERTIFY_REPLACE, /* serve this chain from now on, with the key that it belongs to */
};

enum certify_result {
    CERTIFY_DONE = 0,
    CERTIFY_FAILED,      /* no memory, no chance, no space: nothing has changed */
    CERTIFY_MALFORMED,   /* not PEM, not X.509 version 3, or more certificates than a chain of ours may have */
    CERTIFY_FOREIGN_KEY, /* neither of the key in use nor of the latest request */
    CERTIFY_EXPIRED,
    CERTIFY_NOT_YET_VALID,
    CERTIFY_BROKEN_CHAIN,    /* a certificate is not issued by the next one */
    CERTIFY_NOT_FOR_SERVERS, /* by its key usage it must not be used for HTTPS */
    CERTIFY_RESULT_COUNT
};

#endif
