/* SPDX-License-Identifier: Apache-2.0
 * health - says in one word, and one reason, how a node is, from measured evidence only. It acts on nothing.
 * The evidence today: the power state, the rail's current, and kernel words received over netconsole. After a controller restart
 * the state is worked out anew from what is measured. */
#ifndef CORE_HEALTH_H
#define CORE_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/power.h"
#include "core/rail.h"

enum health_state {
    HEALTH_UNKNOWN = 0,
    HEALTH_EMPTY, /* no module draws current in the slot */
    HEALTH_OFF,
    HEALTH_MODULE_OFF, /* module cut, its peripherals powered */
    HEALTH_STARTING,
    HEALTH_UP,
    HEALTH_PANICKED,
    HEALTH_HALTED, /* powered, and drawing less than a running module can */
    HEALTH_FAILED, /* the latest order did not work */
    HEALTH_STATE_COUNT
};

struct health_limits {
    uint32_t start_ms; /* a node is starting for this long at least, unless its kernel says it is up */
    uint32_t quiet_ms; /* a low current must last that long before it is believed */
    int32_t empty_ma;  /* at or above, below halted_ma, from the start on: an empty slot (34 mA seen) */
    int32_t halted_ma; /* below: no running module */
    int32_t up_ma;     /* at or above, after start_ms: a running module */
};

struct health_in {
    uint64_t now_ms;
    struct power_view power;
    struct rail_sample rail;
    uint64_t panic_ms;   /* when a panic was last received, 0 never */
    uint64_t up_text_ms; /* when the kernel last handed over to user space, 0 never */
};

struct health {
    enum health_state state;
    uint64_t since_ms;
    uint64_t low_since_ms; /* current below halted_ma since, 0 when it is not */
    bool ran;              /* drew a running module's current since it was switched on */
    uint64_t epoch_ms;     /* when the module was last switched on; older evidence is void */
    char reason[80];       /* a sentence part for people, with the figures it rests on */
};

/* True when the state changed. */
bool health_step(struct health *health, const struct health_limits *limits, const struct health_in *in);
const char *health_name(enum health_state state); /* "Up", "ModuleOff"; the API's word */

#endif
