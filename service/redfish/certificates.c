/* SPDX-License-Identifier: Apache-2.0
 * CertificateService: the HTTPS certificate to look at, a request for a new one, and its replacement. The port does the work (see
 * service/certificate.h); here are the words. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define URI_SERVICE       URI_ROOT "/CertificateService"
#define URI_CERTIFICATE   URI_CERTIFICATES "/1"
#define ACTION_REQUEST    "CertificateService.GenerateCSR"
#define ACTION_REPLACE    "CertificateService.ReplaceCertificate"
#define KEY_CURVE         "TPM_ECC_NIST_P256"
#define KEY_BIT_LENGTH    256
#define OCTETS_SIZE       (3 * CERTIFICATE_FINGERPRINT_SIZE) /* "XX:XX", of the longest octet string */
#define COUNTRY_CODE_SIZE 2
#define PARAMETER_SHOWN   48

_Static_assert(sizeof(struct certificate) <= sizeof((struct http_request *)0)->body, "the body's memory serves for it");

static const char *const key_algorithms[] = {"TPM_ALG_ECDSA",
                                             "TPM_ALG_ECDH"}; /* the key of a P-256 certificate is good for both */

/* By enum certificate_usage, in Redfish's words. */
static const char *const usages[USAGE_COUNT] = {
    [USAGE_DIGITAL_SIGNATURE] = "DigitalSignature",
    [USAGE_NON_REPUDIATION] = "NonRepudiation",
    [USAGE_KEY_ENCIPHERMENT] = "KeyEncipherment",
    [USAGE_DATA_ENCIPHERMENT] = "DataEncipherment",
    [USAGE_KEY_AGREEMENT] = "KeyAgreement",
    [USAGE_KEY_CERT_SIGN] = "KeyCertSign",
    [USAGE_CRL_SIGNING] = "CRLSigning",
    [USAGE_SERVER_AUTHENTICATION] = "ServerAuthentication",
    [USAGE_CLIENT_AUTHENTICATION] = "ClientAuthentication",
};

static const char *const certificate_types[] = {"PEM", "PEMchain"};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void write_list(struct json_writer *w, const char *key, const char *const list[], size_t count) {
    json_put_array(w, key);
    for (size_t i = 0; i < count; i++) json_text(w, list[i]);
    json_array_end(w);
}

static bool in_list(const char *text, const char *const list[], size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0) return true;
    return false;
}

/* ---- the service ---- */

enum http_next certificate_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_SERVICE, SCHEMA_CERTIFICATE_SERVICE, "CertificateService", "Certificate Service");
    json_put_link(&w, "CertificateLocations", URI_SERVICE "/CertificateLocations");
    json_put_object(&w, "Actions");
    json_put_object(&w, "#" ACTION_REQUEST);
    json_put_text(&w, "target", URI_SERVICE "/Actions/" ACTION_REQUEST);
    write_list(&w, "KeyPairAlgorithm@Redfish.AllowableValues", key_algorithms, COUNT_OF(key_algorithms));
    write_list(&w, "KeyCurveId@Redfish.AllowableValues", (const char *const[]){KEY_CURVE}, 1);
    json_object_end(&w);
    json_put_object(&w, "#" ACTION_REPLACE);
    json_put_text(&w, "target", URI_SERVICE "/Actions/" ACTION_REPLACE);
    write_list(&w, "CertificateType@Redfish.AllowableValues", certificate_types, COUNT_OF(certificate_types));
    json_object_end(&w);
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next certificate_locations_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_SERVICE "/CertificateLocations", SCHEMA_CERTIFICATE_LOCATIONS, "CertificateLocations",
                   "Certificate Locations");
    json_put_object(&w, "Links");
    json_put_links(&w, "Certificates", URI_CERTIFICATE);
    json_put_integer(&w, "Certificates@odata.count", 1);
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- the certificate ---- */

static bool certificate_member(const struct core *core, const struct http_exchange *x, unsigned index,
                               char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, "1");
    return true;
}

static void put_if_any(struct json_writer *w, const char *key, const char *text) {
    if (text[0]) json_put_text(w, key, text);
}

