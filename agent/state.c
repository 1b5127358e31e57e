/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(const char *path, int flags, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | flags, 0600);
    if (fd < 0) return false;
    size_t size = strlen(text);
    bool good = write(fd, text, size) == (ssize_t)size;
    return close(fd) == 0 && good;
}

static bool name_path(const struct tree *tree, char out[TREE_PATH_SIZE], const char *name, const char *ending) {
    char path[sizeof STATE_DIR + TREE_NAME_SIZE];
    int size = snprintf(path, sizeof path, "%s/%s%s", STATE_DIR, name, ending);
    return size > 0 && (size_t)size < sizeof path && tree_path(tree, out, path);
}

bool state_open(const struct tree *tree) {
    char path[TREE_PATH_SIZE];
    return tree_path(tree, path, STATE_DIR) && (mkdir(path, 0700) == 0 || errno == EEXIST);
}

bool state_write(const struct tree *tree, const char *name, const char *text) {
    char path[TREE_PATH_SIZE], new_path[TREE_PATH_SIZE];
    if (!name_path(tree, path, name, "") || !name_path(tree, new_path, name, ".new")) return false;
    return write_all(new_path, O_CREAT | O_TRUNC, text) && rename(new_path, path) == 0;
}

bool state_read(const struct tree *tree, const char *name, char *out, size_t size) {
    return tree_read(tree, out, size, "%s/%s", STATE_DIR, name) > 0;
}

void state_remove(const struct tree *tree, const char *name) {
    char path[TREE_PATH_SIZE];
    if (name_path(tree, path, name, "")) (void)unlink(path);
}

bool state_write_path(const struct tree *tree, const char *path, const char *text) {
    char full[TREE_PATH_SIZE];
    return tree_path(tree, full, path) && write_all(full, O_TRUNC, text);
}
