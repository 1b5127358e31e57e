/* SPDX-License-Identifier: Apache-2.0
 * say - one line to whoever keeps the service's words: standard error, which systemd brings to the journal. Only changes are
 * said. */
#ifndef AGENT_SAY_H
#define AGENT_SAY_H

__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

#endif
