/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/board_link.h"

#include <stdio.h>

#include "port/linux/clock.h"

int board_link_open(struct board_link *board, const char *state_path, uint16_t netconsole_port, uint16_t agent_port,
                    char *problem, size_t problem_size) {
    *board = (struct board_link){.up = true};
    if (twin_client_connect(&board->client, state_path, netconsole_port, agent_port, &board->reset_cause) != 0) {
        snprintf(problem, problem_size, "board: %s", board->client.error);
        return -1;
    }
    twin_client_gpio(&board->client, &board->gpio);
    twin_client_i2c(&board->client, &board->i2c);
    twin_client_ping(&board->client, &board->ping);
    icmp_init(&board->icmp, &board->ping);
    board->ping = icmp_hal(&board->icmp);
    return 0;
}

bool board_link_alive(const struct board_link *board) { return !twin_client_gone(&board->client); }

bool board_link_up(struct board_link *board) {
    uint64_t now_ms = clock_now_ms();
    bool up;
    if (board->polled_ms != 0 && now_ms < board->polled_ms + BOARD_LINK_POLL_MS) return board->up;
    board->polled_ms = now_ms;
    if (twin_client_link(&board->client, &up) == 0) board->up = up; /* no answer is no news about the cable */
    return board->up;
}

void board_link_goodbye(struct board_link *board) {
    icmp_close(&board->icmp);
    twin_client_goodbye(&board->client);
}
