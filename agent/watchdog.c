/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/say.h"

#define TIMEOUT_S 15 /* the CM5's bcm2835 can do 16 at most */

void watchdog_open(struct watchdog *watchdog, const char *path) {
    int timeout_s = TIMEOUT_S;
    watchdog->fd = path[0] ? open(path, O_WRONLY | O_CLOEXEC) : -1;
    if (path[0] && watchdog->fd < 0) say("no watchdog: %s: %s", path, strerror(errno));
    if (watchdog->fd >= 0) (void)ioctl(watchdog->fd, WDIOC_SETTIMEOUT, &timeout_s); /* its own time will do, too */
}

void watchdog_pet(struct watchdog *watchdog) {
    if (watchdog->fd >= 0 && write(watchdog->fd, "\n", 1) < 0) {
        say("the watchdog cannot be petted: %s", strerror(errno));
        (void)close(watchdog->fd);
        watchdog->fd = -1;
    }
}

/* "V" disarms it: the kernel's "magic close". */
void watchdog_close(struct watchdog *watchdog) {
    if (watchdog->fd < 0) return;
    (void)!write(watchdog->fd, "V", 1);
    (void)close(watchdog->fd);
    watchdog->fd = -1;
}
