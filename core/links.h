/* SPDX-License-Identifier: Apache-2.0
 * links - each node's two network links, as its agent tells of them: up or down, at which speed, how often they changed in the
 * last hour; and whether the two networks are kept apart on the node. It tells and acts on nothing; whether a network carries
 * heartbeats is health's.
 * While a node boots its links come up one after the other, which is no news: what has changed is told once the boot is over. A
 * link that drops later is told at once.
 * After a controller restart the first report is taken as found, without events but for what is wrong with it; changes are
 * counted anew. Memory of zeros is a link of which nothing is known. */
#ifndef CORE_LINKS_H
#define CORE_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/event.h"

#define LINK_BUCKET_COUNT 6 /* of ten minutes each: the last hour, to within one of them */
#define LINK_EVENT_COUNT  4 /* of a node and step: the rest follows with the next report */

struct node_link {
    bool known, up;
    bool told_up, slow, flapping; /* as the log has it */
    uint16_t speed_mbps;
    uint8_t bucket[LINK_BUCKET_COUNT]; /* changes of the carrier, up to 255 */
    uint32_t bucket_number;            /* since the controller's clock began: the newest one */
    uint32_t carrier_changes;          /* the system's own counter, as seen last */
    uint32_t slow_s;                   /* below its speed since, 0 when it is not */
};

enum link_finding { /* bits */
                    LINK_FINDING_SAME_SUBNET = 1 << 0,
                    LINK_FINDING_FORWARDING = 1 << 1,
                    LINK_FINDING_DEFAULT_ROUTE = 1 << 2,
};
#define LINK_FINDING_COUNT 3

struct links {
    struct node_link link[NETWORK_COUNT];
    uint8_t findings;   /* enum link_finding, as the log has it */
    uint8_t candidate;  /* ... as in the latest report, and ... */
    uint8_t seen_count; /* ... how many in a row said so */
    uint32_t boot;      /* digest of health: another boot counts its changes from zero */
    uint64_t report_ms; /* the latest report looked at */
};

struct links_limits {
    uint16_t speed_mbps[NETWORK_COUNT]; /* what each network is built for */
    uint32_t boot_s;                    /* a node boots for that long; its links may be down meanwhile */
    uint32_t slow_ms;                   /* a link may negotiate that long */
    uint16_t flap_count;                /* changes in an hour: from there on it is told */
    uint8_t confirm_count;              /* reports that must agree on a finding */
};

struct links_in {
    uint64_t now_ms;
    const struct agent_report *report; /* NULL: none */
    uint64_t report_ms;                /* when it came, 0 never */
    uint32_t boot;                     /* health.boot */
};

/* Writes at most LINK_EVENT_COUNT events, without their node, which the caller fills in. Returns how many. */
size_t links_step(struct links *links, const struct links_limits *limits, const struct links_in *in,
                  struct event events[LINK_EVENT_COUNT]);
/* Changes of the carrier in the last hour; a link that went down and came back is two. */
unsigned links_changes(const struct node_link *link, uint64_t now_ms);
/* What is wrong with the separation, as one report tells: bits of enum link_finding. */
uint8_t links_findings(const struct agent_report *report);
/* What tells of a finding, in words and with the remedy. */
enum event_code links_finding_event(enum link_finding finding);
const char *links_network_name(enum node_network network); /* "service" */

#endif
