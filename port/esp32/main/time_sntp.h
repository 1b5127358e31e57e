/* SPDX-License-Identifier: Apache-2.0
 * time_sntp - sets the system clock by the owner's NTP servers (core/settings.h), by the SNTP client of lwIP. Steps the clock;
 * what must not step goes by monotonic time. Without a server it never sets it. After a restart: begins anew. */
#ifndef PORT_ESP32_TIME_SNTP_H
#define PORT_ESP32_TIME_SNTP_H

#include <stdbool.h>

#include "core/settings.h"

struct time_sntp {
    bool running;
    char server[NTP_SERVER_COUNT][NTP_SERVER_SIZE]; /* lwIP keeps pointers to them */
};

/* Begins, changes or ends as the settings have it; does nothing when they have not changed. settings: a copy of the caller's. */
void time_sntp_update(struct time_sntp *sntp, const struct settings *settings);

#endif
