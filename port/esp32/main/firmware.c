/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/firmware.h"

#include <esp_app_desc.h>
#include <string.h>

#include "core/bytes.h"
#include "core/version.h"
#include "hal/errors.h"
#include "port/common/firmware_signature.h"

#define READ_SIZE 512

static const esp_partition_t *other(const struct firmware *firmware) { return firmware->slot[!firmware->running]; }

/* ESP-IDF has told the console more; what a caller can act on is whether the payload or the flash is at fault. */
static int to_hal_error(esp_err_t error) {
    if (error == ESP_OK) return HAL_OK;
    return error == ESP_ERR_OTA_VALIDATE_FAILED ? HAL_ERR_ARGUMENT : HAL_ERR_IO;
}

/* ---- what the slots are ---- */

static int running(void *ctx) { return (int)((const struct firmware *)ctx)->running; }

static enum hal_firmware_state state_of(const struct firmware *firmware, unsigned slot) {
    esp_ota_img_states_t state;
    if (esp_ota_get_state_partition(firmware->slot[slot], &state) != ESP_OK)
        return slot == firmware->running ? HAL_FIRMWARE_VALID : HAL_FIRMWARE_EMPTY;
    switch (state) {
    case ESP_OTA_IMG_NEW:
        return HAL_FIRMWARE_NEW;
    case ESP_OTA_IMG_PENDING_VERIFY:
        return HAL_FIRMWARE_TRIAL;
    case ESP_OTA_IMG_INVALID:
    case ESP_OTA_IMG_ABORTED:
        return HAL_FIRMWARE_FAILED;
    default:
        return HAL_FIRMWARE_VALID;
    }
}

static int describe(void *ctx, unsigned slot, struct hal_firmware_slot *out) {
    const struct firmware *firmware = ctx;
    esp_app_desc_t description;
    *out = (struct hal_firmware_slot){.state = state_of(firmware, slot)};
    if (out->state == HAL_FIRMWARE_EMPTY) return HAL_OK;
    if (esp_ota_get_partition_description(firmware->slot[slot], &description) != ESP_OK) return HAL_OK;
    description.version[sizeof description.version - 1] = '\0';
    text_copy(out->version, sizeof out->version, description.version);
    return HAL_OK;
}

/* ---- writing the other slot ---- */

static void give_away(void *ctx) {
    struct firmware *firmware = ctx;
    if (firmware->open != 0) (void)esp_ota_abort(firmware->open); /* fails only for a handle that is not open */
    firmware->open = 0;
}

/* esp_ota_begin() takes the slot's mark away, but does not say when it could not. */
static int begin(void *ctx, uint32_t size, const char *version) {
    struct firmware *firmware = ctx;
    (void)size, (void)version;
    give_away(firmware);
    esp_err_t error = esp_ota_begin(other(firmware), OTA_WITH_SEQUENTIAL_WRITES, &firmware->open);
    if (error != ESP_OK) {
        firmware->open = 0;
        return HAL_ERR_IO;
    }
    if (state_of(firmware, !firmware->running) == HAL_FIRMWARE_EMPTY) return HAL_OK;
    give_away(firmware);
    return HAL_ERR_IO;
}

static int write_piece(void *ctx, const uint8_t *data, size_t size) {
    return to_hal_error(esp_ota_write(((const struct firmware *)ctx)->open, data, size));
}

static int end(void *ctx) {
    struct firmware *firmware = ctx;
    esp_ota_handle_t handle = firmware->open;
    firmware->open = 0; /* closed, whatever it answers */
    return to_hal_error(esp_ota_end(handle));
}

static int digest_add(void *ctx, uint32_t offset, size_t size) {
    struct firmware *firmware = ctx;
    uint8_t data[READ_SIZE];
    if (offset == 0 && mbedtls_sha256_starts(&firmware->sha256, 0) != 0) return HAL_ERR_IO;
    while (size > 0) {
        size_t part = size < sizeof data ? size : sizeof data;
        if (esp_partition_read(other(firmware), offset, data, part) != ESP_OK) return HAL_ERR_IO;
        if (mbedtls_sha256_update(&firmware->sha256, data, part) != 0) return HAL_ERR_IO;
        offset += (uint32_t)part;
        size -= part;
    }
    return HAL_OK;
}

static int digest_end(void *ctx, uint8_t digest[32]) {
    struct firmware *firmware = ctx;
    int code = mbedtls_sha256_finish(&firmware->sha256, digest);
    mbedtls_sha256_free(&firmware->sha256); /* a context at work may hold the chip's SHA engine */
    mbedtls_sha256_init(&firmware->sha256);
    return code == 0 ? HAL_OK : HAL_ERR_IO;
}

/* ---- marks ---- */

static int set_boot(void *ctx) { return to_hal_error(esp_ota_set_boot_partition(other(ctx))); }

static int keep(void *ctx) {
    (void)ctx;
    return to_hal_error(esp_ota_mark_app_valid_cancel_rollback());
}

static int give_up(void *ctx) {
    (void)ctx;
    return to_hal_error(esp_ota_mark_app_invalid_rollback());
}

/* Without a mark of its own the running slot is nothing that ESP-IDF would go back to. Cut between the two, this is a trial of a
 * firmware that works. */
static void mark_as_flashed(const struct firmware *firmware) {
    esp_ota_img_states_t state;
    const esp_partition_t *own = firmware->slot[firmware->running];
    if (esp_ota_get_state_partition(own, &state) != ESP_ERR_NOT_FOUND) return;
    if (esp_ota_set_boot_partition(own) == ESP_OK) (void)esp_ota_mark_app_valid_cancel_rollback();
}

/* ---- ---- */

int firmware_start(struct firmware *firmware) {
    const esp_partition_t *own = esp_ota_get_running_partition();
    memset(firmware, 0, sizeof *firmware);
    mbedtls_sha256_init(&firmware->sha256);
    for (unsigned i = 0; i < 2; i++) {
        esp_partition_subtype_t subtype = (esp_partition_subtype_t)(ESP_PARTITION_SUBTYPE_APP_OTA_MIN + i);
        firmware->slot[i] = esp_partition_find_first(ESP_PARTITION_TYPE_APP, subtype, NULL);
        if (firmware->slot[i] == NULL) return -1;
        if (firmware->slot[i] == own) firmware->running = i;
    }
    if (firmware->slot[firmware->running] != own) return -1;
    mark_as_flashed(firmware);
    return 0;
}

struct hal_firmware firmware_hal(struct firmware *firmware) {
    return (struct hal_firmware){.ctx = firmware,
                                 .target = "esp32",
                                 .slot_size = firmware->slot[0]->size,
                                 .security_version = SUPER4C_SECURITY_VERSION,
                                 .running = running,
                                 .describe = describe,
                                 .verify = firmware_signature_verify,
                                 .begin = begin,
                                 .write = write_piece,
                                 .abort = give_away,
                                 .end = end,
                                 .digest_add = digest_add,
                                 .digest_end = digest_end,
                                 .set_boot = set_boot,
                                 .keep = keep,
                                 .give_up = give_up};
}
