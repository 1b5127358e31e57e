/* SPDX-License-Identifier: Apache-2.0 */
#include "core/screen.h"

#include <string.h>

#include "core/screen_pages.h"

static void wake(struct screen *screen, uint64_t now_ms) {
    screen->used_ms = now_ms;
    screen->light = SCREEN_BRIGHT;
    screen->drawn_ms = 0;
}

void screen_begin(struct screen *screen, const struct core *core) {
    memset(screen, 0, sizeof *screen);
    screen->told_sequence = screen->read_sequence = eventlog_last(&core->log);
    wake(screen, core->now_ms);
}

void screen_button(struct screen *screen, enum button_act act, uint64_t now_ms) {
    if (act == BUTTON_NONE) return;
    if (act == BUTTON_DOWN) {
        screen->waking = screen->light == SCREEN_DARK || screen->notice != SCREEN_NO_NOTICE;
        screen->notice = SCREEN_NO_NOTICE;
    } else if (act == BUTTON_CLICK && !screen->waking) {
        if (screen->page == SCREEN_ALARMS) screen->read_sequence = screen->told_sequence;
        screen->page = (screen->page + 1) % SCREEN_PAGE_COUNT;
    }
    wake(screen, now_ms);
}

void screen_countdown(struct screen *screen, uint8_t seconds, uint64_t now_ms) {
    if (seconds == screen->countdown_s) return;
    screen->countdown_s = seconds;
    screen->notice = seconds ? SCREEN_COUNTDOWN : SCREEN_NO_NOTICE;
    wake(screen, now_ms);
}

void screen_notify(struct screen *screen, enum screen_notice notice) { screen->notice = (uint8_t)notice; }

/* Somebody who is reading is not interrupted: a mark on the page of alarms tells what is new. */
static void watch_alarms(struct screen *screen, const struct core *core) {
    uint32_t last = eventlog_last(&core->log);
    bool alarm = false;
    for (uint32_t sequence = screen->told_sequence + 1; sequence <= last && !alarm; sequence++)
        alarm = screen_pages_alarm(eventlog_find(&core->log, sequence));
    screen->told_sequence = last;
    if (!alarm) return;
    if (screen->light != SCREEN_BRIGHT) screen->page = SCREEN_ALARMS;
    wake(screen, core->now_ms);
}

void screen_step(struct screen *screen, const struct core *core) {
    if (eventlog_last(&core->log) != screen->told_sequence) watch_alarms(screen, core);
    uint32_t idle_ms = (uint32_t)(core->now_ms - screen->used_ms);
    if (idle_ms >= SCREEN_DIM_MS && screen->light != SCREEN_DARK) { /* dark it stays until something wakes it */
        screen->light = idle_ms >= SCREEN_DARK_MS ? SCREEN_DARK : SCREEN_DIM;
        screen->notice = SCREEN_NO_NOTICE;
    }
    if (screen->light == SCREEN_DARK) return;
    if (screen->drawn_ms && core->now_ms - screen->drawn_ms < SCREEN_DRAW_MS) return;
    screen->drawn_ms = core->now_ms;
    screen_pages_draw(screen, core);
}
