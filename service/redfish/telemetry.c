/* SPDX-License-Identifier: Apache-2.0
 * TelemetryService: what is measured (metric definitions), the last hour of each voltage, current and power (a report for each),
 * and all present readings ("Live"). A period without a measurement has no value in its report. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define LIVE "Live"

static void write_enabled(struct json_writer *w) {
    json_put_object(w, "Status");
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", "OK");
    json_object_end(w);
}

/* ---- which line of the history a sensor reads ---- */

enum quantity { QUANTITY_NONE, QUANTITY_VOLTAGE, QUANTITY_CURRENT, QUANTITY_POWER };

struct source {
    enum quantity quantity; /* NONE: it has no history, as counters and what agents report have none */
    unsigned first_line, line_count;
};

static struct source source_of(const struct sensor *sensor) {
    struct source source = {.line_count = 1};
    if (strcmp(sensor->reading_type, "Voltage") == 0) source.quantity = QUANTITY_VOLTAGE;
    if (strcmp(sensor->reading_type, "Current") == 0) source.quantity = QUANTITY_CURRENT;
    if (strcmp(sensor->reading_type, "Power") == 0) source.quantity = QUANTITY_POWER;
    if (sensor->node)
        source.first_line = INPUT_COUNT + sensor->node - 1u;
    else if (strncmp(sensor->id, "DC", 2) == 0)
        source.first_line = (unsigned)(sensor->id[2] - '1');
    else
        source.line_count = INPUT_COUNT; /* the total of the inputs */
    return source;
}

/* The mean of one period, age periods ago, in thousandths; false for a gap in any of its lines. Power is the product of the means
 * of voltage and current. */
static bool mean_at(const struct core *core, const struct source *source, unsigned age, int64_t *thousandths, uint64_t *end_ms) {
    *thousandths = 0;
    for (unsigned i = 0; i < source->line_count; i++) {
        struct history_mean mean;
        if (!history_at(&core->history, source->first_line + i, age, &mean)) return false;
        *end_ms = mean.end_ms;
        if (source->quantity == QUANTITY_VOLTAGE) *thousandths += mean.mv;
        if (source->quantity == QUANTITY_CURRENT) *thousandths += mean.ma;
        if (source->quantity == QUANTITY_POWER) *thousandths += (int64_t)mean.mv * mean.ma / 1000;
    }
    return true;
}

static bool sensor_named(const struct core *core, const char *id, struct sensor *sensor) {
    for (unsigned i = 0; sensor_at(core, i, sensor); i++)
        if (strcmp(sensor->id, id) == 0) return true;
    return false;
}

/* Where the reading stands: "/redfish/v1/Chassis/Board/Sensors/DC1Voltage#/Reading". */
static void reading_uri(const struct sensor *sensor, char uri[COLLECTION_URI_SIZE]) {
    sensor_uri(sensor, uri);
    size_t length = strlen(uri);
    snprintf(&uri[length], COLLECTION_URI_SIZE - length, "#/Reading");
}

/* ---- the service ---- */

enum http_next telemetry_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_TELEMETRY, SCHEMA_TELEMETRY_SERVICE, "TelemetryService", "Telemetry Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    write_enabled(&w);
    json_put_array(&w, "SupportedCollectionFunctions");
    json_text(&w, "Average");
    json_array_end(&w);
    json_put_link(&w, "MetricDefinitions", URI_TELEMETRY "/MetricDefinitions");
    json_put_link(&w, "MetricReportDefinitions", URI_TELEMETRY "/MetricReportDefinitions");
    json_put_link(&w, "MetricReports", URI_TELEMETRY "/MetricReports");
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- metric definitions: one for each sensor ---- */

static bool definition_member(const struct core *core, const struct http_exchange *x, unsigned index,
                              char id[COLLECTION_ID_SIZE]) {
    struct sensor sensor;
    (void)x;
    if (!sensor_at(core, index, &sensor)) return false;
    text_copy(id, COLLECTION_ID_SIZE, sensor.id);
    return true;
}

