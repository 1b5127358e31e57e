/* SPDX-License-Identifier: Apache-2.0
 * agents - the UDP socket at which the nodes' agents report (docs/heartbeat.md), and the thread that answers them. It hands each
 * datagram with its sender's address to the controller and sends the answer back to where that came from; it knows nothing of
 * what is in them. What wrong ones cost the controller is bounded by core/agent.h; what the kernel cannot keep meanwhile is lost,
 * and agents repeat themselves. After a restart: nothing to restore. */
#ifndef PORT_LINUX_AGENTS_H
#define PORT_LINUX_AGENTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGENTS_STEP_MS 20 /* the controller looks at a report within this; its own step is 100 ms apart */

struct loop;

struct agents {
    struct loop *loop;
    int fd, stop_fd;
    pthread_t thread;
    bool started;
};

/* Binds the numeric IPv4 or IPv6 address and the port, 0 for any; on "::" IPv4 is heard as well. 0, or -1 with a sentence in
 * problem. */
int agents_open(struct agents *agents, const char *listen, uint16_t port, char *problem, size_t problem_size);
/* The port it got. */
uint16_t agents_port(const struct agents *agents);
int agents_start(struct agents *agents, struct loop *loop);
void agents_close(struct agents *agents);

#endif
