/* SPDX-License-Identifier: Apache-2.0
 * node_report - what the agent on a node has told, and whether it still holds. What a node is made of (sizes, serial numbers,
 * names) stays as last told; what changes by itself (readings, links, load) holds while its report is younger than
 * AGENT_LOST_MS and the node has not been cut since. Texts are the node's own words, to be shown and never believed. Nothing is
 * kept here: a new key forgets what was told, and so does a controller restart, until the next report a second later. */
#ifndef SERVICE_REDFISH_NODE_REPORT_H
#define SERVICE_REDFISH_NODE_REPORT_H

#include "core/core.h"
#include "service/json_writer.h"

/* The latest report, however old; NULL when there is none. */
const struct agent_report *node_report(const struct core *core, unsigned node);
/* The same while it holds, else NULL. */
const struct agent_report *node_report_now(const struct core *core, unsigned node);
/* The speed that a network of the board is built for. */
uint16_t node_network_built_mbps(enum node_network network);
/* Whether a network of the node still carries reports. */
bool node_network_heard(const struct core *core, unsigned node, enum node_network network);
/* How long ago that was, in seconds; nothing when never. */
void node_put_age(const struct core *core, struct json_writer *w, const char *key, uint64_t then_ms);

/* How the node's state reads as the Status.State of a part that is soldered to it. */
const char *node_part_state(const struct core *core, unsigned node);
/* Processor threads: those the node's system uses, or before it told those that the module has. */
unsigned node_thread_count(const struct core *core, unsigned node);

#endif
