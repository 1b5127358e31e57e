/* SPDX-License-Identifier: Apache-2.0
 * config - what the agent is told on its node: /etc/super4c-agent.conf, lines of "name = value". */
#ifndef AGENT_CONFIG_H
#define AGENT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/tree.h"
#include "agent/wire.h"

#define CONFIG_PATH         "/etc/super4c-agent.conf"
#define CONFIG_NAME_SIZE    16 /* an interface, IFNAMSIZ */
#define CONFIG_PATH_SIZE    256
#define CONFIG_FILE_SIZE    4096
#define CONFIG_PROBLEM_SIZE 400

struct config {
    uint8_t node;        /* 1 to 4; 0: not enrolled */
    uint32_t generation; /* of the key */
    uint8_t key[WIRE_KEY_SIZE];
    bool has_generation, has_key;
    uint32_t controller[NETWORK_COUNT]; /* IPv4, host order; 0: nothing is reported over that network */
    uint16_t port;
    char interface[NETWORK_COUNT][CONFIG_NAME_SIZE]; /* "": the one with the CM5's driver for that network */
    char shutdown_command[CONFIG_PATH_SIZE];         /* called with "poweroff" or "reboot"; "": as the system does it */
    char watchdog[CONFIG_PATH_SIZE];                 /* "": not petted */
};

void config_init(struct config *config);
/* 0, or -1 with a sentence in problem: the file is missing (*missing), cannot be read, or has a line that is wrong. */
int config_load(const char *path, struct config *config, bool *missing, char problem[CONFIG_PROBLEM_SIZE]);
/* Whether it holds all that `run` needs; problem says what it lacks. */
bool config_is_enrolled(const struct config *config, char problem[CONFIG_PROBLEM_SIZE]);
/* Replaces the file whole, readable to its owner alone. 0, or -1 with a sentence in problem. */
int config_save(const char *path, const struct config *config, char problem[CONFIG_PROBLEM_SIZE]);
/* a.b.c.d; false when it is none. */
bool config_address(const char *text, uint32_t *address);
bool config_port(const char *text, uint16_t *port);
bool config_interface(const char *text, char out[CONFIG_NAME_SIZE]);

#endif
