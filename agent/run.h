/* SPDX-License-Identifier: Apache-2.0
 * run - the agent at work: one loop, which ends on SIGTERM, SIGINT or SIGHUP. */
#ifndef AGENT_RUN_H
#define AGENT_RUN_H

#include "agent/config.h"

/* The exit code. */
int run_agent(const struct tree *tree, const struct config *config);
/* What an agent that was killed has left: the fan goes back to the kernel. The exit code. */
int run_fan_release(const struct tree *tree);

#endif
