/* SPDX-License-Identifier: Apache-2.0
 * screen - what can be refused about a request before asking who sent it: size, method, protocol version, and names that a
 * browser lured to a foreign page would send (DNS rebinding, cross-site requests). */
#ifndef SERVICE_SCREEN_H
#define SERVICE_SCREEN_H

#include "service/http.h"

/* True when it may go on; false with the exchange answered. */
bool screen(const struct core *core, struct http_exchange *x);
/* Below /redfish; everything else is the web page. */
bool screen_is_redfish(const char *path);

#endif
