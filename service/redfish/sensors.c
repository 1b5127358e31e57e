/* SPDX-License-Identifier: Apache-2.0
 * The board's sensors: voltage, current and power of both inputs and the four rails. */
#include <stdio.h>
#include <string.h>

#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

enum quantity { QUANTITY_VOLTAGE, QUANTITY_CURRENT, QUANTITY_POWER, QUANTITY_COUNT };
#define LINE_COUNT (INPUT_COUNT + NODE_COUNT)

static const struct {
    const char *name, *reading_type, *units;
} quantities[QUANTITY_COUNT] = {{"Voltage", "Voltage", "V"}, {"Current", "Current", "A"}, {"Power", "Power", "W"}};

/* The supply line: inputs first, then rails. */
static const struct rail_sample *sample_of(const struct core *core, unsigned line) {
    return line < INPUT_COUNT ? &core->inputs.view[line].sample : &core->rail[line - INPUT_COUNT];
}

static void name_line(unsigned line, char out[COLLECTION_ID_SIZE], const char *quantity) {
    if (line < INPUT_COUNT)
        snprintf(out, COLLECTION_ID_SIZE, "DC%u%s", line + 1, quantity);
    else
        snprintf(out, COLLECTION_ID_SIZE, "Node%uRail%s", line - INPUT_COUNT + 1, quantity);
}

bool sensor_at(const struct core *core, unsigned index, struct sensor *sensor) {
    unsigned line = index / QUANTITY_COUNT, quantity = index % QUANTITY_COUNT;
    if (line >= LINE_COUNT) return false;
    const struct rail_sample *sample = sample_of(core, line);
    const int64_t thousandths[QUANTITY_COUNT] = {sample->mv, sample->ma, (int64_t)sample->mv * sample->ma / 1000};
    *sensor = (struct sensor){.reading_type = quantities[quantity].reading_type,
                              .units = quantities[quantity].units,
                              .node = (uint8_t)(line < INPUT_COUNT ? 0 : line - INPUT_COUNT + 1),
                              .valid = sample->valid && sample->taken_ms != 0,
                              .taken_ms = sample->taken_ms,
                              .thousandths = thousandths[quantity]};
    name_line(line, sensor->id, quantities[quantity].name);
    return true;
}

void sensor_uri(const struct sensor *sensor, char uri[COLLECTION_URI_SIZE]) {
    if (sensor->node)
        snprintf(uri, COLLECTION_URI_SIZE, URI_ROOT "/Chassis/Node%u/Sensors/%s", (unsigned)sensor->node, sensor->id);
    else
        snprintf(uri, COLLECTION_URI_SIZE, URI_BOARD "/Sensors/%s", sensor->id);
}

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

static void write_status(struct json_writer *w, bool valid) {
    json_put_object(w, "Status");
    json_put_text(w, "State", valid ? "Enabled" : "UnavailableOffline");
    json_put_text(w, "Health", valid ? "OK" : "Critical");
    json_object_end(w);
}

static void write_sensor(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    struct sensor sensor;
    (void)x;
    for (unsigned i = 0; sensor_at(core, i, &sensor) && strcmp(sensor.id, id) != 0; i++) continue;
    resource_begin(w, uri, SCHEMA_SENSOR, id, id);
    json_put_text(w, "ReadingType", sensor.reading_type);
    json_put_text(w, "ReadingUnits", sensor.units);
    write_status(w, sensor.valid);
    if (sensor.valid) {
        json_put_thousandths(w, "Reading", sensor.thousandths);
        json_put_time(w, "ReadingTime", wall_of(core, sensor.taken_ms));
    }
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
enum http_next sensor_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &sensors); }
