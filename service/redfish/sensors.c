/* SPDX-License-Identifier: Apache-2.0
 * Sensors: voltage, current, power and energy of both inputs and the four rails, and what the inputs draw together; after them
 * what the nodes' agents report (node_sensors.c). */
#include <stdio.h>
#include <string.h>

#include "service/query.h"
#include "service/redfish/chassis.h"
#include "service/redfish/node_sensors.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

/* The first three are measured for each line, the fourth is summed up from them. */
enum quantity { QUANTITY_VOLTAGE, QUANTITY_CURRENT, QUANTITY_POWER, QUANTITY_ENERGY, QUANTITY_COUNT };
#define MEASURED_COUNT 3
#define LINE_TOTAL     LINE_COUNT /* both inputs together */
#define SPOT_COUNT     (LINE_COUNT * QUANTITY_COUNT + 2)
#define UJ_PER_WH      3600000000u

/* INA3221, as its driver hands it on. */
#define RANGE_MAX_MV 26000
#define RANGE_MAX_MA 8190
#define RANGE_MIN_MA (-8192)

static const struct {
    const char *name, *reading_type, *units;
} quantities[QUANTITY_COUNT] = {
    {"Voltage", "Voltage", "V"}, {"Current", "Current", "A"}, {"Power", "Power", "W"}, {"Energy", "EnergykWh", "kW.h"}};

struct spot {
    unsigned line;
    enum quantity quantity;
};

/* In order: what is measured, line by line; the lines' energy; the total's power and energy. */
static bool spot_at(unsigned index, struct spot *spot) {
    *spot = (struct spot){index / MEASURED_COUNT, (enum quantity)(index % MEASURED_COUNT)};
    if (spot->line < LINE_COUNT) return true;
    index -= LINE_COUNT * MEASURED_COUNT;
    *spot = (struct spot){index, QUANTITY_ENERGY};
    if (index < LINE_COUNT) return true;
    *spot = (struct spot){LINE_TOTAL, index == LINE_COUNT ? QUANTITY_POWER : QUANTITY_ENERGY};
    return index <= LINE_COUNT + 1;
}

/* ---- lines ---- */

const struct rail_sample *line_sample(const struct core *core, unsigned line) {
    return line < INPUT_COUNT ? &core->inputs.view[line].sample : &core->rail[line - INPUT_COUNT];
}

bool line_measured(const struct core *core, unsigned line) {
    const struct rail_sample *sample = line_sample(core, line);
    return sample->valid && sample->taken_ms != 0;
}

struct line_limits line_limits(const struct core *core, unsigned line) {
    const struct input_limits *inputs = &core->inputs.limits;
    const struct power_limits *power = &core->power.limits;
    if (line < INPUT_COUNT) return (struct line_limits){.lower_critical_mv = inputs->min_mv, .upper_critical_mv = inputs->max_mv};
    return (struct line_limits){.lower_critical_mv = power->lost_mv, .lower_caution_mv = power->good_mv};
}

/* A socket without a supply and a channel that is switched off are as they should be, whatever they read. */
static bool line_expected(const struct core *core, unsigned line) {
    if (line < INPUT_COUNT) return core->inputs.view[line].present;
    struct power_view view = power_view(&core->power, line - INPUT_COUNT);
    return view.pads.channel_on && view.act == POWER_ACT_NONE;
}

const char *line_health(const struct core *core, unsigned line) {
    struct line_limits limits = line_limits(core, line);
    int32_t mv = line_sample(core, line)->mv;
    if (!line_measured(core, line) || !line_expected(core, line)) return "OK";
    if (mv < limits.lower_critical_mv) return "Critical";
    if (limits.upper_critical_mv && mv > limits.upper_critical_mv) return "Critical";
    return mv < limits.lower_caution_mv ? "Warning" : "OK";
}

/* ---- readings ---- */

static const struct energy_meter *meter_of(const struct core *core, unsigned line) {
    return line < INPUT_COUNT ? &core->energy.input[line] : &core->energy.rail[line - INPUT_COUNT];
}

static int64_t line_mw(const struct rail_sample *sample) { return (int64_t)sample->mv * sample->ma / 1000; }

static void read_energy(const struct core *core, unsigned line, struct sensor *sensor) {
    const struct energy_meter *meter = meter_of(core, line);
    sensor->valid = meter->taken_ms != 0;
    sensor->taken_ms = meter->taken_ms;
    sensor->thousandths = (int64_t)(meter->uj / UJ_PER_WH);
}

/* What is known only when both inputs are. */
static void read_total(const struct core *core, enum quantity quantity, struct sensor *sensor) {
    uint64_t uj = 0;
    sensor->valid = true;
    for (unsigned line = 0; line < INPUT_COUNT; line++) {
        const struct rail_sample *sample = line_sample(core, line);
        const struct energy_meter *meter = meter_of(core, line);
        uint64_t taken_ms = quantity == QUANTITY_POWER ? sample->taken_ms : meter->taken_ms;
        bool valid = quantity == QUANTITY_POWER ? line_measured(core, line) : meter->taken_ms != 0;
        sensor->valid = sensor->valid && valid;
        if (line == 0 || taken_ms < sensor->taken_ms) sensor->taken_ms = taken_ms;
        sensor->thousandths += line_mw(sample);
        uj += meter->uj;
    }
    if (quantity == QUANTITY_ENERGY) sensor->thousandths = (int64_t)(uj / UJ_PER_WH);
}

