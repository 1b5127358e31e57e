/* SPDX-License-Identifier: Apache-2.0
 * agents - the outside work for the agents on the nodes: their stored keys ("agent1".. , see core/agent.h), the sessions chosen
 * at each start, the tags of their datagrams, and the word in the log when one falls silent. */
#ifndef BMC_AGENTS_H
#define BMC_AGENTS_H

#include "bmc/bmc.h"

/* At start, after the settings. */
void agents_load(struct bmc *bmc);
/* Tells who has been silent for AGENT_LOST_MS. Of a node that is off, halted, or on its way there by its own word, nothing else
 * is expected. */
void agents_step(struct bmc *bmc);
/* bmc_heartbeat() at the present time. */
size_t agents_heartbeat(struct bmc *bmc, const uint8_t address[16], const uint8_t *data, size_t size,
                        uint8_t answer[HEARTBEAT_ANSWER_MAX]);

#endif
