/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fan.h"

#include <string.h>

/* Levels of the kernel's device tree for the CM5. */
static const struct {
    int deci_c;
    uint8_t duty;
} kernel_levels[] = {{750, 250}, {675, 175}, {600, 125}, {500, 75}};

static bool same_curve(const struct fan_curve *a, const struct fan_curve *b) {
    return a->count == b->count && memcmp(a->celsius, b->celsius, a->count) == 0 && memcmp(a->duty, b->duty, a->count) == 0;
}

void fan_wish(struct fan *fan, const struct fan_curve *curve, bool full) {
    if (!same_curve(&fan->curve, curve)) fan->level = 0;
    fan->curve = *curve;
    fan->full = full;
}

struct reading fan_duty(struct fan *fan, struct reading cpu_deci_c) {
    const struct fan_curve *curve = &fan->curve;
    if (fan->full) return known(FAN_FULL);
    if (curve->count == 0 || !cpu_deci_c.known) return not_known;
    while (fan->level < curve->count && cpu_deci_c.value >= curve->celsius[fan->level] * 10) fan->level++;
    while (fan->level > 0 && cpu_deci_c.value < curve->celsius[fan->level - 1] * 10 - FAN_HYSTERESIS_DECI_C) fan->level--;
    return known(fan->level ? curve->duty[fan->level - 1] : 0);
}

uint8_t fan_kernel_duty(struct reading cpu_deci_c) {
    if (!cpu_deci_c.known) return FAN_FULL;
    for (size_t i = 0; i < sizeof kernel_levels / sizeof kernel_levels[0]; i++)
        if (cpu_deci_c.value >= kernel_levels[i].deci_c) return kernel_levels[i].duty;
    return 0;
}
