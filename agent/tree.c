/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/text.h"

#define DIRECTORY_PART_SIZE 2048 /* entries read at once */

bool tree_path(const struct tree *tree, char out[TREE_PATH_SIZE], const char *path) {
    int size = snprintf(out, TREE_PATH_SIZE, "%s%s", tree->root, path);
    return size > 0 && size < TREE_PATH_SIZE;
}

static bool path_of(const struct tree *tree, char out[TREE_PATH_SIZE], const char *format, va_list arguments) {
    char path[TREE_PATH_SIZE];
    int size = vsnprintf(path, sizeof path, format, arguments);
    return size > 0 && (size_t)size < sizeof path && tree_path(tree, out, path);
}

static ssize_t read_path(const char *path, char *out, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* whatever stands there, a pipe too, must not stop us */
    if (fd < 0) return -1;
    size_t done = 0;
    ssize_t part = 1;
    while (part > 0 && done < size - 1) {
        part = read(fd, out + done, size - 1 - done);
        if (part < 0 && errno == EINTR)
            part = 1;
        else if (part > 0)
            done += (size_t)part;
    }
    (void)close(fd);
    out[done] = '\0';
    return part < 0 ? -1 : (ssize_t)done;
}

static ssize_t read_format(const struct tree *tree, char *out, size_t size, const char *format, va_list arguments) {
    char path[TREE_PATH_SIZE];
    out[0] = '\0';
    return path_of(tree, path, format, arguments) ? read_path(path, out, size) : -1;
}

ssize_t tree_read(const struct tree *tree, char *out, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ssize_t done = read_format(tree, out, size, format, arguments);
    va_end(arguments);
    return done;
}

bool tree_text(const struct tree *tree, char *out, size_t size, const char *format, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    ssize_t done = read_format(tree, line, sizeof line, format, arguments);
    va_end(arguments);
    if (done <= 0 || memchr(line, '\0', (size_t)done)) return false;
    line[strcspn(line, "\n")] = '\0';
    return text_clean(out, size, line);
}

struct reading tree_number(const struct tree *tree, const char *format, ...) {
    char line[32];
    va_list arguments;
    va_start(arguments, format);
    ssize_t done = read_format(tree, line, sizeof line, format, arguments);
    va_end(arguments);
    if (done <= 0 || (size_t)done == sizeof line - 1 || memchr(line, '\0', (size_t)done)) return not_known;
    return number_of(line);
}

bool tree_link_name(const struct tree *tree, char *out, size_t size, const char *format, ...) {
    char path[TREE_PATH_SIZE], target[TREE_PATH_SIZE];
    va_list arguments;
    va_start(arguments, format);
    bool fits = path_of(tree, path, format, arguments);
    va_end(arguments);
    ssize_t done = fits ? readlink(path, target, sizeof target - 1) : -1;
    if (done <= 0) return false;
    target[done] = '\0';
    const char *slash = strrchr(target, '/');
    return (size_t)snprintf(out, size, "%s", slash ? slash + 1 : target) < size;
}

bool tree_writable(const struct tree *tree, const char *path) {
    char full[TREE_PATH_SIZE];
    return tree_path(tree, full, path) && access(full, W_OK) == 0;
}

/* One part of a directory as the kernel gives it; opendir() would ask for 32 KiB of memory. */
static bool visit_part(const char *part, size_t size, tree_visitor *visit, void *ctx) {
    for (size_t at = 0; at < size;) {
        const struct dirent64 *entry = (const struct dirent64 *)(const void *)(part + at);
        at += entry->d_reclen;
        if (entry->d_name[0] == '.' || strlen(entry->d_name) >= TREE_NAME_SIZE) continue;
        if (visit(ctx, entry->d_name)) return true;
    }
    return false;
}

bool tree_each(const struct tree *tree, const char *path, tree_visitor *visit, void *ctx) {
    char full[TREE_PATH_SIZE];
    _Alignas(struct dirent64) char part[DIRECTORY_PART_SIZE];
    if (!tree_path(tree, full, path)) return false;
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (fd < 0) return false;
    bool stopped = false;
    ssize_t size;
    while (!stopped && (size = getdents64(fd, part, sizeof part)) > 0) stopped = visit_part(part, (size_t)size, visit, ctx);
    (void)close(fd);
    return stopped;
}

static struct reading parse(const char *text, int base) {
    char *end;
    if (isspace((unsigned char)text[0])) return not_known;
    errno = 0;
    long long value = strtoll(text, &end, base);
    if (end == text || errno != 0 || end[strspn(end, " \t\n")] != '\0') return not_known;
    return known(value);
}

struct reading number_of(const char *text) {
    return parse(text, 10);
}

struct reading hex_number_of(const char *text) {
    return parse(text, 16);
}
