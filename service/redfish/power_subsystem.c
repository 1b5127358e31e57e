/* SPDX-License-Identifier: Apache-2.0
 * PowerSubsystem: the two DC inputs as a failover pair of supplies. The board passes on the one with the higher voltage by
 * itself; the other stands by. What a supply can deliver is not known: no capacity is told. */
#include <stdio.h>
#include <string.h>

#include "service/redfish/chassis.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define URI_SUBSYSTEM URI_BOARD "/PowerSubsystem"

/* Index of "DC1" or "DC2", or -1. */
static int supply_index(const char *id) {
    bool named = strncmp(id, "DC", 2) == 0 && id[2] >= '1' && id[2] < '1' + INPUT_COUNT && id[3] == '\0';
    return named ? id[2] - '1' : -1;
}

static bool supply_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    snprintf(id, COLLECTION_ID_SIZE, "DC%u", index + 1);
    return index < INPUT_COUNT;
}

/* ---- how they are ---- */

void supply_write_status(const struct core *core, struct json_writer *w, unsigned index) {
    const struct input_view *view = &core->inputs.view[index];
    const char *state = "StandbySpare", *health = "OK";
    if (view->carrying) state = "Enabled";
    if (view->known && view->present && !view->in_range) health = "Critical";
    if (!view->known || !view->present) state = "UnavailableOffline", health = "Warning";
    json_put_object(w, "Status");
    json_put_text(w, "State", state);
    json_put_text(w, "Health", health);
    json_object_end(w);
}

const char *redundancy_health(const struct core *core) {
    return core->inputs.settled && core->inputs.redundant ? "OK" : "Warning";
}

void redundancy_write_status(const struct core *core, struct json_writer *w) {
    json_put_object(w, "Status");
    json_put_text(w, "State", core->inputs.settled ? "Enabled" : "UnavailableOffline");
    json_put_text(w, "Health", redundancy_health(core));
    json_object_end(w);
}

static void write_supply_links(struct json_writer *w, const char *key, unsigned first, unsigned end) {
    json_put_array(w, key);
    for (unsigned i = first; i < end; i++) {
        json_object(w);
        json_put_format(w, "@odata.id", URI_SUPPLIES "/DC%u", i + 1);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_redundancy(const struct core *core, struct json_writer *w) {
    json_put_array(w, "PowerSupplyRedundancy");
    json_object(w);
    json_put_text(w, "GroupName", "DC inputs");
    json_put_text(w, "RedundancyType", "Failover");
    json_put_integer(w, "MinNeededInGroup", 1);
    json_put_integer(w, "MinNeededForFaultTolerance", INPUT_COUNT);
    json_put_integer(w, "MaxSupportedInGroup", INPUT_COUNT);
    write_supply_links(w, "RedundancyGroup", 0, INPUT_COUNT);
    if (core->inputs.carrier >= 0) {
        unsigned carrier = (unsigned)core->inputs.carrier;
        write_supply_links(w, "ActiveRedundancyGroup", carrier, carrier + 1);
    }
    redundancy_write_status(core, w);
    json_object_end(w);
    json_array_end(w);
}

enum http_next power_subsystem_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_SUBSYSTEM, SCHEMA_POWER_SUBSYSTEM, "PowerSubsystem", "Power subsystem");
    json_put_object(&w, "Status");
    json_put_text(&w, "State", "Enabled");
    json_put_text(&w, "Health", "OK");
    json_put_text(&w, "HealthRollup", redundancy_health(core));
    json_object_end(&w);
    json_put_link(&w, "PowerSupplies", URI_SUPPLIES);
    write_redundancy(core, &w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- one of them ---- */

static void write_line_input(const struct core *core, struct json_writer *w, unsigned index) {
    const struct input_view *view = &core->inputs.view[index];
    if (!view->known) return;
    json_put_text(w, "LineInputStatus", !view->present ? "LossOfInput" : view->in_range ? "Normal" : "OutOfRange");
    /* Redfish has no word for 19 V, and asks for null where the voltage is out of range or none of its words. */
    if (view->in_range && view->nominal == INPUT_CLASS_12V)
        json_put_text(w, "InputNominalVoltageType", "DC12V");
    else
        json_put_null(w, "InputNominalVoltageType");
}

static void write_supply(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                         const char *id) {
    char metrics[COLLECTION_URI_SIZE];
    unsigned index = (unsigned)supply_index(id);
    (void)x;
    snprintf(metrics, sizeof metrics, "%s/Metrics", uri);
    resource_begin(w, uri, SCHEMA_POWER_SUPPLY, id, id);
    json_put_text(w, "PowerSupplyType", "DC");
    supply_write_status(core, w, index);
    write_line_input(core, w, index);
    json_put_object(w, "Location");
    json_put_object(w, "PartLocation");
    json_put_text(w, "ServiceLabel", id); /* as printed on the board */
    json_put_text(w, "LocationType", "Connector");
    json_put_integer(w, "LocationOrdinalValue", index);
    json_object_end(w);
    json_object_end(w);
    json_put_link(w, "Metrics", metrics);
    json_object_end(w);
}

static const struct collection supplies = {.uri = URI_SUPPLIES,
                                           .schema = SCHEMA_POWER_SUPPLY_COLLECTION,
                                           .name = "Power Supply Collection",
                                           .member_type = "PowerSupply",
                                           .member = supply_member,
                                           .write = write_supply};

enum http_next power_supplies_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &supplies); }
enum http_next power_supply_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &supplies); }

enum http_next power_supply_metrics_get(struct core *core, struct http_exchange *x) {
    static const struct {
        const char *key, *quantity;
    } copies[] = {
        {"InputVoltage", "Voltage"}, {"InputCurrentAmps", "Current"}, {"InputPowerWatts", "Power"}, {"EnergykWh", "Energy"}};
    char uri[COLLECTION_URI_SIZE];
    int index = supply_index(x->parent);
    if (index < 0) return collection_no_member(x, &supplies);
    snprintf(uri, sizeof uri, URI_SUPPLIES "/DC%d/Metrics", index + 1);
    struct json_writer w = reply_writer(x);
    resource_begin(&w, uri, SCHEMA_POWER_SUPPLY_METRICS, "Metrics", "Power supply metrics");
    supply_write_status(core, &w, (unsigned)index);
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        char id[COLLECTION_ID_SIZE];
        snprintf(id, sizeof id, "DC%d%s", index + 1, copies[i].quantity);
        sensor_write_excerpt(core, &w, copies[i].key, id);
    }
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
