/* SPDX-License-Identifier: Apache-2.0
 * power - shuts the node down or reboots it: by the configured program, else by systemd, else by the kernel itself.
 * Never touches the machine when another tree stands in its place. */
#ifndef AGENT_POWER_H
#define AGENT_POWER_H

#include <sys/types.h>

#include "agent/config.h"

/* Whether an order could be carried out. */
bool power_can(const struct tree *tree, const struct config *config);
/* Begins. The process whose end says how it went; 0: it was done without one; -1: it could not be begun. */
pid_t power_begin(const struct tree *tree, const struct config *config, enum wire_order what);

#endif
