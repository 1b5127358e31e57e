/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* proc(5): the second figure of statm is the resident set, in pages. */
size_t memory_resident_bytes(void) {
    char text[128] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    const char *blank = length > 0 ? strchr(text, ' ') : NULL;
    return blank ? strtoul(blank, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}
