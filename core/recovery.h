/* SPDX-License-Identifier: Apache-2.0
 * recovery - brings back a node that cannot help itself, and touches no other.
 *
 *   trouble -> confirm -> [ask the agent] -> pulse PMIC_EN -> cycle the channel -> give up, alarm, hold
 *
 * Trouble is a node that hangs or has panicked, or one that an order to start left dark. Each rung is over when the node lives
 * again, which counts as proof, or when its time is up: then the next one follows after a back-off that doubles. A node that
 * falls again within stable_ms goes on where it was. Held means nothing for hold_ms, doubling; then the last rung once more, for
 * what was broken outside may have healed.
 *
 * Guards over the board: no more than budget nodes down at once by the controller's hand, or by one that nobody here knows; no
 * start that the present input could not carry; nothing while the inputs are out of range or have just changed, nor in the first
 * minute after a controller start; at most RECOVERY_ATTEMPT_COUNT attempts an hour and node.
 *
 * What it never does: touch a node that lives, that people have switched or that stopped by itself; order a pin: it wants at most
 * one act per step, the caller gives the order and says how that went. Any order that is not its own resets the node's ladder.
 * A node that restarts itself ten seconds after a panic may be pulsed while it starts: that costs it those seconds.
 * After a controller restart: nothing is remembered, and every node that still starts counts as one of ours. */
#ifndef CORE_RECOVERY_H
#define CORE_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/baseline.h"
#include "core/event.h"
#include "core/health.h"
#include "core/inputs.h"
#include "core/limits.h"
#include "core/power.h"

#define RECOVERY_ATTEMPT_COUNT 6 /* an hour and node: two whole ladders */
#define RECOVERY_EVENT_COUNT   6 /* of a step; a node says one, rarely two, and one act a step is the most */

enum recovery_mode { RECOVERY_OFF = 0, RECOVERY_NOTIFY, RECOVERY_FULL, RECOVERY_MODE_COUNT }; /* policy of one node; stored */

enum recovery_act {
    RECOVERY_NONE = 0,
    RECOVERY_ASK,     /* order POWER_GRACEFUL_RESTART: only while the agent is heard */
    RECOVERY_RESTART, /* order POWER_FORCE_RESTART */
    RECOVERY_CYCLE,   /* order POWER_CYCLE */
    RECOVERY_ACT_COUNT
};

enum recovery_phase {
    RECOVERY_IDLE = 0,
    RECOVERY_CONFIRM, /* in trouble; nothing was done yet */
    RECOVERY_ACTING,  /* our order is under way */
    RECOVERY_PROVING, /* ordered and done; the node must show that it lives */
    RECOVERY_BACKOFF, /* that did not help */
    RECOVERY_HOLD,    /* given up for now */
    RECOVERY_PHASE_COUNT
};

enum recovery_wait { /* why nothing is done although it is time */
                     RECOVERY_WAIT_NONE = 0,
                     RECOVERY_WAIT_NOTIFY,
                     RECOVERY_WAIT_PROTECTED,
                     RECOVERY_WAIT_MAINTENANCE,
                     RECOVERY_WAIT_CONTROLLER, /* it has just started: its evidence is young */
                     RECOVERY_WAIT_INPUTS,
                     RECOVERY_WAIT_POWER,
                     RECOVERY_WAIT_BUDGET,
                     RECOVERY_WAIT_ATTEMPTS,
                     RECOVERY_WAIT_TEXT,   /* the panic's text is still coming */
                     RECOVERY_WAIT_UNSURE, /* its panic is old and it has no voice: it may have restarted itself */
                     RECOVERY_WAIT_COUNT
};

struct recovery_limits {
    uint32_t settle_ms;       /* after a controller start */
    uint32_t input_settle_ms; /* after a change of the inputs */
    uint32_t panic_ms;        /* a panic may be refuted that long */
    uint32_t text_ms;         /* ... and its text is waited for no longer than that */
    uint32_t order_ms;        /* an order must have begun by then */
    uint32_t starting_ms;     /* a node that says it starts is given that long */
    uint32_t backoff_ms;      /* the first; doubles up to */
    uint32_t backoff_max_ms;
    uint32_t stable_ms; /* up that long: the ladder begins anew */
    uint32_t hold_ms;   /* the first; doubles up to */
    uint32_t hold_max_ms;
    uint32_t start_mw; /* what a starting node may take from the input */
    uint32_t maintenance_max_ms;
};

/* The owner's will, from the settings. */
struct recovery_settings {
    uint8_t budget;    /* nodes that may be down at once; 0 counts as 1 */
    uint32_t input_mw; /* what one input may deliver for long; 0: not known, no power budget */
    struct {
        uint8_t mode;  /* enum recovery_mode */
        bool shielded; /* never touched by itself: "protected" */
    } node[NODE_COUNT];
};

