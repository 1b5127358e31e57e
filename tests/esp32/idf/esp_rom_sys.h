/* SPDX-License-Identifier: Apache-2.0
 * As much of ESP-IDF's esp_rom_sys.h as the replayed files use. */
#ifndef TESTS_ESP32_IDF_ESP_ROM_SYS_H
#define TESTS_ESP32_IDF_ESP_ROM_SYS_H

#include <stdint.h>

void esp_rom_delay_us(uint32_t us);

#endif
