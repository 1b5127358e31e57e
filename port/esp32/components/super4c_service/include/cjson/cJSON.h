/* SPDX-License-Identifier: Apache-2.0
 * Where Linux has the header; ESP-IDF's component has it without the folder. */
#ifndef PORT_ESP32_CJSON_H
#define PORT_ESP32_CJSON_H

#include <cJSON.h>

#endif
