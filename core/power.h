/* SPDX-License-Identifier: Apache-2.0
 * power - decides when each node's module (PMIC_EN) and channel (5 V rail) are cut and restored.
 *
 * The electrical reality (sources in board/super4c.h): both nets rest at "on", so a node runs unless it is held off. Current into
 * an unpowered module harms it, so the module is always cut before its channel and released only on a good, stable rail. Four
 * rails switched on at once would trip the supply, so any two rise at least stagger_ms apart.
 *
 * A graceful order asks the node's own system first, through its agent, and believes the rail alone: a node that does not obey is
 * left as it is, never cut.
 *
 * What it decides: the wanted level of eight pins, and what the agents are asked. What it never does: touch a pin, read a clock,
 * or tell "off" from memory. Pure: the caller brings time, pad levels and measurements to power_step(), carries out the answer
 * (first the journal, then the pins) and reports at the next step how that went. Any spacing of calls is legal, equal times
 * included.
 *
 * After a controller restart: power_adopt() takes the pads as found and the journal records as stored. It wants no change of its
 * own; an order that was cut short goes on from its journaled phase, and a delay it was in begins anew: longer, never shorter. A
 * node is asked again under the same number, and has its whole time again.
 * Only when the holds were lost with the input power (power_on) is the restore policy applied, and interrupted orders are
 * reported as failed. A node found on though it was ordered off shows that the holds were lost: it is ordered off again, or a
 * fenced node would come back by itself; unless the holds cannot have been lost by this restart, then the controller died while
 * it restored the nodes, and does so again. */
#ifndef CORE_POWER_H
#define CORE_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/event.h"
#include "core/limits.h"
#include "core/origin.h"
#include "core/rail.h"

enum power_act {
    POWER_ACT_NONE = 0,
    POWER_ON,                /* channel, then module: the safe order, staggered */
    POWER_FORCE_OFF,         /* module, then channel: done when the rail is measured dead */
    POWER_FORCE_RESTART,     /* module low for module_low_ms and back; the rail stays. A node that is off is switched on */
    POWER_CYCLE,             /* force off, channel_off_ms, on. A node that is off is switched on */
    POWER_MODULE_OFF,        /* module alone; NVMe, USB and 2.5G keep their supply */
    POWER_GRACEFUL_SHUTDOWN, /* the agent is asked; once the current proves the halt: module, then channel, as ForceOff */
    POWER_GRACEFUL_RESTART,  /* the agent is asked; done when it reports another boot. No pin moves */
    POWER_ACT_COUNT
};

/* Last state means the latest state that was ordered for the node. */
enum power_restore { RESTORE_LAST_STATE = 0, RESTORE_ALWAYS_ON, RESTORE_ALWAYS_OFF, RESTORE_COUNT };

enum power_failure {
    POWER_OK = 0,
    POWER_FAIL_RAIL_STUCK_ON,    /* still above off_mv after off_timeout_ms */
    POWER_FAIL_RAIL_STUCK_OFF,   /* not good and stable within up_timeout_ms; channel was cut again */
    POWER_FAIL_NOT_MEASURED,     /* pins are as ordered, but no sensor proves the effect */
    POWER_FAIL_PIN,              /* a pad does not read what is driven */
    POWER_FAIL_MODULE_NO_EFFECT, /* the rail's current did not drop while PMIC_EN was low */
    POWER_FAIL_STORE,            /* the journal refused the order: nothing was moved */
    POWER_FAIL_SUPERSEDED,       /* a later ForceOff took over */
    POWER_FAIL_POWER_LOST,       /* input power went while the order was under way */
    POWER_FAIL_NO_SHUTDOWN,      /* asked, but its current shows that it runs on; nothing was cut */
    POWER_FAIL_NO_RESTART,       /* asked, but it has reported no other boot */
    POWER_FAIL_AGENT_REFUSED,    /* the agent will not: nothing has changed */
    POWER_FAIL_AGENT_FAILED,     /* the agent tried and could not */
    POWER_FAILURE_COUNT
};

/* Why a node last came out of a reset, as far as the controller can tell: one that a node makes by itself is not seen. Stored by
 * number. */
