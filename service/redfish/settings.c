/* SPDX-License-Identifier: Apache-2.0
 * What several PATCH handlers share: the owner's settings, stored before they are true. */
#include <string.h>

#include "service/auth.h"
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

uint64_t wall_of(const struct core *core, uint64_t then_ms) {
    if (core->wall_ms == 0 || then_ms > core->now_ms || core->wall_ms < core->now_ms - then_ms) return 0;
    return core->wall_ms - (core->now_ms - then_ms);
}
