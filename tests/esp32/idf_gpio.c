/* SPDX-License-Identifier: Apache-2.0 */
#include "idf_gpio.h"

#include <assert.h>
#include <driver/gpio.h>
#include <esp_rom_sys.h>
#include <freertos/FreeRTOS.h>

#include "hal/errors.h"

static struct twin_board *chip;
static uint32_t seen_reset_count;
static uint64_t open_drain; /* mask: the pads' registers; the twin has them with the output only */
static int critical_depth;
static struct idf_faults faults;

void idf_gpio_attach(struct twin_board *board) {
    chip = board;
    faults = (struct idf_faults){0};
    open_drain = 0;
}

struct idf_faults idf_gpio_faults(void) {
    return faults;
}

void idf_critical(portMUX_TYPE *lock, int step) {
    lock->depth += step;
    critical_depth += step;
    assert(lock->depth >= 0);
}

void esp_rom_delay_us(uint32_t us) { assert(us < 100); } /* the loop has no time for more */

static esp_err_t written(int result) {
    if (result != HAL_OK) return ESP_ERR_INVALID_ARG;
    twin_board_settle(chip);
    for (unsigned node = 0; node < TWIN_NODE_COUNT; node++)
        faults.pushed_count += twin_esp_pins_net_pushed_high(&chip->pins, twin_net_pmic(node));
    return ESP_OK;
}

/* The register is back at 0 after a reset, like those the twin has. */
static uint64_t open_drain_now(void) {
    if (seen_reset_count != chip->controller.reset_count) open_drain = 0;
    seen_reset_count = chip->controller.reset_count;
    return open_drain;
}

static esp_err_t output_enable(gpio_num_t pin) {
    bool od = open_drain_now() & UINT64_C(1) << pin;
    return written(twin_esp_pins_set_mode(&chip->pins, (uint8_t)pin, od ? HAL_GPIO_INPUT_OUTPUT_OD : HAL_GPIO_INPUT_OUTPUT));
}

static esp_err_t output_disable(gpio_num_t pin) {
    return written(twin_esp_pins_set_mode(&chip->pins, (uint8_t)pin, HAL_GPIO_INPUT));
}

/* Of a pad that drives, too. */
static esp_err_t od_set(gpio_num_t pin, bool od) {
    uint64_t mask = UINT64_C(1) << pin;
    open_drain = od ? open_drain_now() | mask : open_drain_now() & ~mask;
    return chip->pins.pad[pin].written.mode == HAL_GPIO_INPUT ? ESP_OK : output_enable(pin);
}

esp_err_t gpio_input_enable(gpio_num_t pin) { return written(twin_esp_pins_enable_input(&chip->pins, (uint8_t)pin)); }

int gpio_get_level(gpio_num_t pin) { return twin_esp_pins_read_input(&chip->pins, (uint8_t)pin) == 1; }

esp_err_t gpio_set_level(gpio_num_t pin, uint32_t level) {
    return written(twin_esp_pins_set_level(&chip->pins, (uint8_t)pin, level != 0));
}

/* Input, output, and open drain last: a pad whose level is 1 is pushed in between. */
esp_err_t gpio_set_direction(gpio_num_t pin, gpio_mode_t mode) {
    esp_err_t error = gpio_input_enable(pin);
    if (error == ESP_OK) error = mode & 2 ? output_enable(pin) : output_disable(pin);
    return error == ESP_OK ? od_set(pin, mode & 4) : error;
}

static gpio_pull_mode_t pull_mode(const gpio_config_t *config) {
    if (config->pull_up_en && config->pull_down_en) return GPIO_PULLUP_PULLDOWN;
    if (config->pull_up_en) return GPIO_PULLUP_ONLY;
    return config->pull_down_en ? GPIO_PULLDOWN_ONLY : GPIO_FLOATING;
}

/* Input, open drain, output, pulls; the pad's function would come last, and the twin's pads are GPIOs all the time. */
esp_err_t gpio_config(const gpio_config_t *config) {
    esp_err_t error = ESP_OK;
    for (gpio_num_t pin = 0; pin < TWIN_PIN_COUNT && error == ESP_OK; pin++) {
        if (!(config->pin_bit_mask & UINT64_C(1) << pin)) continue;
        error = gpio_input_enable(pin);
        if (error == ESP_OK) error = od_set(pin, config->mode & 4);
        if (error == ESP_OK) error = config->mode & 2 ? output_enable(pin) : output_disable(pin);
        if (error == ESP_OK) error = gpio_set_pull_mode(pin, pull_mode(config));
    }
    return error;
}

esp_err_t gpio_set_pull_mode(gpio_num_t pin, gpio_pull_mode_t pull) {
    static const enum hal_gpio_pull of[] = {
        [GPIO_PULLUP_ONLY] = HAL_GPIO_PULL_UP, [GPIO_PULLDOWN_ONLY] = HAL_GPIO_PULL_DOWN, [GPIO_FLOATING] = HAL_GPIO_PULL_NONE};
    assert(pull != GPIO_PULLUP_PULLDOWN); /* nobody wants that */
    return written(twin_esp_pins_set_pull(&chip->pins, (uint8_t)pin, of[pull]));
}

esp_err_t gpio_set_drive_capability(gpio_num_t pin, gpio_drive_cap_t capability) {
    return written(twin_esp_pins_set_drive(&chip->pins, (uint8_t)pin, (uint8_t)capability));
}

esp_err_t gpio_hold_en(gpio_num_t pin) { return written(twin_esp_pins_set_hold(&chip->pins, (uint8_t)pin, true)); }

esp_err_t gpio_hold_dis(gpio_num_t pin) {
    faults.released_count += critical_depth == 0;
    return written(twin_esp_pins_set_hold(&chip->pins, (uint8_t)pin, false));
}
