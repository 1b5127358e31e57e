/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/agents.h"

#include <string.h>

#include "bmc/records.h"
#include "core/check.h"
#include "hal/errors.h"

_Static_assert(HEARTBEAT_TAG_SIZE == HAL_MAC_SIZE, "the tag is the whole of the MAC");

static void load(struct bmc *bmc, unsigned index) {
    const struct hal_store *store = bmc->hal.store;
    struct agent *agent = &bmc->core.agent[index];
    uint8_t random[AGENT_SESSION_SIZE], record[AGENT_RECORD_SIZE];
    char key[RECORD_KEY_SIZE];
    int error = bmc->hal.random->fill(bmc->hal.random->ctx, random, sizeof random);
    CHECK(error == HAL_OK); /* as of every secret, see records.c */
    agent_begin(agent, random);
    records_key(key, "agent", index + 1);
    size_t size = sizeof record;
    error = store->get(store->ctx, key, record, &size);
    if (error == HAL_ERR_NOT_FOUND || (!error && agent_load(agent, record, size))) return;
    struct event event = event_make(EVENT_RECORD_DISCARDED, 0, key);
    core_log(&bmc->core, &event);
}

void agents_load(struct bmc *bmc) {
    for (unsigned i = 0; i < NODE_COUNT; i++) load(bmc, i);
}

static bool is_expected(const struct core *core, unsigned index) {
    enum health_state state = (enum health_state)core->health[index].state;
    bool down = state == HEALTH_HALTED || state == HEALTH_EMPTY || power_view(&core->power, index).state != POWER_STATE_ON;
    return !down && !agent_is_leaving(&core->agent[index]);
}

void agents_step(struct bmc *bmc) {
    struct core *core = &bmc->core;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!agent_lost(&core->agent[i], core->now_ms) || !is_expected(core, i)) continue;
        struct event event = event_make(EVENT_AGENT_LOST, (uint8_t)(i + 1), NULL);
        event.arg[0] = AGENT_LOST_MS / 1000;
        core_log(core, &event);
    }
}

static bool compute_tag(const struct bmc *bmc, unsigned index, const uint8_t *data, size_t size,
                        uint8_t tag[HEARTBEAT_TAG_SIZE]) {
    const struct hal_mac *mac = bmc->hal.mac;
    return mac->hmac_sha256(mac->ctx, bmc->core.agent[index].key, AGENT_KEY_SIZE, data, size, tag) == HAL_OK;
}

size_t agents_heartbeat(struct bmc *bmc, const uint8_t address[16], const uint8_t *data, size_t size,
                        uint8_t answer[HEARTBEAT_ANSWER_MAX]) {
    struct heartbeat heartbeat;
    uint8_t tag[HEARTBEAT_TAG_SIZE];
    if (!bmc->hal.mac || !heartbeat_screen(&bmc->core, address, data, size, &heartbeat)) return 0;
    if (!compute_tag(bmc, heartbeat.index, heartbeat.data, heartbeat.size, tag)) return 0;
    size_t answer_size = heartbeat_serve(&bmc->core, &heartbeat, tag, answer);
    if (answer_size == 0 || !compute_tag(bmc, heartbeat.index, answer, answer_size, &answer[answer_size])) return 0;
    return answer_size + HEARTBEAT_TAG_SIZE;
}
