/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 512

/* In one write, and without stdio's buffers. */
void say(const char *format, ...) {
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (size < 0) return;
    size_t length = strlen(line);
    line[length] = '\n';
    ssize_t done = write(STDERR_FILENO, line, length + 1);
    (void)done; /* nobody is left to tell */
}
