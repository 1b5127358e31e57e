/* SPDX-License-Identifier: Apache-2.0
 * LogServices: the event log, newest first, its members inline as LogEntryCollection wants them. */
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/query.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define PAGE_ENTRY_COUNT 24  /* see HTTP_BODY_OUT_MAX */
#define FRAME_SIZE       512 /* what follows the entries: the next link and the closing */

/* ---- the service ---- */

static bool log_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    (void)core;
    (void)x;
    if (index > 0) return false;
    text_copy(id, COLLECTION_ID_SIZE, "EventLog");
    return true;
}

static void write_log(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                      const char *id) {
    (void)x;
    resource_begin(w, uri, SCHEMA_LOG_SERVICE, id, "Event Log");
    json_put_boolean(w, "ServiceEnabled", true);
    json_put_text(w, "LogEntryType", "Event");
    json_put_integer(w, "MaxNumberOfRecords", EVENTLOG_ENTRY_COUNT);
    json_put_text(w, "OverWritePolicy", "WrapsWhenFull");
    json_put_time(w, "DateTime", core->wall_ms);
    if (core->wall_ms) json_put_text(w, "DateTimeLocalOffset", "+00:00");
    json_put_object(w, "Status");
    json_put_text(w, "State", "Enabled");
    json_put_text(w, "Health", core->store_failing ? "Critical" : "OK");
    json_object_end(w);
    json_put_link(w, "Entries", EVENT_ENTRIES_URI);
    json_put_object(w, "Actions");
    json_put_object(w, "#LogService.ClearLog");
    json_put_format(w, "target", "%s/Actions/LogService.ClearLog", uri);
    json_object_end(w);
    json_object_end(w);
    json_object_end(w);
}

static const struct collection log_services = {.uri = URI_BMC "/LogServices",
                                               .schema = SCHEMA_LOG_SERVICE_COLLECTION,
                                               .name = "Log Service Collection",
                                               .member_type = "LogService",
                                               .member = log_member,
                                               .write = write_log};

enum http_next log_services_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &log_services); }
enum http_next log_service_get(struct core *core, struct http_exchange *x) {
    return collection_get_member(core, x, &log_services);
}

/* ---- clearing ---- */

static uint32_t count_entries(const struct core *core) {
    uint32_t first = eventlog_first(&core->log), last = eventlog_last(&core->log);
    return last < first ? 0 : last - first + 1;
}

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
    event.arg[0] = (int32_t)count_entries(core);
    eventlog_clear(&core->log);
    auth_log(core, x, event);
    return reply_empty(x, 204);
}

/* ---- entries ---- */

enum http_next log_entry_get(struct core *core, struct http_exchange *x) {
    uint32_t sequence = 0;
    const struct eventlog_entry *entry = NULL;
    if (text_read_number(x->id, UINT32_MAX, &sequence) && x->id[0] != '0') entry = eventlog_find(&core->log, sequence);
    if (!entry) return reply_error(x, 404, MESSAGE(RESOURCE_NOT_FOUND, .arg = {"LogEntry", x->id}));
    struct json_writer w = reply_writer(x);
    event_write_log_entry(&w, entry);
    return reply_json(x, &w, 200);
}

/* Writes entries from the skip-th newest on, until limit, or until the buffer could not hold another. Returns how many. */
static uint32_t write_page(const struct core *core, struct json_writer *w, uint32_t skip, uint32_t limit) {
    uint32_t written = 0, count = count_entries(core), last = eventlog_last(&core->log);
    json_put_array(w, "Members");
    while (written < limit && skip + written < count) {
        struct json_writer mark = *w;
        const struct eventlog_entry *entry = eventlog_find(&core->log, last - skip - written);
        if (entry) event_write_log_entry(w, entry);
        if (w->overflow || w->size - w->length < FRAME_SIZE) {
            *w = mark;
            break;
        }
        written++;
    }
    json_array_end(w);
    return written;
}

enum http_next log_entries_get(struct core *core, struct http_exchange *x) {
    struct query query;
    if (!query_read(x, QUERY_PAGE, &query)) return HTTP_DONE;
    uint32_t count = count_entries(core);
    uint32_t wanted = query.has_top ? query.top : count;
    struct json_writer w = reply_writer(x);
    json_object(&w);
    json_put_text(&w, "@odata.id", EVENT_ENTRIES_URI);
    json_put_text(&w, "@odata.type", "#" SCHEMA_LOG_ENTRY_COLLECTION);
    json_put_text(&w, "Name", "Event Log Entries");
    json_put_integer(&w, "Members@odata.count", count);
    uint32_t written = write_page(core, &w, query.skip, wanted < PAGE_ENTRY_COUNT ? wanted : PAGE_ENTRY_COUNT);
    uint32_t next = query.skip + written;
    if (written < wanted && next < count) {
        if (query.has_top)
            json_put_format(&w, "Members@odata.nextLink", EVENT_ENTRIES_URI "?$skip=%lu&$top=%lu", (unsigned long)next,
                            (unsigned long)(wanted - written));
        else
            json_put_format(&w, "Members@odata.nextLink", EVENT_ENTRIES_URI "?$skip=%lu", (unsigned long)next);
    }
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
