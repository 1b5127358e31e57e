/* SPDX-License-Identifier: Apache-2.0
 * json_scan - looks over the bytes of a JSON text before anything is built from them, and refuses what would cost too much or
 * what the parser behind it is known to let through. Grammar is left to that parser. */
#ifndef SERVICE_JSON_SCAN_H
#define SERVICE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX  8  /* our deepest body has three levels */
#define JSON_VALUES_MAX 64 /* our largest body has about ten members */

/* True when depth and number of values are in bounds, strings are UTF-8 without control characters or an escaped NUL, numbers
 * have RFC 8259's form, and nothing stands between the tokens but its four blanks. */
bool json_scan(const char *text, size_t size);

#endif
