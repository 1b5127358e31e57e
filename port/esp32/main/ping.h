/* SPDX-License-Identifier: Apache-2.0
 * ping - hal_ping over a raw ICMP socket of lwIP. Besides the rules of hal/ping.h an answer has to bring the identifier and a
 * secret of this life of the firmware, so who has not seen a request cannot answer it. Used under the controller's lock; no call
 * waits. After a restart: nothing to restore. */
#ifndef PORT_ESP32_PING_H
#define PORT_ESP32_PING_H

#include <stdint.h>

#include "hal/ping.h"
#include "hal/random.h"

struct ping {
    int fd; /* -1: there is no socket, nobody is heard */
    uint8_t secret[8];
    uint16_t sequence[HAL_PING_PEER_COUNT];  /* of the latest request to each */
    uint8_t address[HAL_PING_PEER_COUNT][4]; /* where that went */
};

/* lwIP must have been started. 0 or -1. */
int ping_start(struct ping *ping, const struct hal_random *random);
struct hal_ping ping_hal(struct ping *ping);

#endif
