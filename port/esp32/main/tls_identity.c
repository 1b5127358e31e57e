/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/tls_identity.h"

#include <mbedtls/platform_util.h>
#include <psa/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"

#define PAIR_KEY    "tls" /* size and DER of the key, then size and DER of each certificate; sizes in two bytes, big-endian */
#define PENDING_KEY "tls.next" /* DER of a key */
#define DAY_S       86400u

static void lock(struct tls_identity *identity) { CHECK(pthread_mutex_lock(&identity->lock) == 0); }
static void unlock(struct tls_identity *identity) { CHECK(pthread_mutex_unlock(&identity->lock) == 0); }

/* ---- a pair ---- */

static struct tls_pair *new_pair(void) {
    struct tls_pair *pair = calloc(1, sizeof *pair);
    if (pair == NULL) return NULL;
    mbedtls_pk_init(&pair->key);
    mbedtls_x509_crt_init(&pair->chain);
    mbedtls_ssl_config_init(&pair->config);
    pair->users = 1;
    return pair;
}

static void free_pair(struct tls_pair *pair) {
    if (pair == NULL) return;
    mbedtls_ssl_config_free(&pair->config);
    mbedtls_x509_crt_free(&pair->chain);
    mbedtls_pk_free(&pair->key);
    free(pair);
}

/* TLS 1.2 and 1.3 with forward secrecy and AEAD only: no CBC, no SHA-1, no RSA key exchange; our key is P-256. */
static int configure(struct tls_pair *pair, const struct hal_random *random) {
    static const int suites[] = {MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                                 MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                                 0};
    static const uint16_t groups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1, MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
    static const uint16_t signatures[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_NONE};
    mbedtls_ssl_config *config = &pair->config;
    int code = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                           MBEDTLS_SSL_PRESET_DEFAULT);
    if (code != 0) return code;
    mbedtls_ssl_conf_rng(config, tls_x509_random, (void *)random);
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_ciphersuites(config, suites);
    mbedtls_ssl_conf_groups(config, groups);
    mbedtls_ssl_conf_sig_algs(config, signatures);
    mbedtls_ssl_conf_preference_order(config, MBEDTLS_SSL_SRV_CIPHERSUITE_ORDER_SERVER);
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
    mbedtls_ssl_conf_tls13_key_exchange_modes(config, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL);
#endif
    return mbedtls_ssl_conf_own_cert(config, &pair->chain, &pair->key);
}

/* ---- the store ---- */

static const unsigned char *take_sized(const unsigned char **at, const unsigned char *end, size_t *size) {
    if (end - *at < 2) return NULL;
    *size = (size_t)(*at)[0] << 8 | (*at)[1];
    const unsigned char *bytes = *at + 2;
    if ((size_t)(end - bytes) < *size) return NULL;
    *at = bytes + *size;
    return bytes;
}

static bool put_sized(uint8_t *record, size_t *used, const unsigned char *bytes, size_t size) {
    if (*used + 2 + size > HAL_STORE_VALUE_MAX) return false;
    record[(*used)++] = (uint8_t)(size >> 8);
    record[(*used)++] = (uint8_t)size;
    memcpy(record + *used, bytes, size);
    *used += size;
    return true;
}

static bool decode(struct tls_pair *pair, const uint8_t *record, size_t record_size, const struct hal_random *random) {
    const unsigned char *at = record, *end = record + record_size, *bytes;
    size_t size;
    if ((bytes = take_sized(&at, end, &size)) == NULL || tls_x509_read_key(&pair->key, bytes, size, random) != 0) return false;
    while (at < end)
        if ((bytes = take_sized(&at, end, &size)) == NULL || mbedtls_x509_crt_parse_der(&pair->chain, bytes, size) != 0)
            return false;
    return pair->chain.version == 3 && tls_x509_belongs(&pair->chain, &pair->key, random);
}

/* Size, or 0 when it does not fit. */
static size_t encode(const struct tls_pair *pair, uint8_t record[HAL_STORE_VALUE_MAX]) {
    unsigned char key[TLS_KEY_SIZE];
    size_t used = 0;
    int size = mbedtls_pk_write_key_der(&pair->key, key, sizeof key); /* from the end */
    bool fits = size > 0 && put_sized(record, &used, key + sizeof key - size, (size_t)size);
    mbedtls_platform_zeroize(key, sizeof key);
    for (const mbedtls_x509_crt *at = &pair->chain; fits && at != NULL; at = at->next)
        fits = put_sized(record, &used, at->raw.p, at->raw.len);
    return fits ? used : 0;
}