static void read_line(const struct core *core, const struct spot *spot, struct sensor *sensor) {
    const struct rail_sample *sample = line_sample(core, spot->line);
    const int64_t thousandths[MEASURED_COUNT] = {sample->mv, sample->ma, line_mw(sample)};
    sensor->valid = line_measured(core, spot->line);
    sensor->taken_ms = sample->taken_ms;
    sensor->thousandths = thousandths[spot->quantity];
}

static void name_sensor(const struct spot *spot, char out[COLLECTION_ID_SIZE]) {
    const char *quantity = quantities[spot->quantity].name;
    if (spot->line == LINE_TOTAL)
        snprintf(out, COLLECTION_ID_SIZE, "Total%s", quantity);
    else if (spot->line < INPUT_COUNT)
        snprintf(out, COLLECTION_ID_SIZE, "DC%u%s", spot->line + 1, quantity);
    else
        snprintf(out, COLLECTION_ID_SIZE, "Node%uRail%s", spot->line - INPUT_COUNT + 1, quantity);
}

bool sensor_at(const struct core *core, unsigned index, struct sensor *sensor) {
    struct spot spot;
    if (!spot_at(index, &spot)) return node_sensor_at(core, index - SPOT_COUNT, sensor);
    bool of_node = spot.line >= INPUT_COUNT && spot.line < LINE_COUNT;
    *sensor = (struct sensor){.reading_type = quantities[spot.quantity].reading_type,
                              .units = quantities[spot.quantity].units,
                              .node = (uint8_t)(of_node ? spot.line - INPUT_COUNT + 1 : 0)};
    name_sensor(&spot, sensor->id);
    if (spot.line == LINE_TOTAL)
        read_total(core, spot.quantity, sensor);
    else if (spot.quantity == QUANTITY_ENERGY)
        read_energy(core, spot.line, sensor);
    else
        read_line(core, &spot, sensor);
    return true;
}

static bool find(const struct core *core, const char *id, struct sensor *sensor, unsigned *index) {
    for (*index = 0; sensor_at(core, *index, sensor); ++*index)
        if (strcmp(sensor->id, id) == 0) return true;
    return false;
}

bool sensor_find(const struct core *core, const char *id, struct sensor *sensor) {
    unsigned index;
    return find(core, id, sensor, &index);
}

void sensor_uri(const struct sensor *sensor, char uri[COLLECTION_URI_SIZE]) {
    if (sensor->node)
        snprintf(uri, COLLECTION_URI_SIZE, URI_ROOT "/Chassis/Node%u/Sensors/%s", (unsigned)sensor->node, sensor->id);
    else
        snprintf(uri, COLLECTION_URI_SIZE, URI_BOARD "/Sensors/%s", sensor->id);
}

/* ---- resources ---- */

/* Those of the chassis in the path. */
static bool sensor_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    struct sensor sensor;
    int node = node_index(x->parent);
    for (unsigned i = 0; sensor_at(core, i, &sensor); i++) {
        if (sensor.node != node + 1 || index-- > 0) continue;
        memcpy(id, sensor.id, COLLECTION_ID_SIZE);
        return true;
    }
    return false;
}

void sensor_write_status(struct json_writer *w, bool valid, const char *health) {
    json_put_object(w, "Status");
    json_put_text(w, "State", valid ? "Enabled" : "UnavailableOffline");
    json_put_text(w, "Health", valid ? health : "Critical");
    json_object_end(w);
}

bool sensor_counts(const struct sensor *sensor) { return strcmp(sensor->reading_type, "EnergykWh") == 0; }

void sensor_write_reading(const struct core *core, struct json_writer *w, const struct sensor *sensor) {
    if (sensor->valid) json_put_thousandths(w, "Reading", sensor->thousandths);
    if (sensor->has_rpm) json_put_integer(w, "SpeedRPM", sensor->rpm);
    if (sensor_counts(sensor)) json_put_time(w, "SensorResetTime", wall_of(core, core->started_ms));
}

void sensor_write_excerpt(const struct core *core, struct json_writer *w, const char *key, const char *id) {
    struct sensor sensor;
    char uri[COLLECTION_URI_SIZE];
    if (!sensor_find(core, id, &sensor)) return;
    sensor_uri(&sensor, uri);
    json_put_object(w, key);
    json_put_text(w, "DataSourceUri", uri);
    sensor_write_reading(core, w, &sensor);
    json_object_end(w);
}

