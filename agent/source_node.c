/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/source.h"
#include "agent/text.h"

#define BOOT_ID_DIGITS 32
#define CPUS_MAX       1024

/* "12.34" in hundredths; what follows behind it is the caller's. */
static struct reading centi(const char *text) {
    char *end;
    if (!isdigit((unsigned char)text[0])) return not_known;
    unsigned long whole = strtoul(text, &end, 10);
    if (whole > UINT32_MAX || *end != '.' || !isdigit((unsigned char)end[1]) || !isdigit((unsigned char)end[2])) return not_known;
    return known((int64_t)whole * 100 + (end[1] - '0') * 10 + (end[2] - '0'));
}

static bool read_boot_id(const struct tree *tree, uint8_t id[16]) {
    char text[48];
    unsigned digits = 0;
    if (!tree_text(tree, text, sizeof text, "/proc/sys/kernel/random/boot_id")) return false;
    memset(id, 0, 16);
    for (const char *c = text; *c; c++) {
        if (*c == '-') continue;
        if (!isxdigit((unsigned char)*c) || digits == BOOT_ID_DIGITS) return false;
        uint8_t value = (uint8_t)(isdigit((unsigned char)*c) ? *c - '0' : tolower((unsigned char)*c) - 'a' + 10);
        id[digits / 2] = (uint8_t)(id[digits / 2] << 4 | value);
        digits++;
    }
    return digits == BOOT_ID_DIGITS;
}

static struct reading read_uptime_s(const struct tree *tree) {
    char text[64];
    if (!tree_text(tree, text, sizeof text, "/proc/uptime")) return not_known;
    struct reading uptime = centi(text);
    return uptime.known ? known(uptime.value / 100) : not_known;
}

static struct reading read_load_centi(const struct tree *tree) {
    char text[64];
    return tree_text(tree, text, sizeof text, "/proc/loadavg") ? centi(text) : not_known;
}

/* PSI: "some avg10=1.25 avg60=..." is the first line. */
static struct reading read_pressure_centi(const struct tree *tree, const char *what) {
    static const char prefix[] = "some avg10=";
    char text[96];
    if (!tree_text(tree, text, sizeof text, "/proc/pressure/%s", what)) return not_known;
    return strncmp(text, prefix, sizeof prefix - 1) == 0 ? centi(text + sizeof prefix - 1) : not_known;
}

static struct reading read_memory_mib(const struct tree *tree) {
    static const char name[] = "MemTotal:";
    char text[256], *end;
    if (tree_read(tree, text, sizeof text, "/proc/meminfo") <= 0 || strncmp(text, name, sizeof name - 1) != 0) return not_known;
    const char *digits = text + sizeof name - 1 + strspn(text + sizeof name - 1, " ");
    if (!isdigit((unsigned char)*digits)) return not_known;
    unsigned long long kib = strtoull(digits, &end, 10);
    return strncmp(end, " kB", 3) == 0 && kib / 1024 <= UINT32_MAX ? known((int64_t)(kib / 1024)) : not_known;
}

/* "0-3" or "0,2-3". */
static struct reading read_cpus(const struct tree *tree) {
    char text[128];
    unsigned long count = 0;
    if (!tree_text(tree, text, sizeof text, "/sys/devices/system/cpu/online")) return not_known;
    for (char *at = text;;) {
        if (!isdigit((unsigned char)*at)) return not_known;
        unsigned long first = strtoul(at, &at, 10), last = first;
        if (*at == '-') {
            if (!isdigit((unsigned char)at[1])) return not_known;
            last = strtoul(at + 1, &at, 10);
        }
        if (last < first || last >= CPUS_MAX) return not_known;
        count += last - first + 1;
        if (*at == '\0') return known((int64_t)count);
        if (*at++ != ',') return not_known;
    }
}

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"; quotes as os-release(5) has them. */
static void read_system(const struct tree *tree, char *out, size_t size) {
    static const char name[] = "PRETTY_NAME=";
    char text[2048];
    out[0] = '\0';
    if (tree_read(tree, text, sizeof text, "/etc/os-release") <= 0) return;
    for (char *line = text, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end) *end++ = '\0';
        if (strncmp(line, name, sizeof name - 1) != 0) continue;
        char *value = line + sizeof name - 1;
        size_t length = strlen(value);
        if (length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0]) {
            value[length - 1] = '\0';
            value++;
        }
        (void)text_clean(out, size, value);
        return;
    }
}

void source_node(const struct tree *tree, struct node_values *values) {
    values->has_boot_id = read_boot_id(tree, values->boot_id);
    values->uptime_s = read_uptime_s(tree);
    values->load_centi = read_load_centi(tree);
    values->memory_pressure_centi = read_pressure_centi(tree, "memory");
    values->cpu_pressure_centi = read_pressure_centi(tree, "cpu");
    values->memory_mib = read_memory_mib(tree);
    values->cpus = read_cpus(tree);
    if (!tree_text(tree, values->host_name, sizeof values->host_name, "/proc/sys/kernel/hostname")) values->host_name[0] = '\0';
    if (!tree_text(tree, values->kernel, sizeof values->kernel, "/proc/sys/kernel/osrelease")) values->kernel[0] = '\0';
    read_system(tree, values->system, sizeof values->system);
}
