/* SPDX-License-Identifier: Apache-2.0
 * fan - the duty that the controller's curve asks for, in steps with hysteresis as the kernel's own governor has them. Pure.
 * It never guesses a temperature: without one the kernel sets the fan. */
#ifndef AGENT_FAN_H
#define AGENT_FAN_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/tree.h"
#include "agent/wire.h"

#define FAN_FULL              255
#define FAN_HYSTERESIS_DECI_C 50 /* as the CM5's device tree has it */

struct fan_curve {
    uint8_t count; /* 0: the kernel sets the fan */
    uint8_t celsius[WIRE_CURVE_MAX], duty[WIRE_CURVE_MAX];
};

struct fan {
    struct fan_curve curve;
    bool full;      /* whatever the curve says */
    unsigned level; /* points of the curve that are reached */
};

void fan_wish(struct fan *fan, const struct fan_curve *curve, bool full);
/* 0 to 255, or not known: the kernel is to set it. */
struct reading fan_duty(struct fan *fan, struct reading cpu_deci_c);
/* What the kernel's own default would give at that temperature, full when it is not known: the fan is left so when it is given
 * back, because the governor acts only on the next change of temperature. */
uint8_t fan_kernel_duty(struct reading cpu_deci_c);

#endif
