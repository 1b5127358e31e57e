/* SPDX-License-Identifier: Apache-2.0
 * deliver - brings events to their listeners: POSTs what bmc_delivery() hands out, on a task of its own, one at a time, since the
 * memory is for one TLS client. So a listener that hangs delays the others by DELIVER_TIMEOUT_MS. It decides nothing about
 * retries; see service/delivery.h. A redirect is never followed, and an answer's body is not kept. Only 2xx counts as taken. A
 * listener's certificate is verified, where its subscription wants that, against ESP-IDF's bundle of authorities. After a
 * restart: goes on where the controller says. */
#ifndef PORT_ESP32_DELIVER_H
#define PORT_ESP32_DELIVER_H

#include "port/esp32/main/loop.h"

#define DELIVER_TIMEOUT_MS 10000
#define DELIVER_IDLE_MS    60000 /* looks again at the latest then */

/* 0, or -1 when there is no memory or no task for it. Once in the life of the firmware. */
int deliver_start(struct loop *loop);

#endif
