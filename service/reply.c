/* SPDX-License-Identifier: Apache-2.0 */
#include "service/reply.h"

#include <stdio.h>
#include <string.h>

#include "service/redfish/event_json.h"

static const char json_type[] = "application/json; charset=utf-8";

enum http_next reply_empty(struct http_exchange *x, int status) {
    x->response.status = status;
    x->response.content_type = NULL;
    x->response.body = NULL;
    x->response.body_size = 0;
    return HTTP_DONE;
}

struct json_writer reply_writer(struct http_exchange *x) {
    return json_writer(x->response.out, sizeof x->response.out);
}

enum http_next reply_json(struct http_exchange *x, const struct json_writer *w, int status) {
    if (w->overflow) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    x->response.status = status;
    x->response.content_type = json_type;
    x->response.body = x->response.out;
    x->response.body_size = w->length;
    return HTTP_DONE;
}

/* The schema file of "Sensor.v1_12_0.Sensor" is Sensor.v1_12_0.json. */
void reply_describe(struct http_exchange *x, const char *schema) {
    size_t length = strlen(schema);
    while (length > 0 && schema[length] != '.') length--;
    snprintf(x->response.link, sizeof x->response.link, "<https://redfish.dmtf.org/schemas/v1/%.*s.json>; rel=describedby",
             (int)length, schema);
}

struct json_writer reply_error_begin(struct http_exchange *x, const char *code, const char *text) {
    struct json_writer w = reply_writer(x);
    x->response.link[0] = '\0'; /* both described what is not sent */
    x->response.etag[0] = '\0';
    json_object(&w);
    json_put_object(&w, "error");
    json_put_text(&w, "code", code);
    json_put_text(&w, "message", text);
    json_put_array(&w, "@Message.ExtendedInfo");
    return w;
}

enum http_next reply_error_end(struct http_exchange *x, struct json_writer *w, int status) {
    json_array_end(w);
    json_object_end(w);
    json_object_end(w);
    return reply_json(x, w, status);
}

enum http_next reply_error(struct http_exchange *x, int status, const struct message *message) {
    char code[64], text[512];
    snprintf(code, sizeof code, BASE_REGISTRY "%s", message_name(message->id));
    message_text(message, text, sizeof text);
    struct json_writer w = reply_error_begin(x, code, text);
    message_write(&w, message);
    return reply_error_end(x, &w, status);
}

enum http_next reply_event_error(struct http_exchange *x, int status, const struct event *event) {
    char code[EVENT_ID_SIZE], text[EVENT_MESSAGE_SIZE];
    event_id(event->code, code);
    event_message(event, text, sizeof text);
    struct json_writer w = reply_error_begin(x, code, text);
    event_write_message(&w, event);
    return reply_error_end(x, &w, status);
}

enum http_next reply_not_saved(struct http_exchange *x) {
    struct event event = event_make(EVENT_STORE_FAILED, 0, "nothing has changed");
    return reply_event_error(x, 500, &event);
}

void resource_begin(struct json_writer *w, const char *uri, const char *schema, const char *id, const char *name) {
    json_object(w);
    json_put_text(w, "@odata.id", uri);
    json_put_format(w, "@odata.type", "#%s", schema);
    json_put_text(w, "Id", id);
    json_put_text(w, "Name", name);
}
