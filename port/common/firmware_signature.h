/* SPDX-License-Identifier: Apache-2.0
 * firmware_signature - whether a firmware's header was signed by the key that was compiled in (docs/update.md), by PSA Crypto. It
 * keeps nothing. */
#ifndef PORT_COMMON_FIRMWARE_SIGNATURE_H
#define PORT_COMMON_FIRMWARE_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "hal/firmware.h"

/* verify() of struct hal_firmware; ctx is not used. */
int firmware_signature_verify(void *ctx, const uint8_t *data, size_t size, const uint8_t signature[HAL_FIRMWARE_SIGNATURE_SIZE]);

#endif
