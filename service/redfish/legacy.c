/* SPDX-License-Identifier: Apache-2.0
 * Power and Thermal, as clients of before 2020 read them (redfishtool, sushy, Ansible): the same figures as in PowerSubsystem,
 * ThermalSubsystem and Sensors, in the older shape. Their parts have no resource of their own: "#/Voltages/0" is the place. */
#include <stdio.h>

#include "service/redfish/chassis.h"
#include "service/redfish/node_sensors.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

/* What is written: the document's URI, of which chassis. */
struct page {
    const struct core *core;
    struct json_writer w;
    char uri[COLLECTION_URI_SIZE];
    int node; /* -1: the board */
};

static struct page begin(const struct core *core, struct http_exchange *x, const char *id, const char *schema) {
    struct page page = {.core = core, .w = reply_writer(x), .node = node_index(x->parent)};
    snprintf(page.uri, sizeof page.uri, URI_ROOT "/Chassis/%s/%s", x->parent, id);
    resource_begin(&page.w, page.uri, schema, id, id);
    return page;
}

static void member_begin(struct page *page, const char *array, unsigned index) {
    json_object(&page->w);
    json_put_format(&page->w, "@odata.id", "%s#/%s/%u", page->uri, array, index);
    json_put_format(&page->w, "MemberId", "%u", index);
}

static void put_related(struct page *page, const char *uri) {
    json_put_links(&page->w, "RelatedItem", uri);
    json_object_end(&page->w);
}

/* ---- Power ---- */

static void write_control(struct page *page) {
    struct json_writer *w = &page->w;
    struct sensor sensor = {.valid = false};
    char wanted[COLLECTION_ID_SIZE] = "TotalPower", chassis[COLLECTION_URI_SIZE] = URI_BOARD, name[COLLECTION_ID_SIZE] = "Board";
    if (page->node >= 0) {
        snprintf(name, sizeof name, "Node %d", page->node + 1);
        snprintf(wanted, sizeof wanted, "Node%dRailPower", page->node + 1);
        snprintf(chassis, sizeof chassis, URI_ROOT "/Chassis/Node%d", page->node + 1);
    }
    sensor_find(page->core, wanted, &sensor);
    json_put_array(w, "PowerControl");
    member_begin(page, "PowerControl", 0);
    json_put_text(w, "Name", name);
    json_put_text(w, "PhysicalContext", page->node < 0 ? "PowerSubsystem" : "ComputeBay");
    if (sensor.valid) json_put_thousandths(w, "PowerConsumedWatts", sensor.thousandths);
    sensor_write_status(w, sensor.valid, "OK");
    put_related(page, chassis);
    json_array_end(w);
}

static void write_limit(struct json_writer *w, const char *key, int32_t mv) {
    if (mv) json_put_thousandths(w, key, mv);
}

static void write_voltage(struct page *page, unsigned index, unsigned line, const char *name, const char *related) {
    struct json_writer *w = &page->w;
    struct line_limits limits = line_limits(page->core, line);
    bool measured = line_measured(page->core, line);
    member_begin(page, "Voltages", index);
    json_put_text(w, "Name", name);
    json_put_text(w, "PhysicalContext", line < INPUT_COUNT ? "PowerSupply" : "VoltageRegulator");
    if (measured) json_put_thousandths(w, "ReadingVolts", line_sample(page->core, line)->mv);
    write_limit(w, "LowerThresholdCritical", limits.lower_critical_mv);
    write_limit(w, "LowerThresholdNonCritical", limits.lower_caution_mv);
    write_limit(w, "UpperThresholdCritical", limits.upper_critical_mv);
    sensor_write_status(w, measured, line_health(page->core, line));
    put_related(page, related);
}

static void write_voltages(struct page *page) {
    char name[COLLECTION_ID_SIZE], related[COLLECTION_URI_SIZE];
    json_put_array(&page->w, "Voltages");
    for (unsigned i = 0; page->node < 0 && i < INPUT_COUNT; i++) {
        snprintf(name, sizeof name, "DC%u", i + 1);
        snprintf(related, sizeof related, URI_SUPPLIES "/%s", name);
        write_voltage(page, i, i, name, related);
    }
    if (page->node >= 0) {
        snprintf(related, sizeof related, URI_SYSTEMS "/Node%d", page->node + 1);
        write_voltage(page, 0, LINE_RAIL((unsigned)page->node), "5 V rail", related);
    }
    json_array_end(&page->w);
}

static void write_supplies(struct page *page) {
    struct json_writer *w = &page->w;
    json_put_array(w, "PowerSupplies"); /* Ansible gives up where a chassis has no such array, so a node's is empty */
    for (unsigned i = 0; page->node < 0 && i < INPUT_COUNT; i++) {
        char related[COLLECTION_URI_SIZE];
        const struct rail_sample *sample = line_sample(page->core, i);
        member_begin(page, "PowerSupplies", i);
        json_put_format(w, "Name", "DC%u", i + 1);
        json_put_text(w, "PowerSupplyType", "DC");
        if (line_measured(page->core, i)) {
            json_put_thousandths(w, "LineInputVoltage", sample->mv);
            json_put_thousandths(w, "PowerInputWatts", (int64_t)sample->mv * sample->ma / 1000);
        }
        supply_write_status(page->core, w, i);
        json_put_links(w, "Redundancy", URI_BOARD "/Power#/Redundancy/0");
        snprintf(related, sizeof related, URI_SUPPLIES "/DC%u", i + 1);
        put_related(page, related);
    }
    json_array_end(w);
}

