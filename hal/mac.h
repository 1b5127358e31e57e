/* SPDX-License-Identifier: Apache-2.0
 * Hashes by which the nodes' agents and the controller know each other (docs/heartbeat.md). mbedTLS on Linux and on the ESP32,
 * which has SHA-256 in hardware. */
#ifndef HAL_MAC_H
#define HAL_MAC_H

#include <stddef.h>
#include <stdint.h>

#define HAL_MAC_SIZE 32

struct hal_mac {
    void *ctx;
    /* Both return 0, or HAL_ERR_IO when it could not be computed. HMAC-SHA256 is RFC 2104. */
    int (*hmac_sha256)(void *ctx, const uint8_t *key, size_t key_size, const uint8_t *data, size_t size,
                       uint8_t out[HAL_MAC_SIZE]);
    int (*sha256)(void *ctx, const uint8_t *data, size_t size, uint8_t out[HAL_MAC_SIZE]);
};

#endif
