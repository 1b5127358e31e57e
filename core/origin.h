/* SPDX-License-Identifier: Apache-2.0
 * Who gave an order, through what, from where. Goes with every order and every login into the event log. */
#ifndef CORE_ORIGIN_H
#define CORE_ORIGIN_H

#include <stdint.h>

#include "core/limits.h"

enum origin_via {
    VIA_CONTROLLER = 0, /* the firmware itself: restore policy, start-up */
    VIA_REDFISH,
    VIA_WEB,
    VIA_SERIAL,
    VIA_COUNT
};

struct origin {
    char actor[USER_NAME_SIZE]; /* account name, or the part of the firmware that decided */
    uint8_t via;                /* enum origin_via */
    uint8_t address[16];        /* IPv6, IPv4 as ::ffff:a.b.c.d; all zero when there is none */
};

#endif
