/* SPDX-License-Identifier: Apache-2.0
 * programs - super4c-twin and super4c-twinctl as children of a test, in a state directory of their own whose path is longer than
 * sun_path and has spaces in it, because any directory must do. They die with the test. */
#ifndef TESTS_TWIN_PROGRAMS_H
#define TESTS_TWIN_PROGRAMS_H

#include <stddef.h>
#include <sys/types.h>

extern char programs_state_dir[];
extern char programs_output[1 << 16]; /* of the latest super4c-twinctl */

/* Group fixtures: make and remove the directory. 0 or -1. */
int programs_make_state(void **state);
int programs_remove_state(void **state);

/* Starts a twin with the arguments (NULL-terminated) after --state; its standard output is *out_fd. */
pid_t programs_start(const char *const *arguments, int *out_fd);
/* The same, and waits until it says that it is ready: its pid, or -1. */
pid_t programs_start_ready(const char *const *arguments);
/* Asks it to end; its exit code. */
int programs_stop(pid_t pid);
/* Waits for the child; its exit code, or the negative signal. */
int programs_exit_code(pid_t pid);

/* super4c-twinctl with up to three words (NULL: no more); the exit code. */
int programs_ctl(const char *a, const char *b, const char *c);
/* The same, and must succeed. */
void programs_order(const char *a, const char *b, const char *c);
/* Asks for the status until it contains the text; fails the test after 20 s. */
void programs_wait_status(const char *text);

#endif
