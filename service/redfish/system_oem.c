/* SPDX-License-Identifier: Apache-2.0
 * What the controller knows of a node and Redfish has no word for: the evidence, the order under way, the kernel's last words. */
#include <stdio.h>
#include <string.h>

#include "service/redfish/care.h"
#include "service/redfish/systems.h"

#define LAST_WORDS_SIZE 640 /* on a node's card: about eight lines */

static void write_order(const struct core *core, const struct http_exchange *x, struct json_writer *w,
                        const struct power_view *view) {
    if (view->act != POWER_ACT_NONE) {
        const struct power_task *task = power_task(&core->power, view->task_id);
        char uri[HTTP_PATH_SIZE];
        json_put_object(w, "Order");
        json_put_text(w, "Act", power_act_name(view->act));
        json_put_text(w, "Phase", power_phase_name(view->phase));
        task_uri(view->task_id, uri);
        if (task && task_visible(x, task)) json_put_link(w, "Task", uri);
        json_object_end(w);
    }
    if (view->last_failed) json_put_text(w, "LastOrderFailure", power_failure_text(view->last_failure));
}

static void write_rail(const struct core *core, struct json_writer *w, unsigned index) {
    const struct rail_sample *rail = &core->rail[index];
    if (!rail->valid || rail->taken_ms == 0) return;
    json_put_integer(w, "RailMilliVolts", rail->mv);
    json_put_integer(w, "RailMilliAmps", rail->ma);
    json_put_integer(w, "MeasuredAgeMilliSeconds", rail->taken_ms < core->now_ms ? (int64_t)(core->now_ms - rail->taken_ms) : 0);
}

/* The text's lines as an array. */
static void write_lines(struct json_writer *w, const char *key, const char *text) {
    json_put_array(w, key);
    while (*text) {
        const char *end = strchr(text, '\n');
        size_t length = end ? (size_t)(end - text) : strlen(text);
        json_text_part(w, text, length);
        text += length + (end != NULL);
    }
    json_array_end(w);
}

static void write_words(const struct core *core, struct json_writer *w, unsigned index, const char *uri) {
    const struct console *console = &core->console[index];
    char words[LAST_WORDS_SIZE], console_uri[COLLECTION_URI_SIZE];
    console_tail(console, words, sizeof words);
    snprintf(console_uri, sizeof console_uri, "%s/Oem/Super4C/Console", uri);
    json_put_boolean(w, "Panicked", core->health[index].state == HEALTH_PANICKED);
    if (console->panic_ms) json_put_text(w, "PanicLine", console->panic_line);
    write_lines(w, "LastWords", words);
    json_put_link(w, "Console", console_uri);
}

void system_write_oem(const struct core *core, const struct http_exchange *x, struct json_writer *w, unsigned index,
                      const char *uri) {
    const struct health *health = &core->health[index];
    const uint8_t *address = core->settings.node[index].service_address;
    struct power_view view = power_view(&core->power, index);
    char reason[HEALTH_REASON_SIZE];
    json_put_object(w, "Oem");
    json_put_object(w, "Super4C");
    json_put_text(w, "@odata.type", "#Super4C.v1_0_0.Node");
    json_put_text(w, "State", health_name(health->state));
    json_put_text(w, "StateReason", health_reason(health, reason));
    json_put_integer(w, "StateSeconds",
                     health->since_ms < core->now_ms ? (int64_t)((core->now_ms - health->since_ms) / 1000) : 0);
    json_put_boolean(w, "ModuleEnabled", view.pads.module_on);
    json_put_boolean(w, "ChannelEnabled", view.pads.channel_on);
    write_rail(core, w, index);
    write_order(core, x, w, &view);
    json_put_format(w, "ServiceAddress", "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
    system_write_agent(core, w, index);
    system_write_host(core, w, index);
    care_write_node(core, w, index);
    write_words(core, w, index, uri);
    json_object_end(w);
    json_object_end(w);
}