#define POWER_RECOVERY_ACTOR "recovery" /* origin of orders that core/recovery wanted */
enum power_reset_cause {
    POWER_RESET_NONE = 0,    /* none seen */
    POWER_RESET_COMMAND,     /* by an order */
    POWER_RESET_RESTORE,     /* input power came back */
    POWER_RESET_UNEXPLAINED, /* its rail was lost and returned with no order */
    POWER_RESET_RECOVERY,    /* by the controller, as the node did not live */
    POWER_RESET_COUNT
};

/* What the owner has an order wait, in the words of ComputerSystem: PowerOnDelaySeconds before the node is switched on "during a
 * reset" or after restored input power, PowerCycleDelaySeconds instead of it in a power cycle, PowerOffDelaySeconds before it is
 * switched off. The time a node spends off for its hardware's sake runs along. ModuleOff, which Redfish does not know, and what
 * the controller orders by itself wait for nothing but the restore policy's start. */
struct power_delays {
    uint32_t on_ms, off_ms, cycle_ms;
};

#define POWER_GRACEFUL_S 120 /* systemd gives a service 90 s to stop; the rest for it to unmount, or to boot (guessed) */

/* All in milliseconds, millivolts and milliamperes; values and their sources in board/super4c.h. */
struct power_limits {
    uint32_t stagger_ms;           /* least time between two rails rising */
    uint32_t hardware_stagger_ms;  /* after power-on: until the board's own sequencer is surely done */
    uint32_t module_low_ms;        /* least low time of PMIC_EN */
    uint32_t module_to_channel_ms; /* from PMIC_EN low to the channel going off */
    uint32_t channel_off_ms;       /* least off time of a channel */
    uint32_t off_timeout_ms;       /* a rail must be dead by then */
    uint32_t up_timeout_ms;        /* a rail must have become good and stable by then */
    uint32_t stable_ms;            /* a rail must stay good that long before PMIC_EN rises */
    uint32_t pad_ms;               /* a pad must read as driven by then */
    uint32_t settle_ms;            /* a sample proves a change only when taken that long after it */
    uint32_t graceful_timeout_ms;  /* a node that was asked must have stopped, or booted again, by then */
    int32_t off_mv;                /* below: the rail is dead */
    int32_t lost_mv;               /* below, with no order given: the rail is lost */
    int32_t good_mv;               /* at or above: the rail is good */
    int32_t module_off_ma;         /* below, with PMIC_EN low: no module runs */
    int32_t restart_drop_ma;       /* PMIC_EN low must lower the current by this much ... */
    int32_t restart_check_ma;      /* ... when it was at least this before. At or above, no node is believed to have halted */
};

/* What one node's record in the store holds. The journal of design rule 8 and the last ordered state of rule 7 in one value. */
#define POWER_RECORD_SIZE 96

struct power_pins {
    bool module_on, channel_on;
}; /* true = released or driven to "on" */

/* What an order needs to know of the node's agent, see power_agent.h. All zero: there is none. */
struct power_agent {
    bool able;           /* it has said that it can shut down and reboot */
    bool reachable;      /* it was heard lately */
    uint8_t order_state; /* enum agent_order_state, of ... */
    uint32_t order_id;   /* ... what it was asked under this number */
    uint32_t boot;       /* tells one boot of the node from another; 0: not known */
};

struct power_ask {
    enum agent_act act; /* AGENT_ACT_NONE: what was asked before is taken back */
    uint32_t id;        /* stays the same for one order; the agent carries out each once */
};

struct power_node_in {
    struct power_pins pads; /* as read back from the pads */
    bool pads_valid;        /* false: could not be read */
    bool halted;            /* its current has been that of a halted node for a while */
    struct power_agent agent;
    struct rail_sample rail;
};

struct power_in {
    uint64_t now_ms;       /* monotonic, > 0 */
    uint64_t pins_done_ms; /* when the pins of the last answer had been written; 0 before the first */
    struct power_node_in node[NODE_COUNT];
};