static void write_context(struct json_writer *w, const struct spot *spot) {
    bool rail = spot->line >= INPUT_COUNT && spot->line < LINE_COUNT;
    bool measured = spot->line < LINE_COUNT && spot->quantity <= QUANTITY_CURRENT;
    json_put_text(w, "Implementation", measured ? "PhysicalSensor" : "Synthesized");
    json_put_text(w, "PhysicalContext", rail ? "VoltageRegulator" : spot->line == LINE_TOTAL ? "PowerSubsystem" : "PowerSupply");
    json_put_text(w, "PhysicalSubContext", rail ? "Output" : "Input");
    if (spot->line == LINE_TOTAL) json_put_text(w, "ElectricalContext", "Total");
    if (spot->quantity == QUANTITY_VOLTAGE) json_put_text(w, "VoltageType", "DC");
}

static void write_threshold(struct json_writer *w, const char *key, int32_t mv, const char *activation) {
    if (mv == 0) return;
    json_put_object(w, key);
    json_put_thousandths(w, "Reading", mv);
    json_put_text(w, "Activation", activation);
    json_object_end(w);
}

static void write_bounds(const struct core *core, struct json_writer *w, const struct spot *spot) {
    if (spot->quantity == QUANTITY_CURRENT) {
        json_put_thousandths(w, "ReadingRangeMin", RANGE_MIN_MA);
        json_put_thousandths(w, "ReadingRangeMax", RANGE_MAX_MA);
    }
    if (spot->quantity != QUANTITY_VOLTAGE) return;
    struct line_limits limits = line_limits(core, spot->line);
    json_put_thousandths(w, "ReadingRangeMin", 0);
    json_put_thousandths(w, "ReadingRangeMax", RANGE_MAX_MV);
    json_put_object(w, "Thresholds");
    write_threshold(w, "LowerCritical", limits.lower_critical_mv, "Decreasing");
    write_threshold(w, "LowerCaution", limits.lower_caution_mv, "Decreasing");
    write_threshold(w, "UpperCritical", limits.upper_critical_mv, "Increasing");
    json_object_end(w);
}

static void write_related(struct json_writer *w, const struct spot *spot) {
    char uri[COLLECTION_URI_SIZE] = URI_BOARD "/PowerSubsystem";
    if (spot->line < INPUT_COUNT) snprintf(uri, sizeof uri, URI_SUPPLIES "/DC%u", spot->line + 1);
    if (spot->line >= INPUT_COUNT && spot->line < LINE_COUNT)
        snprintf(uri, sizeof uri, URI_SYSTEMS "/Node%u", spot->line - INPUT_COUNT + 1);
    json_put_links(w, "RelatedItem", uri);
}

static void write_line(const struct core *core, struct json_writer *w, const struct spot *spot, const struct sensor *sensor) {
    bool judged = spot->quantity == QUANTITY_VOLTAGE;
    sensor_write_status(w, sensor->valid, judged ? line_health(core, spot->line) : "OK");
    write_context(w, spot);
    write_bounds(core, w, spot);
    write_related(w, spot);
}

static void write_sensor(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    struct sensor sensor;
    struct spot spot;
    unsigned index;
    (void)x;
    if (!find(core, id, &sensor, &index)) return;
    resource_begin(w, uri, SCHEMA_SENSOR, id, id);
    json_put_text(w, "ReadingType", sensor.reading_type);
    json_put_text(w, "ReadingUnits", sensor.units);
    sensor_write_reading(core, w, &sensor);
    if (sensor.valid || sensor.has_rpm) json_put_time(w, "ReadingTime", wall_of(core, sensor.taken_ms));
    if (spot_at(index, &spot))
        write_line(core, w, &spot, &sensor);
    else
        node_sensor_write(core, w, &sensor);
    json_object_end(w);
}

static const struct collection sensors = {.uri = URI_ROOT "/Chassis/{}/Sensors",
                                          .schema = SCHEMA_SENSOR_COLLECTION,
                                          .name = "Sensor Collection",
                                          .member_type = "Sensor",
                                          .member = sensor_member,
                                          .write = write_sensor};

enum http_next sensors_get(struct core *core, struct http_exchange *x) {
    return chassis_exists(x->parent) ? collection_get(core, x, &sensors) : chassis_none(x);
}

static enum http_next reply_excerpt(struct core *core, struct http_exchange *x) {
    struct sensor sensor;
    char uri[COLLECTION_URI_SIZE];
    if (!sensor_find(core, x->id, &sensor)) return collection_no_member(x, &sensors);
    struct json_writer w = reply_writer(x);
    sensor_uri(&sensor, uri);
    json_object(&w);
    json_put_text(&w, "@odata.id", uri);
    json_put_text(&w, "@odata.type", "#" SCHEMA_SENSOR);
    sensor_write_reading(core, &w, &sensor);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next sensor_get(struct core *core, struct http_exchange *x) {
    struct query query;
    if (!query_read(x, QUERY_EXCERPT, &query)) return HTTP_DONE;
    if (!chassis_exists(x->parent)) return chassis_none(x);
    if (query.excerpt && collection_has(core, x, &sensors, x->id)) return reply_excerpt(core, x);
    return collection_get_member(core, x, &sensors);
}
