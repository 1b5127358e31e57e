/* SPDX-License-Identifier: Apache-2.0
 * For programs that link service/ but serve no page. */
#include "service/http.h"

const struct http_asset http_assets[] = {{.path = NULL}};
const size_t http_asset_count = 0;
