/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/firmware_signature.h"

#include <psa/crypto.h>
#include <stdbool.h>

#include "hal/errors.h"
#include "port/firmware_key.h"

int firmware_signature_verify(void *ctx, const uint8_t *data, size_t size, const uint8_t signature[HAL_FIRMWARE_SIGNATURE_SIZE]) {
    (void)ctx;
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key = 0;
    uint8_t digest[32];
    size_t digest_size;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    bool good = psa_crypto_init() == PSA_SUCCESS &&
                psa_import_key(&attributes, firmware_key, sizeof firmware_key, &key) == PSA_SUCCESS &&
                psa_hash_compute(PSA_ALG_SHA_256, data, size, digest, sizeof digest, &digest_size) == PSA_SUCCESS &&
                psa_verify_hash(key, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, digest_size, signature,
                                HAL_FIRMWARE_SIGNATURE_SIZE) == PSA_SUCCESS;
    psa_destroy_key(key);
    return good ? HAL_OK : HAL_ERR_ARGUMENT;
}
