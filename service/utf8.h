/* SPDX-License-Identifier: Apache-2.0
 * utf8 - where characters begin and end, after RFC 3629. No state. */
#ifndef SERVICE_UTF8_H
#define SERVICE_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed character at text (1 to 4), or 0: cut short, overlong, a surrogate, or beyond U+10FFFF. */
size_t utf8_length(const char *text, size_t available);

#endif
