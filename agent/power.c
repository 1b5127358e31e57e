/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/power.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "agent/say.h"

#define SYSTEMD_RUNS "/run/systemd/system" /* sd_booted(3) */

bool power_can(const struct tree *tree, const struct config *config) {
    if (config->shutdown_command[0]) return access(config->shutdown_command, X_OK) == 0;
    return tree_is_own(tree) && geteuid() == 0;
}

/* With the signals that this process waits for. */
static pid_t spawn(const char *program, const char *word) {
    char *const arguments[] = {(char *)program, (char *)word, NULL};
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t pid = -1;
    (void)sigemptyset(&none);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawnp(&pid, program, NULL, &attributes, arguments, environ);
    (void)posix_spawnattr_destroy(&attributes);
    if (error == 0) return pid;
    say("cannot run %s %s: %s", program, word, strerror(error));
    return -1;
}

/* systemd(1), "Signals": a full process table, or no memory, keeps nobody from these. */
static pid_t signal_systemd(enum wire_order what) {
    return kill(1, what == WIRE_REBOOT ? SIGRTMIN + 5 : SIGRTMIN + 4) == 0 ? 0 : -1;
}

/* In a process of its own, because writing everything back takes as long as it takes. */
static pid_t call_kernel(enum wire_order what) {
    pid_t pid = fork();
    if (pid > 0) return pid;
    sync(); /* here, too, when there could be no process */
    (void)reboot(what == WIRE_REBOOT ? RB_AUTOBOOT : RB_POWER_OFF);
    if (pid == 0) _exit(1);
    say("the kernel refuses: %s", strerror(errno));
    return -1;
}

pid_t power_begin(const struct tree *tree, const struct config *config, enum wire_order what) {
    const char *word = what == WIRE_REBOOT ? "reboot" : "poweroff";
    if (!power_can(tree, config)) return -1;
    if (config->shutdown_command[0]) return spawn(config->shutdown_command, word);
    if (access(SYSTEMD_RUNS, F_OK) != 0) return call_kernel(what);
    pid_t pid = spawn("systemctl", word);
    return pid < 0 ? signal_systemd(what) : pid;
}
