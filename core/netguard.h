/* SPDX-License-Identifier: Apache-2.0
 * netguard - brings the controller's own network back when its chip has gone deaf, and leaves it alone otherwise.
 *
 *   deaf -> restart the driver -> reset the chip and install the driver anew -> restart the controller -> give up for a while
 *
 * Deaf means: the link is up, no frame of anybody has come for silent_ms, and that silence is several times longer than any that
 * was usual here. Whoever shares the network with the gateway alone is therefore never found deaf because the gateway is down:
 * what the gateway says counts as a sign of life, its silence as nothing. A driver that says itself that its chip does not answer
 * counts at once. The steps follow each other with time to prove themselves; a ladder that did not help is tried again after a
 * back-off that doubles.
 *
 * What it never does: a step while anything is received, for a silence while the link is down (that is the cable), or while the
 * controller is busy with an order or an update; more than restart_count restarts in a day of running time. It acts on nothing
 * itself: the port carries out what is wanted, with the power pins held. A board that is moved to a network where nobody speaks
 * may be restarted in vain, no more often than that.
 * After a restart of the controller: only the count of restarts is kept, by the port (struct netguard_past); what is usual on
 * this network is learned anew. Memory of zeros is a new netguard. */
#ifndef CORE_NETGUARD_H
#define CORE_NETGUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

struct netguard_limits {
    uint32_t silent_ms;    /* shorter silences are never suspicious */
    uint8_t silent_factor; /* ... nor those below the longest usual one times this */
    uint32_t fault_ms;     /* how long the driver must say that its chip does not answer */
    uint32_t settle_ms;    /* for a step to show that it helped: link, address, first answer */
    uint32_t stable_ms;    /* heard for that long: the ladder begins at its foot again */
    uint32_t backoff_ms;   /* between two ladders; doubled each time */
    uint32_t backoff_max_ms;
    uint8_t restart_count; /* of the controller, in a day of running time */
};

struct netguard_in {
    uint64_t now_ms;
    bool link_up;
    bool chip_fault;     /* the driver could not be started, or its chip does not answer */
    uint64_t others_ms;  /* a frame was received that the gateway did not send; 0: never */
    uint64_t gateway_ms; /* the gateway was heard, or answered; 0: never */
    uint64_t served_ms;  /* a request over this network was answered; 0: never */
    bool busy;           /* an order or an update is under way */
};

enum netguard_act {
    NETGUARD_NONE = 0,
    NETGUARD_RESTART_DRIVER,     /* stop and start */
    NETGUARD_RESET_CHIP,         /* its reset line, and the driver installed anew */
    NETGUARD_RESTART_CONTROLLER, /* with pins held; first keep guard->past where a restart leaves it */
    NETGUARD_ACT_COUNT
};

/* What must outlive a restart. Zeros are none. */
struct netguard_past {
    uint64_t day_ms; /* running time of the day in which they were counted */
    uint32_t restart_count;
};

struct netguard {
    struct netguard_past past;
    uint64_t last_ms;        /* of the latest step; 0: none yet */
    uint64_t usual_gap_ms;   /* the longest silence of the others that ended */
    uint64_t others_ms;      /* as given last */
    uint64_t up_ms;          /* the link came up */
    uint64_t fault_since_ms; /* 0: the chip answers */
    uint64_t trouble_ms;     /* deaf or faulty since; 0: well */
    uint64_t well_ms;        /* heard again since */
    uint64_t next_ms;        /* no step before */
    uint32_t backoff_ms;
    uint8_t done; /* enum netguard_act: the latest step of this ladder */
    bool told_failure;
};

struct netguard_out {
    enum netguard_act act;
    struct event event; /* code EVENT_NONE: none */
};

void netguard_init(struct netguard *guard, const struct netguard_past *past);
/* Any spacing of calls is legal. At most one act and one event a step. */
struct netguard_out netguard_step(struct netguard *guard, const struct netguard_limits *limits, const struct netguard_in *in);

#endif
