/* SPDX-License-Identifier: Apache-2.0
 * The static memory of a controller, weighed by size-report: its whole state and one exchange, because esp_http_server runs its
 * handlers one after another in one task. */
#include "bmc/bmc.h"

struct bmc static_bmc;
struct http_exchange static_exchange;
