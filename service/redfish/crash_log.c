/* SPDX-License-Identifier: Apache-2.0
 * A node's crash log, newest first. Its texts are in the store alone: each is loaded while the answer is written. */
#include "service/redfish/crash_log.h"

#include <stdio.h>
#include <string.h>

#include "service/auth.h"
#include "service/body.h"
#include "service/query.h"
#include "service/redfish/event_json.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define LINE_MAX 120 /* of a panic's telling line in a message: the kernel's own are shorter */

_Static_assert(HTTP_BODY_IN_MAX >= CRASH_RECORD_SIZE, "a record is loaded into the request's body");

static unsigned node_of(const struct http_exchange *x) { return (unsigned)node_index(x->parent); }

bool crash_log_load(const struct core *core, struct http_exchange *x, unsigned node, unsigned age) {
    int slot = crash_slot(&core->crashes[node], age);
    if (slot >= 0) crash_key(x->load.key, node, (unsigned)slot);
    return slot >= 0;
}

/* The loaded record; false when the store could not give it. */
static bool loaded(const struct http_exchange *x, struct crash_view *crash) {
    return crash_decode(crash, (const uint8_t *)x->request.body, x->load.size);
}

/* ---- an entry ---- */

/* NodePanicked of the registry, with more of the kernel's words than an event has room for. */
static void write_words(struct json_writer *w, unsigned node, const struct crash_view *crash) {
    char line[LINE_MAX + 1], number[2] = {(char)('1' + node), '\0'};
    size_t length;
    const char *telling = crash_telling_line(crash->text, &length);
    if (length > LINE_MAX) length = LINE_MAX;
    memcpy(line, telling, length);
    line[length] = '\0';
    json_put_format(w, "Message", "Node %s: kernel panic: %s", number, line);
    json_put_text(w, "MessageId", EVENT_REGISTRY "NodePanicked");
    json_put_array(w, "MessageArgs");
    json_text(w, number);
    json_text(w, line);
    json_array_end(w);
}

static void write_entry(struct json_writer *w, unsigned node, const struct crash_view *crash) {
    char uri[COLLECTION_URI_SIZE], system[COLLECTION_URI_SIZE];
    snprintf(system, sizeof system, URI_SYSTEMS "/Node%u", node + 1);
    snprintf(uri, sizeof uri, "%.40s/LogServices/" CRASH_LOG_ID "/Entries/%u", system, crash->number);
    json_object(w);
    json_put_text(w, "@odata.id", uri);
    json_put_text(w, "@odata.type", "#" SCHEMA_LOG_ENTRY);
    json_put_format(w, "Id", "%u", crash->number);
    json_put_text(w, "Name", "Kernel panic");
    json_put_text(w, "EntryType", "Event");
    json_put_time(w, "Created", crash->wall_ms);
    json_put_text(w, "Severity", "Critical");
    write_words(w, node, crash);
    json_put_text(w, "DiagnosticDataType", "OS");
    json_put_format(w, "AdditionalDataURI", "%s/attachment", uri);
    json_put_integer(w, "AdditionalDataSizeBytes", (int64_t)strlen(crash->text));
    json_put_object(w, "Links");
    json_put_link(w, "OriginOfCondition", system);
    json_object_end(w);
    json_object_end(w);
}

/* ---- all of them, one record after another: x->part is how much is written, x->phase how many were loaded ---- */

static void begin_entries(struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "@odata.id", x->request.path);
    json_put_text(&w, "@odata.type", "#" SCHEMA_LOG_ENTRY_COLLECTION);
    json_put_text(&w, "Name", "Crash Log Entries");
    json_put_array(&w, "Members");
    x->part = (uint16_t)w.length;
}

static enum http_next end_entries(const struct core *core, struct http_exchange *x, unsigned node, struct json_writer *w) {
    json_array_end(w);
    json_put_integer(w, "Members@odata.count", crash_count(&core->crashes[node]));
    json_object_end(w);
    return reply_json(x, w, 200);
}

enum http_next crash_entries_get(struct core *core, struct http_exchange *x) {
    struct query query;
    struct crash_view crash;
    if (node_index(x->parent) < 0) return system_none(x);
    if (!query_read(x, QUERY_PAGE, &query)) return HTTP_DONE;
    unsigned node = node_of(x), written = x->phase;
    if (x->phase++ == 0) begin_entries(x);
    struct json_writer w = reply_writer(x);
    w.length = x->part;
    if (written > 0 && loaded(x, &crash)) write_entry(&w, node, &crash);
    x->part = (uint16_t)w.length;
    bool more = written < CRASH_COUNT && query.skip < CRASH_COUNT && (!query.has_top || written < query.top);
    if (more && crash_log_load(core, x, node, query.skip + written)) return HTTP_LOAD;
    return end_entries(core, x, node, &w);
}

/* ---- one of them ---- */

/* Asks for the record named in the path; 404 when there is none. */
static enum http_next load_named(const struct core *core, struct http_exchange *x) {
    const struct crash_index *crashes = &core->crashes[node_of(x)];
    uint32_t number = 0;
    int slot = -1;
    if (text_read_number(x->id, UINT16_MAX, &number) && number > 0 && x->id[0] != '0') {
        for (int i = 0; i < CRASH_COUNT; i++)
            if (crashes->number[i] == number) slot = i;
    }
    if (slot < 0) return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {"LogEntry", x->id}));
    crash_key(x->load.key, node_of(x), (unsigned)slot);
    return HTTP_LOAD;
}

/* The entry, or the whole text behind it. */
static enum http_next get_named(struct core *core, struct http_exchange *x, bool text) {
    struct crash_view crash;
    if (node_index(x->parent) < 0) return system_none(x);
    if (x->phase++ == 0) return load_named(core, x);
    if (!loaded(x, &crash)) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    struct json_writer w = reply_writer(x);
    if (!text) {
        write_entry(&w, node_of(x), &crash);
        return reply_json(x, &w, 200);
    }
    w.length = strlen(crash.text);
    memcpy(w.out, crash.text, w.length);
    reply_json(x, &w, 200);
    x->response.content_type = "text/plain; charset=utf-8";
    return HTTP_DONE;
}

enum http_next crash_entry_get(struct core *core, struct http_exchange *x) { return get_named(core, x, false); }
enum http_next crash_text_get(struct core *core, struct http_exchange *x) { return get_named(core, x, true); }

/* ---- clearing: one record after another, each forgotten once it is gone from the store ---- */

enum http_next crash_log_clear(struct core *core, struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_END};
    static const struct body_shape shape = {.action = "LogService.ClearLog", .fields = fields};
    if (node_index(x->parent) < 0) return system_none(x);
    struct crash_index *crashes = &core->crashes[node_of(x)];
    if (x->phase++ == 0) {
        if (!body_read(x, &shape)) return HTTP_DONE;
        x->part = 0;
    } else {
        if (x->save.failed) return reply_not_saved(x);
        crashes->number[crash_slot(crashes, 0)] = 0;
        x->part++;
    }
    int slot = crash_slot(crashes, 0);
    if (slot < 0) {
        struct event event = event_make(EVENT_CRASH_LOG_CLEARED, (uint8_t)(node_of(x) + 1), NULL);
        event.arg[0] = x->part;
        auth_log(core, x, event);
        return reply_empty(x, 204);
    }
    crash_key(x->save.key, node_of(x), (unsigned)slot);
    x->save.size = 0;
    return HTTP_SAVE;
}
