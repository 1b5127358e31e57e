/* SPDX-License-Identifier: Apache-2.0
 * button - what a person means with the one button of the controller: a click, or ten seconds of being held. Pure: the caller
 * brings the time and the level.
 * Only a press that was seen to begin counts, so a button that was down before the controller started (it is a boot strap too),
 * and one that is stuck, does nothing until it has been released. Each press has one effect at the most. Nothing is concluded
 * from a time in which nobody looked: a hold begins anew after a gap.
 * After a controller restart: as at the first start. Memory of zeros is a new button. */
#ifndef CORE_BUTTON_H
#define CORE_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

#define BUTTON_WARN_MS   3000  /* longer is no click any more: the countdown begins */
#define BUTTON_HOLD_MS   10000 /* issue 5; nobody leans on it for so long by mistake, reading a countdown */
#define BUTTON_BOUNCE_MS 25    /* a contact comes to rest in 5 to 20 ms */
#define BUTTON_GAP_MS    1000  /* two presses may hide in a longer one */

enum button_act {
    BUTTON_NONE = 0,
    BUTTON_DOWN,  /* went down; what for is not known yet */
    BUTTON_CLICK, /* released before the countdown */
    BUTTON_HELD,  /* is down for BUTTON_HOLD_MS; told once a press */
};

struct button {
    bool armed; /* has been seen released since the start */
    bool down;
    bool spent;        /* this press has had its effect */
    uint16_t lasts_ms; /* how long it has been up or down, BUTTON_HOLD_MS at most */
    uint64_t seen_ms;  /* latest call */
};

/* Any spacing of calls is legal. A press shorter than the spacing may be missed. */
enum button_act button_step(struct button *button, bool pressed, uint64_t now_ms);
/* Seconds until BUTTON_HELD, rounded up; 0 while there is no countdown. */
uint8_t button_countdown_s(const struct button *button);

#endif
