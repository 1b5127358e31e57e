/* SPDX-License-Identifier: Apache-2.0
 * A node's M.2 slot as Redfish storage. The slot takes NVMe drives alone; whether one is in it, and which, the controller has no
 * wire to ask: before the node's agent has told, no status, size or maker is given. */
#include <stdio.h>

#include "core/bytes.h"
#include "service/redfish/node_report.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define NVME "NVMe" /* the one storage of a node, its one controller and its one drive */

#define LANE_COUNT_MAX 32  /* of PCIe */
#define SPENT_PERCENT  100 /* NVM Express, Percentage Used: it has endured what its maker expects it to */

/* The parts of the node in the path; the handlers have seen that there is one. */
static void system_uri(const struct http_exchange *x, const char *part, char uri[COLLECTION_URI_SIZE]) {
    snprintf(uri, COLLECTION_URI_SIZE, URI_SYSTEMS "/Node%d%s", node_index(x->parent) + 1, part);
}
static void chassis_uri(const struct http_exchange *x, const char *part, char uri[COLLECTION_URI_SIZE]) {
    snprintf(uri, COLLECTION_URI_SIZE, URI_ROOT "/Chassis/Node%d%s", node_index(x->parent) + 1, part);
}

static bool nvme_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, NVME);
    return true;
}

static enum http_next get(struct core *core, struct http_exchange *x, const struct collection *collection) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get(core, x, collection);
}
static enum http_next get_member(struct core *core, struct http_exchange *x, const struct collection *collection) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get_member(core, x, collection);
}

/* ---- what the agent told ---- */

/* The report that tells of a drive, however old; NULL when none does. */
static const struct agent_report *drive_report(const struct core *core, const struct http_exchange *x) {
    const struct agent_report *report = node_report(core, (unsigned)node_index(x->parent));
    const uint32_t any_of = AGENT_HAS_NVME_CAPACITY | AGENT_HAS_NVME_TEMPERATURE | AGENT_HAS_NVME_WEAR | AGENT_HAS_NVME_LINK;
    bool told = report && (report->nvme_model[0] || report->nvme_serial[0] || (report->has & any_of));
    return told ? report : NULL;
}
static const struct agent_report *drive_report_now(const struct core *core, const struct http_exchange *x) {
    return node_report_now(core, (unsigned)node_index(x->parent)) ? drive_report(core, x) : NULL;
}

/* Worn, not broken: it goes on working for a while, and Redfish's Critical would have it replaced at once. */
static const char *drive_health(const struct core *core, const struct agent_report *report) {
    if (!(report->has & AGENT_HAS_NVME_WEAR)) return NULL;
    return report->nvme_wear_percent >= core->drive_limits.worn_percent ? "Warning" : "OK";
}

/* "Absent" is what an agent says that reports and found none; of a drive that was there once, the slot's node is off or silent.
 */
static void write_drive_status(const struct core *core, const struct http_exchange *x, struct json_writer *w) {
    unsigned node = (unsigned)node_index(x->parent);
    const struct agent_report *told = drive_report(core, x), *now = drive_report_now(core, x);
    const char *health = now ? drive_health(core, now) : NULL;
    if (!told && !node_report_now(core, node)) return;
    json_put_object(w, "Status");
    json_put_text(w, "State", now ? "Enabled" : told ? "StandbyOffline" : "Absent");
    if (health) json_put_text(w, "Health", health);
    json_object_end(w);
}

/* ---- storage ---- */

static void write_storage(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                          const char *id) {
    char other[COLLECTION_URI_SIZE];
    (void)core;
    resource_begin(w, uri, SCHEMA_STORAGE, id, "NVMe Storage");
    json_put_text(w, "Description", "The node's M.2 slot, PCIe Gen 2 x1.");
    snprintf(other, sizeof other, "%.96s/Controllers", uri);
    json_put_link(w, "Controllers", other);
    snprintf(other, sizeof other, "%.96s/Volumes", uri);
    json_put_link(w, "Volumes", other);
    chassis_uri(x, "/Drives/" NVME, other);
    json_put_links(w, "Drives", other);
    json_put_integer(w, "Drives@odata.count", 1);
    json_put_object(w, "Links");
    chassis_uri(x, "", other);
    json_put_links(w, "Enclosures", other);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection storages = {.uri = URI_SYSTEMS "/{}/Storage",
                                           .schema = SCHEMA_STORAGE_COLLECTION,
                                           .name = "Storage Collection",
                                           .member_type = "Storage",
                                           .member = nvme_member,
                                           .write = write_storage};

enum http_next storages_get(struct core *core, struct http_exchange *x) { return get(core, x, &storages); }
enum http_next storage_get(struct core *core, struct http_exchange *x) { return get_member(core, x, &storages); }

/* ---- its controller ---- */

static void write_pcie(struct json_writer *w, const struct agent_report *report) {
    static const char *const types[] = {NULL, "Gen1", "Gen2", "Gen3", "Gen4", "Gen5", "Gen6"};
    const char *type = report->nvme_generation < sizeof types / sizeof types[0] ? types[report->nvme_generation] : NULL;
    if (!(report->has & AGENT_HAS_NVME_LINK)) return;
    json_put_object(w, "PCIeInterface");
    if (type) json_put_text(w, "PCIeType", type);
    if (report->nvme_lanes >= 1 && report->nvme_lanes <= LANE_COUNT_MAX) json_put_integer(w, "LanesInUse", report->nvme_lanes);
    json_object_end(w);
}

static void write_controller(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                             const char *id) {
    const struct agent_report *now = drive_report_now(core, x);
    resource_begin(w, uri, SCHEMA_STORAGE_CONTROLLER, id, "NVMe Controller");
    write_drive_status(core, x, w);
    json_put_array(w, "SupportedControllerProtocols");
    json_text(w, "PCIe");
    json_array_end(w);
    json_put_array(w, "SupportedDeviceProtocols");
    json_text(w, "NVMe");
    json_array_end(w);
    if (now) write_pcie(w, now);
    json_object_end(w);
}

static const struct collection controllers = {.uri = URI_SYSTEMS "/{}/Storage/" NVME "/Controllers",
                                              .schema = SCHEMA_STORAGE_CONTROLLER_COLLECTION,
                                              .name = "Storage Controller Collection",
                                              .member_type = "StorageController",
                                              .member = nvme_member,
                                              .write = write_controller};

enum http_next storage_controllers_get(struct core *core, struct http_exchange *x) { return get(core, x, &controllers); }
enum http_next storage_controller_get(struct core *core, struct http_exchange *x) { return get_member(core, x, &controllers); }

/* ---- volumes: none that the controller knows of ---- */

/* NOLINTNEXTLINE(readability-non-const-parameter): id is the callback's to write */
static bool no_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    (void)index;
    (void)id;
    return false;
}

