/* SPDX-License-Identifier: Apache-2.0
 * As much of ESP-IDF's driver/gpio.h as port/esp32/main/pins.c and its test use, so that the file compiles here; idf_gpio.c plays
 * the functions on the twin's pads. On the chip the real header takes its place. */
#ifndef TESTS_ESP32_IDF_DRIVER_GPIO_H
#define TESTS_ESP32_IDF_DRIVER_GPIO_H

#include <stdint.h>

typedef int esp_err_t;
typedef int gpio_num_t;
typedef enum { GPIO_MODE_INPUT = 1, GPIO_MODE_INPUT_OUTPUT = 3, GPIO_MODE_INPUT_OUTPUT_OD = 7 } gpio_mode_t;
typedef enum { GPIO_PULLUP_ONLY, GPIO_PULLDOWN_ONLY, GPIO_PULLUP_PULLDOWN, GPIO_FLOATING } gpio_pull_mode_t;
typedef enum { GPIO_PULLUP_DISABLE, GPIO_PULLUP_ENABLE } gpio_pullup_t;
typedef enum { GPIO_PULLDOWN_DISABLE, GPIO_PULLDOWN_ENABLE } gpio_pulldown_t;
typedef enum { GPIO_INTR_DISABLE } gpio_int_type_t;
typedef enum { GPIO_DRIVE_CAP_0, GPIO_DRIVE_CAP_1, GPIO_DRIVE_CAP_2, GPIO_DRIVE_CAP_3, GPIO_DRIVE_CAP_MAX } gpio_drive_cap_t;
typedef struct {
    uint64_t pin_bit_mask;
    gpio_mode_t mode;
    gpio_pullup_t pull_up_en;
    gpio_pulldown_t pull_down_en;
    gpio_int_type_t intr_type;
} gpio_config_t;

#define ESP_OK                  0
#define ESP_FAIL                (-1)
#define ESP_ERR_INVALID_ARG     0x102
#define ESP_ERR_NOT_SUPPORTED   0x106
#define GPIO_NUM_MAX            40
#define GPIO_IS_VALID_GPIO(pin) ((pin) >= 0 && (UINT64_C(0xff0effffff) >> (pin)&1)) /* all but 24 and 28..31 */

esp_err_t gpio_config(const gpio_config_t *config);
esp_err_t gpio_input_enable(gpio_num_t pin);
int gpio_get_level(gpio_num_t pin);
esp_err_t gpio_set_level(gpio_num_t pin, uint32_t level);
esp_err_t gpio_set_direction(gpio_num_t pin, gpio_mode_t mode);
esp_err_t gpio_set_pull_mode(gpio_num_t pin, gpio_pull_mode_t pull);
esp_err_t gpio_set_drive_capability(gpio_num_t pin, gpio_drive_cap_t capability);
esp_err_t gpio_hold_en(gpio_num_t pin);
esp_err_t gpio_hold_dis(gpio_num_t pin);

#endif