struct recovery_node_in {
    const struct health *health;     /* after health_step() of this step */
    const struct baseline *baseline; /* NULL: not known */
    struct power_view power;
    bool reachable;  /* its agent could be asked at this moment */
    bool text_kept;  /* no panic text is waiting to be kept: console.crash_pending is false */
    bool down_by_us; /* another part has it down: a rolling restart, an overheated node */
};

struct recovery_in {
    uint64_t now_ms, wall_ms; /* wall_ms 0: not known */
    const struct recovery_settings *settings;
    const struct inputs *inputs;
    struct recovery_node_in node[NODE_COUNT];
};

struct recovery_out {
    enum recovery_act act; /* at most one: of this node; give the order, then call recovery_ordered() */
    uint8_t index;
    char reason[EVENT_TEXT_SIZE]; /* why, for the order's log entry */
    struct event events[RECOVERY_EVENT_COUNT];
    size_t event_count;
};

/* ---- inside; read only by recovery*.c ---- */
struct recovery_node {
    uint8_t phase, rung, act; /* enum recovery_phase, enum recovery_act: the next rung, the latest act */
    uint8_t trouble;          /* enum health_state that began it */
    uint8_t wait, told_wait;  /* enum recovery_wait */
    uint8_t failure_count, hold_count, attempt_count;
    bool alarm;                                 /* GaveUp was said and not taken back */
    bool abrupt;                                /* as its health told while it was in trouble */
    uint32_t task_id;                           /* of our order */
    uint32_t attempt_s[RECOVERY_ATTEMPT_COUNT]; /* when, the latest ones, as a ring */
    uint64_t phase_ms, trouble_ms, lived_ms;
    uint64_t maintenance_ms, maintenance_wall_ms; /* ends; 0: none */
};

struct recovery {
    struct recovery_limits limits;
    uint64_t start_ms, inputs_ms; /* inputs_ms: the latest change */
    uint8_t inputs_seen;          /* what they were like */
    struct recovery_node node[NODE_COUNT];
};
/* ---- */

void recovery_init(struct recovery *recovery, const struct recovery_limits *limits, uint64_t now_ms);
/* Call at each sampling, after health_step() of all nodes. */
void recovery_step(struct recovery *recovery, const struct recovery_in *in, struct recovery_out *out);
/* The order was accepted as this task; 0: it was refused. */
void recovery_ordered(struct recovery *recovery, unsigned index, uint32_t task_id, uint64_t now_ms);
/* People have dealt with the node: its ladder, its attempts and its alarm begin anew. Orders in power_view do that by themselves.
 */
void recovery_reset(struct recovery *recovery, unsigned index);

/* Nothing is done to the node until then: by the wall clock where it is known, by our own clock in any case; whichever ends
 * first. duration_ms is cut at maintenance_max_ms; 0 ends it. After a controller restart give what is left, or the whole time
 * again when the wall clock is not known. */
void recovery_maintain(struct recovery *recovery, unsigned index, uint64_t duration_ms, uint64_t end_wall_ms, uint64_t now_ms);

/* How many nodes are down or on the move, whoever's hand it was, people's too: a rolling restart waits until it is 0. */
unsigned recovery_down_count(const struct recovery *recovery, const struct recovery_in *in);
/* The node lives, age_ms after an act on it, and more shows it than that it draws current: that may be a node that still boots.
 */
bool recovery_proven(const struct recovery_node_in *in, uint64_t age_ms);
/* The inputs carry the board, have not just changed, and could carry the start of one more node. */
enum recovery_wait recovery_supply_wait(const struct recovery *recovery, const struct recovery_in *in);

struct recovery_view {
    enum recovery_phase phase;
    enum recovery_act next; /* RECOVERY_NONE: nothing is to be done */
    enum recovery_wait wait;
    uint64_t due_ms; /* when, unless something makes it wait; 0 when that is not known */
    unsigned attempt_count;
    bool gave_up;
    uint64_t maintenance_ms; /* ends, by our clock; 0: none */
};
/* index < NODE_COUNT. As after the latest step. */
struct recovery_view recovery_view(const struct recovery *recovery, unsigned index, const struct baseline *baseline);
const char *recovery_act_name(enum recovery_act act);       /* "ForceRestart" */
const char *recovery_phase_name(enum recovery_phase phase); /* "Confirming" */
const char *recovery_wait_text(enum recovery_wait wait);    /* a sentence part for people */
#define RECOVERY_NEXT_SIZE 96
/* "ForceRestart in 42 s", "ForceRestart waits: maintenance mode"; empty when nothing is to be done. Returns out. */
const char *recovery_next(const struct recovery_view *view, uint64_t now_ms, char out[RECOVERY_NEXT_SIZE]);

#endif
