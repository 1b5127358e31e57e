/* SPDX-License-Identifier: Apache-2.0
 * tree - reads the small files of /sys, /proc and /etc, or of another tree in their place.
 * A file that is missing, cannot be read, vanishes, or does not hold what it should is "not known"; nothing here is an error.
 * Allocates nothing: what runs beside a dying system must not ask it for memory. */
#ifndef AGENT_TREE_H
#define AGENT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TREE_PATH_SIZE 512 /* the longest of sysfs have some 150 characters */
#define TREE_NAME_SIZE 64  /* of one entry that is looked at: interfaces have 15, hwmon7 has 6 */

/* Something that is known, or not. */
struct reading {
    bool known;
    int64_t value;
};
static const struct reading not_known = {false, 0};
static inline struct reading known(int64_t value) { return (struct reading){true, value}; }

struct tree {
    const char *root; /* "" is the machine's own */
};

#define TREE_FORMAT     __attribute__((format(printf, 2, 3)))
#define TREE_FORMAT_OUT __attribute__((format(printf, 4, 5)))

/* False when the tree has another root than "": its devices and sockets are not this machine's. */
static inline bool tree_is_own(const struct tree *tree) { return tree->root[0] == '\0'; }
/* The path with the root before it, or false when that is too long. */
bool tree_path(const struct tree *tree, char out[TREE_PATH_SIZE], const char *path);
/* At most size - 1 bytes from the file's start, and a zero; -1 when it cannot be read. */
ssize_t tree_read(const struct tree *tree, char *out, size_t size, const char *format, ...) TREE_FORMAT_OUT;
/* The file's first line, without blanks around it, cut to fit at a character's border. False when it is empty or not clean UTF-8
 * without control characters. */
bool tree_text(const struct tree *tree, char *out, size_t size, const char *format, ...) TREE_FORMAT_OUT;
/* A file that is one decimal number. */
struct reading tree_number(const struct tree *tree, const char *format, ...) TREE_FORMAT;
/* The last part of where a symbolic link leads. */
bool tree_link_name(const struct tree *tree, char *out, size_t size, const char *format, ...) TREE_FORMAT_OUT;
/* Whether a file is there and may be written. */
bool tree_writable(const struct tree *tree, const char *path);

/* Returns true to stop. */
typedef bool tree_visitor(void *ctx, const char *name);
/* Visits each entry of a directory, in no order. True when a visitor stopped. */
bool tree_each(const struct tree *tree, const char *path, tree_visitor *visit, void *ctx);

/* A decimal number at text, which must end there but for white space. */
struct reading number_of(const char *text);
/* The same with hexadecimal digits, with or without 0x. */
struct reading hex_number_of(const char *text);

#endif
