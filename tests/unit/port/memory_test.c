/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>

#include "port/linux/memory.h"

#define BLOCK_SIZE ((size_t)64 << 20)

/* Memory counts when it is touched, and no longer when it is given back. */
static void what_is_touched_is_resident(void **state) {
    (void)state;
    size_t before = memory_resident_bytes();
    assert_true(before > 100000);
    void *block = mmap(NULL, BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(block, MAP_FAILED);
    assert_true(memory_resident_bytes() < before + BLOCK_SIZE / 2);
    memset(block, 1, BLOCK_SIZE);
    assert_true(memory_resident_bytes() >= before + BLOCK_SIZE - BLOCK_SIZE / 8);
    assert_int_equal(munmap(block, BLOCK_SIZE), 0);
    assert_true(memory_resident_bytes() < before + BLOCK_SIZE / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_touched_is_resident)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