struct power_out {
    struct power_pins pins[NODE_COUNT]; /* always complete; the caller writes the ones that differ from what it drives */
    bool save[NODE_COUNT]; /* store power_record() of these, say power_saved(), step again; no pin of this answer waits for it */
    struct power_ask ask[NODE_COUNT];
    struct event events[POWER_EVENT_COUNT];
    size_t event_count;
    uint64_t wake_ms; /* call again no later than this; UINT64_MAX when only an order or a sample matters */
};

enum power_phase {
    PHASE_IDLE = 0,
    PHASE_JOURNAL_DOWN, /* waiting for the record that an order has begun */
    PHASE_OFF_DELAY,    /* PowerOffDelaySeconds */
    PHASE_ASKING,       /* graceful: until the node has stopped, or booted again */
    PHASE_MODULE_DOWN,
    PHASE_CHANNEL_DOWN,
    PHASE_OFF_REST,   /* cycle: least off time */
    PHASE_JOURNAL_UP, /* waiting for the record that nothing is left to cut */
    PHASE_ON_DELAY,   /* PowerOnDelaySeconds, PowerCycleDelaySeconds */
    PHASE_WAIT_SLOT,  /* least off time, then the stagger */
    PHASE_CHANNEL_UP,
    PHASE_MODULE_UP,
    PHASE_JOURNAL_END, /* waiting for the record that the order is over */
    PHASE_COUNT
};

enum power_task_state { TASK_FREE = 0, TASK_RUNNING, TASK_COMPLETED, TASK_FAILED };

/* One order as its giver sees it; a group order counts for several nodes. */
struct power_task {
    uint32_t id; /* rising, never 0, unique while the store lives */
    enum power_task_state state;
    enum power_act act;
    uint8_t node_mask;    /* bit 0 = node 1 */
    uint8_t pending_mask; /* nodes not yet finished */
    enum power_failure failure[NODE_COUNT];
    int32_t mv[NODE_COUNT], ma[NODE_COUNT]; /* as measured when the node's part ended */
    struct origin origin;
    uint64_t start_wall_ms, end_wall_ms; /* 0 when unknown */
};

enum power_refusal {
    POWER_ACCEPTED = 0,
    POWER_REFUSED_BUSY,     /* another order is under way on a node addressed */
    POWER_REFUSED_NOT_ON,   /* ModuleOff needs a channel that is on */
    POWER_REFUSED_NO_AGENT, /* a node that runs has no agent, or it is silent: nobody there to ask */
    POWER_REFUSED_ARGUMENT, /* no such node or act */
};

/* The evidence and what follows from it. */
enum power_state {
    POWER_STATE_UNKNOWN = 0, /* not measured: the sensor is lost or has not spoken since the last change */
    POWER_STATE_ON,
    POWER_STATE_OFF /* proven: rail dead; or channel on, PMIC_EN low and less current than any module draws */
};

struct power_view {
    enum power_state state;
    struct power_pins pads;
    bool halted;  /* draws the current of a halted node, or of an empty slot */
    bool can_ask; /* its agent can shut it down and reboot it */
    bool heard;   /* ... and is heard at present */
    enum power_phase phase;
    enum power_act act; /* under way, or POWER_ACT_NONE */
    uint32_t task_id;   /* of the order under way, 0 when none */
    bool last_failed;   /* the latest order on this node failed: the node may not be as ordered */
    enum power_failure last_failure;
    uint64_t on_since_ms;        /* when the module was last released or adopted on; 0 while it is off */
    uint64_t last_reset_wall_ms; /* when it last came out of a reset that we know of, 0 when unknown */
    enum power_reset_cause reset_cause;
};

