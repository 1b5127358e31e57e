/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "agent/source.h"

/* Beyond these a reading is a broken sensor, not a temperature of something that still computes (guessed). */
#define DECI_C_MIN (-400)
#define DECI_C_MAX 1500
#define RPM_MAX    30000

struct search {
    const struct tree *tree;
    const char *name;
    char *out;
};

static bool is_wanted_hwmon(void *ctx, const char *entry) {
    const struct search *search = ctx;
    char name[TREE_NAME_SIZE];
    if (!tree_text(search->tree, name, sizeof name, "/sys/class/hwmon/%s/name", entry)) return false;
    if (strcmp(name, search->name) != 0) return false;
    (void)snprintf(search->out, SOURCE_DIR_SIZE, "/sys/class/hwmon/%s", entry);
    return true;
}

bool source_find_hwmon(const struct tree *tree, const char *name, char out[SOURCE_DIR_SIZE]) {
    struct search search = {tree, name, out};
    out[0] = '\0';
    return tree_each(tree, "/sys/class/hwmon", is_wanted_hwmon, &search);
}

/* "cpu-thermal" on a CM5. */
static bool is_cpu_zone(void *ctx, const char *entry) {
    const struct search *search = ctx;
    char type[TREE_NAME_SIZE];
    if (strncmp(entry, "thermal_zone", strlen("thermal_zone")) != 0) return false;
    if (!tree_text(search->tree, type, sizeof type, "/sys/class/thermal/%s/type", entry)) return false;
    if (strcmp(type, "cpu-thermal") != 0 && strcmp(type, "cpu_thermal") != 0) return false;
    (void)snprintf(search->out, SOURCE_DIR_SIZE, "/sys/class/thermal/%s/temp", entry);
    return tree_number(search->tree, "%s", search->out).known;
}

static void find_cpu(const struct tree *tree, char out[SOURCE_DIR_SIZE]) {
    static const char *const names[] = {"cpu_thermal", "coretemp", "k10temp"}; /* a CM5's, then those of PCs */
    struct search search = {.tree = tree, .out = out};
    if (tree_each(tree, "/sys/class/thermal", is_cpu_zone, &search)) return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char dir[SOURCE_DIR_SIZE];
        if (!source_find_hwmon(tree, names[i], dir)) continue;
        (void)snprintf(out, SOURCE_DIR_SIZE, "%.*s/temp1_input", SOURCE_DIR_SIZE - 16, dir);
        return;
    }
    out[0] = '\0';
}

static struct reading in_range(struct reading reading, int64_t least, int64_t most) {
    return reading.known && reading.value >= least && reading.value <= most ? reading : not_known;
}

struct reading source_deci_c(struct reading milli_c) {
    return milli_c.known ? in_range(known(milli_c.value / 100), DECI_C_MIN, DECI_C_MAX) : not_known;
}

void source_thermal(const struct tree *tree, struct source_thermal *thermal, struct node_values *values) {
    if (!thermal->cpu_path[0]) find_cpu(tree, thermal->cpu_path);
    struct reading milli_c = thermal->cpu_path[0] ? tree_number(tree, "%s", thermal->cpu_path) : not_known;
    if (!milli_c.known) thermal->cpu_path[0] = '\0'; /* gone: look again the next time */
    values->cpu_deci_c = source_deci_c(milli_c);

    if (!thermal->fan_dir[0]) (void)source_find_hwmon(tree, "pwmfan", thermal->fan_dir);
    values->fan_duty = values->fan_rpm = not_known;
    if (!thermal->fan_dir[0]) return;
    values->fan_duty = in_range(tree_number(tree, "%s/pwm1", thermal->fan_dir), 0, 255);
    values->fan_rpm = in_range(tree_number(tree, "%s/fan1_input", thermal->fan_dir), 0, RPM_MAX);
    if (!values->fan_duty.known) thermal->fan_dir[0] = '\0';
}
