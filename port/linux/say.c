/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/say.h"

#include <stdarg.h>
#include <stdio.h>

#define SAY_LINE_SIZE 512 /* a path of 400 and a sentence */

void say(const char *format, ...) {
    char line[SAY_LINE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fprintf(stderr, "super4c-bmc: %s\n", line); /* one write: lines of two threads do not mix */
}
