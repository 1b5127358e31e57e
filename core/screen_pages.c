/* SPDX-License-Identifier: Apache-2.0 */
#include "core/screen_pages.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/version.h"

#define LINE_SIZE   (4 * SCREEN_COLUMN_COUNT + 1) /* UTF-8 has up to four bytes a character */
#define ALARM_SIZE  160                           /* seven rows, which is the page */
#define FIGURE_SIZE 16

/* ---- rows ---- */

struct pen {
    struct screen *screen;
    unsigned row; /* the next one */
};

/* A character beyond ASCII is one place wide, like any other: its first byte stands for it, and the font shows a box. */
static void put_row(struct pen *pen, const char *text, size_t size) {
    char row[SCREEN_COLUMN_COUNT];
    size_t used = 0;
    if (pen->row >= SCREEN_ROW_COUNT) return;
    memset(row, ' ', sizeof row);
    for (size_t i = 0; i < size && used < sizeof row; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80) row[used++] = text[i];
    char *old = pen->screen->text[pen->row];
    if (memcmp(old, row, sizeof row) != 0) pen->screen->changed |= (uint8_t)(1u << pen->row);
    memcpy(old, row, sizeof row);
    pen->row++;
}

__attribute__((format(printf, 2, 3))) static void line(struct pen *pen, const char *format, ...) {
    char text[LINE_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    put_row(pen, text, strlen(text));
}

/* As much as one row takes, up to the end of a word if there is one. */
static size_t row_size(const char *text) {
    size_t size = strlen(text);
    if (size <= SCREEN_COLUMN_COUNT) return size;
    for (size = SCREEN_COLUMN_COUNT; size > 0; size--)
        if (text[size] == ' ') return size;
    return SCREEN_COLUMN_COUNT;
}

static void paragraph(struct pen *pen, const char *text, unsigned row_count_max) {
    for (unsigned i = 0; *text && i < row_count_max; i++) {
        size_t size = row_size(text);
        put_row(pen, text, size);
        text += size;
        while (*text == ' ') text++;
    }
}

static void title(struct pen *pen, const char *text) {
    line(pen, "%-17.17s %u/%u", text, pen->screen->page + 1u, (unsigned)SCREEN_PAGE_COUNT);
}

/* ---- figures ---- */

/* An idle input reads a few mA backwards. */
static int not_negative(int32_t value) { return value > 0 ? (int)value : 0; }

/* At most 26 V and 8 A, by what the sensors can tell. */
static int milliwatts(const struct rail_sample *sample) { return not_negative(sample->mv) * not_negative(sample->ma) / 1000; }

/* Volts, amperes or watts from their thousandths. */
static const char *figure(int32_t thousandths, char out[FIGURE_SIZE]) {
    int hundredths = not_negative(thousandths) / 10;
    snprintf(out, FIGURE_SIZE, "%d.%02d", hundredths / 100, hundredths % 100);
    return out;
}

static const char *age_text(uint64_t ms, char out[FIGURE_SIZE]) {
    unsigned minutes = (unsigned)(ms / 60000), hours = minutes / 60;
    bool long_ago = hours >= 48;
    snprintf(out, FIGURE_SIZE, "%u %s", long_ago ? hours / 24 : hours ? hours : minutes, long_ago ? "d" : hours ? "h" : "min");
    return out;
}

/* ---- pages ---- */

static bool is_set(const uint8_t *address, size_t size) {
    static const uint8_t none[16];
    return memcmp(address, none, size) != 0;
}

/* Without the short form of zeros, which would take more code than it saves letters. */
static void put_ipv6(struct pen *pen, const uint8_t address[16]) {
    char text[LINE_SIZE];
    size_t used = 0;
    for (unsigned i = 0; i < 16; i += 2)
        used += (size_t)snprintf(&text[used], sizeof text - used, ":%x", address[i] << 8 | address[i + 1]);
    paragraph(pen, &text[1], 2);
}

static void draw_network(struct pen *pen, const struct network *network) {
    const struct network_ipv6 *v6 = network->ipv6;
    const uint8_t *v4 = network->ipv4;
    for (unsigned i = 1; i < NETWORK_IPV6_COUNT && v6->origin == NETWORK_LINK_LOCAL; i++)
        if (is_set(network->ipv6[i].address, sizeof v6->address)) v6 = &network->ipv6[i];
    if (is_set(v4, sizeof network->ipv4)) line(pen, "%u.%u.%u.%u", v4[0], v4[1], v4[2], v4[3]);
    if (is_set(v6->address, sizeof v6->address)) put_ipv6(pen, v6->address);
    if (pen->row == 1) line(pen, "No address");
}

static void draw_address(struct pen *pen, const struct core *core) {
    char age[FIGURE_SIZE];
    title(pen, core->settings.host_name);
    draw_network(pen, &core->network);
    if (!core->link_up) line(pen, "No network link");
    put_row(pen, "", 0);
    if (core->setup_code[0]) {
        line(pen, "Setup code of admin:");
        line(pen, "  %s", core->setup_code);
    } else {
        line(pen, "Up %s", age_text(core->now_ms - core->started_ms, age));
        line(pen, "Version %s", SUPER4C_VERSION);
    }
}

static const char *input_word(const struct inputs *inputs, const struct input_view *view) {
    if (!view->present) return "absent";
    if (!view->in_range) return view->sample.mv < inputs->limits.min_mv ? "too low" : "too high";
    return view->carrying ? "carries" : "ready";
}

static void draw_input(struct pen *pen, const struct inputs *inputs, unsigned index) {
    const struct input_view *view = &inputs->view[index];
    const struct rail_sample *sample = &view->sample;
    char first[FIGURE_SIZE], second[FIGURE_SIZE];
    if (!view->known || !sample->valid) {
        line(pen, "DC%u not measured", index + 1);
        return;
    }
    line(pen, "DC%u %s V %s", index + 1, figure(sample->mv, first), input_word(inputs, view));
    line(pen, "    %s A %s W", figure(sample->ma, first), figure(milliwatts(sample), second));
}

static void draw_inputs(struct pen *pen, const struct core *core) {
    title(pen, "Inputs");
    for (unsigned i = 0; i < INPUT_COUNT; i++) draw_input(pen, &core->inputs, i);
    if (core->inputs.settled) line(pen, core->inputs.redundant ? "Redundant" : "Not redundant");
}

/* What a person should do something about, or wait for the controller to do it. */
static bool is_wrong(const struct health *health) {
    static const uint16_t wrong = 1u << HEALTH_PANICKED | 1u << HEALTH_FAILED | 1u << HEALTH_BUSY | 1u << HEALTH_DEGRADED |
                                  1u << HEALTH_HUNG | 1u << HEALTH_UNKNOWN;
    return wrong >> health->state & 1;
}

static void draw_node(struct pen *pen, unsigned number, const struct health *health, const struct rail_sample *rail) {
    char watts[FIGURE_SIZE];
    line(pen, "%u %-9s %s%s", number, health_name((enum health_state)health->state),
         rail->valid ? figure(milliwatts(rail), watts) : "", rail->valid ? " W" : "");
}

/* Four rows for the states; what is left goes to the reasons. */
static void draw_nodes(struct pen *pen, const struct core *core) {
    unsigned wrong_count = 0, spare_count = SCREEN_ROW_COUNT - 1 - NODE_COUNT; /* below the title */
    title(pen, "Nodes");
    for (unsigned i = 0; i < NODE_COUNT; i++) wrong_count += is_wrong(&core->health[i]);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        const struct health *health = &core->health[i];
        draw_node(pen, i + 1, health, &core->rail[i]);
        if (!is_wrong(health)) continue;
        char reason[HEALTH_REASON_SIZE];
        unsigned first_row = pen->row;
        paragraph(pen, health_reason(health, reason), (spare_count + wrong_count - 1) / wrong_count);
        spare_count -= pen->row - first_row;
        wrong_count--;
    }
}

