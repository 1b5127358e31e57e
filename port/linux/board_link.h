/* SPDX-License-Identifier: Apache-2.0
 * board_link - the board on Linux: the twin over its Unix socket. Pins and bus come from twin/client.h, pings too but for real
 * addresses (icmp.h); this adds how its loss shows and how often the network link is looked at. Used under the controller's lock.
 * A process that ends without board_link_goodbye() is a crashed chip to the board; either way held pins stay as they are. */
#ifndef PORT_LINUX_BOARD_LINK_H
#define PORT_LINUX_BOARD_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hal/gpio.h"
#include "hal/i2c.h"
#include "hal/ping.h"
#include "hal/reset.h"
#include "port/linux/icmp.h"
#include "twin/client.h"

#define BOARD_LINK_POLL_MS 250 /* a pulled cable is an event within that */

struct board_link {
    struct twin_client client;
    struct hal_gpio gpio;
    struct hal_i2c i2c;
    struct icmp icmp;
    struct hal_ping ping;
    enum hal_reset_cause reset_cause;
    bool up;
    uint64_t polled_ms;
};

/* 0, or -1 with a sentence in problem. */
int board_link_open(struct board_link *board, const char *state_path, uint16_t netconsole_port, uint16_t agent_port,
                    char *problem, size_t problem_size);
bool board_link_alive(const struct board_link *board);
/* The management network's link as last polled. */
bool board_link_up(struct board_link *board);
void board_link_goodbye(struct board_link *board);

#endif
