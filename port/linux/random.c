/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/random.h"

#include <errno.h>
#include <sys/random.h>

#include "hal/errors.h"

int random_fill(uint8_t *out, size_t size) {
    while (size > 0) {
        ssize_t got = getrandom(out, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return HAL_ERR_IO;
        out += got;
        size -= (size_t)got;
    }
    return HAL_OK;
}

static int hal_fill(void *ctx, uint8_t *out, size_t size) {
    (void)ctx;
    return random_fill(out, size);
}

struct hal_random random_hal(void) {
    return (struct hal_random){.fill = hal_fill};
}
