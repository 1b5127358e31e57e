/* SPDX-License-Identifier: Apache-2.0
 * cooling - the fan curve of a node, and what is done when a node gets too hot or its fan fails.
 *
 *   normal -> high (alarm) -> full (fan to full) -> shutdown (asked through the agent) -> off (channel cut)
 *
 * Each level has its temperature, must hold for its time over fresh readings, and is left only when it is hysteresis cooler for
 * as long. Shutdown and off need a second witness where there is one: the module's firmware throttles at 85 degrees, so a reading
 * far above it without throttling is a fault of the sensor, is told, and cuts nobody. What it never does: conclude anything from
 * a temperature that is missing, old or out of range; switch a node on again: whoever does so has seen the event. After a
 * controller restart the levels are climbed anew. Memory of zeros is a cool node. */
#ifndef CORE_COOLING_H
#define CORE_COOLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/event.h"

enum cooling_level { COOLING_NORMAL = 0, COOLING_HIGH, COOLING_FULL, COOLING_SHUTDOWN, COOLING_OFF, COOLING_LEVEL_COUNT };

struct cooling_limits {
    struct {
        int16_t above_deci_c;
        uint32_t hold_ms;
    } level[COOLING_LEVEL_COUNT]; /* that of COOLING_NORMAL is not used */
    int16_t hysteresis_deci_c;
    int16_t doubt_deci_c; /* at or above, the firmware must throttle */
    uint32_t fresh_ms;    /* older readings are none */
    uint32_t cool_ms;     /* that long below before a level is left */
    uint32_t fan_ms;      /* a fan stands still, or is missing, for that long before it is told */
    uint8_t fan_duty;     /* at or above, every fan turns */
};

enum cooling_fan { COOLING_FAN_NONE = 0, COOLING_FAN_TURNS, COOLING_FAN_STILL, COOLING_FAN_FAILED, COOLING_FAN_MISSING };

struct cooling {
    uint8_t level;      /* enum cooling_level */
    uint8_t fan;        /* enum cooling_fan */
    bool had_fan;       /* it told of one since the controller started, or before */
    bool doubtful;      /* TemperatureDoubtful was said */
    uint64_t report_ms; /* the latest report looked at */
    uint64_t above_ms;  /* above the next level's temperature since, 0 when it is not */
    uint64_t below_ms;  /* cooler than this level by the hysteresis since, 0 when it is not */
    uint64_t fan_ms;    /* the fan has been in trouble since, 0 when it has not */
    uint64_t epoch_ms;  /* of the life of the node this is about */
};

struct cooling_in {
    uint64_t now_ms;
    const struct agent_report *report; /* NULL: none */
    uint64_t report_ms;                /* when it came, 0 never */
    uint64_t epoch_ms;                 /* when the node was last switched on: health.epoch_ms */
    bool known_fan;                    /* baseline_has(BASELINE_FAN) */
    bool may_cut;                      /* false for a protected node: it is told of, fanned and asked, never cut */
};

#define COOLING_EVENT_COUNT 3

struct cooling_out {
    bool fan_full;                            /* for agent.fan.full, at every step */
    bool shut_down;                           /* once: order POWER_GRACEFUL_SHUTDOWN */
    bool cut;                                 /* at every step until the node is off: order POWER_FORCE_OFF */
    struct event events[COOLING_EVENT_COUNT]; /* without their node, which the caller fills in */
    size_t event_count;
};

void cooling_step(struct cooling *cooling, const struct cooling_limits *limits, const struct cooling_in *in,
                  struct cooling_out *out);
const char *cooling_level_name(enum cooling_level level); /* "FanFull" */
const char *cooling_fan_name(enum cooling_fan fan);       /* "Failed" */

/* ---- the curve ---- */

enum cooling_curve_error {
    COOLING_CURVE_OK = 0,
    COOLING_CURVE_TOO_MANY,   /* more than AGENT_FAN_POINT_COUNT points */
    COOLING_CURVE_NOT_RISING, /* temperatures must rise from point to point */
    COOLING_CURVE_RANGE,      /* ... and lie between 0 and 100 degrees */
    COOLING_CURVE_FALLS,      /* a hotter node must not get less air */
    COOLING_CURVE_WEAK,       /* a duty of 200 must be reached at 85 degrees or below */
};
/* No points: the kernel sets the fan. */
enum cooling_curve_error cooling_curve_check(const struct agent_fan_point *points, unsigned count);
const char *cooling_curve_error_text(enum cooling_curve_error error); /* a sentence for whoever sent it */
/* One duty at every temperature, but for full speed from where the firmware begins to throttle: no owner's wish may cook a node.
 * Returns the number of points. */
unsigned cooling_curve_fixed(struct agent_fan_point points[AGENT_FAN_POINT_COUNT], uint8_t duty);
/* True when these points are such a curve; its duty. */
bool cooling_curve_is_fixed(const struct agent_fan_point *points, unsigned count, uint8_t *duty);
/* The kernel's own levels (Linux, device tree of the CM5). Leaves full as it is. */
void cooling_curve_default(struct agent_fan *fan);

#endif
