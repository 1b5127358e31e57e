/* SPDX-License-Identifier: Apache-2.0
 * watchdog - pets the node's hardware watchdog, when the configuration names one. Then a node whose agent stands still is reset
 * by its own chip; an agent that ends properly disarms it. */
#ifndef AGENT_WATCHDOG_H
#define AGENT_WATCHDOG_H

struct watchdog {
    int fd; /* -1: none */
};

/* "": none. One that cannot be opened is said once and left alone. */
void watchdog_open(struct watchdog *watchdog, const char *path);
void watchdog_pet(struct watchdog *watchdog);
void watchdog_close(struct watchdog *watchdog);

#endif
