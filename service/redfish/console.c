/* SPDX-License-Identifier: Apache-2.0
 * A node's last kernel words, and the panic that the store keeps of it. */
#include <stdio.h>
#include <string.h>

#include "service/redfish/crash_log.h"
#include "service/redfish/schema.h"
#include "service/reply.h"

_Static_assert(HTTP_BODY_IN_MAX >= CONSOLE_RING_SIZE, "the console's text is gathered in the request's body");

enum phase { PHASE_ASKED, PHASE_LOADED };

static void write_last_panic(const struct http_exchange *x, struct json_writer *w) {
    struct crash_view crash;
    if (!crash_decode(&crash, (const uint8_t *)x->request.body, x->load.size)) return;
    json_put_object(w, "LastPanic");
    json_put_text(w, "Text", crash.text);
    json_put_time(w, "Time", crash.wall_ms);
    json_object_end(w);
}

static void write_text(struct http_exchange *x, struct json_writer *w, const struct console *console) {
    /* 3 KiB is much for a small stack: a GET has no body, so its memory serves. */
    char *text = x->request.body;
    console_tail(console, text, sizeof x->request.body);
    if (text[0]) json_put_text(w, "Text", text);
}

enum http_next system_console_get(struct core *core, struct http_exchange *x) {
    int index = node_index(x->parent);
    if (index < 0) return system_none(x);
    if (x->phase++ == PHASE_ASKED && crash_log_load(core, x, (unsigned)index, 0)) return HTTP_LOAD;
    const struct console *console = &core->console[index];
    struct json_writer w = reply_writer(x);
    resource_begin(&w, x->request.path, SCHEMA_CONSOLE, "Console", "Kernel console");
    if (x->load.size) write_last_panic(x, &w);
    write_text(x, &w, console);
    json_put_boolean(&w, "Panicked", core->health[index].state == HEALTH_PANICKED);
    if (console->panic_ms) json_put_text(&w, "PanicLine", console->panic_line);
    json_put_integer(&w, "LinesReceived", console->line_count);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
