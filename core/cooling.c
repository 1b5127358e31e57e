/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cooling.h"

#include <string.h>

#define SENSOR_MIN_DECI_C (-400) /* what the SoC's sensor can tell; beyond is no reading */
#define SENSOR_MAX_DECI_C 1250

#define THROTTLED_NOW (1u << 2 | 1u << 3) /* get_throttled: throttled, soft temperature limit */

struct step {
    struct cooling *cooling;
    const struct cooling_limits *limits;
    const struct cooling_in *in;
    struct cooling_out *out;
};

static void say(const struct step *s, enum event_code code, int32_t arg) {
    if (s->out->event_count == COOLING_EVENT_COUNT) return;
    struct event event = event_make(code, 0, NULL);
    event.arg[0] = arg;
    s->out->events[s->out->event_count++] = event;
}

static bool lasts(uint64_t *since_ms, bool so, uint64_t now_ms, uint32_t for_ms) {
    if (!so)
        *since_ms = 0;
    else if (*since_ms == 0)
        *since_ms = now_ms;
    return so && now_ms - *since_ms >= for_ms;
}

/* ---- temperature ---- */

static bool reads_temperature(const struct agent_report *report) {
    return (report->has & AGENT_HAS_CPU_TEMPERATURE) && report->cpu_deci_c >= SENSOR_MIN_DECI_C &&
           report->cpu_deci_c <= SENSOR_MAX_DECI_C;
}

/* The firmware's word, where it gives one, against the sensor's. */
static bool believed(const struct step *s, int16_t deci_c) {
    const struct agent_report *report = s->in->report;
    if (deci_c < s->limits->doubt_deci_c || !(report->has & AGENT_HAS_THROTTLED)) return true;
    return (report->throttled & THROTTLED_NOW) != 0;
}

static void climb(const struct step *s, int16_t deci_c) {
    static const enum event_code codes[COOLING_LEVEL_COUNT] = {[COOLING_HIGH] = EVENT_TEMPERATURE_HIGH,
                                                               [COOLING_FULL] = EVENT_TEMPERATURE_FULL_FAN,
                                                               [COOLING_SHUTDOWN] = EVENT_TEMPERATURE_SHUTDOWN,
                                                               [COOLING_OFF] = EVENT_TEMPERATURE_OFF};
    struct cooling *cooling = s->cooling;
    cooling->level++;
    cooling->above_ms = cooling->below_ms = 0;
    s->out->shut_down = cooling->level == COOLING_SHUTDOWN;
    say(s, codes[cooling->level], deci_c / 10);
}

static void watch_heat(const struct step *s) {
    struct cooling *cooling = s->cooling;
    int16_t deci_c = s->in->report->cpu_deci_c;
    unsigned next = cooling->level + 1u;
    bool more = next < COOLING_LEVEL_COUNT && (next != COOLING_OFF || s->in->may_cut);
    bool above = more && deci_c >= s->limits->level[next].above_deci_c;
    bool severe = next >= COOLING_SHUTDOWN;
    if (above && severe && !believed(s, deci_c)) {
        if (!cooling->doubtful) say(s, EVENT_TEMPERATURE_DOUBTFUL, deci_c / 10);
        cooling->doubtful = true;
        above = false;
    }
    if (lasts(&cooling->above_ms, above, s->in->report_ms, more ? s->limits->level[next].hold_ms : 0)) climb(s, deci_c);
}

/* From off nothing leads back but a new life. */
static void watch_cooling_down(const struct step *s) {
    struct cooling *cooling = s->cooling;
    int16_t deci_c = s->in->report->cpu_deci_c;
    bool hot = cooling->level != COOLING_NORMAL && cooling->level != COOLING_OFF;
    bool below = hot && deci_c <= s->limits->level[cooling->level].above_deci_c - s->limits->hysteresis_deci_c;
    if (!lasts(&cooling->below_ms, below, s->in->report_ms, s->limits->cool_ms)) return;
    cooling->level--;
    cooling->below_ms = 0;
    cooling->doubtful = false;
    if (cooling->level == COOLING_NORMAL) say(s, EVENT_TEMPERATURE_NORMAL, deci_c / 10);
}

/* ---- fan ---- */

static enum cooling_fan fan_of(const struct step *s) {
    const struct agent_report *report = s->in->report;
    if (!(report->has & AGENT_HAS_FAN_RPM)) return s->cooling->had_fan ? COOLING_FAN_MISSING : COOLING_FAN_NONE;
    if (report->fan_rpm > 0) return COOLING_FAN_TURNS;
    bool driven = (report->has & AGENT_HAS_FAN_DUTY) && report->fan_duty >= s->limits->fan_duty;
    return driven ? COOLING_FAN_FAILED : COOLING_FAN_STILL;
}

static void watch_fan(const struct step *s) {
    struct cooling *cooling = s->cooling;
    enum cooling_fan fan = fan_of(s), told = (enum cooling_fan)cooling->fan;
    bool trouble = fan == COOLING_FAN_FAILED || fan == COOLING_FAN_MISSING;
    bool was_trouble = told == COOLING_FAN_FAILED || told == COOLING_FAN_MISSING;
    if (s->in->report->has & AGENT_HAS_FAN_RPM) cooling->had_fan = true;
    bool sure = lasts(&cooling->fan_ms, trouble, s->in->report_ms, s->limits->fan_ms);
    if (trouble && !sure) return;
    if (was_trouble && fan == COOLING_FAN_STILL) return; /* it shall not turn now: that proves nothing */
    cooling->fan = (uint8_t)fan;
    if (fan == told) return;
    if (fan == COOLING_FAN_FAILED) say(s, EVENT_FAN_FAILED, s->in->report->fan_duty);
    if (fan == COOLING_FAN_MISSING) say(s, EVENT_FAN_MISSING, 0);
    if (fan == COOLING_FAN_TURNS && was_trouble) say(s, EVENT_FAN_RESTORED, s->in->report->fan_rpm);
}

