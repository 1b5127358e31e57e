/* SPDX-License-Identifier: Apache-2.0
 * answer - what the controller wants of the node (docs/heartbeat.md, "Items of an answer"). Pure.
 * Every answer says all of it: an item that is not there, or makes no sense, is a wish that is not there. */
#ifndef AGENT_ANSWER_H
#define AGENT_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/fan.h"

struct answer {
    bool has_order;
    uint32_t order_id;
    uint8_t order_what; /* enum wire_order, or what this agent does not know */
    struct fan_curve curve;
    bool fan_full;
};

struct answer answer_read(const uint8_t *body, size_t size);

#endif
