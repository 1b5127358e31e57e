/* SPDX-License-Identifier: Apache-2.0
 * conditions - what is wrong at this moment, in the words of the events that told of it, and how grave that is. It is read off
 * what the core has found; nothing is kept here. What an agent told counts while its report holds. */
#ifndef SERVICE_REDFISH_CONDITIONS_H
#define SERVICE_REDFISH_CONDITIONS_H

#include "core/core.h"
#include "service/json_writer.h"

/* How grave a node's state is by itself. */
enum event_severity condition_of_state(enum health_state state);
/* The gravest of all that is wrong with the node and what belongs to it; with the board, whatever its nodes are like. */
enum event_severity condition_of_node(const struct core *core, unsigned node);
enum event_severity condition_of_board(const struct core *core);

/* "Conditions" of a Status; nothing when nothing is wrong. Of a node's system: all there is; of its chassis: what is warm or
 * turns; of the board: its inputs. */
void conditions_write_system(const struct core *core, struct json_writer *w, unsigned node);
void conditions_write_chassis(const struct core *core, struct json_writer *w, unsigned node);
void conditions_write_board(const struct core *core, struct json_writer *w);

#endif
