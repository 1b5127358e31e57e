/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/memory.h"

#include <esp_heap_caps.h>

struct memory_figures memory_read(void) {
    return (struct memory_figures){
        .free_bytes = heap_caps_get_free_size(MALLOC_CAP_8BIT),
        .lowest_free_bytes = heap_caps_get_minimum_free_size(MALLOC_CAP_8BIT),
        .largest_block_bytes = heap_caps_get_largest_free_block(MALLOC_CAP_8BIT),
    };
}
