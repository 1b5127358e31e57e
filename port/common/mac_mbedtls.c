/* SPDX-License-Identifier: Apache-2.0 */
#include "port/common/mac_mbedtls.h"

#include <mbedtls/md.h>

#include "hal/errors.h"

static int hmac_sha256(void *ctx, const uint8_t *key, size_t key_size, const uint8_t *data, size_t size,
                       uint8_t out[HAL_MAC_SIZE]) {
    (void)ctx;
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return mbedtls_md_hmac(sha256, key, key_size, data, size, out) == 0 ? HAL_OK : HAL_ERR_IO;
}

static int sha256(void *ctx, const uint8_t *data, size_t size, uint8_t out[HAL_MAC_SIZE]) {
    (void)ctx;
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), data, size, out) == 0 ? HAL_OK : HAL_ERR_IO;
}

struct hal_mac mac_hal(void) {
    return (struct hal_mac){.hmac_sha256 = hmac_sha256, .sha256 = sha256};
}
