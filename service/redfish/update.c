/* SPDX-License-Identifier: Apache-2.0
 * UpdateService: which firmware is there. It takes no updates yet, and says so. */
#include <string.h>

#include "core/bytes.h"
#include "core/version.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

#define URI_UPDATE   URI_ROOT "/UpdateService"
#define URI_FIRMWARE URI_UPDATE "/FirmwareInventory"

enum http_next update_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_UPDATE, SCHEMA_UPDATE_SERVICE, "UpdateService", "Update Service");
    json_put_boolean(&w, "ServiceEnabled", false);
    json_put_object(&w, "Status");
    json_put_text(&w, "State", "Disabled");
    json_object_end(&w);
    json_put_link(&w, "FirmwareInventory", URI_FIRMWARE);
    json_put_object(&w, "Actions"); /* empty, but sushy wants it */
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- the two slots ---- */

static const char *const slots[] = {"BMC_A", "BMC_B"};
#define SLOT_RUNNING 0 /* without a second slot the first is the one that runs */

static bool firmware_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index >= sizeof slots / sizeof slots[0]) return false;
    text_copy(id, COLLECTION_ID_SIZE, slots[index]);
    return true;
}

static void write_firmware(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                           const char *id) {
    bool running = strcmp(id, slots[SLOT_RUNNING]) == 0;
    (void)core;
    (void)x;
    resource_begin(w, uri, SCHEMA_SOFTWARE_INVENTORY, id,
                   running ? "Controller firmware, running" : "Controller firmware, second slot");
    json_put_object(w, "Status");
    json_put_text(w, "State", running ? "Enabled" : "Absent");
    if (running) json_put_text(w, "Health", "OK");
    json_object_end(w);
    if (running) json_put_text(w, "Version", SUPER4C_VERSION);
    json_put_boolean(w, "Updateable", false);
    json_put_boolean(w, "Active", running);
    json_put_links(w, "RelatedItem", URI_BMC);
    json_object_end(w);
}

static const struct collection firmware = {.uri = URI_FIRMWARE,
                                           .schema = SCHEMA_SOFTWARE_INVENTORY_COLLECTION,
                                           .name = "Firmware Inventory Collection",
                                           .member_type = "SoftwareInventory",
                                           .member = firmware_member,
                                           .write = write_firmware};

enum http_next firmware_inventory_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &firmware); }
enum http_next firmware_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &firmware); }