static void write_name(struct json_writer *w, const char *key, const struct certificate_name *name,
                       const struct certificate *certificate) {
    json_put_object(w, key);
    put_if_any(w, "CommonName", name->common_name);
    put_if_any(w, "Organization", name->organization);
    put_if_any(w, "OrganizationalUnit", name->unit);
    put_if_any(w, "City", name->city);
    put_if_any(w, "State", name->state);
    put_if_any(w, "Country", name->country);
    put_if_any(w, "Email", name->email);
    if (certificate && certificate->alternative[0][0]) {
        json_put_array(w, "AlternativeNames");
        for (unsigned i = 0; i < CERTIFICATE_ALTERNATIVE_MAX && certificate->alternative[i][0]; i++)
            json_text(w, certificate->alternative[i]);
        json_array_end(w);
    }
    json_object_end(w);
}

static void put_octets(struct json_writer *w, const char *key, const uint8_t *octets, size_t size) {
    char text[OCTETS_SIZE];
    if (size == 0 || 3 * size > sizeof text) return;
    for (size_t i = 0; i < size; i++) snprintf(&text[3 * i], 4 - (i + 1 == size), i + 1 < size ? "%02X:" : "%02X", octets[i]);
    json_put_text(w, key, text);
}

static void write_certificate(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                              const char *id) {
    const struct certificate *certificate = &x->request.certificate;
    (void)core;
    resource_begin(w, uri, SCHEMA_CERTIFICATE, id, "HTTPS Certificate");
    put_if_any(w, "CertificateString", certificate->pem);
    if (certificate->pem[0]) json_put_text(w, "CertificateType", "PEM");
    write_list(w, "CertificateUsageTypes", (const char *const[]){"Web"}, 1);
    write_name(w, "Subject", &certificate->subject, certificate);
    write_name(w, "Issuer", &certificate->issuer, NULL);
    json_put_time(w, "ValidNotBefore", certificate->not_before_ms);
    json_put_time(w, "ValidNotAfter", certificate->not_after_ms);
    json_put_array(w, "KeyUsage");
    for (unsigned i = 0; i < USAGE_COUNT; i++)
        if (certificate->usage & 1u << i) json_text(w, usages[i]);
    json_array_end(w);
    put_octets(w, "SerialNumber", certificate->serial, certificate->serial_size);
    put_octets(w, "Fingerprint", certificate->fingerprint, sizeof certificate->fingerprint);
    json_put_text(w, "FingerprintHashAlgorithm", "TPM_ALG_SHA256");
    json_object_end(w);
}

static const struct collection certificates = {.uri = URI_CERTIFICATES,
                                               .schema = SCHEMA_CERTIFICATE_COLLECTION,
                                               .name = "HTTPS Certificate Collection",
                                               .member_type = "Certificate",
                                               .member = certificate_member,
                                               .write = write_certificate};

/* The port is asked once; what it has filled in is then shown by get(). */
static enum http_next show(struct core *core, struct http_exchange *x,
                           enum http_next (*get)(struct core *, struct http_exchange *, const struct collection *)) {
    if (x->phase++ == 0) {
        x->certify.act = CERTIFY_SHOW;
        return HTTP_CERTIFY;
    }
    return x->certify.result == CERTIFY_DONE ? get(core, x, &certificates) : reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
}

enum http_next certificates_get(struct core *core, struct http_exchange *x) { return show(core, x, collection_get); }
enum http_next certificate_get(struct core *core, struct http_exchange *x) { return show(core, x, collection_get_member); }

/* ---- a link in a body: {"@odata.id": uri} ---- */

static const struct body_field link_fields[] = {BODY_END};
#define BODY_MUST_LINK(name_)                                                                                                    \
    { .name = (name_), .kind = BODY_OBJECT, .required = true, .fields = link_fields }

static bool link_is(struct http_exchange *x, const struct body_shape *shape, const struct json_value *body, const char *name,
                    const char *uri) {
    const char *given = json_text_of(json_member(body, name), "@odata.id");
    char related[PARAMETER_SHOWN];
    if (given && strcmp(given, uri) == 0) return true;
    snprintf(related, sizeof related, "#/%s", name);
    body_not_in_list(x, shape, related, given ? given : "{}");
    return false;
}

/* ---- a request for a certificate ---- */

static const struct body_field request_fields[] = {
    BODY_MUST("CommonName", TEXT),
    BODY_MUST_LINK("CertificateCollection"),
    BODY_MAY("AlternativeNames", ARRAY),
    BODY_MAY("Organization", TEXT),
    BODY_MAY("OrganizationalUnit", TEXT),
    BODY_MAY("City", TEXT),
    BODY_MAY("State", TEXT),
    BODY_MAY("Country", TEXT),
    BODY_MAY("Email", TEXT),
    BODY_MAY("KeyPairAlgorithm", TEXT),
    BODY_MAY("KeyBitLength", INTEGER),
    BODY_MAY("KeyCurveId", TEXT),
    BODY_MAY("KeyUsage", ARRAY),
    BODY_END,
};
static const struct body_shape request_shape = {.action = ACTION_REQUEST, .fields = request_fields};

