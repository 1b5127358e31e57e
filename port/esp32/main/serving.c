/* SPDX-License-Identifier: Apache-2.0 */
#include "port/esp32/main/serving.h"

#include <esp_log.h>

#include "core/check.h"
#include "port/esp32/main/clock.h"
#include "port/esp32/main/datagrams.h"
#include "port/esp32/main/deliver.h"
#include "port/esp32/main/self_check.h"

#define RENEW_LOOK_MS (24 * 3600 * 1000u)

static const char tag[] = "serving";

/* ---- start ---- */

static void start_network(struct serving *serving) {
    static const struct ethernet_ipv4 by_dhcp;
    char host_name[HOST_NAME_SIZE], chosen[HOST_NAME_SIZE];
    loop_lock(serving->loop);
    memcpy(chosen, serving->loop->bmc.core.settings.host_name, sizeof chosen);
    loop_unlock(serving->loop);
    names_choose(host_name, chosen);
    CHECK(ethernet_start(&serving->ethernet, &by_dhcp, host_name) == 0);
    netguard_port_start(&serving->netguard, &serving->ethernet, serving->loop);
    if (names_start(&serving->names, &serving->ethernet, host_name, HTTPS_PORT) != 0)
        ESP_LOGE(tag, "mDNS does not start; the board is found by its address alone");
}

static void start_https(struct serving *serving, const struct hal_store *store, const struct hal_random *random) {
    const char *made = NULL;
    if (tls_identity_start(&serving->identity, store, random, serving->names.host_name, clock_wall_ms() / 1000, &made) != 0) {
        ESP_LOGE(tag, "there is no TLS key and none can be made; HTTPS is not served");
        return;
    }
    if (made != NULL) ESP_LOGI(tag, "%s", made);
    serving->https = https_start(serving->loop, &serving->derive, &serving->identity, random);
    if (serving->https == NULL) ESP_LOGE(tag, "HTTPS does not start");
}

void serving_start(struct serving *serving, struct loop *loop, const struct hal_store *store, const struct hal_random *random) {
    serving->loop = loop;
    CHECK(derive_start(&serving->derive) == 0);
    start_network(serving);
    start_https(serving, store, random);
    if (deliver_start(loop) != 0) ESP_LOGE(tag, "events are not delivered to their listeners");
}

/* ---- from time to time ---- */

/* What is known of the interface goes to the controller, what the owner has chosen comes back. */
static void look(struct serving *serving) {
    struct core *core = &serving->loop->bmc.core;
    struct network network;
    struct settings settings;
    if (clock_now_ms() < serving->look_ms) return;
    serving->look_ms = clock_now_ms() + SERVING_LOOK_MS;
    ethernet_read(&serving->ethernet, &network);
    if (serving->https != NULL) network.https_port = HTTPS_PORT;
    network.agent_port = DATAGRAMS_AGENT_PORT;
    loop_lock(serving->loop);
    core->network = network;
    settings = core->settings;
    loop_unlock(serving->loop);
    names_update(&serving->names, settings.host_name);
    time_sntp_update(&serving->sntp, &settings);
}

/* At once when the clock has been set, then daily. */
static void renew(struct serving *serving) {
    uint64_t now_ms = clock_now_ms(), now_s = clock_wall_ms() / 1000;
    if (now_s == 0 || now_ms < serving->renew_ms) return;
    serving->renew_ms = now_ms + RENEW_LOOK_MS;
    if (tls_identity_renew(&serving->identity, serving->names.host_name, now_s)) ESP_LOGI(tag, "the TLS certificate was renewed");
}

/* Only while a new firmware is on trial. */
static void check_sign_in(struct serving *serving) {
    struct loop *loop = serving->loop;
    loop_lock(loop);
    bool wanted = bmc_wants_sign_in(&loop->bmc);
    loop_unlock(loop);
    if (!wanted || !self_check_sign_in(HTTPS_PORT)) return;
    loop_lock(loop);
    bmc_sign_in_answered(&loop->bmc);
    loop_poke(loop);
    loop_unlock(loop);
}

static bool is_updating(struct serving *serving) {
    loop_lock(serving->loop);
    bool updating = update_under_way(&serving->loop->bmc.core.update);
    loop_unlock(serving->loop);
    return updating;
}

void serving_care(struct serving *serving) {
    netguard_port_step(&serving->netguard, is_updating(serving));
    look(serving);
    if (serving->https == NULL) return;
    https_enforce_deadlines(serving->https);
    renew(serving);
    check_sign_in(serving);
}

void serving_stop(struct serving *serving) {
    if (serving->https != NULL) https_stop(serving->https);
}
