/* SPDX-License-Identifier: Apache-2.0
 * cut_vfs - a disk that fails at a chosen instant. Wraps SQLite's own file layer, counts each operation that changes the medium
 * (write, truncate, sync, delete), and at the chosen one kills this process, as a crash does or as a power cut does.
 *
 * A crash (SIGKILL) leaves what was written: the system's cache survives. A power cut leaves what was synced; of the rest each
 * 512-byte sector is old or new, as the seed decides, and so is each file's length and its being there at all. */
#ifndef TESTS_STORE_CUT_VFS_H
#define TESTS_STORE_CUT_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum cut_moment { CUT_BEFORE, CUT_HALF, CUT_AFTER }; /* half: of a write's bytes; other operations are then cut before */

struct cut_plan {
    unsigned at; /* operation, counted from 1; 0: never */
    enum cut_moment moment;
    bool power;          /* a power cut, else a crash */
    uint32_t seed;       /* power cut: 0 loses all that was not synced, others choose by sector */
    bool lying_disk;     /* says "synced" and is not: the test's own test */
    unsigned full_after; /* writes that succeed before the disk is full; 0: never full */
};

/* Makes it the default file layer of SQLite in this process, for good. */
void cut_vfs_install(const struct cut_plan *plan);
/* Operations so far. */
unsigned cut_vfs_count(void);
/* The disk has room again. */
void cut_vfs_make_room(void);

#endif
