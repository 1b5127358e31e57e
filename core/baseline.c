/* SPDX-License-Identifier: Apache-2.0 */
#include "core/baseline.h"

#include <string.h>

#include "core/bytes.h"

#define RECORD_VERSION 1

#define BOOT_DEFAULT_MS 60000 /* a CM5 boots in 10 to 30 s; a server's services may need a minute (guessed) */
#define BOOT_MIN_MS     2000
#define BOOT_MAX_MS     600000
#define BOOT_SURE_COUNT 4      /* observations; fewer may all lie on one side */
#define GRACE_MIN_MS    180000 /* a file system check now and then must not be cut short (guessed) */
#define GRACE_MAX_MS    900000
#define CONFIRM_MIN_MS  60000
#define ABRUPT_MIN_MS   30000
#define CONFIRM_MAX_MS  300000

#define IDLE_DEFAULT_MA   700 /* CM5, FW: 600 to 754 mA idle */
#define IDLE_MIN_MA       200
#define IDLE_MAX_MA       2000
#define IDLE_SURE_COUNT   30 /* five minutes of observations */
#define HALTED_DEFAULT_MA 60
#define HALTED_MIN_MA     0
#define HALTED_MAX_MA     480 /* POWER_OFF_ON_HALT=0 draws up to 1.8 W, and 120 mA for the peripherals */
#define HALTED_LIMIT_MA   500 /* nothing above this is ever called halted */

void baseline_init(struct baseline *baseline) {
    *baseline = (struct baseline){
        .boot_ms = BOOT_DEFAULT_MS, .idle_ma = IDLE_DEFAULT_MA, .halted_ma = HALTED_DEFAULT_MA, .saved_idle_ma = IDLE_DEFAULT_MA};
}

void baseline_forget(struct baseline *baseline) {
    baseline_init(baseline);
    baseline->due = true;
}

static uint32_t within(uint32_t value, uint32_t low, uint32_t high) { return value < low ? low : value > high ? high : value; }

bool baseline_load(struct baseline *baseline, const uint8_t *record, size_t size) {
    baseline_init(baseline);
    if (!record || size != BASELINE_RECORD_SIZE || !bytes_sealed(record, size)) return false;
    struct bytes_reader reader = bytes_reader(record, size);
    if (bytes_get_u8(&reader) != RECORD_VERSION) return false;
    baseline->traits = bytes_get_u8(&reader);
    baseline->boot_count = bytes_get_u8(&reader);
    baseline->idle_count = bytes_get_u8(&reader);
    baseline->halted_count = bytes_get_u8(&reader);
    baseline->boot_ms = within(bytes_get_u32(&reader), BOOT_MIN_MS, BOOT_MAX_MS);
    baseline->idle_ma = (uint16_t)within(bytes_get_u16(&reader), IDLE_MIN_MA, IDLE_MAX_MA);
    baseline->halted_ma = (uint16_t)within(bytes_get_u16(&reader), HALTED_MIN_MA, HALTED_MAX_MA);
    baseline->saved_idle_ma = baseline->idle_ma;
    return true;
}