static bool load(const struct tls_identity *identity, struct tls_pair *pair) {
    uint8_t *record = malloc(HAL_STORE_VALUE_MAX);
    size_t size = HAL_STORE_VALUE_MAX;
    if (record == NULL) return false;
    bool loaded = identity->store->get(identity->store->ctx, PAIR_KEY, record, &size) == 0 &&
                  decode(pair, record, size, identity->random);
    mbedtls_platform_zeroize(record, HAL_STORE_VALUE_MAX);
    free(record);
    return loaded;
}

static bool save(const struct tls_identity *identity, const struct tls_pair *pair) {
    uint8_t *record = malloc(HAL_STORE_VALUE_MAX);
    if (record == NULL) return false;
    size_t size = encode(pair, record);
    bool saved = size > 0 && identity->store->put(identity->store->ctx, PAIR_KEY, record, size) == 0;
    mbedtls_platform_zeroize(record, HAL_STORE_VALUE_MAX);
    free(record);
    return saved;
}

int tls_identity_forget(const struct hal_store *store) {
    int code = store->erase(store->ctx, PENDING_KEY);
    return code == 0 ? store->erase(store->ctx, PAIR_KEY) : code;
}

/* ---- serving ---- */

struct tls_pair *tls_identity_take(struct tls_identity *identity) {
    lock(identity);
    struct tls_pair *pair = identity->current;
    pair->users++;
    unlock(identity);
    return pair;
}

void tls_identity_give_back(struct tls_identity *identity, struct tls_pair *pair) {
    lock(identity);
    bool last = --pair->users == 0;
    unlock(identity);
    if (last) free_pair(pair);
}

/* With the lock held. The old one goes when its last connection does. */
static void serve(struct tls_identity *identity, struct tls_pair *pair) {
    struct tls_pair *old = identity->current;
    identity->current = pair;
    if (old != NULL && --old->users == 0) free_pair(old);
}

/* ---- our own ---- */

/* By its length one can tell that it was made without a clock. */
static bool is_due(const struct tls_pair *pair, uint64_t now_s) {
    uint64_t until_s = tls_x509_seconds(&pair->chain.valid_to), from_s = tls_x509_seconds(&pair->chain.valid_from);
    if (!tls_x509_is_self_signed(&pair->chain) || now_s == 0) return false;
    return until_s < now_s + TLS_RENEW_DAYS * DAY_S || until_s - from_s > (TLS_VALID_DAYS + 2) * DAY_S;
}

/* A pair of our own with the key of another, or with a new one. NULL when there is no memory for it. */
static struct tls_pair *make(const struct tls_identity *identity, const struct tls_pair *old, const char *host_name,
                             uint64_t now_s) {
    unsigned char der[TLS_KEY_SIZE];
    struct tls_pair *pair = new_pair();
    if (pair == NULL) return NULL;
    int size = old != NULL ? mbedtls_pk_write_key_der(&old->key, der, sizeof der) : 0;
    int code = size > 0   ? tls_x509_read_key(&pair->key, der + sizeof der - size, (size_t)size, identity->random)
               : size < 0 ? size
                          : tls_x509_make_key(&pair->key, identity->random);
    mbedtls_platform_zeroize(der, sizeof der);
    if (code == 0) code = tls_x509_make(&pair->chain, &pair->key, host_name, now_s, identity->random);
    if (code == 0) code = configure(pair, identity->random);
    if (code == 0 && save(identity, pair)) return pair;
    free_pair(pair);
    return NULL;
}

bool tls_identity_renew(struct tls_identity *identity, const char *host_name, uint64_t now_s) {
    lock(identity);
    struct tls_pair *pair = is_due(identity->current, now_s) ? make(identity, identity->current, host_name, now_s) : NULL;
    if (pair != NULL) serve(identity, pair);
    unlock(identity);
    return pair != NULL;
}

