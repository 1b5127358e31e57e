/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/twin/programs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_NAME                                                                                                                \
    "a state directory whose path is much longer than the hundred and seven bytes that a Unix socket's address can hold"
#define ARGUMENT_MAX 12

static char top_dir[] = "/tmp/super4c-twin-XXXXXX";
char programs_state_dir[PATH_MAX];
char programs_output[1 << 16];

int programs_make_state(void **state) {
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(top_dir)) return -1;
    (void)snprintf(programs_state_dir, sizeof programs_state_dir, "%s/" LONG_NAME, top_dir);
    return 0; /* the twin makes the last part itself */
}

int programs_remove_state(void **state) {
    (void)state;
    DIR *directory = opendir(programs_state_dir);
    if (!directory) return -1;
    for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] != '.') (void)unlinkat(dirfd(directory), entry->d_name, 0);
    }
    (void)closedir(directory);
    return rmdir(programs_state_dir) == 0 && rmdir(top_dir) == 0 ? 0 : -1;
}

/* Runs in the child. */
static void become(const char *program, const char *const *arguments, int out_fd) {
    const char *argument[ARGUMENT_MAX + 4] = {program, "--state", programs_state_dir};
    for (int i = 0; i < ARGUMENT_MAX && arguments[i]; i++) argument[3 + i] = arguments[i];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failing test leaves nothing behind */
    (void)dup2(out_fd, STDOUT_FILENO);
    (void)close(out_fd);
    (void)freopen("/dev/null", "w", stderr);
    (void)execv(program, (char *const *)argument);
    _exit(127);
}

static pid_t spawn(const char *program, const char *const *arguments, int *out_fd) {
    int out[2];
    assert_int_equal(pipe(out), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(out[0]);
        become(program, arguments, out[1]);
    }
    (void)close(out[1]);
    *out_fd = out[0];
    return pid;
}

pid_t programs_start(const char *const *arguments, int *out_fd) { return spawn(TWIN_PROGRAM, arguments, out_fd); }

pid_t programs_start_ready(const char *const *arguments) {
    int out_fd;
    char line[32] = "";
    pid_t pid = programs_start(arguments, &out_fd);
    ssize_t size = read(out_fd, line, sizeof line - 1);
    (void)close(out_fd);
    return size > 0 && strcmp(line, "twin ready\n") == 0 ? pid : -1;
}

int programs_exit_code(pid_t pid) {
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int programs_stop(pid_t pid) {
    (void)kill(pid, SIGTERM);
    return programs_exit_code(pid);
}

int programs_ctl(const char *a, const char *b, const char *c) {
    int out_fd;
    const char *const words[] = {a, b, c, NULL};
    pid_t pid = spawn(TWINCTL_PROGRAM, words, &out_fd);
    size_t total_size = 0;
    ssize_t size = 1;
    while (size > 0 && total_size < sizeof programs_output - 1) {
        size = read(out_fd, programs_output + total_size, sizeof programs_output - 1 - total_size);
        if (size > 0) total_size += (size_t)size;
    }
    programs_output[total_size] = '\0';
    (void)close(out_fd);
    return programs_exit_code(pid);
}

void programs_order(const char *a, const char *b, const char *c) { assert_int_equal(programs_ctl(a, b, c), 0); }

void programs_wait_status(const char *text) {
    for (int i = 0; i < 400; i++) {
        programs_order("status", NULL, NULL);
        if (strstr(programs_output, text)) return;
        (void)usleep(50000);
    }
    fail_msg("the status never showed %s:\n%s", text, programs_output);
}
