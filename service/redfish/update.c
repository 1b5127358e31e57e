/* SPDX-License-Identifier: Apache-2.0
 * UpdateService: the firmware of the controller itself, its two slots, and what is pushed into the one that does not run. The
 * body is never held: who sends it is let in first, then it goes into the slot piece by piece (core/update.h, docs/update.md). */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/version.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define URI_UPDATE  URI_ROOT "/UpdateService"
#define URI_UPLOAD  URI_UPDATE "/Upload"
#define URI_MONITOR URI_ROOT "/TaskService/TaskMonitors/"

enum http_next update_service_get(struct core *core, struct http_exchange *x) {
    bool enabled = core->update.available;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_UPDATE, SCHEMA_UPDATE_SERVICE, "UpdateService", "Update Service");
    json_put_boolean(&w, "ServiceEnabled", enabled);
    json_put_object(&w, "Status");
    json_put_text(&w, "State", enabled ? "Enabled" : "Disabled");
    json_object_end(&w);
    if (enabled) {
        json_put_text(&w, "MultipartHttpPushUri", URI_UPLOAD);
        json_put_text(&w, "HttpPushUri", URI_UPLOAD);
        json_put_integer(&w, "MaxImageSizeBytes", (int64_t)core->update.slot_size + FIRMWARE_PREFIX_SIZE);
    }
    json_put_link(&w, "FirmwareInventory", URI_FIRMWARE);
    json_put_object(&w, "Actions"); /* empty, but sushy wants it */
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

/* ---- the two slots ---- */

const char *firmware_slot_id(unsigned slot) {
    static const char *const ids[UPDATE_SLOT_COUNT] = {"BMC_A", "BMC_B"};
    return slot < UPDATE_SLOT_COUNT ? ids[slot] : NULL;
}

static bool firmware_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (!firmware_slot_id(index)) return false;
    text_copy(id, COLLECTION_ID_SIZE, firmware_slot_id(index));
    return true;
}

static const char *slot_state(const struct update *update, unsigned slot) {
    static const char *const words[] = {
        [UPDATE_SLOT_EMPTY] = "Absent", [UPDATE_SLOT_USABLE] = "StandbyOffline", [UPDATE_SLOT_FAILED] = "Disabled"};
    if (slot == update->running) return "Enabled";
    return update->phase == UPDATE_RECEIVING || update->phase == UPDATE_VERIFYING ? "Updating" : words[update->slot[slot].state];
}

