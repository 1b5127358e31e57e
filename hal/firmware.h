/* SPDX-License-Identifier: Apache-2.0
 * The controller's own firmware: two slots, one of which runs. It is ESP-IDF's esp_ota_ops.h with rollback, one call for one; on
 * Linux the slots are files. The boot loader, not the firmware, chooses what runs: the slot chosen last, unless it failed. At a
 * slot's first start its mark NEW becomes TRIAL; a slot that is found on TRIAL at a start has failed, so a firmware that crashes
 * or hangs is not started twice. Calls return 0 or a negative hal_error. */
#ifndef HAL_FIRMWARE_H
#define HAL_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

#define HAL_FIRMWARE_VERSION_SIZE   32 /* of esp_app_desc_t */
#define HAL_FIRMWARE_SIGNATURE_SIZE 64

enum hal_firmware_state {
    HAL_FIRMWARE_EMPTY = 0, /* nothing that could start */
    HAL_FIRMWARE_NEW,       /* ESP_OTA_IMG_NEW: the next start is its trial */
    HAL_FIRMWARE_TRIAL,     /* ESP_OTA_IMG_PENDING_VERIFY */
    HAL_FIRMWARE_VALID,     /* ESP_OTA_IMG_VALID, or UNDEFINED: as flashed over the wire */
    HAL_FIRMWARE_FAILED,    /* ESP_OTA_IMG_INVALID or ABORTED */
};

struct hal_firmware_slot {
    enum hal_firmware_state state;
    char version[HAL_FIRMWARE_VERSION_SIZE]; /* esp_app_desc_t.version; empty: not known */
};

struct hal_firmware {
    void *ctx;
    const char *target;        /* what the payload must be made for: "esp32", "linux-x86_64" */
    uint32_t slot_size;        /* bytes */
    uint32_t security_version; /* of the running firmware (esp_app_desc_t.secure_version): nothing older is taken */
    /* 0 or 1. esp_ota_get_running_partition */
    int (*running)(void *ctx);
    /* esp_ota_get_state_partition, esp_ota_get_partition_description */
    int (*describe)(void *ctx, unsigned slot, struct hal_firmware_slot *out);
    /* 0 when the signature over SHA-256 of the data is by the key that was compiled in: ECDSA P-256, r and s. psa_verify_hash */
    int (*verify)(void *ctx, const uint8_t *data, size_t size, const uint8_t signature[HAL_FIRMWARE_SIGNATURE_SIZE]);
    /* Opens the slot that does not run; from here on it is EMPTY. esp_ota_begin with OTA_WITH_SEQUENTIAL_WRITES, so that no call
     * erases more than it writes. version: for a port whose payload does not tell it. */
    int (*begin)(void *ctx, uint32_t size, const char *version);
    /* In order, any size. esp_ota_write */
    int (*write)(void *ctx, const uint8_t *data, size_t size);
    /* esp_ota_abort; nothing when none is open. */
    void (*abort)(void *ctx);
    /* All is on the medium. esp_ota_end, which also sees whether it is a program; HAL_ERR_ARGUMENT when it is none. */
    int (*end)(void *ctx);
    /* SHA-256 of what the medium holds of that slot, read back in order, from offset 0 on anew. esp_partition_read */
    int (*digest_add)(void *ctx, uint32_t offset, size_t size);
    int (*digest_end)(void *ctx, uint8_t digest[32]);
    /* That slot is NEW and the next to start; whole or not at all. esp_ota_set_boot_partition */
    int (*set_boot)(void *ctx);
    /* The running slot is VALID. esp_ota_mark_app_valid_cancel_rollback */
    int (*keep)(void *ctx);
    /* The running slot is FAILED, the other one is next; the caller restarts. esp_ota_mark_app_invalid_rollback */
    int (*give_up)(void *ctx);
};

#endif
