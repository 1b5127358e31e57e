/* SPDX-License-Identifier: Apache-2.0
 * What the resources of a chassis share: the same measured line is a sensor, an excerpt of it elsewhere, and a figure in the
 * legacy resources, and must read the same in each. Nothing here is kept over a controller restart. */
#ifndef SERVICE_CHASSIS_H
#define SERVICE_CHASSIS_H

#include "service/redfish/redfish.h"

#define URI_SUPPLIES URI_BOARD "/PowerSubsystem/PowerSupplies"

/* The supply lines: the inputs first, then the nodes' rails. */
#define LINE_COUNT      (INPUT_COUNT + NODE_COUNT)
#define LINE_RAIL(node) (INPUT_COUNT + (node))

const struct rail_sample *line_sample(const struct core *core, unsigned line);
bool line_measured(const struct core *core, unsigned line);

/* sensors.c. The limits that the core itself goes by; 0: there is none. */
struct line_limits {
    int32_t lower_critical_mv, lower_caution_mv, upper_critical_mv;
};
struct line_limits line_limits(const struct core *core, unsigned line);
/* "OK", "Warning" or "Critical" by those limits. Of a line that is meant to be without voltage, or not measured, nothing ill is
 * said. */
const char *line_health(const struct core *core, unsigned line);
/* The sensor of an Id; false when there is none. */
bool sensor_find(const struct core *core, const char *id, struct sensor *sensor);
/* The members that the schema marks as the excerpt. Energy is counted from the controller's start. */
void sensor_write_reading(const struct core *core, struct json_writer *w, const struct sensor *sensor);
/* "PowerWatts": {"DataSourceUri": ..., "Reading": ...}, a copy of the sensor's excerpt (DSP0266, "excerpt"). Nothing
 * when there is no such sensor. */
void sensor_write_excerpt(const struct core *core, struct json_writer *w, const char *key, const char *id);
/* "Status" of something measured or not. */
void sensor_write_status(struct json_writer *w, bool valid, const char *health);

/* power_subsystem.c: "Status" of an input as a power supply, and of the two as a group. */
void supply_write_status(const struct core *core, struct json_writer *w, unsigned index);
void redundancy_write_status(const struct core *core, struct json_writer *w);
const char *redundancy_health(const struct core *core);

/* thermal.c: "Status" of a node's fan, which the controller has no wire to. */
void fan_write_status(const struct core *core, struct json_writer *w, unsigned node);
/* "Critical" when it should turn and does not; NULL when nobody tells. */
const char *fan_health(const struct core *core, unsigned node);
void fan_uri(unsigned node, char uri[COLLECTION_URI_SIZE]);

#endif
