/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/port/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void scratch_make(struct scratch *scratch) {
    snprintf(scratch->path, sizeof scratch->path, "/tmp/super4c-test-XXXXXX");
    scratch->fd = mkdtemp(scratch->path) == NULL ? -1 : open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (scratch->fd >= 0) return;
    perror("scratch directory");
    abort();
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

void scratch_remove(struct scratch *scratch) {
    close(scratch->fd);
    nftw(scratch->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
