/* SPDX-License-Identifier: Apache-2.0
 * precondition - entity tags (RFC 9110, 8.8.3 and 13). A resource's tag is the hash of its representation unless its handler
 * gives one: a weak one, over what can be written, where the representation holds live readings. If-Match is honoured and never
 * required. */
#ifndef SERVICE_PRECONDITION_H
#define SERVICE_PRECONDITION_H

#include "service/router.h"

#define PRECONDITION_TAG_SIZE 40 /* as in struct http_response */

/* A weak tag over these bytes: all that PATCH can change. For the response's etag, and for "@odata.etag", which must be the same.
 */
void precondition_weak_tag(char etag[PRECONDITION_TAG_SIZE], const void *data, size_t size);
/* Whether a header's list of tags names this one. Compared weakly for If-Match too: clients send back what they were given. */
bool precondition_names(const char *header, const char *etag);
/* If-Match of a PATCH or DELETE against the resource as it is now; false with the exchange answered. */
bool precondition_holds(struct core *core, struct http_exchange *x, const struct route *route);
/* On a finished answer: adds the tag, and turns 200 into 304 where If-None-Match names it. */
void precondition_finish(struct http_exchange *x);

#endif
