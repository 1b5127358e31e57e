/* SPDX-License-Identifier: Apache-2.0
 * screen_pages - the words on the display; for core/screen.c alone. */
#ifndef CORE_SCREEN_PAGES_H
#define CORE_SCREEN_PAGES_H

#include "core/screen.h"

/* Writes the page or the notice into screen->text and marks the rows that differ from before. */
void screen_pages_draw(struct screen *screen, const struct core *core);
/* Grave enough for the page of alarms. */
bool screen_pages_alarm(const struct eventlog_entry *entry);

#endif