static bool bad_parameter(struct http_exchange *x, const char *name, const char *value, const char *resolution) {
    char shown[PARAMETER_SHOWN], related[PARAMETER_SHOWN];
    text_copy(shown, sizeof shown, value);
    snprintf(related, sizeof related, "#/%s", name);
    reply_error(
        x, 400,
        MESSAGE(PARAMETER_VALUE_FORMAT, .arg = {shown, name, ACTION_REQUEST}, .related = related, .resolution = resolution));
    return false;
}

/* Printable, so that it means the same to whoever signs it. */
static bool take_text(struct http_exchange *x, const struct json_value *body, const char *name, char *out, size_t size) {
    const char *text = json_text_of(body, name);
    if (!text) return true;
    if (strlen(text) >= size)
        return bad_parameter(x, name, text, "Give a shorter text: at most 64 bytes, a country as two letters.");
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return bad_parameter(x, name, text, "Give a text without control characters.");
    text_copy(out, size, text);
    return true;
}

static bool take_names(struct http_exchange *x, const struct json_value *body) {
    struct certificate *wanted = &x->request.certificate;
    struct certificate_name *subject = &wanted->subject;
    const struct {
        const char *name;
        char *out;
        size_t size;
    } texts[] = {
        {"CommonName", subject->common_name, sizeof subject->common_name},
        {"Organization", subject->organization, sizeof subject->organization},
        {"OrganizationalUnit", subject->unit, sizeof subject->unit},
        {"City", subject->city, sizeof subject->city},
        {"State", subject->state, sizeof subject->state},
        {"Country", subject->country, sizeof subject->country},
        {"Email", subject->email, sizeof subject->email},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (!take_text(x, body, texts[i].name, texts[i].out, texts[i].size)) return false;
    if (!subject->common_name[0]) return bad_parameter(x, "CommonName", "", "Give the host name that clients use.");
    if (subject->country[0] && strlen(subject->country) != COUNTRY_CODE_SIZE)
        return bad_parameter(x, "Country", subject->country, "Give the two letters of ISO 3166.");
    return true;
}

/* Host names and addresses; which is which, the port sees. */
static bool take_alternatives(struct http_exchange *x, const struct json_value *array) {
    static const char legal[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:*";
    unsigned count = 0;
    if (!array) return true;
    for (const struct json_value *element = json_first(array); element; element = json_next(element)) {
        const char *name = json_text_value(element);
        if (count == CERTIFICATE_ALTERNATIVE_MAX) return bad_parameter(x, "AlternativeNames", "[...]", "Give at most six.");
        if (!name || !name[0] || strlen(name) >= CERTIFICATE_ALTERNATIVE_SIZE)
            return bad_parameter(x, "AlternativeNames", name ? name : "[]", "Give texts of 1 to 63 characters.");
        for (const char *at = name; *at; at++)
            if (!strchr(legal, *at)) return bad_parameter(x, "AlternativeNames", name, "Give host names or addresses.");
        text_copy(x->request.certificate.alternative[count++], CERTIFICATE_ALTERNATIVE_SIZE, name);
    }
    return true;
}

/* There is one kind of key, and what it may be used for. Whoever asks for that, or for nothing, is served. */
static bool check_key(struct http_exchange *x, const struct json_value *body) {
    const char *algorithm = json_text_of(body, "KeyPairAlgorithm"), *curve = json_text_of(body, "KeyCurveId");
    const struct json_value *usage = json_member(body, "KeyUsage");
    int32_t bits = KEY_BIT_LENGTH;
    json_integer_of(body, "KeyBitLength", &bits);
    if (algorithm && !in_list(algorithm, key_algorithms, COUNT_OF(key_algorithms)))
        return bad_parameter(x, "KeyPairAlgorithm", algorithm, "Use TPM_ALG_ECDSA.");
    if (curve && strcmp(curve, KEY_CURVE) != 0) return bad_parameter(x, "KeyCurveId", curve, "Use " KEY_CURVE ".");
    if (bits != KEY_BIT_LENGTH) return bad_parameter(x, "KeyBitLength", "(another length)", "Use 256, or leave it out.");
    for (const struct json_value *element = usage ? json_first(usage) : NULL; element; element = json_next(element)) {
        const char *name = json_text_value(element);
        if (name &&
            (strcmp(name, usages[USAGE_DIGITAL_SIGNATURE]) == 0 || strcmp(name, usages[USAGE_SERVER_AUTHENTICATION]) == 0))
            continue;
        return bad_parameter(x, "KeyUsage", name ? name : "[]", "Use DigitalSignature and ServerAuthentication.");
    }
    return true;
}

static enum http_next reply_request(struct core *core, struct http_exchange *x) {
    const struct certificate *made = &x->request.certificate;
    if (x->certify.result != CERTIFY_DONE) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    auth_log(core, x, event_make(EVENT_CERTIFICATE_REQUESTED, 0, made->subject.common_name));
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_link(&w, "CertificateCollection", URI_CERTIFICATES);
    json_put_text(&w, "CSRString", made->pem);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* The values of the body lie elsewhere than its text, whose memory is free once it is read. */
enum http_next certificate_generate_csr(struct core *core, struct http_exchange *x) {
    if (x->phase++ > 0) return reply_request(core, x);
    const struct json_value *body = body_read(x, &request_shape);
    if (!body || !link_is(x, &request_shape, body, "CertificateCollection", URI_CERTIFICATES)) return HTTP_DONE;
    memset(&x->request.certificate, 0, sizeof x->request.certificate);
    if (!check_key(x, body) || !take_names(x, body) || !take_alternatives(x, json_member(body, "AlternativeNames")))
        return HTTP_DONE;
    x->certify.act = CERTIFY_REQUEST;
    return HTTP_CERTIFY;
}

/* ---- another certificate ---- */

static const struct body_field replace_fields[] = {
    BODY_MUST("CertificateString", TEXT),
    BODY_MUST("CertificateType", TEXT),
    BODY_MUST_LINK("CertificateUri"),
    BODY_END,
};
static const struct body_shape replace_shape = {.action = ACTION_REPLACE, .fields = replace_fields};

static enum http_next reply_replaced(struct core *core, struct http_exchange *x) {
    static const char *const resolutions[CERTIFY_RESULT_COUNT] = {
        [CERTIFY_MALFORMED] = "Give X.509 certificates in PEM, the server's first, at most four.",
        [CERTIFY_FOREIGN_KEY] = "The certificate is of another key. Have one issued for the latest request of GenerateCSR.",
        [CERTIFY_EXPIRED] = "A certificate of the chain has expired. Give one that is valid, and check the controller's clock.",
        [CERTIFY_NOT_YET_VALID] = "A certificate of the chain is not yet valid. Check the controller's clock.",
        [CERTIFY_BROKEN_CHAIN] = "Order the chain from the server's certificate to the root, each issued by the next.",
        [CERTIFY_NOT_FOR_SERVERS] = "The certificate must be usable for digital signatures and server authentication.",
    };
    if (x->certify.result == CERTIFY_FAILED || x->certify.result >= CERTIFY_RESULT_COUNT) return reply_not_saved(x);
    if (x->certify.result != CERTIFY_DONE)
        return reply_error(x, 400,
                           MESSAGE(PARAMETER_VALUE_ERROR, .arg = {"CertificateString", ACTION_REPLACE},
                                   .related = "#/CertificateString", .resolution = resolutions[x->certify.result]));
    auth_log(core, x, event_make(EVENT_CERTIFICATE_REPLACED, 0, x->request.certificate.subject.common_name));
    return reply_empty(x, 204);
}

enum http_next certificate_replace(struct core *core, struct http_exchange *x) {
    if (x->phase++ > 0) return reply_replaced(core, x);
    const struct json_value *body = body_read(x, &replace_shape);
    if (!body || !link_is(x, &replace_shape, body, "CertificateUri", URI_CERTIFICATE)) return HTTP_DONE;
    const char *type = json_text_of(body, "CertificateType");
    if (!in_list(type, certificate_types, COUNT_OF(certificate_types)))
        return body_not_in_list(x, &replace_shape, "#/CertificateType", type);
    text_copy(x->response.out, sizeof x->response.out, json_text_of(body, "CertificateString"));
    x->certify.pem = x->response.out;
    x->certify.act = CERTIFY_REPLACE;
    return HTTP_CERTIFY;
}
