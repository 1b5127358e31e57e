/* SPDX-License-Identifier: Apache-2.0
 * power_agent - between the power core and the agents on the nodes: what a power order needs to know of an agent, and what it
 * asks of it. Nobody but the power core gives orders to agents. Keeps nothing of its own. */
#ifndef CORE_POWER_AGENT_H
#define CORE_POWER_AGENT_H

#include "core/agent.h"
#include "core/power.h"

/* For power_in. */
struct power_agent power_agent_of(const struct agent *agent, uint64_t now_ms);
/* Carries out one node's ask of power_out; at each step. */
void power_agent_ask(struct agent *agent, const struct power_ask *ask);

#endif
