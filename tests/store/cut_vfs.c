/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/cut_vfs.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEDIUM_FILE_COUNT 8             /* database, log, rollback journal */
#define MEDIUM_FILE_MAX   (1024 * 1024) /* four times the store's log */
#define MEDIUM_PATH_MAX   512
#define SECTOR_SIZE       512

/* What of one file is safe on the medium. */
struct medium_file {
    char path[MEDIUM_PATH_MAX];
    bool exists; /* its directory entry is safe */
    size_t size;
    uint8_t *data;
};

struct cut_file {
    sqlite3_file base;
    struct medium_file *medium; /* NULL for files without a name */
    bool syncs_directory;       /* its first sync does, as SQLite's own layer has it for journals and logs */
    sqlite3_file *inner;        /* follows this structure in memory */
};

static struct {
    struct cut_plan plan;
    sqlite3_vfs vfs, *inner;
    unsigned count, write_count;
    uint32_t random;
    struct medium_file file[MEDIUM_FILE_COUNT];
} disk;

static void give_up(const char *why) {
    fprintf(stderr, "cut_vfs: %s\n", why);
    _exit(9);
}

/* ---- the medium ---- */

static struct medium_file *medium_of(const char *path) {
    for (size_t i = 0; i < MEDIUM_FILE_COUNT; i++) {
        struct medium_file *file = &disk.file[i];
        if (file->path[0] != '\0' && strcmp(file->path, path) != 0) continue;
        if (file->path[0] == '\0') snprintf(file->path, sizeof file->path, "%s", path);
        if (file->data == NULL) file->data = malloc(MEDIUM_FILE_MAX);
        if (file->data == NULL) give_up("no memory");
        return file;
    }
    give_up("more files than expected");
    return NULL;
}

/* As the system's cache has it now. -1 when there is no such file. */
static ssize_t read_current(const char *path, uint8_t *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t size = pread(fd, out, MEDIUM_FILE_MAX, 0);
    close(fd);
    if (size == MEDIUM_FILE_MAX) give_up("a file is larger than expected");
    return size;
}

/* xorshift32 (Marsaglia 2003) */
static uint32_t random_next(void) {
    disk.random ^= disk.random << 13;
    disk.random ^= disk.random >> 17;
    disk.random ^= disk.random << 5;
    return disk.random;
}

static bool keep_new(void) { return disk.plan.seed != 0 && (random_next() >> 16 & 1) != 0; }

static void write_whole(const char *path, const uint8_t *data, size_t size) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || pwrite(fd, data, size, 0) != (ssize_t)size) give_up("the cut's image could not be written");
    close(fd);
}

/* Makes the file what a power cut leaves of it. */
static void lose_unsynced(struct medium_file *file) {
    static uint8_t current[MEDIUM_FILE_MAX], left[MEDIUM_FILE_MAX];
    ssize_t current_size = read_current(file->path, current);
    bool entry_kept = keep_new();
    if (!file->exists && (current_size < 0 || !entry_kept)) { /* never safely made */
        unlink(file->path);
        return;
    }
    if (file->exists && current_size < 0 && entry_kept) return; /* deleted, and that has reached the medium */
    size_t new_size = current_size < 0 ? file->size : (size_t)current_size;
    size_t size = keep_new() ? new_size : file->exists ? file->size : 0;
    memset(left, 0, size);
    memcpy(left, file->data, size < file->size ? size : file->size);
    for (size_t at = 0; at < size && current_size >= 0; at += SECTOR_SIZE) {
        if (at >= new_size || !keep_new()) continue;
        size_t end = at + SECTOR_SIZE < new_size ? at + SECTOR_SIZE : new_size;
        memcpy(left + at, current + at, (end < size ? end : size) - at);
    }
    write_whole(file->path, left, size);
}

