/* SPDX-License-Identifier: Apache-2.0
 * A store of small values that survives loss of power at any instant. SQLite on Linux, NVS on the ESP32.
 * The contract is one key at a time: after a cut, each key holds its old or its new value, whole. Nothing is promised
 * between two keys, so whatever must change together lives in one value. */
#ifndef HAL_STORE_H
#define HAL_STORE_H

#include <stddef.h>
#include <stdint.h>

#define HAL_STORE_KEY_MAX   15   /* characters; NVS_KEY_NAME_MAX_SIZE - 1 */
#define HAL_STORE_VALUE_MAX 4000 /* bytes; the NVS limit for one entry */

struct hal_store {
    void *ctx;
    /* Reads the value; *size is the buffer's size before and the value's size after.
     * HAL_ERR_NOT_FOUND; HAL_ERR_TOO_LARGE when it does not fit; HAL_ERR_IO when it cannot be read. */
    int (*get)(void *ctx, const char *key, uint8_t *out, size_t *size);
    /* When 0 is returned, the value is on the medium. On error the old value stands. */
    int (*put)(void *ctx, const char *key, const uint8_t *value, size_t size);
    /* Erasing what is not there succeeds. */
    int (*erase)(void *ctx, const char *key);
};

#endif
