/* SPDX-License-Identifier: Apache-2.0
 * Random bytes fit for keys. */
#ifndef HAL_RANDOM_H
#define HAL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct hal_random {
    void *ctx;
    /* Fills all of out or returns a negative hal_error; there is no half. */
    int (*fill)(void *ctx, uint8_t *out, size_t size);
};

#endif
