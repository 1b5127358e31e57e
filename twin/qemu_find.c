/* SPDX-License-Identifier: Apache-2.0
 * Finds what a real node boots: Debian's cloud kernel and the initramfs that the build makes. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "twin/qemu_node.h"

#define BOOT_DIRECTORY "/boot"
#define KERNEL_PREFIX  "vmlinuz-"
#define KERNEL_SUFFIX  "-cloud-amd64"
#define INITRAMFS_NAME "super4c-node-initramfs.gz"

static bool is_cloud_kernel(const char *name) {
    size_t size = strlen(name), suffix_size = strlen(KERNEL_SUFFIX);
    return strncmp(name, KERNEL_PREFIX, strlen(KERNEL_PREFIX)) == 0 && size > suffix_size &&
           strcmp(name + size - suffix_size, KERNEL_SUFFIX) == 0;
}

static bool find_newest_kernel(char path[TWIN_PATH_SIZE]) {
    char newest[NAME_MAX + 1] = "";
    DIR *directory = opendir(BOOT_DIRECTORY);
    if (!directory) return false;
    for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (is_cloud_kernel(entry->d_name) && strverscmp(entry->d_name, newest) > 0) {
            (void)snprintf(newest, sizeof newest, "%s", entry->d_name);
        }
    }
    (void)closedir(directory);
    (void)snprintf(path, TWIN_PATH_SIZE, "%s/%s", BOOT_DIRECTORY, newest);
    return newest[0] != '\0';
}

static bool find_beside_program(char path[TWIN_PATH_SIZE]) {
    ssize_t size = readlink("/proc/self/exe", path, TWIN_PATH_SIZE - 1);
    if (size <= 0) return false;
    path[size] = '\0';
    char *name = strrchr(path, '/') + 1;
    return (size_t)snprintf(name, TWIN_PATH_SIZE - (size_t)(name - path), "%s", INITRAMFS_NAME) <
           TWIN_PATH_SIZE - (size_t)(name - path);
}

const char *twin_qemu_find(struct twin_qemu_options *options) {
    if (!options->kernel[0] && !find_newest_kernel(options->kernel)) return "no kernel: install linux-image-cloud-amd64";
    if (!options->initramfs[0] && !find_beside_program(options->initramfs))
        return "no initramfs: twin/qemu/make-initramfs makes it";
    if (access(options->kernel, R_OK) != 0) return "the kernel cannot be read";
    if (access(options->initramfs, R_OK) != 0)
        return "no initramfs: build it with twin/qemu/make-initramfs (target node-initramfs)";
    return NULL;
}
