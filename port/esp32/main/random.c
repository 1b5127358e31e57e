/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/random.h"

#include <bootloader_random.h>
#include <esp_random.h>
#include <stdbool.h>

#include "hal/errors.h"

static bool started;

void random_start(void) {
    bootloader_random_enable();
    started = true;
}

static int fill(void *ctx, uint8_t *out, size_t size) {
    (void)ctx;
    if (!started) return HAL_ERR_IO;
    esp_fill_random(out, size);
    return HAL_OK;
}

struct hal_random random_hal(void) {
    return (struct hal_random){.fill = fill};
}
