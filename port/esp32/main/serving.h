/* SPDX-License-Identifier: Apache-2.0
 * serving - all that people and their programs reach the controller by: the interface, its names and its clock, the certificate,
 * HTTPS, deliveries. Its start, what is to be done for it from time to time, and its end. Decides nothing about nodes; whatever
 * of it does not come up leaves the control loop, which looks after them, as it is. After a restart: everything begins anew, by
 * the settings and the stored certificate. */
#ifndef PORT_ESP32_SERVING_H
#define PORT_ESP32_SERVING_H

#include "port/esp32/main/derive.h"
#include "port/esp32/main/ethernet.h"
#include "port/esp32/main/https.h"
#include "port/esp32/main/loop.h"
#include "port/esp32/main/names.h"
#include "port/esp32/main/netguard_port.h"
#include "port/esp32/main/time_sntp.h"
#include "port/esp32/main/tls_identity.h"

#define SERVING_LOOK_MS 5000 /* between two looks at addresses and settings */

struct serving {
    struct loop *loop;
    struct ethernet ethernet;
    struct names names;
    struct netguard_port netguard;
    struct time_sntp sntp;
    struct derive derive;
    struct tls_identity identity;
    struct https *https; /* NULL: it did not come up */
    uint64_t look_ms;    /* at addresses and settings */
    uint64_t renew_ms;   /* when to see whether the certificate is to be renewed */
};

/* The control task runs. The first start takes some seconds, to make a key. */
void serving_start(struct serving *serving, struct loop *loop, const struct hal_store *store, const struct hal_random *random);
/* Call it each second or so, not from the control task: it may take some seconds. */
void serving_care(struct serving *serving);
/* After loop_drain(), and some time for the last answers: ends the connections in order. */
void serving_stop(struct serving *serving);

#endif
