/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redfish/node_sensors.h"

#include <stdio.h>
#include <string.h>

#include "service/redfish/chassis.h"
#include "service/redfish/node_report.h"

#define ID_PREFIX        "Node%u" /* and the kind's name; NODE_COUNT has one digit */
#define ID_PREFIX_LENGTH 5
#define DUTY_MAX         255
#define DECI             100 /* thousandths of a tenth */

static void read_cpu(const struct agent_report *report, struct sensor *sensor) {
    sensor->valid = true;
    sensor->thousandths = report->cpu_deci_c * DECI;
}

static void read_nvme(const struct agent_report *report, struct sensor *sensor) {
    sensor->valid = true;
    sensor->thousandths = report->nvme_deci_c * DECI;
}

static void read_wear(const struct agent_report *report, struct sensor *sensor) {
    sensor->valid = true;
    sensor->thousandths = report->nvme_wear_percent * 1000;
}

/* What it is driven with, and what came of it; either may be all that is known. */
static void read_fan(const struct agent_report *report, struct sensor *sensor) {
    sensor->valid = (report->has & AGENT_HAS_FAN_DUTY) != 0;
    sensor->thousandths = sensor->valid ? ((int64_t)report->fan_duty * 100000 + DUTY_MAX / 2) / DUTY_MAX : 0;
    sensor->has_rpm = (report->has & AGENT_HAS_FAN_RPM) != 0;
    sensor->rpm = report->fan_rpm;
}

static const struct kind {
    const char *name, *reading_type, *units, *context;
    const char *related; /* what it belongs to, at node %u */
    uint32_t any_of;     /* bits of agent_report.has */
    void (*read)(const struct agent_report *report, struct sensor *sensor);
} kinds[NODE_QUANTITY_COUNT] = {
    [NODE_CPU_TEMPERATURE] = {"CPUTemperature", "Temperature", "Cel", "CPU", URI_SYSTEMS "/Node%u/Processors/CPU",
                              AGENT_HAS_CPU_TEMPERATURE, read_cpu},
    [NODE_NVME_TEMPERATURE] = {"NVMeTemperature", "Temperature", "Cel", "StorageDevice", URI_ROOT "/Chassis/Node%u/Drives/NVMe",
                               AGENT_HAS_NVME_TEMPERATURE, read_nvme},
    [NODE_FAN_SPEED] = {"FanSpeed", "Percent", "%", "Fan", URI_ROOT "/Chassis/Node%u/ThermalSubsystem/Fans/Fan",
                        AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY, read_fan},
    [NODE_NVME_WEAR] = {"NVMeWear", "Percent", "%", "StorageDevice", URI_ROOT "/Chassis/Node%u/Drives/NVMe", AGENT_HAS_NVME_WEAR,
                        read_wear},
};

bool node_sensor_find(const struct core *core, unsigned node, enum node_quantity quantity, struct sensor *sensor) {
    const struct kind *kind = &kinds[quantity];
    const struct agent_report *report = node_report(core, node), *now = node_report_now(core, node);
    if (!report || !(report->has & kind->any_of)) return false;
    *sensor = (struct sensor){.node = (uint8_t)(node + 1),
                              .reading_type = kind->reading_type,
                              .units = kind->units,
                              .taken_ms = core->agent[node].report_ms};
    snprintf(sensor->id, sizeof sensor->id, ID_PREFIX "%s", node + 1, kind->name);
    if (now) kind->read(now, sensor);
    return true;
}

bool node_sensor_at(const struct core *core, unsigned index, struct sensor *sensor) {
    for (unsigned i = 0; i < NODE_COUNT * NODE_QUANTITY_COUNT; i++) {
        enum node_quantity quantity = (enum node_quantity)(i % NODE_QUANTITY_COUNT);
        if (node_sensor_find(core, i / NODE_QUANTITY_COUNT, quantity, sensor) && index-- == 0) return true;
    }
    return false;
}

static enum node_quantity quantity_of(const struct sensor *sensor) {
    unsigned i = 0;
    while (i + 1 < NODE_QUANTITY_COUNT && strcmp(&sensor->id[ID_PREFIX_LENGTH], kinds[i].name) != 0) i++;
    return (enum node_quantity)i;
}

