/* SPDX-License-Identifier: Apache-2.0
 * LogServices: the event log, newest first, its members inline as LogEntryCollection wants them; whole below the manager,
 * and for each node below its system, where its crash log (crash_log.c) stands beside it. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/query.h"
#include "service/redfish/crash_log.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define PAGE_ENTRY_COUNT 24  /* see HTTP_BODY_OUT_MAX */
#define FRAME_SIZE       512 /* what follows the entries: the next link and the closing */

/* ---- what is in a log ---- */

/* The controller's log holds every event, a node's log those of the node: two views of one memory. */
struct log_view {
    int node; /* index, or -1: the controller's */
    char entries_uri[COLLECTION_URI_SIZE];
};

static struct log_view log_view(int node) {
    struct log_view view = {.node = node, .entries_uri = EVENT_ENTRIES_URI};
    if (node >= 0)
        snprintf(view.entries_uri, sizeof view.entries_uri, URI_SYSTEMS "/Node%d/LogServices/EventLog/Entries", node + 1);
    return view;
}

/* NULL when there is none, or none in this view. */
static const struct eventlog_entry *find(const struct core *core, const struct log_view *view, uint32_t sequence) {
    const struct eventlog_entry *entry = eventlog_find(&core->log, sequence);
    return entry && (view->node < 0 || entry->event.node == view->node + 1) ? entry : NULL;
}

static uint32_t count_entries(const struct core *core, const struct log_view *view) {
    uint32_t first = eventlog_first(&core->log), last = eventlog_last(&core->log), count = 0;
    for (uint32_t sequence = first; sequence <= last && sequence > 0; sequence++) count += find(core, view, sequence) != NULL;
    return count;
}

/* ---- the service ---- */

static bool log_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, "EventLog");
    return true;
}

/* The controller's has one log, a node has two. */
static bool node_log_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    if (index == 0) return log_member(core, x, 0, id);
    text_copy(id, COLLECTION_ID_SIZE, CRASH_LOG_ID);
    return index == 1;
}

/* All but what can be done to the log; the caller closes the object. */
static void begin_log(const struct core *core, struct json_writer *w, const char *uri, const char *id, const char *name,
                      unsigned record_count) {
    resource_begin(w, uri, SCHEMA_LOG_SERVICE, id, name);
    json_put_boolean(w, "ServiceEnabled", true);
    json_put_text(w, "LogEntryType", "Event");
    json_put_integer(w, "MaxNumberOfRecords", record_count);
    json_put_text(w, "OverWritePolicy", "WrapsWhenFull");
    json_put_time(w, "DateTime", core->wall_ms);
    if (core->wall_ms) json_put_text(w, "DateTimeLocalOffset", "+00:00");
    json_put_object(w, "Status");
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", core->store_failing ? "Critical" : "OK");
    json_object_end(w);
    char entries[COLLECTION_URI_SIZE];
    snprintf(entries, sizeof entries, "%.96s/Entries", uri);
    json_put_link(w, "Entries", entries);
}

static void write_clear(struct json_writer *w, const char *uri) {
    json_put_object(w, "Actions");
    json_put_object(w, "#LogService.ClearLog");
    json_put_format(w, "target", "%s/Actions/LogService.ClearLog", uri);
    json_object_end(w);
    json_object_end(w);
}

static void write_log(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                      const char *id) {
    (void)x;
    begin_log(core, w, uri, id, "Event Log", EVENTLOG_ENTRY_COUNT);
    write_clear(w, uri);
    json_object_end(w);
}

/* A node's event log is to be read only: clearing it would clear the other nodes' as well. */
static void write_node_log(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                           const char *id) {
    bool crashes = strcmp(id, CRASH_LOG_ID) == 0;
    (void)x;
    begin_log(core, w, uri, id, crashes ? "Crash Log" : "Event Log", crashes ? CRASH_COUNT : EVENTLOG_ENTRY_COUNT);
    if (crashes) write_clear(w, uri);
    json_object_end(w);
}

static const struct collection log_services = {.uri = URI_BMC "/LogServices",
                                               .schema = SCHEMA_LOG_SERVICE_COLLECTION,
                                               .name = "Log Service Collection",
                                               .member_type = "LogService",
                                               .member = log_member,
                                               .write = write_log};
static const struct collection node_log_services = {.uri = URI_SYSTEMS "/{}/LogServices",
                                                    .schema = SCHEMA_LOG_SERVICE_COLLECTION,
                                                    .name = "Log Service Collection",
                                                    .member_type = "LogService",
                                                    .member = node_log_member,
                                                    .write = write_node_log};

