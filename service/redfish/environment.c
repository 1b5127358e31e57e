/* SPDX-License-Identifier: Apache-2.0
 * EnvironmentMetrics: what a chassis draws, and how warm a node is, copied from their sensors. */
#include <stdio.h>

#include "service/redfish/chassis.h"
#include "service/redfish/node_sensors.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

static void write_node(const struct core *core, struct json_writer *w, int node) {
    static const struct {
        const char *key, *sensor;
    } copies[] = {{"PowerWatts", "RailPower"},
                  {"EnergykWh", "RailEnergy"},
                  {"Voltage", "RailVoltage"},
                  {"CurrentAmps", "RailCurrent"},
                  {"TemperatureCelsius", "CPUTemperature"}};
    struct sensor fan;
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        char id[COLLECTION_ID_SIZE];
        snprintf(id, sizeof id, "Node%d%s", node + 1, copies[i].sensor);
        sensor_write_excerpt(core, w, copies[i].key, id);
    }
    if (!node_sensor_find(core, (unsigned)node, NODE_FAN_SPEED, &fan)) return;
    json_put_array(w, "FanSpeedsPercent");
    node_sensor_write_element(core, w, (unsigned)node, NODE_FAN_SPEED);
    json_array_end(w);
    json_put_integer(w, "FanSpeedsPercent@odata.count", 1);
}

enum http_next environment_metrics_get(struct core *core, struct http_exchange *x) {
    char uri[COLLECTION_URI_SIZE];
    int node = node_index(x->parent);
    if (!chassis_exists(x->parent)) return chassis_none(x);
    snprintf(uri, sizeof uri, URI_ROOT "/Chassis/%s/EnvironmentMetrics", x->parent);
    struct json_writer w = reply_writer(x);
    resource_begin(&w, uri, SCHEMA_ENVIRONMENT_METRICS, "EnvironmentMetrics", "Environment metrics");
    if (node >= 0) {
        write_node(core, &w, node);
    } else {
        sensor_write_excerpt(core, &w, "PowerWatts", "TotalPower");
        sensor_write_excerpt(core, &w, "EnergykWh", "TotalEnergy");
    }
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
