/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/leaving.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "agent/clock.h"

#define SYSTEMD_RUNS   "/run/systemd/system" /* sd_booted(3) */
#define JOBS_SIZE      1024                  /* five lines at the most */
#define UTMP_COUNT_MAX 32                    /* init's records are the first of the file */

/* ---- systemd ---- */

/* The targets that one way or the other end the system; a line is "JOB UNIT TYPE STATE". */
static enum wire_leaving read_jobs(const char *jobs) {
    static const struct {
        const char *job;
        enum wire_leaving why;
    } targets[] = {{"reboot.target start ", WIRE_RESTARTS},
                   {"kexec.target start ", WIRE_RESTARTS},
                   {"poweroff.target start ", WIRE_SHUTS_DOWN},
                   {"halt.target start ", WIRE_SHUTS_DOWN}};
    char line[JOBS_SIZE];
    size_t size = 0;
    for (const char *at = jobs; *at && size < sizeof line - 1; at++) /* its columns are as wide as they need */
        if (*at != ' ' || (size > 0 && line[size - 1] != ' ')) line[size++] = *at;
    line[size] = '\0';
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        if (strstr(line, targets[i].job)) return targets[i].why;
    return WIRE_AGENT_STOPS;
}

static pid_t begin_systemctl(int out_fd) {
    char *const arguments[] = {"systemctl",       "list-jobs",          "--no-legend",
                               "reboot.target",   "soft-reboot.target", "kexec.target",
                               "poweroff.target", "halt.target",        NULL};
    posix_spawn_file_actions_t files;
    pid_t pid = -1;
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
    (void)posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(&pid, arguments[0], &files, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&files);
    return error ? -1 : pid;
}

/* What it prints within the time; the rest is not waited for. */
static void read_until(int fd, char *out, size_t out_size, uint64_t end_ms) {
    size_t size = 0;
    ssize_t part = 1;
    while (part > 0 && size < out_size - 1) {
        uint64_t now_ms = clock_ms();
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        if (now_ms >= end_ms || poll(&polled, 1, (int)(end_ms - now_ms)) <= 0) break;
        part = read(fd, out + size, out_size - 1 - size);
        if (part > 0) size += (size_t)part;
    }
    out[size] = '\0';
}

static enum wire_leaving ask_systemd(void) {
    char jobs[JOBS_SIZE] = "";
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return WIRE_AGENT_STOPS;
    pid_t pid = begin_systemctl(ends[1]);
    (void)close(ends[1]);
    if (pid > 0) {
        read_until(ends[0], jobs, sizeof jobs, clock_ms() + LEAVING_ASK_MS);
        (void)kill(pid, SIGKILL); /* it has said what it had to, or takes too long */
        (void)waitpid(pid, NULL, 0);
    }
    (void)close(ends[0]);
    return read_jobs(jobs);
}

/* ---- init ---- */

/* utmp(5): a record of its own has the runlevel in the lowest byte of its pid; 0 is halt, 6 is reboot. */
static enum wire_leaving read_runlevel(const struct tree *tree) {
    static char records[UTMP_COUNT_MAX * sizeof(struct utmp) + 1];
    ssize_t size = tree_read(tree, records, sizeof records, "/run/utmp");
    int runlevel = 0;
    for (size_t at = 0; size > 0 && at + sizeof(struct utmp) <= (size_t)size; at += sizeof(struct utmp)) {
        struct utmp record;
        memcpy(&record, records + at, sizeof record);
        if (record.ut_type == RUN_LVL) runlevel = record.ut_pid & UINT8_MAX;
    }
    return runlevel == '0' ? WIRE_SHUTS_DOWN : runlevel == '6' ? WIRE_RESTARTS : WIRE_AGENT_STOPS;
}

enum wire_leaving leaving_why(const struct tree *tree) {
    char path[TREE_PATH_SIZE];
    bool systemd = tree_path(tree, path, SYSTEMD_RUNS) && access(path, F_OK) == 0;
    return systemd ? ask_systemd() : read_runlevel(tree);
}
