/* SPDX-License-Identifier: Apache-2.0
 * EventService: where the event stream is, and the request that opens it. */
#include <string.h>

#include "service/query.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define SSE_URI URI_ROOT "/EventService/SSE"

enum http_next event_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/EventService", SCHEMA_EVENT_SERVICE, "EventService", "Event Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    json_put_object(&w, "Status");
    json_put_text(&w, "State", "Enabled");
    json_put_text(&w, "Health", "OK");
    json_object_end(&w);
    json_put_text(&w, "ServerSentEventUri", SSE_URI);
    json_put_array(&w, "EventFormatTypes");
    json_text(&w, "Event");
    json_text(&w, "MetricReport");
    json_array_end(&w);
    json_put_object(&w, "SSEFilterPropertiesSupported");
    json_put_boolean(&w, "EventFormatType", true);
    json_object_end(&w);
    json_put_object(&w, "Actions"); /* empty, but sushy wants it */
    json_object_end(&w);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}

static bool choose(struct http_exchange *x, const char *filter) {
    bool events = strcmp(filter, "EventFormatType eq 'Event'") == 0;
    bool metrics = strcmp(filter, "EventFormatType eq 'MetricReport'") == 0;
    if (filter[0] && !events && !metrics) {
        reply_error(x, 400,
                    MESSAGE(QUERY_VALUE_FORMAT, .arg = {filter, "$filter"},
                            .resolution = "Use EventFormatType eq 'Event' or EventFormatType eq 'MetricReport'."));
        return false;
    }
    x->stream.events = !metrics;
    x->stream.metrics = !events;
    return true;
}

/* WHATWG HTML 9.2: a client that comes back says what it saw last: "17", or "17.9" for the ninth report after entry 17. What it
 * cannot have seen is taken as "from now on". */
static uint32_t continue_after(const struct core *core, const char *last_event_id) {
    uint32_t seen, last = eventlog_last(&core->log);
    char number[12] = "";
    for (size_t i = 0; i + 1 < sizeof number && last_event_id[i] && last_event_id[i] != '.'; i++) number[i] = last_event_id[i];
    bool known = text_read_number(number, UINT32_MAX, &seen) && seen <= last;
    return (known ? seen : last) + 1;
}

enum http_next event_stream_get(struct core *core, struct http_exchange *x) {
    struct query query;
    if (!query_read(x, QUERY_FILTER, &query) || !choose(x, query.filter)) return HTTP_DONE;
    x->stream.next_sequence = continue_after(core, x->request.last_event_id);
    x->response.status = 200;
    x->response.content_type = "text/event-stream";
    return x->request.method == HTTP_HEAD ? HTTP_DONE : HTTP_STREAM;
}