static void write_firmware(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                           const char *id) {
    const struct update *update = &core->update;
    unsigned slot = strcmp(id, firmware_slot_id(0)) != 0;
    bool running = slot == update->running;
    const char *version = running ? SUPER4C_VERSION : update->slot[slot].version;
    (void)x;
    resource_begin(w, uri, SCHEMA_SOFTWARE_INVENTORY, id,
                   running ? "Controller firmware, running" : "Controller firmware, second slot");
    json_put_object(w, "Status");
    json_put_text(w, "State", slot_state(update, slot));
    if (running) json_put_text(w, "Health", "OK");
    json_object_end(w);
    if (version[0]) json_put_text(w, "Version", version);
    json_put_boolean(w, "Updateable", update->available && !running);
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

/* ---- the task ---- */

static void update_name(const struct update *update, char id[COLLECTION_ID_SIZE]) {
    snprintf(id, COLLECTION_ID_SIZE, "Update%lu", (unsigned long)update->number);
}

bool update_task_id(const struct core *core, const struct http_exchange *x, char id[COLLECTION_ID_SIZE]) {
    if (core->update.phase == UPDATE_NONE || x->identity.nodes != NODE_ALL) return false;
    update_name(&core->update, id);
    return true;
}

/* Of DMTF's Update registry. Why an update failed is said in the words of an event of ours. */
static void write_message(struct json_writer *w, const struct update *update) {
    bool kept = update->phase == UPDATE_KEPT;
    const char *slot = firmware_slot_id(update->target), *version = update->image.version;
    json_object(w);
    json_put_format(w, "MessageId", "Update.1.3.Update%s", kept ? "Successful" : "InProgress");
    if (kept)
        json_put_format(w, "Message", "Device '%s' successfully updated with image '%s'.", slot, version);
    else
        json_put_text(w, "Message", "An update is in progress.");
    json_put_array(w, "MessageArgs");
    if (kept) json_text(w, slot);
    if (kept) json_text(w, version);
    json_array_end(w);
    json_object_end(w);
}

static struct event fault_event(const struct update *update) {
    enum event_code code = update->fault >= FIRMWARE_NOT_STARTED ? EVENT_FIRMWARE_ROLLED_BACK : EVENT_FIRMWARE_REFUSED;
    return event_make(code, 0, firmware_fault_text((enum firmware_fault)update->fault));
}

void update_task_write(const struct core *core, struct json_writer *w) {
    const struct update *update = &core->update;
    bool failed = update->phase == UPDATE_FAILED, running = update_under_way(update);
    char id[COLLECTION_ID_SIZE], uri[COLLECTION_URI_SIZE];
    update_name(update, id);
    snprintf(uri, sizeof uri, URI_TASKS "/%s", id);
    resource_begin(w, uri, SCHEMA_TASK, id, "Update of the controller's firmware");
    json_put_text(w, "TaskState", failed ? "Exception" : running ? "Running" : "Completed");
    json_put_text(w, "TaskStatus", failed ? "Critical" : "OK");
    if (!failed) json_put_integer(w, "PercentComplete", update_percent(update));
    json_put_time(w, "StartTime", update->start_wall_ms);
    if (!running) json_put_time(w, "EndTime", update->end_wall_ms);
    json_put_format(w, "TaskMonitor", URI_MONITOR "%s", id);
    json_put_array(w, "Messages");
    struct event event = fault_event(update);
    if (failed)
        event_write_message(w, &event);
    else
        write_message(w, update);
    json_array_end(w);
    json_object_end(w);
}

enum http_next update_task_reply(struct core *core, struct http_exchange *x) {
    const struct update *update = &core->update;
    struct event event = fault_event(update);
    if (update->phase == UPDATE_FAILED) return reply_event_error(x, 500, &event);
    if (update->phase == UPDATE_KEPT) return reply_empty(x, 204);
    char id[COLLECTION_ID_SIZE];
    update_task_id(core, x, id);
    struct json_writer w = task_reply_begin(x, id);
    update_task_write(core, &w);
    return reply_json(x, &w, 202);
}

/* ---- what is pushed ---- */

/* Where the handler stands when it is entered. */
enum phase { BEGINNING, PIECE_CAME, SLOT_WRITTEN, SLOT_CLOSED };
enum part { PART_OTHER, PART_PARAMETERS, PART_FILE };

static const char how_to[] = "Send multipart/form-data: the part UpdateParameters, which may be {}, then UpdateFile, the image.";

static enum http_next refuse_body(struct http_exchange *x) {
    return reply_error(x, 400, MESSAGE(UNRECOGNIZED_BODY, .resolution = how_to));
}

/* Told in the log here, with who it was. */
static enum http_next refuse_firmware(struct core *core, struct http_exchange *x) {
    bool ours = x->firmware.fault == FIRMWARE_SLOT_FAILED;
    struct event event = event_make(EVENT_FIRMWARE_REFUSED, 0, firmware_fault_text(x->firmware.fault));
    auth_log(core, x, event);
    core->update.untold = false;
    return reply_event_error(x, ours ? 500 : 400, &event);
}

static enum http_next begin(struct core *core, struct http_exchange *x) {
    struct upload *upload = &x->response.upload;
    if (!core->update.available)
        return reply_error(x, 409, MESSAGE(GENERAL_ERROR, .resolution = "Start the firmware from a slot, as the board does."));
    bool multipart = upload_begin(upload, x->request.content_type);
    if (!multipart && !text_equal_any_case(x->request.content_type, "application/octet-stream"))
        return reply_error(x, 415, MESSAGE(HEADER_INVALID, .arg = {"Content-Type"}, .resolution = how_to));
    if (!multipart) upload->part = PART_FILE;
    if (!update_begin(&core->update, core->now_ms, core->wall_ms))
        return reply_error(x, 409, MESSAGE(RESOURCE_IN_USE, .resolution = "Wait for the end of the update under way."));
    x->uploads = true;
    x->task_id = core->update.number;
    x->request.body_size = 0;
    x->phase = PIECE_CAME;
    return HTTP_MORE;
}

/* There is one thing to be updated, and which slot it goes into is not to be chosen. */
static bool targets_fit(struct http_exchange *x, const struct json_value *body) {
    const struct json_value *targets = json_member(body, "Targets");
    for (const struct json_value *target = targets ? json_first(targets) : NULL; target; target = json_next(target)) {
        const char *uri = json_text_value(target);
        if (uri && strcmp(uri, URI_BMC) == 0) continue;
        reply_error(x, 400, MESSAGE(PROPERTY_VALUE_ERROR, .arg = {"Targets"}, .related = "#/Targets"));
        return false;
    }
    return true;
}

static bool take_parameters(struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_MAY("Targets", ARRAY), BODY_MAY("ForceUpdate", BOOLEAN), BODY_END};
    static const struct body_shape shape = {.fields = fields};
    struct upload *upload = &x->response.upload;
    text_copy(x->request.content_type, sizeof x->request.content_type, "application/json"); /* the part's own, now */
    x->request.body[x->request.body_size] = '\0';
    upload->parameters_taken = true;
    const struct json_value *body = body_read(x, &shape);
    if (!body || !targets_fit(x, body)) return false;
    const char *when = json_text_of(body, "@Redfish.OperationApplyTime");
    if (!when || strcmp(when, "Immediate") == 0) return true;
    body_not_in_list(x, &shape, "#/@Redfish.OperationApplyTime", when);
    return false;
}

