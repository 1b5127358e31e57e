/* SPDX-License-Identifier: Apache-2.0
 * page - hands out the web page's files. They hold no secret, so they need no signing in; all they show comes over Redfish. */
#ifndef SERVICE_PAGE_H
#define SERVICE_PAGE_H

#include "service/http.h"

enum http_next page_answer(struct http_exchange *x);

#endif
