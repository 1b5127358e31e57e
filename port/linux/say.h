/* SPDX-License-Identifier: Apache-2.0
 * say - one line to whoever watches the program, on standard error. Standard output is kept for the lines that scripts read:
 * "setup code: ..." and "ready: ...". Never says a password or a key. */
#ifndef PORT_LINUX_SAY_H
#define PORT_LINUX_SAY_H

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
