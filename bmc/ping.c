/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/ping.h"

#define PING_PERIOD_MS 1000 /* as an agent's reports; a second is what core/health counts in */

static uint8_t nodes_on(const struct bmc *bmc) {
    uint8_t mask = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (power_view(&bmc->core.power, i).state == POWER_STATE_ON) mask |= (uint8_t)(1u << i);
    return mask;
}

/* A request that cannot be sent gets no answer, and that silence is all there is to tell. */
static void ask(struct bmc *bmc, uint8_t on) {
    const struct hal_ping *ping = bmc->hal.ping;
    bmc->ping_next_ms = bmc->core.now_ms + PING_PERIOD_MS;
    bmc->ping_awaited = on;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (on & 1u << i) (void)ping->send(ping->ctx, i, bmc->core.settings.node[i].service_address);
}

static void hear(struct bmc *bmc, uint8_t on) {
    const struct hal_ping *ping = bmc->hal.ping;
    int answered = ping->take(ping->ctx);
    if (answered < 0) return;
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (on & (unsigned)answered & 1u << i) bmc->ping_ms[i] = bmc->core.now_ms;
    bmc->ping_awaited &= (uint8_t)~answered;
}

void ping_step(struct bmc *bmc) {
    if (!bmc->hal.ping) return;
    uint8_t on = nodes_on(bmc);
    bool due = bmc->core.now_ms >= bmc->ping_next_ms;
    /* Each look is a call into the port: when all have answered, once a second, so that none is kept for a later life. */
    if (due || bmc->ping_awaited) hear(bmc, on);
    if (due) ask(bmc, on);
}