/* ---- how well it is ---- */

static unsigned celsius(int16_t deci_c) { return (unsigned)deci_c / 10; }

struct node_limits node_sensor_limits(const struct core *core, enum node_quantity quantity) {
    const struct cooling_limits *cooling = &core->cooling_limits;
    const struct drive_limits *drive = &core->drive_limits;
    switch (quantity) {
    case NODE_CPU_TEMPERATURE:
        return (struct node_limits){.caution = celsius(cooling->level[COOLING_HIGH].above_deci_c),
                                    .critical = celsius(cooling->level[COOLING_FULL].above_deci_c),
                                    .fatal = celsius(cooling->level[COOLING_SHUTDOWN].above_deci_c)};
    case NODE_NVME_TEMPERATURE:
        return (struct node_limits){.caution = celsius(drive->caution_deci_c), .critical = celsius(drive->critical_deci_c)};
    case NODE_NVME_WEAR:
        return (struct node_limits){.caution = drive->worn_percent};
    case NODE_FAN_SPEED:
    case NODE_QUANTITY_COUNT:
        break;
    }
    return (struct node_limits){0};
}

static const char *health_by(const struct sensor *sensor, struct node_limits limits) {
    if (!sensor->valid) return NULL;
    if (limits.critical && sensor->thousandths >= limits.critical * INT64_C(1000)) return "Critical";
    return sensor->thousandths >= limits.caution * INT64_C(1000) ? "Warning" : "OK";
}

const char *node_sensor_health(const struct core *core, const struct sensor *sensor) {
    enum node_quantity quantity = quantity_of(sensor);
    if (quantity == NODE_FAN_SPEED) return fan_health(core, sensor->node - 1u);
    return health_by(sensor, node_sensor_limits(core, quantity));
}

void node_sensor_write_status(const struct core *core, struct json_writer *w, const struct sensor *sensor) {
    const char *health = node_sensor_health(core, sensor);
    json_put_object(w, "Status");
    json_put_text(w, "State", sensor->valid || sensor->has_rpm ? "Enabled" : "UnavailableOffline");
    if (health) json_put_text(w, "Health", health);
    json_object_end(w);
}

/* ---- what is told of it ---- */

static void write_threshold(struct json_writer *w, const char *key, unsigned reading) {
    if (reading == 0) return;
    json_put_object(w, key);
    json_put_integer(w, "Reading", reading);
    json_put_text(w, "Activation", "Increasing");
    json_object_end(w);
}

static void write_bounds(const struct core *core, struct json_writer *w, enum node_quantity quantity) {
    struct node_limits limits = node_sensor_limits(core, quantity);
    if (quantity == NODE_FAN_SPEED) {
        json_put_integer(w, "ReadingRangeMin", 0);
        json_put_integer(w, "ReadingRangeMax", 100);
        return;
    }
    json_put_object(w, "Thresholds");
    write_threshold(w, "UpperCaution", limits.caution);
    write_threshold(w, "UpperCritical", limits.critical);
    write_threshold(w, "UpperFatal", limits.fatal);
    json_object_end(w);
}

void node_sensor_write(const struct core *core, struct json_writer *w, const struct sensor *sensor) {
    enum node_quantity quantity = quantity_of(sensor);
    char related[COLLECTION_URI_SIZE];
    node_sensor_write_status(core, w, sensor);
    json_put_text(w, "Implementation", "Reported");
    json_put_text(w, "PhysicalContext", kinds[quantity].context);
    write_bounds(core, w, quantity);
    snprintf(related, sizeof related, kinds[quantity].related, (unsigned)sensor->node);
    json_put_links(w, "RelatedItem", related);
}

void node_sensor_write_element(const struct core *core, struct json_writer *w, unsigned node, enum node_quantity quantity) {
    struct sensor sensor;
    char uri[COLLECTION_URI_SIZE];
    if (!node_sensor_find(core, node, quantity, &sensor)) return;
    sensor_uri(&sensor, uri);
    json_object(w);
    json_put_text(w, "DataSourceUri", uri);
    json_put_text(w, "PhysicalContext", kinds[quantity].context);
    sensor_write_reading(core, w, &sensor);
    json_object_end(w);
}
