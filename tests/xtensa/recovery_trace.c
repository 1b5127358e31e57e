/* SPDX-License-Identifier: Apache-2.0
 * The recovery simulator on a 32-bit CPU, a few seeds of it: its trace must be the host's (tests/sim/same-trace). */
#include <stdio.h>
#include <time.h>

#include "sim.h"

int recovery_sim_main(int argc, char **argv); /* main() of tests/sim/recovery_sim.c */

static int put(char character, FILE *file) {
    static char line[SIM_LINE_SIZE];
    static unsigned size;
    (void)file;
    line[size++] = character;
    if (character == '\n' || size == sizeof line - 1) {
        line[size] = '\0';
        sim_printf("%s", line);
        size = 0;
    }
    return 0;
}

static FILE out = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdout = &out;
FILE *const stderr = &out;

clock_t clock(void) { return 0; } /* there is none here */

int main(void) {
    static char name[] = "recovery_sim", option[] = "--seeds", count[] = "8";
    char *argv[] = {name, option, count};
    return recovery_sim_main(3, argv);
}
