/* SPDX-License-Identifier: Apache-2.0
 * state - the few small files below /run/super4c-agent: what must outlive the agent, but not the boot. */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

#include "agent/tree.h"

#define STATE_DIR "/run/super4c-agent"

/* Makes the directory. */
bool state_open(const struct tree *tree);
/* Replaces a file whole. */
bool state_write(const struct tree *tree, const char *name, const char *text);
/* Its text, "" when there is none. */
bool state_read(const struct tree *tree, const char *name, char *out, size_t size);
void state_remove(const struct tree *tree, const char *name);
/* Writes a file that is there already, as those of sysfs are (which know nothing of truncation). */
bool state_write_path(const struct tree *tree, const char *path, const char *text);

#endif
