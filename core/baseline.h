/* SPDX-License-Identifier: Apache-2.0
 * baseline - what is usual for one node: how long it boots, what it draws idle and halted, and which voices it has.
 * Every figure starts from a default and moves by at most a quarter with one observation, within fixed bounds: one lie moves a
 * judgement a little, never turns it. The boot's first few observations are averaged instead, to be near it soon, and more is
 * waited for than they say. It decides nothing; health and recovery go by it.
 * After a controller restart the caller loads the record it stored; without one the node is learned anew, with caution. */
#ifndef CORE_BASELINE_H
#define CORE_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum baseline_trait {                              /* bits; stored */
                      BASELINE_AGENT = 1 << 0,     /* an agent has reported: silence means something */
                      BASELINE_SERVICE = 1 << 1,   /* ... over the service network */
                      BASELINE_BACKPLANE = 1 << 2, /* ... over the backplane */
                      BASELINE_FAN = 1 << 3,       /* it told of a fan */
};

#define BASELINE_RECORD_SIZE 20

struct baseline {
    uint32_t boot_ms;   /* from the module's release to the first sign of user space */
    uint16_t idle_ma;   /* what it draws with little to do, peripherals included */
    uint16_t halted_ma; /* what it draws with the module halted or cut, peripherals included */
    uint8_t boot_count; /* observations behind each figure, up to 255 */
    uint8_t idle_count;
    uint8_t halted_count;
    uint8_t traits;         /* enum baseline_trait */
    uint16_t saved_idle_ma; /* as in the record stored last */
    bool due;               /* worth storing again */
};

void baseline_init(struct baseline *baseline);
/* False when the bytes are no record; the baseline is then as after baseline_init(). */
bool baseline_load(struct baseline *baseline, const uint8_t *record, size_t size);
/* The bytes to store when due is set; clears it. Every boot and every eighth of change in the idle current: a few a day. */
void baseline_record(struct baseline *baseline, uint8_t record[BASELINE_RECORD_SIZE]);
/* The node's module or its agent was exchanged: learn anew. */
void baseline_forget(struct baseline *baseline);

/* One boot, from release to user space. One that takes long costs patience, one that is told too short might cost a node its
 * boot: whichever of the observations is a lie, a node that restarts unheard in 70 s is given that time. */
void baseline_booted(struct baseline *baseline, uint64_t boot_ms);
#define BASELINE_PERIOD_MS 10000
/* A current while the node is surely up, or surely halted or cut with its channel on; once in BASELINE_PERIOD_MS. */
void baseline_idle(struct baseline *baseline, int32_t ma);
void baseline_halted(struct baseline *baseline, int32_t ma);
void baseline_trait(struct baseline *baseline, enum baseline_trait trait);
bool baseline_has(const struct baseline *baseline, enum baseline_trait trait);

/* How long a start may take before silence is a fault: three usual boots and a minute, 3 to 15 minutes. */
uint32_t baseline_grace_ms(const struct baseline *baseline);
/* How long a node must be hung before it is sure that it is not just restarting by itself: two boots and 30 s, 1 to 5 minutes. Of
 * one that would have said so (abrupt), there is only the boot to wait for: one and 15 s, half a minute to 5. */
uint32_t baseline_confirm_ms(const struct baseline *baseline, bool abrupt);
/* Below this a node that says nothing is halted. fixed_ma, the board's own figure, is the lower bound and all there is until the
 * node's idle current is known. */
int32_t baseline_halted_below_ma(const struct baseline *baseline, int32_t fixed_ma);

#endif