static void write_properties(struct json_writer *w, const struct sensor *sensor) {
    char uri[COLLECTION_URI_SIZE];
    reading_uri(sensor, uri);
    json_put_array(w, "MetricProperties");
    json_text(w, uri);
    json_array_end(w);
}

static void write_definition(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                             const char *id) {
    struct sensor sensor;
    (void)x;
    if (!sensor_named(core, id, &sensor)) return;
    resource_begin(w, uri, SCHEMA_METRIC_DEFINITION, id, id);
    json_put_text(w, "MetricType", sensor_counts(&sensor) ? "Counter" : "Numeric");
    json_put_text(w, "MetricDataType", "Decimal");
    json_put_text(w, "Units", sensor.units);
    write_properties(w, &sensor);
    json_object_end(w);
}

static const struct collection metric_definitions = {.uri = URI_TELEMETRY "/MetricDefinitions",
                                                     .schema = SCHEMA_METRIC_DEFINITION_COLLECTION,
                                                     .name = "Metric Definitions Collection",
                                                     .member_type = "MetricDefinition",
                                                     .member = definition_member,
                                                     .write = write_definition};

enum http_next metric_definitions_get(struct core *core, struct http_exchange *x) {
    return collection_get(core, x, &metric_definitions);
}
enum http_next metric_definition_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &metric_definitions);
}

/* ---- report definitions: "Live", then one for each sensor with a history ---- */

static bool report_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    struct sensor sensor;
    (void)x;
    if (index == 0) {
        text_copy(id, COLLECTION_ID_SIZE, LIVE);
        return true;
    }
    for (unsigned i = 0; sensor_at(core, i, &sensor); i++) {
        if (source_of(&sensor).quantity == QUANTITY_NONE || --index > 0) continue;
        text_copy(id, COLLECTION_ID_SIZE, sensor.id);
        return true;
    }
    return false;
}

static void write_actions(struct json_writer *w, bool sent) {
    json_put_array(w, "ReportActions");
    json_text(w, "LogToMetricReportsCollection");
    if (sent) json_text(w, "RedfishEvent");
    json_array_end(w);
}

static void write_live_definition(const struct core *core, struct json_writer *w) {
    struct sensor sensor;
    char uri[COLLECTION_URI_SIZE];
    json_put_text(w, "Description", "All present readings; each second on an event stream, each ten seconds to a subscription.");
    json_put_object(w, "Schedule");
    json_put_text(w, "RecurrenceInterval", "PT1S");
    json_object_end(w);
    write_actions(w, true);
    json_put_text(w, "ReportUpdates", "Overwrite");
    json_put_array(w, "MetricProperties");
    for (unsigned i = 0; sensor_at(core, i, &sensor); i++) {
        reading_uri(&sensor, uri);
        json_text(w, uri);
    }
    json_array_end(w);
}

static void write_history_definition(const struct core *core, struct json_writer *w, const char *id) {
    struct sensor sensor;
    if (!sensor_named(core, id, &sensor)) return;
    json_put_text(w, "Description", "Means over half a minute each, of the last hour since the controller started.");
    json_put_object(w, "Schedule");
    json_put_text(w, "RecurrenceInterval", "PT30S");
    json_object_end(w);
    write_actions(w, false);
    json_put_text(w, "ReportUpdates", "AppendWrapsWhenFull");
    json_put_integer(w, "AppendLimit", HISTORY_SLOT_COUNT);
    json_put_text(w, "ReportTimespan", "PT1H");
    write_properties(w, &sensor);
    json_put_array(w, "Metrics");
    json_object(w);
    json_put_text(w, "MetricId", id);
    json_put_text(w, "CollectionFunction", "Average");
    json_put_text(w, "CollectionDuration", "PT30S");
    json_put_text(w, "CollectionTimeScope", "Interval");
    json_object_end(w);
    json_array_end(w);
}

