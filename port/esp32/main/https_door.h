/* SPDX-License-Identifier: Apache-2.0
 * https_door - ESP-IDF's esp_http_server as what this port uses it for: it accepts, waits for bytes of all connections that were
 * left to it, and closes them; when there are too many, the one least recently used. It never reads nor writes a byte of theirs.
 * Its header and service/http.h both name the methods of HTTP, so this file is where the one ends and the other begins. */
#ifndef PORT_ESP32_HTTPS_DOOR_H
#define PORT_ESP32_HTTPS_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Its word that it leaves a socket to us, until https_door_give_back(). */
struct https_door_pass;

/* What it asks, from its own task. None of them may wait. */
struct https_door_owner {
    void *ctx;
    void (*opened)(void *ctx, int fd);
    /* Bytes have come, or the end: false when the connection is to be closed, else it becomes ours ... */
    bool (*claim)(void *ctx, int fd);
    /* ... with its pass, or without: then it is closed. */
    void (*claimed)(void *ctx, int fd, struct https_door_pass *pass);
    /* Bytes that select() cannot see. */
    bool (*pending)(void *ctx, int fd);
    /* The descriptor is about to be closed. Never while it is ours. */
    void (*closing)(void *ctx, int fd);
};

/* owner must stay. 0 or -1. */
int https_door_open(const struct https_door_owner *owner, uint16_t port, uint16_t connection_max, unsigned task_priority);
void https_door_give_back(struct https_door_pass *pass);

#endif
