/* SPDX-License-Identifier: Apache-2.0
 * A CHECK() of the firmware that is wrong ends the run, as it would restart the controller. A file of its own in a library, so
 * that a test may bring its own. */
#include "core/check.h"
#include "tests/support/xtensa/sim.h"

void check_failed(const char *file, int line, const char *condition) {
    sim_printf("%s:%d: CHECK(%s) failed\n", file, line, condition);
    sim_exit(SIM_EXIT_FAILED);
}