static void write_redundancy(struct page *page) {
    struct json_writer *w = &page->w;
    json_put_array(w, "Redundancy");
    member_begin(page, "Redundancy", 0);
    json_put_text(w, "Name", "DC inputs");
    json_put_text(w, "Mode", "Failover");
    json_put_integer(w, "MinNumNeeded", 1);
    json_put_integer(w, "MaxNumSupported", INPUT_COUNT);
    redundancy_write_status(page->core, w);
    json_put_array(w, "RedundancySet");
    for (unsigned i = 0; i < INPUT_COUNT; i++) {
        json_object(w);
        json_put_format(w, "@odata.id", "%s#/PowerSupplies/%u", page->uri, i);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    json_array_end(w);
}

enum http_next legacy_power_get(struct core *core, struct http_exchange *x) {
    if (!chassis_exists(x->parent)) return chassis_none(x);
    struct page page = begin(core, x, "Power", SCHEMA_POWER);
    write_control(&page);
    write_voltages(&page);
    write_supplies(&page);
    if (page.node < 0) write_redundancy(&page);
    json_object_end(&page.w);
    return reply_json(x, &page.w, 200);
}

/* ---- Thermal ---- */

/* In revolutions when they are counted, else as it is driven. */
static void write_fan_reading(struct json_writer *w, const struct sensor *fan) {
    if (!fan->has_rpm && !fan->valid) return;
    json_put_integer(w, "Reading", fan->has_rpm ? fan->rpm : (fan->thousandths + 500) / 1000);
    json_put_text(w, "ReadingUnits", fan->has_rpm ? "RPM" : "Percent");
}

static void write_fan(struct page *page) {
    struct json_writer *w = &page->w;
    unsigned node = (unsigned)page->node;
    char related[COLLECTION_URI_SIZE];
    struct sensor fan;
    member_begin(page, "Fans", 0);
    json_put_text(w, "Name", "Fan");
    json_put_text(w, "PhysicalContext", "CPU");
    if (node_sensor_find(page->core, node, NODE_FAN_SPEED, &fan)) write_fan_reading(w, &fan);
    fan_write_status(page->core, w, node);
    fan_uri(node, related);
    put_related(page, related);
}

static void write_limit_c(struct json_writer *w, const char *key, unsigned celsius) {
    if (celsius) json_put_integer(w, key, celsius);
}

static void write_temperature(struct page *page, unsigned index, enum node_quantity quantity, const char *context,
                              const char *name) {
    struct json_writer *w = &page->w;
    struct node_limits limits = node_sensor_limits(page->core, quantity);
    char related[COLLECTION_URI_SIZE];
    struct sensor sensor;
    if (!node_sensor_find(page->core, (unsigned)page->node, quantity, &sensor)) return;
    member_begin(page, "Temperatures", index);
    json_put_text(w, "Name", name);
    json_put_text(w, "PhysicalContext", context);
    if (sensor.valid) json_put_thousandths(w, "ReadingCelsius", sensor.thousandths);
    write_limit_c(w, "UpperThresholdNonCritical", limits.caution);
    write_limit_c(w, "UpperThresholdCritical", limits.critical);
    write_limit_c(w, "UpperThresholdFatal", limits.fatal);
    node_sensor_write_status(page->core, w, &sensor);
    snprintf(related, sizeof related, URI_ROOT "/Chassis/Node%d", page->node + 1);
    put_related(page, related);
}

/* No thermometer is wired to the controller; these are the nodes' own, of those that have an agent. */
static void write_temperatures(struct page *page) {
    struct sensor cpu;
    unsigned node = (unsigned)page->node;
    bool has_cpu = node_sensor_find(page->core, node, NODE_CPU_TEMPERATURE, &cpu);
    write_temperature(page, 0, NODE_CPU_TEMPERATURE, "CPU", "CPU");
    write_temperature(page, has_cpu ? 1 : 0, NODE_NVME_TEMPERATURE, "StorageDevice", "NVMe");
}

enum http_next legacy_thermal_get(struct core *core, struct http_exchange *x) {
    if (!chassis_exists(x->parent)) return chassis_none(x);
    struct page page = begin(core, x, "Thermal", SCHEMA_THERMAL);
    json_put_array(&page.w, "Fans");
    if (page.node >= 0) write_fan(&page);
    json_array_end(&page.w);
    json_put_array(&page.w, "Temperatures");
    if (page.node >= 0) write_temperatures(&page);
    json_array_end(&page.w);
    json_object_end(&page.w);
    return reply_json(x, &page.w, 200);
}
