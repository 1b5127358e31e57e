/* SPDX-License-Identifier: Apache-2.0
 * sim - what a bare program can ask of the Xtensa simulator that runs it: print and end. Nothing else exists there, no heap, no
 * clock. */
#ifndef TESTS_SUPPORT_XTENSA_SIM_H
#define TESTS_SUPPORT_XTENSA_SIM_H

#include <stddef.h>
#include <stdint.h>

#define SIM_LINE_SIZE 512 /* the longest line printed at once; more is cut */

#define SIM_EXIT_FAILED    1 /* a test failed */
#define SIM_EXIT_EXCEPTION 3 /* the CPU did: illegal instruction or forbidden access */

void sim_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void sim_exit(int code);
/* Reached from the exception vectors in start.S. */
_Noreturn void sim_exception(uint32_t cause, uint32_t pc, uint32_t address);

#endif
