/* SPDX-License-Identifier: Apache-2.0
 * console - one node's last kernel words as received over the network, and the panic among them.
 * A ring of text lines: a flood pushes out old text and nothing else. Bytes that are not printable UTF-8 text are replaced, so no
 * node can put control characters before a reader. Not authenticated: the words are shown as the node's, they decide nothing
 * here. A controller restart loses the ring; the crash record (console_crash) is stored by the caller and survives. */
#ifndef CORE_CONSOLE_H
#define CORE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"

struct console {
    char ring[CONSOLE_RING_SIZE];
    uint32_t head;       /* bytes ever written; position is head % size */
    uint32_t line_count; /* lines ever received */
    uint64_t text_ms;    /* last text, 0 never */
    uint64_t panic_ms;   /* last "Kernel panic", 0 never */
    uint64_t up_ms;      /* last sign of user space, 0 never */
    char panic_line[96]; /* the sentence itself, without its prefix */
    uint32_t last_seq;   /* of the extended format, to drop repeats */
    bool seq_known;
    bool crash_pending; /* a panic was seen and its text not yet handed out */
};

void console_init(struct console *console);
/* One netconsole datagram, plain lines or the extended format "level,seq,ts_us,flag;text". True when it holds a new panic. */
bool console_receive(struct console *console, const uint8_t *data, size_t size, uint64_t now_ms);
/* What the latest panic's sentence gives as its cause. */
const char *console_panic_reason(const struct console *console);
/* The newest whole lines that fit, oldest first, terminated. Returns the length. */
size_t console_tail(const struct console *console, char *out, size_t size);
/* The text of a panic not yet handed out, once the node was quiet for quiet_ms or at once when quiet_ms is 0. */
bool console_crash(struct console *console, uint64_t now_ms, uint32_t quiet_ms, char *out, size_t size, size_t *length);

#endif
