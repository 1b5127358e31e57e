/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/netguard_port.h"

#include <esp_attr.h>
#include <string.h>

#include "board/super4c.h"
#include "core/crc32.h"
#include "port/esp32/main/clock.h"

static RTC_NOINIT_ATTR struct {
    struct netguard_past past;
    uint32_t crc; /* after power-on the memory holds anything */
} kept;

static uint32_t crc_of(const struct netguard_past *past) { return crc32_of((const uint8_t *)past, sizeof *past); }

void netguard_port_start(struct netguard_port *port, struct ethernet *ethernet, struct loop *loop) {
    bool known = kept.crc == crc_of(&kept.past);
    *port = (struct netguard_port){.ethernet = ethernet, .loop = loop};
    netguard_init(&port->guard, known ? &kept.past : NULL);
}

static void keep(const struct netguard_past *past) {
    kept.past = *past;
    kept.crc = crc_of(past);
}

/* With the lock held. */
static bool is_busy(const struct core *core) {
    bool busy = core->rolling.phase != ROLLING_IDLE;
    for (unsigned i = 0; i < NODE_COUNT; i++) busy = busy || power_view(&core->power, i).act != POWER_ACT_NONE;
    return busy;
}

static void carry_out(struct netguard_port *port, enum netguard_act act) {
    if (act == NETGUARD_RESTART_DRIVER) ethernet_restart_driver(port->ethernet);
    if (act == NETGUARD_RESET_CHIP) ethernet_reset_chip(port->ethernet);
}

void netguard_port_step(struct netguard_port *port, bool updating) {
    struct core *core = &port->loop->bmc.core;
    if (clock_now_ms() < port->next_ms) return;
    struct netguard_in in = {
        .now_ms = clock_now_ms(),
        .link_up = ethernet_link_up(port->ethernet),
        .chip_fault = ethernet_chip_fault(port->ethernet),
        .others_ms = ethernet_others_heard_ms(port->ethernet),
        .gateway_ms = ethernet_gateway_heard_ms(port->ethernet),
    };
    port->next_ms = in.now_ms + NETGUARD_PERIOD_MS;
    loop_lock(port->loop);
    port->loop->link_up = in.link_up;
    in.served_ms = core->heard_ms;
    in.busy = updating || is_busy(core);
    struct netguard_out out = netguard_step(&port->guard, &board_netguard_limits, &in);
    if (out.event.code != EVENT_NONE) core_log(core, &out.event);
    if (out.act == NETGUARD_RESTART_CONTROLLER) core->restart_requested = true; /* in order: the log is stored, pads are held */
    if (out.event.code != EVENT_NONE) loop_poke(port->loop);
    loop_unlock(port->loop);
    keep(&port->guard.past);
    carry_out(port, out.act);
}