enum http_next log_services_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &log_services); }
enum http_next log_service_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &log_services);
}
enum http_next node_log_services_get(struct core *core, struct http_exchange *x) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get(core, x, &node_log_services);
}
enum http_next node_log_service_get(struct core *core, struct http_exchange *x) {
    return node_index(x->parent) < 0 ? system_none(x) : collection_get_member(core, x, &node_log_services);
}

/* ---- clearing ---- */

/* First the base is stored, then the entries are forgotten: a cut between the two clears, and a store that refuses keeps them. */
enum http_next log_clear(struct core *core, struct http_exchange *x) {
    static const struct body_field fields[] = {BODY_END};
    static const struct body_shape shape = {.action = "LogService.ClearLog", .fields = fields};
    if (x->phase++ == 0) {
        if (!body_read(x, &shape)) return HTTP_DONE;
        struct bytes_writer base = bytes_writer((uint8_t *)x->response.out, sizeof x->response.out);
        bytes_put_u32(&base, core->log.last_sequence);
        text_copy(x->save.key, sizeof x->save.key, "log.base");
        x->save.record = (const uint8_t *)x->response.out;
        x->save.size = base.used;
        return HTTP_SAVE;
    }
    if (x->save.failed) return reply_not_saved(x);
    struct event event = event_make(EVENT_LOG_CLEARED, 0, NULL);
    const struct log_view all = log_view(-1);
    event.arg[0] = (int32_t)count_entries(core, &all);
    eventlog_clear(&core->log);
    auth_log(core, x, event);
    return reply_empty(x, 204);
}

/* ---- entries ---- */

static enum http_next reply_entry(struct core *core, struct http_exchange *x, const struct log_view *view) {
    uint32_t sequence = 0;
    const struct eventlog_entry *entry = NULL;
    if (text_read_number(x->id, UINT32_MAX, &sequence) && x->id[0] != '0') entry = find(core, view, sequence);
    if (!entry) return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {"LogEntry", x->id}));
    struct json_writer w = reply_writer(x);
    event_write_log_entry(&w, entry, view->entries_uri);
    return reply_json(x, &w, 200);
}

/* Writes entries from the skip-th newest on, until limit, or until the buffer could not hold another. Returns how many. */
static uint32_t write_page(const struct core *core, struct json_writer *w, const struct log_view *view, uint32_t skip,
                           uint32_t limit) {
    uint32_t written = 0, passed = 0, first = eventlog_first(&core->log);
    json_put_array(w, "Members");
    for (uint32_t sequence = eventlog_last(&core->log); written < limit && sequence >= first && sequence > 0; sequence--) {
        const struct eventlog_entry *entry = find(core, view, sequence);
        if (!entry || passed++ < skip) continue;
        struct json_writer mark = *w;
        event_write_log_entry(w, entry, view->entries_uri);
        if (w->overflow || w->size - w->length < FRAME_SIZE) {
            *w = mark;
            break;
        }
        written++;
    }
    json_array_end(w);
    return written;
}

static enum http_next reply_entries(struct core *core, struct http_exchange *x, const struct log_view *view) {
    struct query query;
    if (!query_read(x, QUERY_PAGE, &query)) return HTTP_DONE;
    uint32_t count = count_entries(core, view);
    uint32_t wanted = query.has_top ? query.top : count;
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "@odata.id", view->entries_uri);
    json_put_text(&w, "@odata.type", "#" SCHEMA_LOG_ENTRY_COLLECTION);
    json_put_text(&w, "Name", "Event Log Entries");
    json_put_integer(&w, "Members@odata.count", count);
    uint32_t written = write_page(core, &w, view, query.skip, wanted < PAGE_ENTRY_COUNT ? wanted : PAGE_ENTRY_COUNT);
    uint32_t next = query.skip + written;
    if (written < wanted && next < count) {
        if (query.has_top)
            json_put_format(&w, "Members@odata.nextLink", "%s?$skip=%lu&$top=%lu", view->entries_uri, (unsigned long)next,
                            (unsigned long)(wanted - written));
        else
            json_put_format(&w, "Members@odata.nextLink", "%s?$skip=%lu", view->entries_uri, (unsigned long)next);
    }
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

enum http_next log_entry_get(struct core *core, struct http_exchange *x) {
    const struct log_view view = log_view(-1);
    return reply_entry(core, x, &view);
}
enum http_next log_entries_get(struct core *core, struct http_exchange *x) {
    const struct log_view view = log_view(-1);
    return reply_entries(core, x, &view);
}
enum http_next node_log_entry_get(struct core *core, struct http_exchange *x) {
    const struct log_view view = log_view(node_index(x->parent));
    return view.node < 0 ? system_none(x) : reply_entry(core, x, &view);
}
enum http_next node_log_entries_get(struct core *core, struct http_exchange *x) {
    const struct log_view view = log_view(node_index(x->parent));
    return view.node < 0 ? system_none(x) : reply_entries(core, x, &view);
}
