/* SPDX-License-Identifier: Apache-2.0
 * Why the controller started (ESP-IDF esp_reset_reason). It decides whether pads kept their hold and
 * whether the restore policy applies. */
#ifndef HAL_RESET_H
#define HAL_RESET_H

enum hal_reset_cause {
    HAL_RESET_UNKNOWN = 0,
    HAL_RESET_POWER_ON,     /* holds lost */
    HAL_RESET_EXTERNAL,     /* EN pin; holds lost */
    HAL_RESET_BROWNOUT,     /* holds lost */
    HAL_RESET_RTC_WATCHDOG, /* holds lost */
    HAL_RESET_SOFTWARE,     /* esp_restart, update; holds kept */
    HAL_RESET_PANIC,        /* holds kept */
    HAL_RESET_WATCHDOG,     /* task or interrupt watchdog; holds kept */
};

#endif
