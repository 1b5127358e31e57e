/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/xtensa/sim.h"

#include <stdarg.h>
#include <stdio.h>

/* The simulator's calls, numbered as in Tensilica's ISS (QEMU target/xtensa/xtensa-semi.c). */
enum { SIM_SYS_EXIT = 1, SIM_SYS_WRITE = 4 };

static int sim_call(int number, int a, const void *b, size_t c) {
    register int a2 __asm__("a2") = number;
    register int a3 __asm__("a3") = a;
    register const void *a4 __asm__("a4") = b;
    register size_t a5 __asm__("a5") = c;
    __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
    return a2;
}

void sim_printf(const char *format, ...) {
    char line[SIM_LINE_SIZE];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (length < 0) return;
    size_t size = (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
    sim_call(SIM_SYS_WRITE, 1, line, size);
}

void sim_exit(int code) {
    sim_call(SIM_SYS_EXIT, code, NULL, 0);
    for (;;) {}
}

void sim_exception(uint32_t cause, uint32_t pc, uint32_t address) {
    sim_printf("CPU exception: cause %lu at pc 0x%08lx, address 0x%08lx\n", (unsigned long)cause, (unsigned long)pc,
               (unsigned long)address);
    sim_exit(SIM_EXIT_EXCEPTION);
}
