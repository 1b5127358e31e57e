/* SPDX-License-Identifier: Apache-2.0
 * client - the firmware's side of the twin: connects, and gives hal_gpio, hal_i2c, hal_ping and the link state over the socket.
 * Calls block until the board has answered, at most TWIN_CLIENT_TIMEOUT_MS. Not for two threads at once: the firmware's lock
 * covers it.
 *
 * What the twin makes of the connection's end: without goodbye the chip crashed, and its watchdog resets it; after goodbye it was
 * a software reset. Either way held pads stay. When the board loses its input power the twin kills this process with SIGKILL, as
 * the chip would die. */
#ifndef TWIN_CLIENT_H
#define TWIN_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/gpio.h"
#include "hal/i2c.h"
#include "hal/ping.h"
#include "hal/reset.h"

#define TWIN_CLIENT_TIMEOUT_MS       2000 /* the twin answers in microseconds; it may share two cores with four booting kernels */
#define TWIN_CLIENT_HELLO_TIMEOUT_MS 10000 /* a board without input power starts nothing: hello waits for it that long */

struct twin_client {
    int fd; /* -1: not connected */
    uint16_t sequence;
    bool gone;       /* the twin went away; nothing will work again */
    char error[120]; /* for people, after connect failed */
};

/* Where this process receives kernel words and hears the nodes' agents on 127.0.0.1, 0 when it does not. On success (0) *cause
 * says why the controller started. HAL_ERR_NOT_FOUND: no twin there; HAL_ERR_TIMEOUT: the board has no power; HAL_ERR_FULL:
 * another firmware is connected; HAL_ERR_IO: anything else. client->error holds a sentence. */
int twin_client_connect(struct twin_client *client, const char *state_dir, uint16_t netconsole_port, uint16_t agent_port,
                        enum hal_reset_cause *cause);
/* The client must outlive them. */
void twin_client_gpio(struct twin_client *client, struct hal_gpio *gpio);
void twin_client_i2c(struct twin_client *client, struct hal_i2c *i2c);
/* Pings of the nodes' stand-ins on the loopback (twin/ping.h); another address is an argument error. */
void twin_client_ping(struct twin_client *client, struct hal_ping *ping);
/* The W5500's link: 0 with *up, or a negative hal_error. */
int twin_client_link(struct twin_client *client, bool *up);
/* True once the twin went away. */
bool twin_client_gone(const struct twin_client *client);
/* A restart on purpose (Manager.Reset, the end of the program): held pads stay. Closes the connection. */
void twin_client_goodbye(struct twin_client *client);

#endif
