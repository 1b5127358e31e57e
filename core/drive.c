/* SPDX-License-Identifier: Apache-2.0 */
#include "core/drive.h"

#define SENSOR_MIN_DECI_C (-400) /* beyond is no reading: drives are specified from -40 degrees on at the widest */
#define SENSOR_MAX_DECI_C 1500

static struct event said(enum event_code code, int32_t arg) {
    struct event event = event_make(code, 0, NULL);
    event.arg[0] = arg;
    return event;
}

/* What a temperature stands for once every limit is lowered by so much. */
static enum drive_heat heat_at(const struct drive_limits *limits, int16_t deci_c, int16_t lowered_deci_c) {
    if (deci_c >= limits->critical_deci_c - lowered_deci_c) return DRIVE_HOT;
    return deci_c >= limits->caution_deci_c - lowered_deci_c ? DRIVE_WARM : DRIVE_NORMAL;
}

static size_t watch_heat(struct drive *drive, const struct drive_limits *limits, const struct drive_in *in, struct event *event) {
    static const enum event_code codes[] = {EVENT_DRIVE_COOL, EVENT_DRIVE_HOT, EVENT_DRIVE_TOO_HOT};
    int16_t deci_c = in->report->nvme_deci_c;
    enum drive_heat told = (enum drive_heat)drive->heat;
    enum drive_heat up = heat_at(limits, deci_c, 0), down = heat_at(limits, deci_c, limits->hysteresis_deci_c);
    enum drive_heat now = up > told ? up : down < told ? down : told;
    if (now == told) drive->other_ms = 0;
    if (now == told) return 0;
    if (drive->other_ms == 0) drive->other_ms = in->report_ms;
    if (in->report_ms - drive->other_ms < limits->hold_ms) return 0;
    drive->heat = (uint8_t)now;
    drive->other_ms = 0;
    *event = said(codes[now], deci_c / 10);
    return 1;
}

/* It only ever grows, but for another drive in the slot. */
static size_t watch_wear(struct drive *drive, const struct drive_limits *limits, uint8_t percent, struct event *event) {
    bool worn = percent + (drive->worn ? limits->hysteresis_percent : 0) >= limits->worn_percent;
    if (worn == drive->worn) return 0;
    drive->worn = worn;
    *event = said(worn ? EVENT_DRIVE_WORN : EVENT_DRIVE_NOT_WORN, percent);
    return 1;
}

size_t drive_step(struct drive *drive, const struct drive_limits *limits, const struct drive_in *in,
                  struct event events[DRIVE_EVENT_COUNT]) {
    bool fresh = in->report && in->report_ms > in->epoch_ms && in->now_ms - in->report_ms <= limits->fresh_ms;
    size_t count = 0;
    if (drive->report_ms <= in->epoch_ms) drive->heat = DRIVE_NORMAL; /* it has cooled down, or shows its heat again */
    if (!fresh) drive->other_ms = 0;                                  /* times go on with the next reading, not over a gap */
    if (!fresh || in->report_ms == drive->report_ms) return 0;
    drive->report_ms = in->report_ms;
    const struct agent_report *report = in->report;
    bool reads = (report->has & AGENT_HAS_NVME_TEMPERATURE) && report->nvme_deci_c >= SENSOR_MIN_DECI_C &&
                 report->nvme_deci_c <= SENSOR_MAX_DECI_C;
    if (reads) count += watch_heat(drive, limits, in, &events[count]);
    if (!reads) drive->other_ms = 0;
    if (report->has & AGENT_HAS_NVME_WEAR) count += watch_wear(drive, limits, report->nvme_wear_percent, &events[count]);
    return count;
}
