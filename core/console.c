/* SPDX-License-Identifier: Apache-2.0 */
#include "core/console.h"

#include <string.h>

#include "core/bytes.h"

void console_init(struct console *console) { memset(console, 0, sizeof *console); }

/* ---- one datagram into lines ---- */

struct line {
    char text[CONSOLE_LINE_MAX + 1];
    size_t size;
};

static void ring_put(struct console *console, char c) { console->ring[console->head++ % CONSOLE_RING_SIZE] = c; }

/* Length of the valid UTF-8 character at the start (RFC 3629), 0 when there is none. */
static size_t utf8_length(const uint8_t *at, size_t left) {
    uint8_t lead = at[0];
    size_t length = lead < 0x80                   ? 1
                    : lead >= 0xc2 && lead < 0xe0 ? 2
                    : lead >= 0xe0 && lead < 0xf0 ? 3
                    : lead >= 0xf0 && lead < 0xf5 ? 4
                                                  : 0;
    if (length == 0 || length > left) return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    bool overlong = (lead == 0xe0 && at[1] < 0xa0) || (lead == 0xf0 && at[1] < 0x90);
    bool beyond = (lead == 0xed && at[1] >= 0xa0) || (lead == 0xf4 && at[1] >= 0x90);
    bool c1_control = lead == 0xc2 && at[1] < 0xa0;
    return overlong || beyond || c1_control ? 0 : length;
}

/* One line as a reader may see it: what is not printable becomes '?', a tab a blank. */
static void line_clean(struct line *line, const uint8_t *data, size_t size) {
    line->size = 0;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_length(&data[i], size - i);
        bool control = length == 1 && (data[i] < 0x20 || data[i] == 0x7f);
        size_t needed = length ? length : 1;
        if (data[i] == '\r' || line->size + needed > CONSOLE_LINE_MAX) {
            i += needed;
            continue;
        }
        if (length == 0 || control)
            line->text[line->size++] = data[i] == '\t' ? ' ' : '?';
        else {
            memcpy(&line->text[line->size], &data[i], length);
            line->size += length;
        }
        i += needed;
    }
    line->text[line->size] = '\0';
}

/* "Kernel panic - not syncing: why" without the time stamp before it. */
static bool line_panics(struct console *console, const struct line *line, uint64_t now_ms) {
    const char *panic = strstr(line->text, "Kernel panic - not syncing");
    bool closing = strstr(line->text, "---[ end Kernel panic") != NULL; /* the report's last line repeats its first */
    if (!panic || closing) return false;
    text_copy(console->panic_line, sizeof console->panic_line, panic);
    console->panic_ms = now_ms;
    console->crash_pending = true;
    return true;
}

static void line_marks(struct console *console, const struct line *line, uint64_t now_ms) {
    if (strstr(line->text, "Linux version ")) { /* a new kernel: the old one's panic is history */
        console->panic_ms = 0;
        console->up_ms = 0;
        console->panic_line[0] = '\0';
    }
    bool handed_over = strstr(line->text, " as init process") || strstr(line->text, "systemd[1]:") ||
                       strstr(line->text, "user space is up");
    if (handed_over) console->up_ms = now_ms;
}

static bool line_receive(struct console *console, const uint8_t *data, size_t size, uint64_t now_ms) {
    struct line line;
    line_clean(&line, data, size);
    if (line.size == 0) return false;
    for (size_t i = 0; i < line.size; i++) ring_put(console, line.text[i]);
    ring_put(console, '\n');
    console->line_count++;
    line_marks(console, &line, now_ms);
    return line_panics(console, &line, now_ms);
}

/* ---- the extended format: "level,sequence,timestamp_us,flag[,...];text" and lines " KEY=value" (kernel:
 * Documentation/networking/netconsole) ---- */

struct header {
    bool present, repeated;
    size_t text_at;
};

static struct header read_header(struct console *console, const uint8_t *data, size_t size) {
    struct header header = {0};
    unsigned comma_count = 0;
    uint32_t sequence = 0;
    bool fragment = false;
    for (size_t i = 0; i < size && i < 96; i++) {
        if (data[i] == ';' && comma_count >= 3) {
            header.present = true;
            header.text_at = i + 1;
            break;
        }
        bool digit = data[i] >= '0' && data[i] <= '9';
        if (comma_count < 3 && !digit && data[i] != ',') return header;
        if (comma_count == 1 && digit) sequence = sequence * 10 + (data[i] - (uint32_t)'0');
        if (data[i] == ',') comma_count++;
        if (data[i] == '=') fragment = true; /* ncfrag=offset/total: parts of one record share its sequence */
    }
    if (!header.present) return header;
    header.repeated = console->seq_known && sequence == console->last_seq && !fragment;
    console->last_seq = sequence;
    console->seq_known = true;
    return header;
}

bool console_receive(struct console *console, const uint8_t *data, size_t size, uint64_t now_ms) {
    struct header header = read_header(console, data, size);
    if (header.repeated) return false;
    bool panicked = false;
    size_t start = header.text_at;
    while (start < size) {
        size_t end = start;
        while (end < size && data[end] != '\n') end++;
        bool dictionary = header.present && start > header.text_at && data[start] == ' ';
        if (!dictionary && line_receive(console, &data[start], end - start, now_ms)) panicked = true;
        start = end + 1;
    }
    if (size > 0) console->text_ms = now_ms;
    return panicked;
}

/* ---- reading ---- */

size_t console_tail(const struct console *console, char *out, size_t size) {
    uint32_t held = console->head < CONSOLE_RING_SIZE ? console->head : CONSOLE_RING_SIZE;
    uint32_t room = size - 1 < held ? (uint32_t)(size - 1) : held;
    uint32_t from = console->head - room;
    bool whole = room == console->head; /* nothing older was left out */
    while (!whole && from != console->head) whole = console->ring[from++ % CONSOLE_RING_SIZE] == '\n';
    size_t length = 0;
    for (; from != console->head; from++) out[length++] = console->ring[from % CONSOLE_RING_SIZE];
    out[length] = '\0';
    return length;
}

const char *console_panic_reason(const struct console *console) {
    const char *colon = strchr(console->panic_line, ':');
    const char *reason = colon ? colon + 1 : console->panic_line;
    while (*reason == ' ') reason++;
    return reason;
}

bool console_crash(struct console *console, uint64_t now_ms, uint32_t quiet_ms, char *out, size_t size, size_t *length) {
    if (!console->crash_pending || now_ms < console->text_ms + quiet_ms) return false;
    console->crash_pending = false;
    *length = console_tail(console, out, size);
    return true;
}
