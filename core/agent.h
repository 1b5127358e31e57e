/* SPDX-License-Identifier: Apache-2.0
 * agent - what the agents on the nodes have told, and what they are to do: the state behind docs/heartbeat.md. A report counts
 * only once its tag was found right; agent_judge() says what its session and counter are worth, agent_take() takes its values. It
 * never believes a value to be newer than its report, and it acts on nothing. After a controller restart: keys are loaded,
 * sessions chosen anew; the first report of each node is challenged. */
#ifndef CORE_AGENT_H
#define CORE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

enum node_network { NETWORK_SERVICE = 0, NETWORK_BACKPLANE, NETWORK_COUNT }; /* on the wire 1 and 2 */

#define AGENT_KEY_SIZE     32
#define AGENT_SESSION_SIZE 16

enum agent_value { /* bits of struct agent_report.has */
                   AGENT_HAS_BOOT_ID = 1 << 0,
                   AGENT_HAS_UPTIME = 1 << 1,
                   AGENT_HAS_LOAD = 1 << 2,
                   AGENT_HAS_MEMORY_PRESSURE = 1 << 3,
                   AGENT_HAS_CPU_PRESSURE = 1 << 4,
                   AGENT_HAS_MEMORY = 1 << 5,
                   AGENT_HAS_CPUS = 1 << 6,
                   AGENT_HAS_CPU_TEMPERATURE = 1 << 7,
                   AGENT_HAS_THROTTLED = 1 << 8,
                   AGENT_HAS_FAN_RPM = 1 << 9,
                   AGENT_HAS_FAN_DUTY = 1 << 10,
                   AGENT_HAS_NVME_CAPACITY = 1 << 11,
                   AGENT_HAS_NVME_TEMPERATURE = 1 << 12,
                   AGENT_HAS_NVME_WEAR = 1 << 13,
                   AGENT_HAS_NVME_LINK = 1 << 14,
                   AGENT_HAS_ABILITIES = 1 << 15,
                   AGENT_HAS_FINDINGS = 1 << 16,
};

struct agent_interface {
    bool known, up;
    uint8_t full_duplex;   /* 255: not known */
    uint8_t prefix_length; /* 0: no IPv4 address */
    uint16_t speed_mbps;   /* 0: not known */
    uint8_t address[4], mac[6];
    uint32_t carrier_changes, receive_errors, transmit_errors;
};

/* The latest values; those not in has are not known. Texts are empty when not known. Units as in docs/heartbeat.md. */
struct agent_report {
    uint32_t has;
    uint8_t boot_id[16];
    uint32_t uptime_s, memory_mib, throttled;
    uint64_t nvme_bytes;
    uint16_t load_centi, memory_pressure_centi, cpu_pressure_centi, fan_rpm;
    int16_t cpu_deci_c, nvme_deci_c;
    uint8_t cpus, fan_duty, fan_by_agent, nvme_wear_percent, nvme_generation, nvme_lanes, abilities, findings;
    uint8_t leaving; /* enum agent_leaving */
    char nvme_model[41], nvme_serial[25], host_name[33], kernel[41], system[49], version[17];
    struct agent_interface interface[NETWORK_COUNT];
};

enum agent_ability {                               /* bits of abilities */
                     AGENT_CAN_SHUT_DOWN = 1 << 0, /* ... and reboot */
                     AGENT_CAN_SET_FAN = 1 << 1,
                     AGENT_SAYS_GOODBYE = 1 << 2 /* it does not end in an orderly way without a word */
};
/* Its last word, as on the wire: why no report follows. Any later report takes it back. */
enum agent_leaving { AGENT_STAYS = 0, AGENT_SHUTS_DOWN, AGENT_RESTARTS, AGENT_STOPS };
enum agent_finding { AGENT_FOUND_FORWARDING = 1 << 0, AGENT_FOUND_BACKPLANE_DEFAULT_ROUTE = 1 << 1 }; /* bits of findings */

/* ---- orders ---- */

enum agent_act { AGENT_ACT_NONE = 0, AGENT_ACT_SHUT_DOWN, AGENT_ACT_REBOOT }; /* as on the wire */
enum agent_order_state {
    AGENT_ORDER_NONE = 0,
    AGENT_ORDER_WAITING, /* no report has acknowledged it: each answer carries it */
    AGENT_ORDER_TAKEN,   /* from here on as the agent says */
    AGENT_ORDER_DONE,
    AGENT_ORDER_REFUSED,
    AGENT_ORDER_FAILED,
    AGENT_ORDER_STATE_COUNT
};
struct agent_order {
    uint32_t id;   /* 0: none */
    uint8_t act;   /* enum agent_act */
    uint8_t state; /* enum agent_order_state */
};

/* ---- the fan, as the controller wants it ---- */

#define AGENT_FAN_POINT_COUNT 8
struct agent_fan_point {
    uint8_t celsius, duty;
};
struct agent_fan {
    uint8_t point_count;                                 /* 0: the kernel sets the fan */
    bool full;                                           /* regardless of the curve */
    struct agent_fan_point point[AGENT_FAN_POINT_COUNT]; /* temperatures rising */
};

/* ---- one node's agent ---- */

#define AGENT_REACHABLE_MS   5000    /* a good report within: five in a row would have to be lost */
#define AGENT_LOST_MS        60000   /* silence that is told in the log */
#define AGENT_REFUSED_GAP_MS 3600000 /* a refused report is told so often at most: strangers shall not fill the log */