bool screen_pages_alarm(const struct eventlog_entry *entry) {
    const struct event_type *type = entry ? event_type(entry->event.code) : NULL;
    return type && type->severity == EVENT_CRITICAL;
}

/* "! 5 min: Node 2: ..."; a mark when nobody has read it yet, the age when the clock was and is set. */
static void draw_alarm(struct pen *pen, const struct core *core, const struct eventlog_entry *entry) {
    char text[ALARM_SIZE], age[FIGURE_SIZE];
    bool dated = entry->wall_ms && core->wall_ms >= entry->wall_ms;
    size_t used = (size_t)snprintf(text, sizeof text, "%s%s%s", entry->sequence > pen->screen->read_sequence ? "! " : "",
                                   dated ? age_text(core->wall_ms - entry->wall_ms, age) : "", dated ? ": " : "");
    event_message(&entry->event, &text[used], sizeof text - used);
    paragraph(pen, text, SCREEN_ROW_COUNT);
}

/* The latest first, as many as there is room for. */
static void draw_alarms(struct pen *pen, const struct core *core) {
    const struct eventlog *log = &core->log;
    title(pen, "Alarms");
    for (uint32_t sequence = eventlog_last(log); sequence >= eventlog_first(log) && pen->row < SCREEN_ROW_COUNT; sequence--) {
        const struct eventlog_entry *entry = eventlog_find(log, sequence);
        if (screen_pages_alarm(entry)) draw_alarm(pen, core, entry);
    }
    if (pen->row == 1) line(pen, "None");
}

static void draw_notice(struct pen *pen, const struct screen *screen) {
    static const char *const words[SCREEN_NOTICE_COUNT] = {
        [SCREEN_COUNTDOWN] = "Release the button to cancel. Nodes are not touched.",
        [SCREEN_RESETTING] = "The controller restarts.",
        [SCREEN_RESET_FAILED] = "Failed: see the event log.",
        [SCREEN_RESET_NEEDLESS] = "Nothing is set yet.",
    };
    line(pen, "Factory reset");
    put_row(pen, "", 0);
    if (screen->notice == SCREEN_COUNTDOWN) line(pen, "in %u s", screen->countdown_s);
    paragraph(pen, words[screen->notice], SCREEN_ROW_COUNT);
}

void screen_pages_draw(struct screen *screen, const struct core *core) {
    static void (*const pages[SCREEN_PAGE_COUNT])(struct pen *, const struct core *) = {draw_address, draw_inputs, draw_nodes,
                                                                                        draw_alarms};
    struct pen pen = {.screen = screen};
    if (screen->notice != SCREEN_NO_NOTICE)
        draw_notice(&pen, screen);
    else
        pages[screen->page](&pen, core);
    while (pen.row < SCREEN_ROW_COUNT) put_row(&pen, "", 0);
}
