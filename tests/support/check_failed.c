/* SPDX-License-Identifier: Apache-2.0
 * A CHECK() of the firmware that is wrong ends the test, as it would restart the controller. A file of its own in a library, so
 * that a test may bring its own. */
#include "core/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: CHECK(%s) failed\n", file, line, condition);
    abort();
}
