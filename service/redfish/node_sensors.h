/* SPDX-License-Identifier: Apache-2.0
 * node_sensors - the sensors that a node reads by itself and its agent reports: temperatures, the fan, and what a drive has
 * endured. One is there when the agent's latest report holds its value, and has a reading while that report holds; a node without
 * an agent has none of them, and neither has a node the part that its agent did not find. */
#ifndef SERVICE_REDFISH_NODE_SENSORS_H
#define SERVICE_REDFISH_NODE_SENSORS_H

#include "service/redfish/redfish.h"

enum node_quantity { NODE_CPU_TEMPERATURE, NODE_NVME_TEMPERATURE, NODE_FAN_SPEED, NODE_NVME_WEAR, NODE_QUANTITY_COUNT };

/* In the sensor's units: from where on something is to be looked at, done, and feared, as the core has it; 0: there is none. */
struct node_limits {
    unsigned caution, critical, fatal;
};

/* The sensors that are there, of all nodes, in order; false past the last. */
bool node_sensor_at(const struct core *core, unsigned index, struct sensor *sensor);
bool node_sensor_find(const struct core *core, unsigned node, enum node_quantity quantity, struct sensor *sensor);
struct node_limits node_sensor_limits(const struct core *core, enum node_quantity quantity);
/* "OK", "Warning" or "Critical" of a reading that holds; NULL when nothing can be said. */
const char *node_sensor_health(const struct core *core, const struct sensor *sensor);
/* What the sensor's resource says besides its type and its reading. */
void node_sensor_write(const struct core *core, struct json_writer *w, const struct sensor *sensor);
void node_sensor_write_status(const struct core *core, struct json_writer *w, const struct sensor *sensor);
/* An element of an array of excerpts (DSP0266: SensorArrayExcerpt, SensorFanArrayExcerpt); nothing when there is no such sensor.
 */
void node_sensor_write_element(const struct core *core, struct json_writer *w, unsigned node, enum node_quantity quantity);

#endif
