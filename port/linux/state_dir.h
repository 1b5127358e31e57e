/* SPDX-License-Identifier: Apache-2.0
 * state_dir - the one directory in which the firmware keeps what must outlive it, and the lock that lets one firmware at a time
 * use it. The directory is made with mode 0700. A file is replaced whole or not at all. A firmware that dies leaves no stale
 * lock: the kernel drops it. */
#ifndef PORT_LINUX_STATE_DIR_H
#define PORT_LINUX_STATE_DIR_H

#include <stddef.h>
#include <sys/types.h>

#define STATE_PATH_MAX 400 /* SQLite takes paths up to 512, its own suffixes included */
#define STATE_FILE_MAX 8192

struct state_dir {
    int fd;
    int lock_fd;
    char path[STATE_PATH_MAX + 1]; /* absolute */
};

/* 0, or -1 with a sentence in problem. */
int state_dir_open(struct state_dir *dir, const char *path, char *problem, size_t problem_size);
void state_dir_close(struct state_dir *dir);

/* Opens (and makes, mode 0700) a directory below. Its descriptor, or -1 with errno. */
int state_dir_sub(int dir_fd, const char *name);
/* Writes a file so that after a power cut it is the old one or the new one: temporary file, fsync, rename, fsync of the
 * directory. 0 or -1 with errno. */
int state_file_write(int dir_fd, const char *name, const void *data, size_t size, mode_t mode);
/* Reads a whole file and terminates it. Its size, or -1 with errno (EFBIG when size is too small). */
ssize_t state_file_read(int dir_fd, const char *name, char *out, size_t size);
/* Renames a file to name.old, replacing an older one. Missing is fine. 0 or -1 with errno. */
int state_file_set_aside(int dir_fd, const char *name);

#endif
