/* SPDX-License-Identifier: Apache-2.0
 * crash_log - what log.c shows of a node's crash log: one of the node's LogServices, with an entry for each panic whose text the
 * store keeps. */
#ifndef SERVICE_REDFISH_CRASH_LOG_H
#define SERVICE_REDFISH_CRASH_LOG_H

#include "service/redfish/redfish.h"

#define CRASH_LOG_ID "CrashLog"

/* Asks for the record of the age-th newest panic to be loaded; false when there is none. */
bool crash_log_load(const struct core *core, struct http_exchange *x, unsigned node, unsigned age);

#endif