int tls_identity_start(struct tls_identity *identity, const struct hal_store *store, const struct hal_random *random,
                       const char *host_name, uint64_t now_s, const char **made) {
    *identity = (struct tls_identity){.store = store, .random = random};
    *made = NULL;
    if (psa_crypto_init() != PSA_SUCCESS || pthread_mutex_init(&identity->lock, NULL) != 0) return -1;
    struct tls_pair *pair = new_pair();
    if (pair != NULL && load(identity, pair) && configure(pair, random) == 0) {
        identity->current = pair;
        if (tls_identity_renew(identity, host_name, now_s)) *made = "the TLS certificate was renewed";
        return 0;
    }
    free_pair(pair);
    identity->current = make(identity, NULL, host_name, now_s);
    *made = "a TLS key and certificate were made";
    return identity->current != NULL ? 0 : -1;
}

/* ---- HTTP_CERTIFY ---- */

/* A key to come is kept before its request is shown. */
static enum certify_result request(struct tls_identity *identity, struct certificate *certificate) {
    unsigned char der[TLS_KEY_SIZE];
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    int code = tls_x509_make_key(&key, identity->random);
    if (code == 0) code = tls_x509_request(&key, certificate, identity->random);
    int size = code == 0 ? mbedtls_pk_write_key_der(&key, der, sizeof der) : code;
    mbedtls_pk_free(&key);
    lock(identity);
    if (size > 0) code = identity->store->put(identity->store->ctx, PENDING_KEY, der + sizeof der - size, (size_t)size);
    unlock(identity);
    mbedtls_platform_zeroize(der, sizeof der);
    return size > 0 && code == 0 ? CERTIFY_DONE : CERTIFY_FAILED;
}

/* The key that the chain belongs to, into pair->key. *pending: it is the one of the latest request. */
static enum certify_result find_key(const struct tls_identity *identity, struct tls_pair *pair, bool *pending) {
    unsigned char der[TLS_KEY_SIZE];
    size_t size = sizeof der;
    int code, written;
    *pending = !tls_x509_belongs(&pair->chain, &identity->current->key, identity->random);
    if (*pending) {
        if (identity->store->get(identity->store->ctx, PENDING_KEY, der, &size) != 0) return CERTIFY_FOREIGN_KEY;
        code = tls_x509_read_key(&pair->key, der, size, identity->random);
    } else {
        written = mbedtls_pk_write_key_der(&identity->current->key, der, sizeof der);
        code = written > 0 ? tls_x509_read_key(&pair->key, der + sizeof der - written, (size_t)written, identity->random)
                           : written;
    }
    mbedtls_platform_zeroize(der, sizeof der);
    if (code != 0) return *pending ? CERTIFY_FOREIGN_KEY : CERTIFY_FAILED;
    return tls_x509_belongs(&pair->chain, &pair->key, identity->random) ? CERTIFY_DONE : CERTIFY_FOREIGN_KEY;
}

/* With the lock held. */
static enum certify_result take_over(struct tls_identity *identity, struct tls_pair *pair) {
    bool pending = false;
    enum certify_result result = find_key(identity, pair, &pending);
    if (result != CERTIFY_DONE) return result;
    if (configure(pair, identity->random) != 0 || !save(identity, pair)) return CERTIFY_FAILED;
    serve(identity, pair);
    if (pending) (void)identity->store->erase(identity->store->ctx, PENDING_KEY); /* left behind it does no harm */
    return CERTIFY_DONE;
}

static enum certify_result replace(struct tls_identity *identity, struct certificate *certificate, const char *pem,
                                   uint64_t now_s) {
    struct tls_pair *pair = new_pair();
    if (pair == NULL) return CERTIFY_FAILED;
    enum certify_result result = tls_x509_read(&pair->chain, pem);
    if (result == CERTIFY_DONE) result = tls_x509_check(&pair->chain, now_s);
    lock(identity);
    if (result == CERTIFY_DONE) result = take_over(identity, pair);
    if (result == CERTIFY_DONE) tls_x509_describe(&pair->chain, certificate);
    unlock(identity);
    if (result != CERTIFY_DONE) free_pair(pair);
    return result;
}

enum certify_result tls_identity_certify(struct tls_identity *identity, enum certify_act act, struct certificate *certificate,
                                         const char *pem, uint64_t now_s) {
    if (act == CERTIFY_REQUEST) return request(identity, certificate);
    if (act == CERTIFY_REPLACE) return replace(identity, certificate, pem, now_s);
    lock(identity);
    tls_x509_describe(&identity->current->chain, certificate);
    unlock(identity);
    return CERTIFY_DONE;
}
