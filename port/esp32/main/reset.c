/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/reset.h"

#include <esp_system.h>

enum hal_reset_cause reset_cause(void) {
    switch (esp_reset_reason()) {
    case ESP_RST_POWERON:
        return HAL_RESET_POWER_ON;
    case ESP_RST_EXT:
        return HAL_RESET_EXTERNAL;
    case ESP_RST_BROWNOUT:
        return HAL_RESET_BROWNOUT;
    case ESP_RST_WDT: /* the bootloader's or the RTC's: IDF has names of their own for the others */
        return HAL_RESET_RTC_WATCHDOG;
    case ESP_RST_SW:
        return HAL_RESET_SOFTWARE;
    case ESP_RST_PANIC:
        return HAL_RESET_PANIC;
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
        return HAL_RESET_WATCHDOG;
    default:
        return HAL_RESET_UNKNOWN;
    }
}
