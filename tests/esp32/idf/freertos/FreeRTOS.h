/* SPDX-License-Identifier: Apache-2.0
 * As much of FreeRTOS as the replayed files use: critical sections, which idf_gpio.c watches. */
#ifndef TESTS_ESP32_IDF_FREERTOS_H
#define TESTS_ESP32_IDF_FREERTOS_H

typedef struct {
    int depth;
} portMUX_TYPE;

#define portMUX_INITIALIZER_UNLOCKED                                                                                             \
    { 0 }
#define portENTER_CRITICAL(lock) idf_critical((lock), 1)
#define portEXIT_CRITICAL(lock)  idf_critical((lock), -1)

void idf_critical(portMUX_TYPE *lock, int step);

#endif
