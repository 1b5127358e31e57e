/* SPDX-License-Identifier: Apache-2.0
 * A node's M.2 slot as Redfish storage. The slot takes NVMe drives alone; whether one is in it, and which, the controller has no
 * wire to ask: no status, size or maker is given. */
#include <stdio.h>

#include "core/bytes.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define NVME "NVMe" /* the one storage of a node, its one controller and its one drive */

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

static void write_controller(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                             const char *id) {
    (void)core;
    (void)x;
    resource_begin(w, uri, SCHEMA_STORAGE_CONTROLLER, id, "NVMe Controller");
    json_put_array(w, "SupportedControllerProtocols");
    json_text(w, "PCIe");
    json_array_end(w);
    json_put_array(w, "SupportedDeviceProtocols");
    json_text(w, "NVMe");
    json_array_end(w);
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

static void write_drive(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                        const char *id) {
    char other[COLLECTION_URI_SIZE];
    (void)core;
    resource_begin(w, uri, SCHEMA_DRIVE, id, "NVMe Drive");
    json_put_text(w, "Description", "What the node's M.2 slot holds.");
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
