/* SPDX-License-Identifier: Apache-2.0
 * firmware_link - the twin's side of the firmware's socket: the ESP32 as the firmware process knows it. It turns the life of a
 * connection into the life of the chip: hello is a start, the end without goodbye is a watchdog reset, with goodbye a software
 * reset; and when the board loses its power, the process at the other end is killed, for the chip it stands for is dead. */
#ifndef TWIN_FIRMWARE_LINK_H
#define TWIN_FIRMWARE_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "hal/gpio.h"
#include "hal/i2c.h"
#include "twin/loop.h"

struct twin_process;

struct twin_firmware_link {
    struct twin_watch listener, connection;
    struct hal_gpio gpio;
    struct hal_i2c i2c;
    pid_t pid;       /* of the firmware */
    bool running;    /* hello was answered */
    bool said_hello; /* hello came, perhaps to a board without power */
    bool said_goodbye;
    uint16_t hello_sequence;
    uint16_t netconsole_port, agent_port;
    uint64_t power_on_us; /* of the board, when this firmware started */
};

/* 0, or -1 with errno. */
int twin_firmware_link_open(struct twin_process *twin);
/* After anything may have happened to the board's power. */
void twin_firmware_link_follow_power(struct twin_process *twin);
void twin_firmware_link_close(struct twin_process *twin);

#endif