/* ---- inside; read only by power*.c ---- */
struct power_node {
    enum power_phase phase;
    enum power_act act;
    bool up_phase;  /* journaled: nothing left to cut */
    bool entered;   /* the phase's pins have been set */
    bool moving;    /* a pin changed in the last answer; when it was carried out is not yet known */
    uint8_t wanted; /* the last ordered state: POWER_ON, POWER_FORCE_OFF or POWER_MODULE_OFF */
    enum power_failure failure, last_failure;
    uint32_t task_id;
    struct origin origin;
    struct power_pins drive;                               /* what the pins shall be */
    uint32_t boot;                                         /* GracefulRestart: the boot it is to leave, journaled with it */
    uint64_t phase_ms;                                     /* when the phase began */
    uint64_t module_low_ms, channel_off_ms, channel_on_ms; /* when the pin last went there; 0 = before we started */
    uint64_t good_since_ms;                                /* rail good since, 0 when it is not */
    uint32_t off_delay_ms, on_delay_ms;                    /* of this order, journaled with it */
    uint64_t off_from_ms; /* since when the order has had the node off: on_delay_ms counts from then */
    int32_t before_ma;    /* current before the module went down */
    bool alarm_lost;      /* RAIL_LOST was said */
    bool alarm_pin;       /* PIN_MISMATCH was said */
    uint64_t mismatch_since_ms;
    uint64_t changed_ms; /* last time one of our pins moved; samples before it + settle_ms prove nothing */
    uint64_t on_since_ms;
    uint64_t last_reset_wall_ms;
    enum power_reset_cause reset_cause;
    bool came_up;    /* this order has released the module */
    bool started;    /* until power_take_start() */
    bool record_due; /* what is stored has changed, and no phase waits for it */
};

struct power {
    struct power_limits limits;
    struct power_delays delays[NODE_COUNT];
    struct power_node node[NODE_COUNT];
    struct power_task task[POWER_TASK_COUNT];
    struct power_in in; /* the latest */
    uint32_t last_task_id;
    uint64_t next_rise_ms;                 /* no rail may rise before */
    uint64_t watch_from_ms;                /* the hardware's own sequencer is done; from now on a dead rail is news */
    struct event queue[POWER_EVENT_COUNT]; /* events since the last step */
    size_t queue_count;
    uint64_t wall_ms;
};
/* ---- */

struct power_adopted {
    uint64_t now_ms, wall_ms; /* wall_ms 0: unknown */
    bool power_on;            /* input power had gone: the restore policy applies */
    bool holds_lost;          /* the pads went back to rest (EN, RTC watchdog) though the board stayed powered */
    struct {
        struct power_pins pads;
        const uint8_t *record; /* POWER_RECORD_SIZE bytes, or NULL when the store has none */
        enum power_restore restore;
        struct power_delays delays;
    } node[NODE_COUNT];
};

void power_adopt(struct power *power, const struct power_limits *limits, const struct power_adopted *adopted);

/* From now on; an order under way keeps the delays it was given with. */
void power_set_delays(struct power *power, unsigned index, struct power_delays delays);

/* Gives an order to all nodes of the mask, or to none. On POWER_ACCEPTED *task_id is the task to watch; an order that is already
 * fulfilled is a completed task, an equal order under way is joined. ForceOff supersedes whatever runs. */
enum power_refusal power_order(struct power *power, enum power_act act, uint8_t node_mask, const struct origin *origin,
                               uint64_t now_ms, uint32_t *task_id);

/* wall_ms: for the tasks' times, 0 when unknown. */
void power_step(struct power *power, const struct power_in *in, uint64_t wall_ms, struct power_out *out);

/* The bytes to store for the node, and word that they are stored (or that the store refused). */
void power_record(const struct power *power, unsigned index, uint8_t record[POWER_RECORD_SIZE]);
void power_saved(struct power *power, unsigned index, bool ok);

struct power_view power_view(const struct power *power, unsigned index);
/* True once for each time the node came out of a reset, by whatever cause we know of. */
bool power_take_start(struct power *power, unsigned index);
/* NULL when unknown or forgotten. */
const struct power_task *power_task(const struct power *power, uint32_t id);
/* Tasks by age: 0 is the newest. NULL past the last. */
const struct power_task *power_task_at(const struct power *power, unsigned age);

const char *power_act_name(enum power_act act);             /* "ForceOff" */
const char *power_failure_text(enum power_failure failure); /* a sentence part for people */
/* What is said of it: that it did not work, or that a node which was asked did not obey and was left as it was. */
enum event_code power_failure_event(enum power_failure failure);
const char *power_phase_name(enum power_phase phase); /* "WaitingForSlot" */

#endif
