/* SPDX-License-Identifier: Apache-2.0
 * devices - reads what may take long in a thread of its own: an NVMe drive that no longer answers, or a driver that keeps its
 * lock, must not silence the heartbeat of a node that is well. */
#ifndef AGENT_DEVICES_H
#define AGENT_DEVICES_H

#include "agent/config.h"
#include "agent/values.h"

/* Values older than that are not known any more. */
#define DEVICES_STALE_MS 20000

/* Starts reading, for as long as the process lives. Tree and configuration must stay. False when no thread can be had. */
bool devices_start(const struct tree *tree, const struct config *config);
/* The latest values, all not known when they are stale. */
void devices_latest(struct device_values *values, uint64_t now_ms);
/* Reads everything once, in the caller's time. */
void devices_read(const struct tree *tree, const struct config *config, struct device_values *values);

#endif
