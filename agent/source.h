/* SPDX-License-Identifier: Apache-2.0
 * source - where the values come from: one function a subject, each in a file of its own. They find their files by scanning
 * sysfs, and again when those have gone; what cannot be read is left not known. They change nothing on the node. */
#ifndef AGENT_SOURCE_H
#define AGENT_SOURCE_H

#include "agent/config.h"
#include "agent/values.h"

#define SOURCE_DIR_SIZE 192 /* /sys/class/hwmon/hwmon7, /sys/devices/platform/soc@... */

/* /proc: boot id, uptime, load, pressure, memory; CPUs; names. */
void source_node(const struct tree *tree, struct node_values *values);

/* A directory of /sys/class/hwmon whose `name` is that. */
bool source_find_hwmon(const struct tree *tree, const char *name, char out[SOURCE_DIR_SIZE]);
/* A reading in thousandths of a degree as the report has it; what no sensor of a living node tells is not known. */
struct reading source_deci_c(struct reading milli_c);

struct source_thermal {
    char cpu_path[SOURCE_DIR_SIZE]; /* "": not found */
    char fan_dir[SOURCE_DIR_SIZE];
};
void source_thermal(const struct tree *tree, struct source_thermal *thermal, struct node_values *values);

/* The name of the network's interface: as configured, else the one whose driver a CM5 has there. False: there is none. */
bool source_interface_name(const struct tree *tree, const struct config *config, enum network network,
                           char out[CONFIG_NAME_SIZE]);
/* Both interfaces, and what is wrong between them. */
void source_networks(const struct tree *tree, const struct config *config, struct device_values *values);

void source_nvme(const struct tree *tree, struct device_values *values);
/* Percent used of the controller nvmeN, from its SMART log. */
struct reading source_nvme_wear(const struct tree *tree, const char *name);

/* The firmware's get_throttled, without clearing its sticky bits. */
void source_firmware(const struct tree *tree, struct device_values *values);

#endif
