/* SPDX-License-Identifier: Apache-2.0
 * fan_device - takes the fan from the kernel and gives it back (hwmon's pwm1 and pwm1_enable).
 * A mark in the state directory says that it was taken, so that `fan-release` gives back what an agent that was killed had, and
 * nobody else's. */
#ifndef AGENT_FAN_DEVICE_H
#define AGENT_FAN_DEVICE_H

#include "agent/fan.h"
#include "agent/source.h"
#include "agent/state.h"

struct fan_device {
    const struct tree *tree;
    char dir[SOURCE_DIR_SIZE]; /* of the fan that was taken; "": none */
};

/* Whether the fan in that directory can be taken: it must be possible to give it back, too. */
bool fan_device_usable(const struct tree *tree, const char *dir);
/* Sets the duty; now is what it reads. False when that did not work: the fan is then the kernel's. */
bool fan_device_set(struct fan_device *device, const char *dir, uint8_t duty, struct reading now);
/* Back to the kernel, left at that duty until its governor acts. Nothing to do when it was not taken. */
void fan_device_release(struct fan_device *device, uint8_t duty);
enum fan_left { FAN_LEFT_NONE, FAN_LEFT_GIVEN_BACK, FAN_LEFT_STUCK };
/* What an earlier agent took and could not give back. */
enum fan_left fan_device_release_left(const struct tree *tree, uint8_t duty);
/* On a fatal signal of this process the fan is given back before it dies. Only for a tree's one device. */
void fan_device_guard(void);

#endif
