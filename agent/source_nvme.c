/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/source.h"

#define SECTOR_SIZE    512 /* of /sys/block: whatever the medium has */
#define LANES_MAX      16
#define TIMEOUT_MS     5000 /* of the SMART log; the answer takes milliseconds */
#define SMART_SIZE     512
#define SMART_PAGE     0x02 /* NVMe 1.4, 5.14.1.2 */
#define SMART_USED_AT  5    /* Percentage Used */
#define GET_LOG_PAGE   0x02
#define ALL_NAMESPACES 0xFFFFFFFFu

struct search {
    const struct tree *tree;
    char name[TREE_NAME_SIZE]; /* of the controller: nvme0 */
    char found[TREE_NAME_SIZE];
};

static bool is_controller(void *ctx, const char *name) {
    struct search *search = ctx;
    if (strncmp(name, "nvme", 4) != 0 || name[4] < '0' || name[4] > '9') return false;
    (void)snprintf(search->name, sizeof search->name, "%.*s", TREE_NAME_SIZE - 1, name);
    return true;
}

/* nvme0n1 of nvme0: the first namespace, the only one that drives of this size have. */
static bool is_namespace(void *ctx, const char *name) {
    struct search *search = ctx;
    size_t size = strlen(search->name);
    if (strncmp(name, search->name, size) != 0 || name[size] != 'n' || strchr(name, 'p')) return false;
    (void)snprintf(search->found, sizeof search->found, "%.*s", TREE_NAME_SIZE - 1, name);
    return true;
}

static bool is_hwmon(void *ctx, const char *name) {
    struct search *search = ctx;
    if (strncmp(name, "hwmon", 5) != 0 || !name[5]) return false;
    (void)snprintf(search->found, sizeof search->found, "%.*s", TREE_NAME_SIZE - 1, name);
    return true;
}

static struct reading read_bytes(struct search *search) {
    if (!tree_each(search->tree, "/sys/block", is_namespace, search)) return not_known;
    struct reading sectors = tree_number(search->tree, "/sys/block/%s/size", search->found);
    bool sensible = sectors.known && sectors.value > 0 && sectors.value < INT64_MAX / SECTOR_SIZE;
    return sensible ? known(sectors.value * SECTOR_SIZE) : not_known;
}

/* Where its hwmon stands differs between kernels: below the controller, or below hwmon/ there; the class knows it by name. */
static struct reading read_deci_c(struct search *search) {
    char dir[SOURCE_DIR_SIZE];
    (void)snprintf(dir, sizeof dir, "/sys/class/nvme/%s", search->name);
    if (!tree_each(search->tree, dir, is_hwmon, search)) {
        (void)snprintf(dir, sizeof dir, "/sys/class/nvme/%s/hwmon", search->name);
        if (!tree_each(search->tree, dir, is_hwmon, search)) {
            if (!source_find_hwmon(search->tree, "nvme", dir)) return not_known;
            return source_deci_c(tree_number(search->tree, "%s/temp1_input", dir));
        }
    }
    return source_deci_c(tree_number(search->tree, "%s/%s/temp1_input", dir, search->found));
}

/* "5.0 GT/s PCIe" is generation 2. */
static struct reading read_generation(const struct search *search) {
    static const char *const speeds[] = {"2.5 ", "5.0 ", "8.0 ", "16.0 ", "32.0 ", "64.0 "};
    char text[32];
    if (!tree_text(search->tree, text, sizeof text, "/sys/class/nvme/%s/device/current_link_speed", search->name))
        return not_known;
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++)
        if (strncmp(text, speeds[i], strlen(speeds[i])) == 0) return known((int64_t)i + 1);
    return not_known;
}

static struct reading read_lanes(const struct search *search) {
    struct reading lanes = tree_number(search->tree, "/sys/class/nvme/%s/device/current_link_width", search->name);
    return lanes.known && lanes.value > 0 && lanes.value <= LANES_MAX ? lanes : not_known;
}

struct reading source_nvme_wear(const struct tree *tree, const char *name) {
    static uint8_t log[SMART_SIZE]; /* one thread reads it, and the stack is small */
    char path[TREE_PATH_SIZE];
    if (!tree_is_own(tree)) return not_known; /* a device of this machine is no part of another tree */
    (void)snprintf(path, sizeof path, "/dev/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return not_known;
    struct nvme_admin_cmd command = {
        .opcode = GET_LOG_PAGE,
        .nsid = ALL_NAMESPACES,
        .addr = (uint64_t)(uintptr_t)log,
        .data_len = sizeof log,
        .cdw10 = SMART_PAGE | (sizeof log / 4 - 1) << 16,
        .timeout_ms = TIMEOUT_MS,
    };
    int result = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);
    (void)close(fd);
    return result == 0 ? known(log[SMART_USED_AT]) : not_known;
}

void source_nvme(const struct tree *tree, struct device_values *values) {
    struct search search = {.tree = tree};
    values->nvme_model[0] = values->nvme_serial[0] = '\0';
    values->nvme_bytes = values->nvme_deci_c = values->nvme_wear_percent = not_known;
    values->nvme_generation = values->nvme_lanes = not_known;
    if (!tree_each(tree, "/sys/class/nvme", is_controller, &search)) return;
    (void)tree_text(tree, values->nvme_model, sizeof values->nvme_model, "/sys/class/nvme/%s/model", search.name);
    (void)tree_text(tree, values->nvme_serial, sizeof values->nvme_serial, "/sys/class/nvme/%s/serial", search.name);
    values->nvme_bytes = read_bytes(&search);
    values->nvme_deci_c = read_deci_c(&search);
    values->nvme_wear_percent = source_nvme_wear(tree, search.name);
    values->nvme_generation = read_generation(&search);
    values->nvme_lanes = read_lanes(&search);
}
