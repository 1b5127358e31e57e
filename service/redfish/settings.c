/* SPDX-License-Identifier: Apache-2.0
 * What several PATCH handlers share: the owner's settings, stored before they are true. */
#include <string.h>

#include "core/bytes.h"
#include "service/auth.h"
#include "service/body.h"
#include "service/redfish/redfish.h"
#include "service/reply.h"

enum http_next settings_save(struct http_exchange *x, const struct settings *wanted) {
    static const char key[sizeof x->save.key] = "settings";
    memcpy(x->save.key, key, sizeof key);
    x->save.record = (const uint8_t *)x->response.out;
    x->save.size = settings_encode(wanted, (uint8_t *)x->response.out);
    return HTTP_SAVE;
}

bool settings_save_finish(struct core *core, struct http_exchange *x, const char *what) {
    if (x->save.failed) {
        reply_not_saved(x);
        return false;
    }
    struct settings stored;
    if (!settings_decode(&stored, x->save.record, x->save.size)) {
        reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
        return false;
    }
    core_apply_settings(core, &stored);
    auth_log(core, x, event_make(EVENT_SETTING_CHANGED, 0, what));
    return true;
}

/* ---- what a person sticks on a part, and how it is found ---- */

static bool has_control_character(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f) return true;
    return false;
}

bool settings_take_label(struct http_exchange *x, const struct json_value *body, char label[NODE_LABEL_SIZE]) {
    char shown[48];
    const char *text = json_text_of(body, "AssetTag");
    if (!text) return true;
    text_copy(shown, sizeof shown, text);
    bool fits = strlen(text) < NODE_LABEL_SIZE;
    if (fits && !has_control_character(text)) {
        text_copy(label, NODE_LABEL_SIZE, text);
        return true;
    }
    if (fits)
        reply_error(x, 400, MESSAGE(PROPERTY_VALUE_FORMAT, .arg = {shown, "AssetTag"}, .related = "#/AssetTag"));
    else
        reply_error(x, 400, MESSAGE(STRING_TOO_LONG, .arg = {shown, "32"}, .related = "#/AssetTag"));
    return false;
}

static const char *const led_states[LOCATE_COUNT] = {[LOCATE_OFF] = "Off", [LOCATE_LIT] = "Lit", [LOCATE_BLINKING] = "Blinking"};

bool settings_take_locate(struct http_exchange *x, const struct body_shape *shape, const struct json_value *body,
                          uint8_t *locate) {
    const char *led = json_text_of(body, "IndicatorLED");
    bool active;
    if (json_boolean_of(body, "LocationIndicatorActive", &active) && active != (*locate != LOCATE_OFF))
        *locate = active ? LOCATE_BLINKING : LOCATE_OFF;
    for (unsigned i = 0; led && i < LOCATE_COUNT; i++) {
        if (strcmp(led_states[i], led) != 0) continue;
        *locate = (uint8_t)i;
        return true;
    }
    if (led) body_not_in_list(x, shape, "#/IndicatorLED", led);
    return !led;
}

void settings_write_locate(struct json_writer *w, uint8_t locate) {
    json_put_boolean(w, "LocationIndicatorActive", locate != LOCATE_OFF);
    json_put_text(w, "IndicatorLED", led_states[locate < LOCATE_COUNT ? locate : LOCATE_OFF]);
}

uint64_t wall_of(const struct core *core, uint64_t then_ms) {
    if (core->wall_ms == 0 || then_ms > core->now_ms || core->wall_ms < core->now_ms - then_ms) return 0;
    return core->wall_ms - (core->now_ms - then_ms);
}