static const struct collection volumes = {.uri = URI_SYSTEMS "/{}/Storage/" NVME "/Volumes",
                                          .schema = SCHEMA_VOLUME_COLLECTION,
                                          .name = "Volume Collection",
                                          .member_type = "Volume",
                                          .member = no_member,
                                          .write = NULL};

enum http_next volumes_get(struct core *core, struct http_exchange *x) { return get(core, x, &volumes); }

/* ---- the drive, which stands in the node's chassis ---- */

static void write_identity(struct json_writer *w, const struct agent_report *report) {
    json_put_text(w, "MediaType", "SSD");
    json_put_text(w, "Protocol", "NVMe");
    if (report->nvme_model[0]) json_put_text(w, "Model", report->nvme_model);
    if (report->nvme_serial[0]) json_put_text(w, "SerialNumber", report->nvme_serial);
    bool fits = (report->has & AGENT_HAS_NVME_CAPACITY) && report->nvme_bytes <= INT64_MAX;
    if (fits) json_put_integer(w, "CapacityBytes", (int64_t)report->nvme_bytes);
}

/* The drive counts what it has endured, and goes on counting above 100. */
static void write_wear(struct json_writer *w, const struct agent_report *report) {
    if (!(report->has & AGENT_HAS_NVME_WEAR)) return;
    int left_percent = 100 - report->nvme_wear_percent;
    json_put_integer(w, "PredictedMediaLifeLeftPercent", left_percent > 0 ? left_percent : 0);
    json_put_boolean(w, "FailurePredicted", report->nvme_wear_percent >= SPENT_PERCENT);
}

static void write_drive(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                        const char *id) {
    const struct agent_report *told = drive_report(core, x);
    char other[COLLECTION_URI_SIZE];
    resource_begin(w, uri, SCHEMA_DRIVE, id, "NVMe Drive");
    json_put_text(w, "Description", "What the node's M.2 slot holds.");
    write_drive_status(core, x, w);
    if (told) write_identity(w, told);
    if (told) write_wear(w, told);
    snprintf(other, sizeof other, "%.96s/Metrics", uri);
    json_put_link(w, "Metrics", other);
    json_put_array(w, "SlotCapableProtocols");
    json_text(w, "NVMe");
    json_array_end(w);
    json_put_object(w, "Links");
    chassis_uri(x, "", other);
    json_put_link(w, "Chassis", other);
    system_uri(x, "/Storage/" NVME, other);
    json_put_link(w, "Storage", other);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection drives = {.uri = URI_ROOT "/Chassis/{}/Drives",
                                         .schema = SCHEMA_DRIVE_COLLECTION,
                                         .name = "Drive Collection",
                                         .member_type = "Drive",
                                         .member = nvme_member,
                                         .write = write_drive};

/* The board itself has no drives, and no collection of them. */
static enum http_next no_drives(struct http_exchange *x) {
    return reply_error(x, 404, MESSAGE(RESOURCE_MISSING, .arg = {x->request.path}));
}

enum http_next drives_get(struct core *core, struct http_exchange *x) {
    return node_index(x->parent) < 0 ? no_drives(x) : collection_get(core, x, &drives);
}
enum http_next drive_get(struct core *core, struct http_exchange *x) {
    return node_index(x->parent) < 0 ? no_drives(x) : collection_get_member(core, x, &drives);
}

/* ---- what the drive measures itself ---- */

static void write_smart(struct json_writer *w, const struct agent_report *now) {
    json_put_object(w, "NVMeSMART");
    if (now->has & AGENT_HAS_NVME_TEMPERATURE) json_put_thousandths(w, "CompositeTemperatureCelsius", now->nvme_deci_c * 100);
    if (now->has & AGENT_HAS_NVME_WEAR) json_put_integer(w, "PercentageUsed", now->nvme_wear_percent);
    json_object_end(w);
}

enum http_next drive_metrics_get(struct core *core, struct http_exchange *x) {
    char uri[COLLECTION_URI_SIZE];
    if (node_index(x->parent) < 0) return no_drives(x);
    if (!collection_has(core, x, &drives, x->id)) return collection_no_member(x, &drives);
    chassis_uri(x, "/Drives/" NVME "/Metrics", uri);
    struct json_writer w = reply_writer(x);
    resource_begin(&w, uri, SCHEMA_DRIVE_METRICS, "Metrics", "Drive metrics");
    if (drive_report_now(core, x)) write_smart(&w, drive_report_now(core, x));
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
