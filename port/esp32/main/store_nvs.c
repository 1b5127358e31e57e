/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/store_nvs.h"

#include <nvs.h>
#include <nvs_flash.h>
#include <stddef.h>
#include <string.h>

#include "hal/errors.h"

#define STORE_NAMESPACE "super4c"

static const char *const partition[STORE_PART_COUNT] = {[STORE_KEPT] = "nvs", [STORE_LOG] = "log"};

static int error_of(esp_err_t error) {
    switch (error) {
    case ESP_OK:
        return HAL_OK;
    case ESP_ERR_NVS_NOT_FOUND:
        return HAL_ERR_NOT_FOUND;
    case ESP_ERR_NVS_INVALID_LENGTH:
    case ESP_ERR_NVS_VALUE_TOO_LONG:
        return HAL_ERR_TOO_LARGE;
    case ESP_ERR_NVS_NOT_ENOUGH_SPACE:
        return HAL_ERR_FULL;
    case ESP_ERR_NVS_INVALID_NAME:
    case ESP_ERR_NVS_KEY_TOO_LONG:
        return HAL_ERR_ARGUMENT;
    default:
        return HAL_ERR_IO;
    }
}

static int open_part(struct store_nvs *store, enum store_part part) {
    nvs_handle_t handle;
    esp_err_t error = nvs_flash_init_partition(partition[part]);
    if (error == ESP_OK) error = nvs_open_from_partition(partition[part], STORE_NAMESPACE, NVS_READWRITE, &handle);
    store->open[part] = error == ESP_OK;
    if (error == ESP_OK) store->handle[part] = handle;
    return error == ESP_OK ? HAL_OK : HAL_ERR_IO;
}

int store_nvs_open(struct store_nvs *store) {
    *store = (struct store_nvs){0};
    int kept = open_part(store, STORE_KEPT), log = open_part(store, STORE_LOG);
    return kept != HAL_OK ? kept : log;
}

int store_nvs_erase(struct store_nvs *store) {
    for (enum store_part part = 0; part < STORE_PART_COUNT; part++) {
        if (store->open[part]) nvs_close(store->handle[part]);
        store->open[part] = false;
        (void)nvs_flash_deinit_partition(partition[part]); /* what was not open needs none */
        if (nvs_flash_erase_partition(partition[part]) != ESP_OK) return HAL_ERR_IO;
    }
    return store_nvs_open(store);
}

/* By the keys of bmc/records.c: the ring of the event log, where it begins, and the panics' texts. */
static enum store_part part_of(const char *key) {
    bool event = key[0] == 'e' && key[1] == 'v' && key[2] >= '0' && key[2] <= '9';
    return event || strncmp(key, "log.", 4) == 0 || strncmp(key, "crash", 5) == 0 ? STORE_LOG : STORE_KEPT;
}

/* The handle for a key, or a negative hal_error. */
static int select_part(const struct store_nvs *store, const char *key, nvs_handle_t *handle) {
    size_t length = strnlen(key, HAL_STORE_KEY_MAX + 1);
    if (length == 0 || length > HAL_STORE_KEY_MAX) return HAL_ERR_ARGUMENT;
    enum store_part part = part_of(key);
    *handle = store->handle[part];
    return store->open[part] ? HAL_OK : HAL_ERR_IO;
}

static int store_get(void *ctx, const char *key, uint8_t *out, size_t *size) {
    nvs_handle_t handle;
    int error = select_part(ctx, key, &handle);
    return error ? error : error_of(nvs_get_blob(handle, key, out, size));
}

static int store_put(void *ctx, const char *key, const uint8_t *value, size_t size) {
    nvs_handle_t handle;
    if (size > HAL_STORE_VALUE_MAX) return HAL_ERR_TOO_LARGE;
    int error = select_part(ctx, key, &handle);
    if (!error) error = error_of(nvs_set_blob(handle, key, value, size));
    return error ? error : error_of(nvs_commit(handle));
}

static int store_erase(void *ctx, const char *key) {
    nvs_handle_t handle;
    int error = select_part(ctx, key, &handle);
    if (!error) error = error_of(nvs_erase_key(handle, key));
    if (error == HAL_ERR_NOT_FOUND) return HAL_OK;
    return error ? error : error_of(nvs_commit(handle));
}

struct hal_store store_nvs_hal(struct store_nvs *store) {
    return (struct hal_store){.ctx = store, .get = store_get, .put = store_put, .erase = store_erase};
}
