/* SPDX-License-Identifier: Apache-2.0
 * loop - waits for descriptors. One event at a time is handed out, so a handler may close and free whatever it likes. */
#ifndef TWIN_LOOP_H
#define TWIN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* Embedded in whatever owns the descriptor. fd -1: not watched. */
struct twin_watch {
    int fd;
    void *ctx;
    void (*ready)(void *ctx);
};

/* An epoll descriptor, or -1 with errno. */
int twin_loop_open(void);
/* 0, or -1 with errno. */
int twin_loop_add(int loop_fd, struct twin_watch *watch, int fd);
/* Wakes on room to write instead of on input, or back. */
void twin_loop_want_write(int loop_fd, struct twin_watch *watch, bool want_write);
/* Ends the watch and closes the descriptor. */
void twin_loop_close(int loop_fd, struct twin_watch *watch);
/* Waits until something is ready or the time has come (UINT64_MAX: none), and calls one handler. */
void twin_loop_wait(int loop_fd, uint64_t now_us, uint64_t until_us);

#endif
