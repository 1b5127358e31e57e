/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/ping.h"

#include <string.h>

#define PING_PERIOD_MS 1000 /* as an agent's reports; a second is what core/health counts in */
#define GATEWAY        NODE_COUNT

_Static_assert(GATEWAY < HAL_PING_PEER_COUNT, "the gateway is one peer more");

/* Who is asked, and where. Not a node that is off or has no address; the gateway when there is one. */
static const uint8_t *address_of(const struct bmc *bmc, unsigned peer) {
    static const uint8_t none[4] = {0};
    const struct core *core = &bmc->core;
    bool on = peer == GATEWAY || power_view(&core->power, peer).state == POWER_STATE_ON;
    const uint8_t *address = peer == GATEWAY ? core->network.ipv4_gateway : core->settings.node[peer].service_address;
    return on && memcmp(address, none, sizeof none) != 0 ? address : NULL;
}

/* A request that cannot be sent gets no answer, and that silence is all there is to tell. */
static void ask(struct bmc *bmc) {
    const struct hal_ping *ping = bmc->hal.ping;
    bmc->ping_next_ms = bmc->core.now_ms + PING_PERIOD_MS;
    bmc->ping_awaited = 0;
    for (unsigned i = 0; i <= GATEWAY; i++) {
        const uint8_t *address = address_of(bmc, i);
        if (!address) continue;
        bmc->ping_awaited |= (uint8_t)(1u << i);
        (void)ping->send(ping->ctx, i, address);
    }
}

static void hear(struct bmc *bmc) {
    const struct hal_ping *ping = bmc->hal.ping;
    int answered = ping->take(ping->ctx);
    if (answered < 0) return;
    for (unsigned i = 0; i <= GATEWAY; i++) {
        if (!((unsigned)answered & 1u << i) || !address_of(bmc, i)) continue;
        if (i == GATEWAY)
            bmc->core.heard_ms = bmc->core.now_ms;
        else
            bmc->ping_ms[i] = bmc->core.now_ms;
    }
    bmc->ping_awaited &= (uint8_t)~answered;
}

void ping_step(struct bmc *bmc) {
    if (!bmc->hal.ping) return;
    bool due = bmc->core.now_ms >= bmc->ping_next_ms;
    /* Each look is a call into the port: when all have answered, once a second, so that none is kept for a later life. */
    if (due || bmc->ping_awaited) hear(bmc);
    if (due) ask(bmc);
}
