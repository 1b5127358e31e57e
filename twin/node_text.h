/* SPDX-License-Identifier: Apache-2.0
 * node_text - what a model node's kernel says while it boots, panics or halts, in the words and the format of Linux on a CM5.
 * Text only; when it is said is the node's affair. */
#ifndef TWIN_NODE_TEXT_H
#define TWIN_NODE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TWIN_TEXT_LINE_MAX 200 /* the longest line with its time stamp */

/* Lines of the boot; permille: when in the boot the line is said, rising. */
unsigned twin_boot_line_count(void);
uint32_t twin_boot_line_permille(unsigned line);
/* Writes "[    1.234567] text\n"; returns its length. */
size_t twin_boot_line(unsigned line, uint64_t kernel_us, char out[TWIN_TEXT_LINE_MAX]);
unsigned twin_panic_line_count(void);
size_t twin_panic_line(unsigned line, uint64_t kernel_us, char out[TWIN_TEXT_LINE_MAX]);
size_t twin_halt_line(uint64_t kernel_us, char out[TWIN_TEXT_LINE_MAX]);

#endif
