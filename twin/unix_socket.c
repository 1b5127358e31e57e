/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int open_directory(const char *directory) { return open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC); }

static struct sockaddr_un address_in(int directory_fd, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory_fd, name);
    return address;
}

static void close_keeping_errno(int fd) {
    int saved = errno;
    (void)close(fd);
    errno = saved;
}

int twin_unix_connect(const char *directory, const char *name, int type) {
    int directory_fd = open_directory(directory);
    if (directory_fd < 0) return -1;
    struct sockaddr_un address = address_in(directory_fd, name);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close_keeping_errno(fd);
        fd = -1;
    }
    close_keeping_errno(directory_fd);
    return fd;
}

int twin_unix_listen(const char *directory, const char *name, int type, int backlog) {
    int directory_fd = open_directory(directory);
    if (directory_fd < 0) return -1;
    (void)unlinkat(directory_fd, name, 0);
    struct sockaddr_un address = address_in(directory_fd, name);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0077); /* whoever may connect holds the power over four nodes */
    if (fd >= 0 && (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, backlog) != 0)) {
        close_keeping_errno(fd);
        fd = -1;
    }
    (void)umask(mask);
    close_keeping_errno(directory_fd);
    return fd;
}
