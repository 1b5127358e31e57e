/* SPDX-License-Identifier: Apache-2.0 */
#include "core/button.h"

static void look(struct button *button, uint64_t now_ms) {
    uint64_t gap_ms = now_ms - button->seen_ms;
    uint32_t lasts_ms = gap_ms > BUTTON_GAP_MS ? 0 : button->lasts_ms + (uint32_t)gap_ms;
    button->lasts_ms = (uint16_t)(lasts_ms < BUTTON_HOLD_MS ? lasts_ms : BUTTON_HOLD_MS);
    button->seen_ms = now_ms;
}

static enum button_act change(struct button *button) {
    bool click = button->down && !button->spent && button->lasts_ms < BUTTON_WARN_MS;
    /* At the start a press may be under way whose beginning nobody saw: it has no effect. */
    button->spent = !button->down && !button->armed;
    button->down = !button->down;
    button->lasts_ms = 0;
    if (click) return BUTTON_CLICK;
    return button->down && !button->spent ? BUTTON_DOWN : BUTTON_NONE;
}

enum button_act button_step(struct button *button, bool pressed, uint64_t now_ms) {
    look(button, now_ms);
    /* A change is believed when what was before has lasted, so while the contact bounces nothing changes. */
    if (pressed != button->down && button->lasts_ms >= BUTTON_BOUNCE_MS) return change(button);
    if (!pressed && button->lasts_ms >= BUTTON_BOUNCE_MS) button->armed = true;
    if (!button->down || button->spent || button->lasts_ms < BUTTON_HOLD_MS) return BUTTON_NONE;
    button->spent = true;
    return BUTTON_HELD;
}

uint8_t button_countdown_s(const struct button *button) {
    unsigned lasts_ms = button->lasts_ms;
    if (!button->down || button->spent || lasts_ms < BUTTON_WARN_MS) return 0;
    return (uint8_t)((BUTTON_HOLD_MS - lasts_ms + 999) / 1000);
}
