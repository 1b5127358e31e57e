/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/loop.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WAIT_MS_MAX 60000 /* any bound will do; a minute keeps the conversion to int safe */

int twin_loop_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int twin_loop_add(int loop_fd, struct twin_watch *watch, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = watch};
    if (epoll_ctl(loop_fd, EPOLL_CTL_ADD, fd, &event) != 0) return -1;
    watch->fd = fd;
    return 0;
}

void twin_loop_want_write(int loop_fd, struct twin_watch *watch, bool want_write) {
    struct epoll_event event = {.events = want_write ? EPOLLOUT : EPOLLIN, .data.ptr = watch};
    (void)epoll_ctl(loop_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void twin_loop_close(int loop_fd, struct twin_watch *watch) {
    if (watch->fd < 0) return;
    /* Explicitly, because a copy of the descriptor in a child would keep the registration alive. */
    (void)epoll_ctl(loop_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    (void)close(watch->fd);
    watch->fd = -1;
}

void twin_loop_wait(int loop_fd, uint64_t now_us, uint64_t until_us) {
    int wait_ms = WAIT_MS_MAX;
    if (until_us <= now_us)
        wait_ms = 0;
    else if ((until_us - now_us) / 1000 < WAIT_MS_MAX)
        wait_ms = (int)((until_us - now_us + 999) / 1000);
    struct epoll_event event;
    if (epoll_wait(loop_fd, &event, 1, wait_ms) != 1) return;
    struct twin_watch *watch = event.data.ptr;
    watch->ready(watch->ctx);
}
