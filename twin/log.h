/* SPDX-License-Identifier: Apache-2.0
 * log - one line to standard error, for whoever watches the twin. The format is a literal. */
#ifndef TWIN_LOG_H
#define TWIN_LOG_H

#include <stdio.h>

#define twin_log(...) ((void)fprintf(stderr, "twin: " __VA_ARGS__), (void)fputc('\n', stderr))

#endif