/* Parameters first, and each part once. */
static bool begin_part(struct upload *upload) {
    bool file = strcmp(upload->name, "UpdateFile") == 0, parameters = strcmp(upload->name, "UpdateParameters") == 0;
    upload->data_size = 0;
    upload->part = file ? PART_FILE : parameters ? PART_PARAMETERS : PART_OTHER;
    return !(parameters && upload->parameters_taken) && !(file && (upload->file_taken || !upload->parameters_taken));
}

static bool keep_parameters(struct http_request *request, const struct upload *upload) {
    if (upload->data_size > HTTP_BODY_IN_MAX - request->body_size) return false;
    memcpy(&request->body[request->body_size], upload->data, upload->data_size);
    request->body_size += upload->data_size;
    return true;
}

/* The file's bytes at hand: first into the prefix, the rest into the slot. True when something is to be done with them. */
static bool take_file(struct http_exchange *x) {
    struct upload *upload = &x->response.upload;
    size_t missing = sizeof upload->prefix - upload->prefix_size;
    upload->file_taken = true;
    if (missing == 0) {
        x->firmware.act = FIRMWARE_WRITE;
        x->firmware.data = upload->data;
        x->firmware.size = upload->data_size;
        upload->data_size = 0;
        return true;
    }
    size_t taken = upload->data_size < missing ? upload->data_size : missing;
    memcpy(&upload->prefix[upload->prefix_size], upload->data, taken);
    upload->prefix_size += (uint16_t)taken;
    upload->data += taken;
    upload->data_size -= taken;
    x->firmware.act = FIRMWARE_OPEN;
    x->firmware.data = upload->prefix;
    x->firmware.size = sizeof upload->prefix;
    return taken == missing;
}

static enum upload_found next_of(struct http_exchange *x) {
    struct upload *upload = &x->response.upload;
    if (upload->delimiter_size > 0) return upload_next(upload, x->piece.data, x->piece.size);
    if (x->piece.size == 0) return UPLOAD_END;
    if (upload->used > 0) return UPLOAD_MORE;
    upload->used = upload->data_size = x->piece.size;
    upload->data = x->piece.data;
    return UPLOAD_DATA;
}

static enum http_next close_slot(struct http_exchange *x) {
    x->firmware.act = FIRMWARE_CLOSE;
    x->phase = SLOT_CLOSED;
    return HTTP_FIRMWARE;
}

static enum http_next ask_for_more(struct http_exchange *x) {
    if (x->piece.size == 0) return refuse_body(x);
    x->phase = PIECE_CAME;
    return HTTP_MORE;
}

static enum http_next take_piece(struct http_exchange *x) {
    struct upload *upload = &x->response.upload;
    for (;;) {
        while (upload->part == PART_FILE && upload->data_size > 0) {
            x->phase = SLOT_WRITTEN;
            if (take_file(x)) return HTTP_FIRMWARE;
        }
        switch (next_of(x)) {
        case UPLOAD_PART:
            if (!begin_part(upload)) return refuse_body(x);
            break;
        case UPLOAD_DATA:
            if (upload->part == PART_PARAMETERS && !keep_parameters(&x->request, upload))
                return reply_error(x, 413, MESSAGE(PAYLOAD_TOO_LARGE));
            break;
        case UPLOAD_PART_END:
            upload->data_size = 0;
            if (upload->part == PART_PARAMETERS && !take_parameters(x)) return HTTP_DONE;
            break;
        case UPLOAD_END:
            return upload->file_taken ? close_slot(x) : refuse_body(x);
        case UPLOAD_MORE:
            return ask_for_more(x);
        default:
            return refuse_body(x);
        }
    }
}

enum http_next update_upload(struct core *core, struct http_exchange *x) {
    switch (x->phase) {
    case BEGINNING:
        return begin(core, x);
    case PIECE_CAME:
        upload_piece(&x->response.upload);
        break;
    default:
        if (x->firmware.fault != FIRMWARE_OK) return refuse_firmware(core, x);
        if (x->phase != SLOT_CLOSED) break;
        auth_log(core, x, event_make(EVENT_FIRMWARE_UPLOADED, 0, core->update.image.version));
        return update_task_reply(core, x);
    }
    return take_piece(x);
}
