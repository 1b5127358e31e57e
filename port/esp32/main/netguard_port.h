/* SPDX-License-Identifier: Apache-2.0
 * netguard_port - gives core/netguard.h what this chip hears of its network, and carries out what it wants. The count of restarts
 * is kept in memory that a restart of the firmware leaves as it is; power-on forgets it. */
#ifndef PORT_ESP32_NETGUARD_PORT_H
#define PORT_ESP32_NETGUARD_PORT_H

#include "core/netguard.h"
#include "port/esp32/main/ethernet.h"
#include "port/esp32/main/loop.h"

#define NETGUARD_PERIOD_MS 5000 /* between two looks at the chip */

struct netguard_port {
    struct netguard guard;
    struct ethernet *ethernet;
    struct loop *loop;
    uint64_t next_ms;
};

void netguard_port_start(struct netguard_port *port, struct ethernet *ethernet, struct loop *loop);
/* Call it each second or so, not from the control loop: a step may take a second. updating: an update is under way. */
void netguard_port_step(struct netguard_port *port, bool updating);

#endif