void cooling_step(struct cooling *cooling, const struct cooling_limits *limits, const struct cooling_in *in,
                  struct cooling_out *out) {
    const struct step s = {cooling, limits, in, out};
    memset(out, 0, sizeof *out);
    if (in->epoch_ms != cooling->epoch_ms) { /* switched on anew: what was hot has been seen to, or shows it again */
        bool had_fan = cooling->had_fan;
        enum cooling_fan fan = (enum cooling_fan)cooling->fan;
        *cooling = (struct cooling){.epoch_ms = in->epoch_ms, .had_fan = had_fan, .fan = (uint8_t)fan};
    }
    cooling->had_fan = cooling->had_fan || in->known_fan;
    bool fresh = in->report && in->report_ms > in->epoch_ms && in->now_ms - in->report_ms <= limits->fresh_ms;
    if (!fresh) { /* times go on with the next reading, not over a gap */
        cooling->above_ms = cooling->below_ms = cooling->fan_ms = 0;
    } else if (in->report_ms != cooling->report_ms) {
        cooling->report_ms = in->report_ms;
        if (reads_temperature(in->report)) {
            watch_heat(&s);
            watch_cooling_down(&s);
        } else {
            cooling->above_ms = cooling->below_ms = 0;
        }
        watch_fan(&s);
    }
    out->fan_full = cooling->level >= COOLING_FULL;
    out->cut = cooling->level == COOLING_OFF && in->may_cut;
}

const char *cooling_level_name(enum cooling_level level) {
    static const char *const names[COOLING_LEVEL_COUNT] = {"Normal", "High", "FanFull", "Shutdown", "Off"};
    return level < COOLING_LEVEL_COUNT ? names[level] : names[0];
}

const char *cooling_fan_name(enum cooling_fan fan) {
    static const char *const names[] = {"None", "Turning", "Still", "Failed", "Missing"};
    return fan < sizeof names / sizeof names[0] ? names[fan] : names[0];
}

/* ---- the curve ---- */

#define CURVE_MAX_C         100
#define CURVE_FULL_BY_C     85 /* where the firmware begins to throttle */
#define CURVE_FULL_DUTY_MIN 200

enum cooling_curve_error cooling_curve_check(const struct agent_fan_point *points, unsigned count) {
    if (count > AGENT_FAN_POINT_COUNT) return COOLING_CURVE_TOO_MANY;
    for (unsigned i = 0; i < count; i++) {
        if (points[i].celsius > CURVE_MAX_C) return COOLING_CURVE_RANGE;
        if (i > 0 && points[i].celsius <= points[i - 1].celsius) return COOLING_CURVE_NOT_RISING;
        if (i > 0 && points[i].duty < points[i - 1].duty) return COOLING_CURVE_FALLS;
    }
    for (unsigned i = 0; i < count; i++)
        if (points[i].celsius <= CURVE_FULL_BY_C && points[i].duty >= CURVE_FULL_DUTY_MIN) return COOLING_CURVE_OK;
    return count ? COOLING_CURVE_WEAK : COOLING_CURVE_OK;
}

const char *cooling_curve_error_text(enum cooling_curve_error error) {
    switch (error) {
    case COOLING_CURVE_OK:
        return "The curve is good.";
    case COOLING_CURVE_TOO_MANY:
        return "A fan curve has at most 8 points.";
    case COOLING_CURVE_NOT_RISING:
        return "The temperatures of a fan curve must rise from point to point.";
    case COOLING_CURVE_RANGE:
        return "The temperatures of a fan curve lie between 0 and 100 degrees Celsius.";
    case COOLING_CURVE_FALLS:
        return "The duty of a fan curve must not fall while the temperature rises.";
    case COOLING_CURVE_WEAK:
        return "A fan curve must reach a duty of 200 of 255 at 85 degrees Celsius or below.";
    }
    return "The fan curve is not valid.";
}

unsigned cooling_curve_fixed(struct agent_fan_point points[AGENT_FAN_POINT_COUNT], uint8_t duty) {
    points[0] = (struct agent_fan_point){.celsius = 0, .duty = duty};
    points[1] = (struct agent_fan_point){.celsius = CURVE_FULL_BY_C, .duty = UINT8_MAX};
    return 2;
}

bool cooling_curve_is_fixed(const struct agent_fan_point *points, unsigned count, uint8_t *duty) {
    *duty = points[0].duty;
    return count == 2 && points[0].celsius == 0 && points[1].celsius == CURVE_FULL_BY_C && points[1].duty == UINT8_MAX;
}

void cooling_curve_default(struct agent_fan *fan) {
    /* The kernel's third level is at 67.5 degrees; whole degrees, on the cool side. */
    static const struct agent_fan_point kernel[] = {{50, 75}, {60, 125}, {67, 175}, {75, 250}};
    fan->point_count = sizeof kernel / sizeof kernel[0];
    memset(fan->point, 0, sizeof fan->point);
    memcpy(fan->point, kernel, sizeof kernel);
}
