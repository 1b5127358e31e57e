/* SPDX-License-Identifier: Apache-2.0
 * names - by which name the board is found: super4c-XXXX, the last digits of its MAC address, unless the owner has chosen one; by
 * DHCP as a host name, and by mDNS as NAME.local with the services _https._tcp and _redfish._tcp. Answers nobody by another name.
 * After a restart: the same. */
#ifndef PORT_ESP32_NAMES_H
#define PORT_ESP32_NAMES_H

#include "core/limits.h"
#include "port/esp32/main/ethernet.h"

struct names {
    struct ethernet *ethernet;
    char host_name[HOST_NAME_SIZE]; /* as announced */
};

/* The name that the owner's setting amounts to; chosen may be empty. */
void names_choose(char name[HOST_NAME_SIZE], const char *chosen);
/* After ethernet_start(), which was given the same name. 0, or -1: the board is found by its address alone. */
int names_start(struct names *names, struct ethernet *ethernet, const char *host_name, uint16_t https_port);
/* The owner may have chosen another one. */
void names_update(struct names *names, const char *chosen);

#endif
