/* SPDX-License-Identifier: Apache-2.0
 * What a failed CHECK() does on the chip: the place is printed and goes into the coredump as the reason, then the panic handler
 * keeps that dump and restarts. Held pads stay as they are. */
#include "core/check.h"

#include <esp_system.h>
#include <stdio.h>

#define REASON_SIZE 128 /* two paths of 40, a line and a condition */

_Noreturn void check_failed(const char *file, int line, const char *condition) {
    char reason[REASON_SIZE];
    snprintf(reason, sizeof reason, "%s:%d: CHECK(%s) failed", file, line, condition);
    esp_system_abort(reason);
}