/* What one second's datagrams may cost, so that a flood costs bounded work. A good report costs nothing of it. Separate, so that
 * who floods without knowing the session cannot silence an agent that is in one. */
enum agent_budget {
    AGENT_BUDGET_SESSION = 0, /* tags checked: it names the session and a counter not seen yet */
    AGENT_BUDGET_NODE,        /* ... another session, from the node's service address */
    AGENT_BUDGET_STRANGER,    /* ... from elsewhere */
    AGENT_BUDGET_CHALLENGE,   /* challenges sent */
    AGENT_BUDGET_COUNT
};

/* The reports of the session over one network. */
struct agent_link {
    uint64_t highest; /* counter; 0: none in this session */
    uint64_t window;  /* bit k: highest - 1 - k was seen */
    uint64_t seen_ms; /* when the latest good report came, 0 never */
};

struct agent {
    bool enrolled;
    bool connected; /* its contact is in the log, and no loss after it */
    uint8_t key[AGENT_KEY_SIZE];
    uint8_t session[AGENT_SESSION_SIZE]; /* in use; the next one is one more in its last four bytes */
    uint32_t generation;                 /* of the key; it never falls, 0: there was none */
    uint32_t budget_s;                   /* the second that spent[] is about */
    uint8_t spent[AGENT_BUDGET_COUNT];
    uint64_t refused_ms; /* when a refusal was last told, 0 never */
    struct agent_link link[NETWORK_COUNT];
    uint64_t report_ms; /* when the report below came, 0: there is none */
    struct agent_report report;
    struct agent_order order;
    struct agent_fan fan;
};

/* At start, enrolled or not. random: fresh at each start. */
void agent_begin(struct agent *agent, const uint8_t random[AGENT_SESSION_SIZE]);

/* ---- enrolment ---- */

#define AGENT_RECORD_SIZE 48
/* The record of an enrolment, and of its end (key: NULL), which keeps the generation. */
void agent_encode(const uint8_t *key, uint32_t generation, uint8_t record[AGENT_RECORD_SIZE]);
/* Makes a record true, at start or once it is stored: what an earlier key was good for is void at once. False when it is none. */
bool agent_load(struct agent *agent, const uint8_t *record, size_t size);

/* ---- what is known ---- */

/* When the latest good report came over either network, 0 never. */
uint64_t agent_seen_ms(const struct agent *agent);
/* A good report came within AGENT_REACHABLE_MS. */
bool agent_reachable(const struct agent *agent, uint64_t now_ms);
/* ... and it said that the agent can shut down and reboot. */
bool agent_obeys(const struct agent *agent, uint64_t now_ms);
/* It said that its system shuts down or restarts, and nothing since. */
bool agent_is_leaving(const struct agent *agent);

/* ---- orders ---- */

/* Gives an order in place of any earlier one; with the id of the present one it changes nothing, so it can be given at each step.
 * id: not 0, and not that of an earlier order of this node, which the agent would not carry out again. Time-out and retry are the
 * caller's. A new boot id ends a reboot that was never acknowledged: it is done. */
void agent_order(struct agent *agent, uint32_t id, enum agent_act act);
/* Takes back what is not acknowledged yet, and forgets the order. */
void agent_order_forget(struct agent *agent);
/* How far the order with this id is; NONE when another or none is there. */
enum agent_order_state agent_order_state(const struct agent *agent, uint32_t id);
const char *agent_order_state_name(enum agent_order_state state); /* "Waiting"; NULL for NONE */

/* ---- reports ---- */

enum agent_verdict {
    AGENT_GOOD,      /* in the session, not seen yet */
    AGENT_BEGINS,    /* the first report of the next session, which only a challenge of ours has named */
    AGENT_REPEATED,  /* seen before, or too old to tell */
    AGENT_ELSEWHERE, /* another session: to be challenged, if its tag is right */
};
/* What session and counter of a report are worth. Costs next to nothing: ask before checking a tag. */
enum agent_verdict agent_judge(const struct agent *agent, enum node_network network, const uint8_t session[AGENT_SESSION_SIZE],
                               uint64_t counter);
void agent_next_session(const struct agent *agent, uint8_t session[AGENT_SESSION_SIZE]);
/* True, and one unit spent, when the second's budget has one left; a report that turned out good gets its unit back. */
bool agent_spend(struct agent *agent, enum agent_budget budget, uint64_t now_ms);
void agent_refund(struct agent *agent, enum agent_budget budget);

/* A report whose tag is right and whose verdict was GOOD or BEGINS. */
struct agent_heartbeat {
    enum node_network network;
    uint64_t counter;
    struct agent_order order; /* the latest one the agent knows: id and state; id 0: none */
    struct agent_report report;
};
enum agent_news {
    AGENT_NEWS_CONTACT = 1 << 0,
    AGENT_NEWS_BOOT = 1 << 1
}; /* for the log: first report after silence; new boot id */
/* Takes it; values and the order's state only when none newer is there. Returns bits of enum agent_news. */
unsigned agent_take(struct agent *agent, enum agent_verdict verdict, const struct agent_heartbeat *heartbeat, uint64_t now_ms);
/* True once for each silence of AGENT_LOST_MS after a contact. */
bool agent_lost(struct agent *agent, uint64_t now_ms);
/* True when a refusal should be told: the first in AGENT_REFUSED_GAP_MS. */
bool agent_tells_refusal(struct agent *agent, uint64_t now_ms);

#endif
