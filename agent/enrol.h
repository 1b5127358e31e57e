/* SPDX-License-Identifier: Apache-2.0
 * enrol - puts the controller's word into the configuration. */
#ifndef AGENT_ENROL_H
#define AGENT_ENROL_H

#include "agent/config.h"

/* Settings beside the word; zero or empty: as the word, or the configuration so far, has them. */
struct enrol_options {
    uint32_t controller[NETWORK_COUNT];
    char interface[NETWORK_COUNT][CONFIG_NAME_SIZE];
    uint16_t port;
};

/* A dash in the word's place reads it from standard input. Starts the service anew where systemd runs. The exit code. */
int enrol(const struct tree *tree, const char *config_path, const char *word_or_dash, const struct enrol_options *options);

#endif