void baseline_record(struct baseline *baseline, uint8_t record[BASELINE_RECORD_SIZE]) {
    struct bytes_writer writer = bytes_writer(record, BASELINE_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u8(&writer, baseline->traits);
    bytes_put_u8(&writer, baseline->boot_count);
    bytes_put_u8(&writer, baseline->idle_count);
    bytes_put_u8(&writer, baseline->halted_count);
    bytes_put_u32(&writer, baseline->boot_ms);
    bytes_put_u16(&writer, baseline->idle_ma);
    bytes_put_u16(&writer, baseline->halted_ma);
    bytes_seal(&writer);
    baseline->saved_idle_ma = baseline->idle_ma;
    baseline->due = false;
}

static void count(uint8_t *counter) {
    if (*counter < UINT8_MAX) (*counter)++;
}

/* The figure after one observation: no further away than a share of what it was. */
static uint32_t nearer(uint32_t figure, uint32_t observed, uint32_t down_share, uint32_t up_share) {
    uint32_t down = figure / down_share + 1, up = figure / up_share + 1;
    if (observed < figure) return figure - observed > down ? figure - down : observed;
    return observed - figure > up ? figure + up : observed;
}

void baseline_booted(struct baseline *baseline, uint64_t boot_ms) {
    uint32_t observed_ms = boot_ms > BOOT_MAX_MS ? BOOT_MAX_MS : within((uint32_t)boot_ms, BOOT_MIN_MS, BOOT_MAX_MS);
    count(&baseline->boot_count);
    if (baseline->boot_count < BOOT_SURE_COUNT) { /* the mean: the first whole, then a half, then a third of the way */
        int32_t way_ms = (int32_t)observed_ms - (int32_t)baseline->boot_ms;
        baseline->boot_ms = (uint32_t)((int32_t)baseline->boot_ms + way_ms / baseline->boot_count);
    } else {
        baseline->boot_ms = nearer(baseline->boot_ms, observed_ms, 4, 4);
    }
    baseline->due = true;
}

/* The low end of what is drawn: down by a 32nd, up by a 128th, so that hours of load do not count as idle. */
void baseline_idle(struct baseline *baseline, int32_t ma) {
    uint32_t observed_ma = ma < 0 ? 0 : (uint32_t)ma;
    uint32_t idle_ma = nearer(baseline->idle_ma, observed_ma, 32, 128);
    baseline->idle_ma = (uint16_t)within(idle_ma, IDLE_MIN_MA, IDLE_MAX_MA);
    count(&baseline->idle_count);
    uint32_t far_ma = baseline->saved_idle_ma / 8u;
    bool moved = baseline->idle_ma + far_ma < baseline->saved_idle_ma || baseline->idle_ma > baseline->saved_idle_ma + far_ma;
    if (moved || baseline->idle_count == IDLE_SURE_COUNT) baseline->due = true;
}

void baseline_halted(struct baseline *baseline, int32_t ma) {
    if (ma > HALTED_MAX_MA) return; /* that is no halted module */
    uint32_t before_ma = baseline->halted_ma;
    baseline->halted_ma = (uint16_t)within(nearer(before_ma, ma < 0 ? 0 : (uint32_t)ma, 4, 4), HALTED_MIN_MA, HALTED_MAX_MA);
    count(&baseline->halted_count);
    if (baseline->halted_ma != before_ma) baseline->due = true;
}

void baseline_trait(struct baseline *baseline, enum baseline_trait trait) {
    if (baseline->traits & trait) return;
    baseline->traits |= (uint8_t)trait;
    baseline->due = true;
}

bool baseline_has(const struct baseline *baseline, enum baseline_trait trait) { return (baseline->traits & trait) != 0; }

uint32_t baseline_grace_ms(const struct baseline *baseline) {
    return within(3 * baseline->boot_ms + 60000, GRACE_MIN_MS, GRACE_MAX_MS);
}

/* One observation alone takes no more than a quarter off the default. Where there is only one boot to wait for, it is twice as
 * long as one observation says, half as long again as two say, a third as three. */
uint32_t baseline_confirm_ms(const struct baseline *baseline, bool abrupt) {
    const uint32_t least_ms = BOOT_DEFAULT_MS - BOOT_DEFAULT_MS / 4;
    unsigned count = baseline->boot_count;
    uint32_t boot_ms = baseline->boot_ms;
    if (abrupt && count > 0 && count < BOOT_SURE_COUNT) boot_ms += boot_ms / count;
    if (count == 1 && boot_ms < least_ms) boot_ms = least_ms;
    return abrupt ? within(boot_ms + 15000, ABRUPT_MIN_MS, CONFIRM_MAX_MS)
                  : within(2 * boot_ms + 30000, CONFIRM_MIN_MS, CONFIRM_MAX_MS);
}

/* Halfway between halted and idle when both are known; five eighths of idle when only that is: a hung module draws no less than
 * an idle one. */
int32_t baseline_halted_below_ma(const struct baseline *baseline, int32_t fixed_ma) {
    if (baseline->idle_count < IDLE_SURE_COUNT) return fixed_ma;
    int32_t idle_ma = baseline->idle_ma, halted_ma = baseline->halted_ma;
    bool known = baseline->halted_count > 0 && halted_ma < idle_ma;
    int32_t below_ma = known ? halted_ma + (idle_ma - halted_ma) / 2 : idle_ma * 5 / 8;
    if (below_ma > HALTED_LIMIT_MA) below_ma = HALTED_LIMIT_MA;
    return below_ma < fixed_ma ? fixed_ma : below_ma;
}