static void write_report_definition(const struct core *core, const struct http_exchange *x, struct json_writer *w,
                                    const char *uri, const char *id) {
    char report[COLLECTION_URI_SIZE];
    (void)x;
    snprintf(report, sizeof report, URI_TELEMETRY "/MetricReports/%s", id);
    resource_begin(w, uri, SCHEMA_METRIC_REPORT_DEFINITION, id, id);
    json_put_boolean(w, "MetricReportDefinitionEnabled", true);
    json_put_text(w, "MetricReportDefinitionType", "Periodic");
    write_enabled(w);
    if (strcmp(id, LIVE) == 0)
        write_live_definition(core, w);
    else
        write_history_definition(core, w, id);
    json_put_link(w, "MetricReport", report);
    json_object_end(w);
}

static const struct collection report_definitions = {.uri = URI_TELEMETRY "/MetricReportDefinitions",
                                                     .schema = SCHEMA_METRIC_REPORT_DEFINITION_COLLECTION,
                                                     .name = "Metric Report Definitions Collection",
                                                     .member_type = "MetricReportDefinition",
                                                     .member = report_member,
                                                     .write = write_report_definition};

enum http_next report_definitions_get(struct core *core, struct http_exchange *x) {
    return collection_get(core, x, &report_definitions);
}
enum http_next report_definition_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &report_definitions);
}

/* ---- reports ---- */

static void write_value(struct json_writer *w, const char *id, int64_t thousandths, uint64_t wall_ms, const char *property) {
    char value[JSON_THOUSANDTHS_SIZE];
    json_thousandths_text(value, thousandths);
    json_object(w);
    json_put_text(w, "MetricId", id);
    json_put_text(w, "MetricValue", value);
    json_put_time(w, "Timestamp", wall_ms);
    if (property) json_put_text(w, "MetricProperty", property);
    json_object_end(w);
}

static void write_live_values(const struct core *core, struct json_writer *w) {
    struct sensor sensor;
    char property[COLLECTION_URI_SIZE];
    for (unsigned i = 0; sensor_at(core, i, &sensor); i++) {
        reading_uri(&sensor, property);
        if (sensor.valid) write_value(w, sensor.id, sensor.thousandths, wall_of(core, sensor.taken_ms), property);
    }
}

/* Oldest first. The property stands in the report's definition: 120 times here it would not fit the answer. */
static void write_history_values(const struct core *core, struct json_writer *w, const char *id) {
    struct sensor sensor;
    if (!sensor_named(core, id, &sensor)) return;
    struct source source = source_of(&sensor);
    for (unsigned age = HISTORY_SLOT_COUNT; age-- > 0;) {
        int64_t thousandths;
        uint64_t end_ms = 0;
        if (mean_at(core, &source, age, &thousandths, &end_ms)) write_value(w, id, thousandths, wall_of(core, end_ms), NULL);
    }
}

static void write_report(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    char definition[COLLECTION_URI_SIZE];
    (void)x;
    snprintf(definition, sizeof definition, URI_TELEMETRY "/MetricReportDefinitions/%s", id);
    resource_begin(w, uri, SCHEMA_METRIC_REPORT, id, strcmp(id, LIVE) == 0 ? "Live readings" : id);
    json_put_link(w, "MetricReportDefinition", definition);
    json_put_time(w, "Timestamp", core->wall_ms);
    json_put_array(w, "MetricValues");
    if (strcmp(id, LIVE) == 0)
        write_live_values(core, w);
    else
        write_history_values(core, w, id);
    json_array_end(w);
    json_object_end(w);
}

static const struct collection reports = {.uri = URI_TELEMETRY "/MetricReports",
                                          .schema = SCHEMA_METRIC_REPORT_COLLECTION,
                                          .name = "Metric Reports Collection",
                                          .member_type = "MetricReport",
                                          .member = report_member,
                                          .write = write_report};

enum http_next reports_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &reports); }
enum http_next report_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &reports); }
