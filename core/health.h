/* SPDX-License-Identifier: Apache-2.0
 * health - says in one word, and one reason, how a node is, from evidence that each has its age. It acts on nothing.
 *
 * The evidence: pads, rail voltage and current against what is usual for the node; authenticated reports of its agent, over each
 * network by itself; answers to pings; kernel words over netconsole; and whether anybody else is heard, for a silence proves
 * nothing about a node when everyone is silent.
 * What it never says: "hung" of a node that no one expects to speak, or that has spoken on any network within silent_ms; "off" or
 * "halted" of a node that reports; "hung" of a node that has said that it shuts down. Any one witness may lie; netconsole is not
 * even authenticated, and a report that comes well after a panic refutes it.
 *
 * After a controller restart the state is worked out anew. Nodes known to have an agent get the time of a whole boot before
 * their silence counts. Memory of zeros is a new health. */
#ifndef CORE_HEALTH_H
#define CORE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/baseline.h"
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
    HEALTH_HALTED,   /* powered, and drawing less than a running module can, or shut down by its own word */
    HEALTH_FAILED,   /* the latest order did not work */
    HEALTH_BUSY,     /* lives, and is too loaded to report in time */
    HEALTH_DEGRADED, /* lives, and one of its voices is lost */
    HEALTH_HUNG,     /* draws current, and has said nothing anywhere for too long */
    HEALTH_STATE_COUNT
};

struct health_limits {
    uint32_t start_ms;          /* a node is starting for this long at least, unless its kernel says it is up */
    uint32_t quiet_ms;          /* a low current must last that long before it is believed */
    int32_t empty_ma;           /* at or above, below halted_ma, from the start on: an empty slot (34 mA seen) */
    int32_t halted_ma;          /* below: no running module */
    int32_t up_ma;              /* at or above, after start_ms: a running module */
    uint32_t late_ms;           /* a report older than that is late */
    uint32_t lost_ms;           /* a network, or a ping, silent for that long is lost */
    uint32_t silent_ms;         /* hung, when agent and ping have both been heard and both are silent */
    uint32_t alone_ms;          /* ... when there was but one of the two to hear */
    uint32_t busy_ms;           /* ... when its last words spoke of overload */
    uint32_t lone_ms;           /* ... when nobody else was ever heard on the network */
    uint32_t others_ms;         /* others not heard for that long: the network may be down */
    uint32_t stale_ms;          /* what arrives within that time may have been sent before; a packet's longest delay, doubled */
    uint16_t busy_load_percent; /* of one CPU each: load above this is overload */
    uint16_t busy_pressure_percent; /* of time that tasks waited for CPU or memory */
};

/* Times are of arrival, by the controller's clock; 0: never. Memory of zeros in the fields of network evidence means that there
 * is none, and the state is told from power and console alone. */
struct health_in {
    uint64_t now_ms;
    struct power_view power;
    struct rail_sample rail;
    uint64_t panic_ms;                 /* a panic was received */
    uint64_t up_text_ms;               /* the kernel handed over to user space */
    uint64_t text_ms;                  /* any kernel words */
    bool enrolled;                     /* it has a key: its reports count */
    const struct agent_report *report; /* the latest values; NULL before the first */
    uint64_t report_ms[NETWORK_COUNT]; /* a report was accepted */
    uint64_t ping_ms;                  /* it answered a ping */
    uint64_t others_ms; /* anybody else was heard: another node's report or ping, the gateway's answer to a ping, a request */
    const struct baseline *baseline; /* NULL: nothing is known of it */
};

enum health_reason { /* what health_reason() makes a sentence of */
                     HEALTH_BY_NOTHING = 0,
                     HEALTH_BY_SENSOR_LOST,
                     HEALTH_BY_FAILURE,     /* enum power_failure */
                     HEALTH_BY_PMIC,        /* mA */
                     HEALTH_BY_DEAD_RAIL,   /* mV */
                     HEALTH_BY_PANIC,       /* s */
                     HEALTH_BY_EMPTY_SLOT,  /* mA */
                     HEALTH_BY_LOW_CURRENT, /* mA, limit mA */
                     HEALTH_BY_USER_SPACE,
                     HEALTH_BY_START,          /* s, mA */
                     HEALTH_BY_CURRENT,        /* mA, s */
                     HEALTH_BY_REPORTS,        /* s */
                     HEALTH_BY_PING,           /* s */
                     HEALTH_BY_SERVICE_LOST,   /* s */
                     HEALTH_BY_BACKPLANE_LOST, /* s */
                     HEALTH_BY_LATE_LOADED,    /* s, load in hundredths */
                     HEALTH_BY_PING_LOADED,    /* s, load in hundredths */
                     HEALTH_BY_AGENT_LOST,     /* s */
                     HEALTH_BY_AGENT_ABSENT,   /* s */
                     HEALTH_BY_NETWORK_DOWN,   /* s, mA */
                     HEALTH_BY_SILENCE,        /* s, mA */
                     HEALTH_BY_NO_FIRST_SIGN,  /* s, mA */
                     HEALTH_BY_LEAVING,        /* s, mA */
                     HEALTH_BY_AGENT_STOPPED,  /* s, mA */
                     HEALTH_BY_FALSE_RAIL,     /* mV */
                     HEALTH_BY_FALSE_PMIC,
                     HEALTH_BY_NO_SIGN_YET, /* s, mA */
                     HEALTH_REASON_COUNT
};

struct health {
    uint8_t state;   /* enum health_state */
    uint8_t reason;  /* enum health_reason */
    bool ran;        /* drew a running module's current since it was switched on */
    bool booted;     /* user space was seen since it was switched on */
    bool first_boot; /* no other boot id was reported since it was switched on */
    bool lone;       /* nobody else was ever heard on the network */
    bool mute;       /* it has neither agent nor answers to pings: whether it lives cannot be heard */
    bool abrupt;     /* an orderly end of its agent would have been told: silence after such a word is worth more */
    uint32_t boot;   /* digest of the boot id now and in the life before; 0 not known */
    uint32_t past_boot;
    int32_t figure[2]; /* of the reason */
    uint64_t since_ms;
    uint64_t low_since_ms;    /* current below the halted level since, 0 when it is not */
    uint64_t dark_since_ms;   /* power says off since, 0 when it does not */
    uint64_t others_since_ms; /* others are heard without a gap since, 0 when they are not */
    uint64_t boot_seen_ms;    /* when this boot id was first reported */
    uint64_t learnt_ms;       /* of the latest current that was learned */
    uint64_t epoch_ms;        /* when the module was last switched on; older evidence is void */
};

/* True when the state changed. Any spacing of calls is legal. */
bool health_step(struct health *health, const struct health_limits *limits, const struct health_in *in);
/* After health_step(), with the same evidence: what it teaches about the node. */
void health_learn(struct health *health, const struct health_in *in, struct baseline *baseline);

/* It serves: nothing and nobody has to do anything at once. */
bool health_lives(enum health_state state);
const char *health_name(enum health_state state); /* "Up", "ModuleOff"; the API's word */

#define HEALTH_REASON_SIZE 96
/* A sentence part for people, with the figures it rests on; always terminated. Returns out. */
const char *health_reason(const struct health *health, char out[HEALTH_REASON_SIZE]);

#endif
