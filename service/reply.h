/* SPDX-License-Identifier: Apache-2.0
 * reply - fills an exchange's response. Every function ends the exchange: a handler returns what it returns. */
#ifndef SERVICE_REPLY_H
#define SERVICE_REPLY_H

#include "service/http.h"
#include "service/json_writer.h"
#include "service/message.h"

/* 204, or another status without a body. */
enum http_next reply_empty(struct http_exchange *x, int status);
/* A writer over the response's buffer; reply_json() sends what was written, or 500 when it did not fit. */
struct json_writer reply_writer(struct http_exchange *x);
enum http_next reply_json(struct http_exchange *x, const struct json_writer *w, int status);
/* DSP0266, 8.2: the Link header names the schema of the body. An error takes it back. schema: as in schema.h. */
void reply_describe(struct http_exchange *x, const char *schema);
/* A Redfish error (DSP0266, 8.6) with one message. */
enum http_next reply_error(struct http_exchange *x, int status, const struct message *message);
/* The same around messages that the caller writes between the two; code is the error's MessageId. */
struct json_writer reply_error_begin(struct http_exchange *x, const char *code, const char *text);
enum http_next reply_error_end(struct http_exchange *x, struct json_writer *w, int status);
/* 500 in the words of an event of ours, such as StoreFailed. */
enum http_next reply_event_error(struct http_exchange *x, int status, const struct event *event);
/* 500: a record could not be stored, so nothing has changed. Whoever keeps the store logs why. */
enum http_next reply_not_saved(struct http_exchange *x);

/* Opens an object with the members that every resource has; the caller adds the others and closes it. uri and id may be the
 * same text's parts. schema as in schema.h. */
void resource_begin(struct json_writer *w, const char *uri, const char *schema, const char *id, const char *name);

#endif