static _Noreturn void die(void) {
    if (disk.plan.power) {
        for (size_t i = 0; i < MEDIUM_FILE_COUNT; i++) {
            if (disk.file[i].path[0] != '\0') lose_unsynced(&disk.file[i]);
        }
    }
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts an operation. True when it is the one to be cut and has to be begun before. */
static bool begin_operation(bool is_write) {
    disk.count++;
    if (disk.count != disk.plan.at) return false;
    if (disk.plan.moment == CUT_BEFORE || (disk.plan.moment == CUT_HALF && !is_write)) die();
    return true;
}

static int end_operation(bool cut, int code) {
    if (cut) die();
    return code;
}

/* ---- files ---- */

static struct cut_file *cut_file(sqlite3_file *file) { return (struct cut_file *)(void *)file; }
static sqlite3_file *inner(sqlite3_file *file) { return cut_file(file)->inner; }

static int file_close(sqlite3_file *file) { return inner(file)->pMethods->xClose(inner(file)); }
static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at) {
    return inner(file)->pMethods->xRead(inner(file), out, size, at);
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at) {
    if (disk.plan.full_after != 0 && ++disk.write_count > disk.plan.full_after) return SQLITE_FULL;
    bool cut = begin_operation(true);
    /* After a power cut the whole write is in doubt sector by sector, so it is done whole and then partly lost. */
    bool half = cut && disk.plan.moment == CUT_HALF && !disk.plan.power;
    return end_operation(cut, inner(file)->pMethods->xWrite(inner(file), data, half ? size / 2 : size, at));
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    bool cut = begin_operation(false);
    return end_operation(cut, inner(file)->pMethods->xTruncate(inner(file), size));
}

/* Deletions so far are safe. That of files whose first sync is still to come does not matter: they are not there after a cut. */
static void directory_synced(void) {
    for (size_t i = 0; i < MEDIUM_FILE_COUNT; i++) {
        struct medium_file *file = &disk.file[i];
        if (file->path[0] != '\0' && access(file->path, F_OK) != 0) file->exists = false;
    }
}

static void file_synced(struct cut_file *file) {
    struct medium_file *medium = file->medium;
    if (medium == NULL || disk.plan.lying_disk) return;
    ssize_t size = read_current(medium->path, medium->data);
    medium->exists = size >= 0;
    medium->size = size < 0 ? 0 : (size_t)size;
    if (file->syncs_directory) directory_synced();
    file->syncs_directory = false;
}

static int file_sync(sqlite3_file *file, int flags) {
    bool cut = begin_operation(false);
    int code = inner(file)->pMethods->xSync(inner(file), flags);
    if (code == SQLITE_OK) file_synced(cut_file(file));
    return end_operation(cut, code);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) { return inner(file)->pMethods->xFileSize(inner(file), size); }
/* No lock is passed on: reading a file here, beside SQLite, would drop the process's locks (POSIX), and nobody else uses the
 * store. */
static int file_lock(sqlite3_file *file, int level) {
    (void)file, (void)level;
    return SQLITE_OK;
}
static int file_reserved(sqlite3_file *file, int *taken) {
    (void)file;
    *taken = 0;
    return SQLITE_OK;
}
static int file_control(sqlite3_file *file, int op, void *argument) {
    return inner(file)->pMethods->xFileControl(inner(file), op, argument);
}
static int file_sector_size(sqlite3_file *file) { return inner(file)->pMethods->xSectorSize(inner(file)); }
static int file_characteristics(sqlite3_file *file) { return inner(file)->pMethods->xDeviceCharacteristics(inner(file)); }

/* Version 1: no shared memory and no mapping, which the store does not use either. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    struct cut_file *mine = cut_file(file);
    (void)vfs;
    mine->medium = name == NULL ? NULL : medium_of(name);
    mine->syncs_directory = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    mine->inner = (sqlite3_file *)(void *)(mine + 1);
    mine->base.pMethods = NULL;
    int code = disk.inner->xOpen(disk.inner, name, mine->inner, flags, out_flags);
    if (code == SQLITE_OK) mine->base.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory) {
    (void)vfs;
    bool cut = begin_operation(false);
    int code = disk.inner->xDelete(disk.inner, name, sync_directory);
    if (code == SQLITE_OK && sync_directory && !disk.plan.lying_disk) medium_of(name)->exists = false;
    return end_operation(cut, code);
}

void cut_vfs_install(const struct cut_plan *plan) {
    disk.plan = *plan;
    disk.random = plan->seed * 2654435761u + plan->at * 40503u + 1;
    if (disk.random == 0) disk.random = 1;
    disk.inner = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.inner;
    disk.vfs.zName = "cut";
    disk.vfs.szOsFile = (int)sizeof(struct cut_file) + disk.inner->szOsFile;
    disk.vfs.xOpen = vfs_open;
    disk.vfs.xDelete = vfs_delete;
    if (sqlite3_vfs_register(&disk.vfs, 1) != SQLITE_OK) give_up("the file layer could not be registered");
}

unsigned cut_vfs_count(void) { return disk.count; }

void cut_vfs_make_room(void) { disk.plan.full_after = 0; }
