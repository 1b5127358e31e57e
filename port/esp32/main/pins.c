/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/pins.h"

#include <driver/gpio.h>
#include <esp_rom_sys.h>
#include <freertos/FreeRTOS.h>

#include "hal/errors.h"

#define INPUT_SETTLE_US 1 /* the pad's synchroniser takes two cycles of 80 MHz (ESP32 TRM, 6.2.2) */

static portMUX_TYPE relatch_lock = portMUX_INITIALIZER_UNLOCKED;
static uint64_t pulled_up, pulled_down; /* masks: what set_pull() was told last; gpio_config() writes pulls too */

static int error_of(esp_err_t error) {
    if (error == ESP_OK) return HAL_OK;
    return error == ESP_ERR_INVALID_ARG || error == ESP_ERR_NOT_SUPPORTED ? HAL_ERR_ARGUMENT : HAL_ERR_IO;
}

static bool exists(uint8_t pin) {
    gpio_num_t number = (gpio_num_t)pin;
    return number < GPIO_NUM_MAX && GPIO_IS_VALID_GPIO(number);
}

static int get_level(void *ctx, uint8_t pin) {
    (void)ctx;
    esp_err_t error = gpio_input_enable((gpio_num_t)pin);
    if (error != ESP_OK) return error_of(error);
    esp_rom_delay_us(INPUT_SETTLE_US);
    return gpio_get_level((gpio_num_t)pin);
}

static int set_level(void *ctx, uint8_t pin, bool level) {
    (void)ctx;
    return error_of(gpio_set_level((gpio_num_t)pin, level));
}

static int set_mode(void *ctx, uint8_t pin, enum hal_gpio_mode mode) {
    static const gpio_mode_t mode_of[] = {[HAL_GPIO_INPUT] = GPIO_MODE_INPUT,
                                          [HAL_GPIO_INPUT_OUTPUT] = GPIO_MODE_INPUT_OUTPUT,
                                          [HAL_GPIO_INPUT_OUTPUT_OD] = GPIO_MODE_INPUT_OUTPUT_OD};
    (void)ctx;
    if (mode != HAL_GPIO_INPUT && mode != HAL_GPIO_INPUT_OUTPUT && mode != HAL_GPIO_INPUT_OUTPUT_OD) return HAL_ERR_ARGUMENT;
    if (!exists(pin)) return HAL_ERR_ARGUMENT;
    const uint64_t mask = UINT64_C(1) << pin;
    const gpio_config_t config = {
        .pin_bit_mask = mask,
        .mode = mode_of[mode],
        .pull_up_en = pulled_up & mask ? GPIO_PULLUP_ENABLE : GPIO_PULLUP_DISABLE,
        .pull_down_en = pulled_down & mask ? GPIO_PULLDOWN_ENABLE : GPIO_PULLDOWN_DISABLE,
        .intr_type = GPIO_INTR_DISABLE,
    };
    return error_of(gpio_config(&config));
}

static int set_pull(void *ctx, uint8_t pin, enum hal_gpio_pull pull) {
    (void)ctx;
    if (!exists(pin)) return HAL_ERR_ARGUMENT;
    const uint64_t mask = UINT64_C(1) << pin;
    pulled_up = pull == HAL_GPIO_PULL_UP ? pulled_up | mask : pulled_up & ~mask;
    pulled_down = pull == HAL_GPIO_PULL_DOWN ? pulled_down | mask : pulled_down & ~mask;
    return error_of(gpio_set_pull_mode((gpio_num_t)pin, pull == HAL_GPIO_PULL_UP     ? GPIO_PULLUP_ONLY
                                                        : pull == HAL_GPIO_PULL_DOWN ? GPIO_PULLDOWN_ONLY
                                                                                     : GPIO_FLOATING));
}

static int set_drive(void *ctx, uint8_t pin, uint8_t capability) {
    (void)ctx;
    if (capability >= GPIO_DRIVE_CAP_MAX) return HAL_ERR_ARGUMENT;
    return error_of(gpio_set_drive_capability((gpio_num_t)pin, (gpio_drive_cap_t)capability));
}

static int set_hold(void *ctx, uint8_t pin, bool held) {
    (void)ctx;
    return error_of(held ? gpio_hold_en((gpio_num_t)pin) : gpio_hold_dis((gpio_num_t)pin));
}

/* With the interrupts of this core off, neither another task nor the interrupt watchdog's panic comes between. */
static int relatch(void *ctx, uint8_t pin) {
    (void)ctx;
    portENTER_CRITICAL(&relatch_lock);
    esp_err_t released = gpio_hold_dis((gpio_num_t)pin);
    esp_err_t held = gpio_hold_en((gpio_num_t)pin);
    portEXIT_CRITICAL(&relatch_lock);
    return error_of(released != ESP_OK ? released : held);
}

struct hal_gpio pins_hal(void) {
    return (struct hal_gpio){
        .get_level = get_level,
        .set_level = set_level,
        .set_mode = set_mode,
        .set_pull = set_pull,
        .set_drive = set_drive,
        .set_hold = set_hold,
        .relatch = relatch,
    };
}
