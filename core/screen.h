/* SPDX-License-Identifier: Apache-2.0
 * screen - what a person at the board reads on the display: 8 rows of 21 characters, four pages that a click turns, the countdown
 * of a reset, and how bright all that is. Pure: bmc/panel.h brings the button and the time, and carries changed rows out.
 * It wakes for a press and for an alarm, which is a critical entry of the event log, and then shows the alarms unless somebody is
 * reading; it dims and then goes dark, as an OLED burns in. A press in the dark only wakes it. It decides nothing about the
 * board. After a controller restart: the first page, bright, and what was logged before counts as read. */
#ifndef CORE_SCREEN_H
#define CORE_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/button.h"
#include "core/core.h"

#define SCREEN_ROW_COUNT    8
#define SCREEN_COLUMN_COUNT 21 /* of 6 points: 126 of the 128 that a display has */

#define SCREEN_DRAW_MS 250     /* figures change no faster than they can be read */
#define SCREEN_DIM_MS  60000   /* after the last press or alarm (guessed) */
#define SCREEN_DARK_MS 1800000 /* half an hour: an OLED lasts some 10,000 bright hours */

enum screen_page { SCREEN_ADDRESS = 0, SCREEN_INPUTS, SCREEN_NODES, SCREEN_ALARMS, SCREEN_PAGE_COUNT };
enum screen_light { SCREEN_BRIGHT = 0, SCREEN_DIM, SCREEN_DARK, SCREEN_LIGHT_COUNT };

/* Shown in place of a page until the next press, or until it dims. */
enum screen_notice {
    SCREEN_NO_NOTICE = 0,
    SCREEN_COUNTDOWN, /* while there is one */
    SCREEN_RESETTING,
    SCREEN_RESET_FAILED,
    SCREEN_RESET_NEEDLESS, /* nobody has set the board up */
    SCREEN_NOTICE_COUNT
};

struct screen {
    char text[SCREEN_ROW_COUNT][SCREEN_COLUMN_COUNT]; /* filled with spaces, not terminated; row 0 is a title */
    uint8_t changed;                                  /* rows the display does not show yet, bit 0 for row 0; whoever shows one
                                                         clears its bit */
    uint8_t page;                                     /* enum screen_page */
    uint8_t light;                                    /* enum screen_light */
    uint8_t notice;                                   /* enum screen_notice */
    uint8_t countdown_s;
    bool waking;            /* the press under way has been used up to wake it */
    uint32_t told_sequence; /* entries of the log up to here have woken it, if they were alarms */
    uint32_t read_sequence; /* alarms up to here were on the display when somebody turned the page */
    uint64_t used_ms;       /* the last press or alarm */
    uint64_t drawn_ms;      /* 0: to be drawn at once */
};

void screen_begin(struct screen *screen, const struct core *core);
void screen_button(struct screen *screen, enum button_act act, uint64_t now_ms);
/* seconds: of the countdown, 0 when there is none. */
void screen_countdown(struct screen *screen, uint8_t seconds, uint64_t now_ms);
void screen_notify(struct screen *screen, enum screen_notice notice);
/* At the time of the core's latest step; any spacing is legal. */
void screen_step(struct screen *screen, const struct core *core);

#endif
