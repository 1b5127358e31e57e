/* SPDX-License-Identifier: Apache-2.0
 * random - the kernel's generator behind hal_random. Waits for it to be seeded at boot; gives all bytes or an error, never weak
 * ones. */
#ifndef PORT_LINUX_RANDOM_H
#define PORT_LINUX_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "hal/random.h"

/* 0 or HAL_ERR_IO. */
int random_fill(uint8_t *out, size_t size);
struct hal_random random_hal(void);

#endif
