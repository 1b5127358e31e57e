/* SPDX-License-Identifier: Apache-2.0
 * status - what the agent sees, in words for a person at the node. */
#ifndef AGENT_STATUS_H
#define AGENT_STATUS_H

#include "agent/config.h"

/* The exit code: 0, or 3 when the node is not enrolled. */
int status_print(const struct tree *tree, const char *config_path);

#endif
