/* SPDX-License-Identifier: Apache-2.0
 * scratch - a directory of a test's own, removed with all its files at the end. */
#ifndef TESTS_UNIT_PORT_SCRATCH_H
#define TESTS_UNIT_PORT_SCRATCH_H

struct scratch {
    char path[64];
    int fd;
};

void scratch_make(struct scratch *scratch);
void scratch_remove(struct scratch *scratch);

#endif
