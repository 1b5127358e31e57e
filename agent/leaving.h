/* SPDX-License-Identifier: Apache-2.0
 * leaving - why the agent is being ended: its system shuts down, restarts, or does neither. What cannot be found out within
 * LEAVING_ASK_MS counts as neither, which claims nothing about the system. */
#ifndef AGENT_LEAVING_H
#define AGENT_LEAVING_H

#include "agent/tree.h"
#include "agent/wire.h"

#define LEAVING_ASK_MS 400 /* a goodbye must be over within a second: networks go down beside us */

/* By systemd's jobs where it runs, else by the runlevel that init has noted. */
enum wire_leaving leaving_why(const struct tree *tree);

#endif
