/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILE "bmc.lock"

static int problem_of(char *problem, size_t size, const char *path, const char *words) {
    snprintf(problem, size, "state directory %s: %s", path, words);
    return -1;
}

static int resolve(struct state_dir *dir, const char *path) {
    char full[PATH_MAX];
    if (realpath(path, full) == NULL) return -1;
    if (strlen(full) > STATE_PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(dir->path, full, strlen(full) + 1);
    return 0;
}

int state_dir_open(struct state_dir *dir, const char *path, char *problem, size_t problem_size) {
    *dir = (struct state_dir){.fd = -1, .lock_fd = -1};
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return problem_of(problem, problem_size, path, strerror(errno));
    dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir->fd < 0 || resolve(dir, path) != 0) return problem_of(problem, problem_size, path, strerror(errno));
    dir->lock_fd = openat(dir->fd, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (dir->lock_fd < 0) return problem_of(problem, problem_size, path, strerror(errno));
    if (flock(dir->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        return problem_of(problem, problem_size, path,
                          errno == EWOULDBLOCK ? "another super4c-bmc is using it" : strerror(errno));
    }
    return 0;
}

void state_dir_close(struct state_dir *dir) {
    if (dir->lock_fd >= 0) close(dir->lock_fd);
    if (dir->fd >= 0) close(dir->fd);
    dir->fd = dir->lock_fd = -1;
}

int state_dir_sub(int dir_fd, const char *name) {
    if (mkdirat(dir_fd, name, 0700) != 0 && errno != EEXIST) return -1;
    return openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t done = write(fd, data, size);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return -1;
        data += done;
        size -= (size_t)done;
    }
    return 0;
}

int state_file_write(int dir_fd, const char *name, const void *data, size_t size, mode_t mode) {
    char temporary[NAME_MAX + 1];
    snprintf(temporary, sizeof temporary, "%s.new", name);
    if (unlinkat(dir_fd, temporary, 0) != 0 && errno != ENOENT) return -1; /* left by a cut; its mode may be another */
    int fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) return -1;
    bool written = fchmod(fd, mode) == 0 && write_all(fd, data, size) == 0 && fsync(fd) == 0; /* whatever the umask */
    int error = errno;
    if (close(fd) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && renameat(dir_fd, temporary, dir_fd, name) == 0 && fsync(dir_fd) == 0) return 0;
    if (written) error = errno;
    unlinkat(dir_fd, temporary, 0);
    errno = error;
    return -1;
}

ssize_t state_file_read(int dir_fd, const char *name, char *out, size_t size) {
    int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t have = 0;
    ssize_t got = 1;
    while (got > 0 && have < size) {
        got = read(fd, out + have, size - have);
        if (got > 0) have += (size_t)got;
    }
    int error = got < 0 ? errno : EFBIG;
    close(fd);
    if (got < 0 || have == size) {
        errno = error;
        return -1;
    }
    out[have] = '\0';
    return (ssize_t)have;
}

int state_file_set_aside(int dir_fd, const char *name) {
    char old[NAME_MAX + 1];
    snprintf(old, sizeof old, "%s.old", name);
    return renameat(dir_fd, name, dir_fd, old) == 0 || errno == ENOENT ? 0 : -1;
}
