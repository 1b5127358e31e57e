/* SPDX-License-Identifier: Apache-2.0
 * firmware - hal/firmware.h on the chip: the slots are the partitions ota_0 and ota_1, ESP-IDF's boot loader chooses by its marks
 * in otadata, and the key is the one that was compiled in (port/firmware_key.cmake). Writes only the slot that does not run, and
 * never the boot loader or the partition table.
 *
 * A slot that has no mark: the one that runs was flashed over the wire and is VALID; the other one is EMPTY, whatever is left in
 * it of a broken upload. So that there is something to go back to after a first update, the running one is given its mark at the
 * start. After a restart of the controller: the marks tell; an upload is forgotten. */
#ifndef PORT_ESP32_FIRMWARE_H
#define PORT_ESP32_FIRMWARE_H

#include <esp_ota_ops.h>
#include <mbedtls/sha256.h>

#include "hal/firmware.h"

struct firmware {
    const esp_partition_t *slot[2];
    unsigned running;
    esp_ota_handle_t open; /* 0: none */
    mbedtls_sha256_context sha256;
};

/* Marks a firmware flashed over the wire as good, which takes a second, once. 0, or -1 when it does not run from one of two
 * slots: then it is not updated. */
int firmware_start(struct firmware *firmware);
struct hal_firmware firmware_hal(struct firmware *firmware);

#endif
