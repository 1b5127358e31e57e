/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/bmc.h"

#include <string.h>

#include "bmc/agents.h"
#include "bmc/care.h"
#include "bmc/firmware.h"
#include "bmc/listeners.h"
#include "bmc/panel.h"
#include "bmc/records.h"
#include "bmc/sensors.h"
#include "core/bytes.h"
#include "core/check.h"
#include "core/power_agent.h"
#include "hal/errors.h"

#define SAMPLE_PERIOD_MS   110   /* just over one conversion cycle of the sensors */
#define POWER_TURN_COUNT   8     /* an order needs three turns before its first pin; the rest is reserve */
#define CRASH_QUIET_MS     1000  /* a panic's text is complete when nothing came for a second */
#define PANIC_EVENT_GAP_MS 10000 /* netconsole is not authenticated: it shall not fill the log */

/* ---- time ---- */

static uint64_t tick(struct bmc *bmc) {
    const struct hal_clock *clock = bmc->hal.clock;
    bmc->core.now_ms = clock->now_us(clock->ctx) / 1000;
    bmc->core.wall_ms = clock->wall_ms(clock->ctx);
    return bmc->core.now_ms;
}

/* ---- start ---- */

static const char *cause_text(enum hal_reset_cause cause) {
    switch (cause) {
    case HAL_RESET_POWER_ON:
        return "power-on";
    case HAL_RESET_EXTERNAL:
        return "external";
    case HAL_RESET_BROWNOUT:
        return "brownout";
    case HAL_RESET_RTC_WATCHDOG:
        return "rtc watchdog";
    case HAL_RESET_SOFTWARE:
        return "software";
    case HAL_RESET_PANIC:
        return "panic";
    case HAL_RESET_WATCHDOG:
        return "watchdog";
    case HAL_RESET_UNKNOWN:
        break;
    }
    return "unknown";
}

static int adopt_pins(struct bmc *bmc) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct power_pins_driver *pins = &bmc->pins[i];
        int error = power_pins_adopt(pins, bmc->hal.gpio, board_pin_pmic_enable[i], board_pin_psu_off[i]);
        if (error) return error;
        bmc->pads[i] = (struct power_pins){.module_on = pins->module_on, .channel_on = pins->channel_on};
        bmc->pads_valid[i] = true;
    }
    return HAL_OK;
}

static void adopt_power(struct bmc *bmc) {
    enum hal_reset_cause cause = bmc->hal.reset_cause;
    struct power_adopted adopted = {
        .now_ms = bmc->core.now_ms,
        .wall_ms = bmc->core.wall_ms,
        .power_on = cause == HAL_RESET_POWER_ON || cause == HAL_RESET_BROWNOUT,
        .holds_lost = cause == HAL_RESET_EXTERNAL || cause == HAL_RESET_RTC_WATCHDOG,
    };
    uint8_t record[NODE_COUNT][POWER_RECORD_SIZE];
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        adopted.node[i].pads = bmc->pads[i];
        adopted.node[i].record = records_load_power(bmc, i, record[i]);
        adopted.node[i].restore = (enum power_restore)bmc->core.settings.node[i].restore;
        adopted.node[i].delays = core_power_delays(&bmc->core.settings, i);
    }
    power_adopt(&bmc->core.power, &board_limits.power, &adopted);
}

int bmc_start(struct bmc *bmc, const struct bmc_hal *hal) {
    memset(bmc, 0, sizeof *bmc);
    bmc->hal = *hal;
    bmc->core.started_ms = tick(bmc);
    int error = adopt_pins(bmc); /* before anything that could fail or take long */
    if (error) return error;
    records_load(bmc);
    adopt_power(bmc);
    inputs_init(&bmc->core.inputs, &board_limits.inputs);
    bmc->core.cooling_limits = board_limits.cooling;
    bmc->core.drive_limits = board_limits.drive;
    for (unsigned i = 0; i < NODE_COUNT; i++) console_init(&bmc->core.console[i]);
    for (unsigned chip = 0; chip < BOARD_INA3221_COUNT; chip++)
        ina3221_init(&bmc->sensor[chip], board_ina3221_address[chip], BOARD_SHUNT_UOHM);
    text_copy(bmc->core.started_cause, sizeof bmc->core.started_cause, cause_text(hal->reset_cause));
    struct event event = event_make(EVENT_CONTROLLER_STARTED, 0, bmc->core.started_cause);
    core_log(&bmc->core, &event);
    panel_begin(bmc);
    firmware_begin(bmc);
    return HAL_OK;
}

bool bmc_is_fresh(const struct bmc *bmc) { return accounts_empty(&bmc->core.accounts); }

int bmc_seed_admin(struct bmc *bmc, const struct password_hash *hash, bool must_change) {
    if (!bmc_is_fresh(bmc)) return HAL_OK;
    struct account admin = {
        .name = "admin", .role = ROLE_ADMINISTRATOR, .enabled = true, .must_change = must_change, .generation = 1, .hash = *hash};
    int slot = -1;
    uint8_t record[ACCOUNT_RECORD_SIZE];
    enum account_error refused = accounts_put(&bmc->core.accounts, &slot, &admin, record);
    CHECK(refused == ACCOUNT_OK);
    char key[RECORD_KEY_SIZE];
    records_key(key, "acct", (unsigned)slot);
    int error = bmc->hal.store->put(bmc->hal.store->ctx, key, record, sizeof record);
    if (error) return error;
    accounts_commit(&bmc->core.accounts, slot, &admin);
    if (must_change) {
        struct event event = event_make(EVENT_SETUP_PENDING, 0, NULL);
        core_log(&bmc->core, &event);
        return HAL_OK;
    }
    bmc->core.setup_code[0] = '\0';
    return bmc->hal.store->erase(bmc->hal.store->ctx, "setup");
}

/* ---- crash texts ---- */

static void keep_crash(struct bmc *bmc, unsigned index, uint32_t quiet_ms) {
    struct crash *crash = &bmc->crash;
    size_t length;
    if (!console_crash(&bmc->core.console[index], bmc->core.now_ms, quiet_ms, crash_text(crash), CRASH_TEXT_SIZE, &length))
        return;
    if (!crash_may_keep(&bmc->core.crashes[index], bmc->core.now_ms)) return;
    crash->wall_ms = bmc->core.wall_ms;
    records_save_crash(bmc, index);
}

/* ---- power ---- */

static void read_pads(struct bmc *bmc) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct power_pins *pads = &bmc->pads[i];
        bmc->pads_valid[i] = power_pins_read(&bmc->pins[i], bmc->hal.gpio, &pads->module_on, &pads->channel_on) == HAL_OK;
    }
}

/* True when a pin moved. A pin that cannot be written shows as a pad that does not follow, which the core tells. */
static bool write_pins(struct bmc *bmc, const struct power_out *out) {
    bool moved = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct power_pins_driver *pins = &bmc->pins[i];
        struct power_pins want = out->pins[i];
        if (want.module_on == pins->module_on && want.channel_on == pins->channel_on) continue;
        if (!want.module_on) keep_crash(bmc, i, 0); /* the reset must not cost the panic's text */
        moved = power_pins_set(pins, bmc->hal.gpio, want.module_on, want.channel_on) == HAL_OK || moved;
    }
    if (moved) bmc->pins_done_ms = tick(bmc);
    return moved;
}

static bool write_journal(struct bmc *bmc, const struct power_out *out) {
    bool any = false;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!out->save[i]) continue;
        power_saved(&bmc->core.power, i, records_save_power(bmc, i));
        any = true;
    }
    return any;
}

static struct power_node_in power_evidence(const struct bmc *bmc, unsigned index) {
    const struct core *core = &bmc->core;
    enum health_state state = core->health[index].state;
    return (struct power_node_in){.pads = bmc->pads[index],
                                  .pads_valid = bmc->pads_valid[index],
                                  .halted = state == HEALTH_HALTED || state == HEALTH_EMPTY,
                                  .agent = power_agent_of(&core->agent[index], core->now_ms),
                                  .rail = core->rail[index]};
}

/* Steps the power core until it waits for time or evidence. Returns when it wants to be called again. */
static uint64_t run_power(struct bmc *bmc) {
    struct core *core = &bmc->core;
    uint64_t wake_ms = core->now_ms;
    bool again = true, moved = true;
    for (unsigned turn = 0; again && turn < POWER_TURN_COUNT; turn++) {
        if (moved) read_pads(bmc); /* eight calls into the hardware; between two journal entries nothing has changed */
        struct power_in in = {.now_ms = tick(bmc), .pins_done_ms = bmc->pins_done_ms};
        for (unsigned i = 0; i < NODE_COUNT; i++) in.node[i] = power_evidence(bmc, i);
        struct power_out out;
        power_step(&core->power, &in, core->wall_ms, &out);
        for (unsigned i = 0; i < NODE_COUNT; i++) power_agent_ask(&core->agent[i], &out.ask[i]);
        for (size_t i = 0; i < out.event_count; i++) core_log(core, &out.events[i]);
        wake_ms = out.wake_ms;
        moved = write_pins(bmc, &out);
        again = write_journal(bmc, &out) || moved;
    }
    return again ? core->now_ms : wake_ms;
}

static void expire_sessions(struct bmc *bmc) {
    struct session session;
    while (sessions_expire(&bmc->core.sessions, bmc->core.now_ms, &session)) {
        struct event event = event_make(EVENT_SESSION_EXPIRED, 0, session.origin.actor);
        event.origin = session.origin;
        core_log(&bmc->core, &event);
    }
}

uint64_t bmc_step(struct bmc *bmc) {
    uint64_t now_ms = tick(bmc);
    uint64_t wake_ms = run_power(bmc); /* before the sampling: an order does not wait for it */
    if (now_ms >= bmc->sample_ms) {
        bmc->sample_ms = now_ms + SAMPLE_PERIOD_MS;
        sensors_sample(bmc);
        wake_ms = run_power(bmc);
        care_step(bmc);
        expire_sessions(bmc);
        agents_step(bmc);
        for (unsigned i = 0; i < NODE_COUNT; i++) keep_crash(bmc, i, CRASH_QUIET_MS);
    }
    wake_ms = panel_step(bmc, wake_ms); /* orders and sensors go first */
    /* If the store refuses, the node has started all the same, and the failure is in the log. */
    if (core_spend_boot_overrides(&bmc->core)) (void)records_save_settings(bmc);
    listeners_save_positions(bmc, false);
    if (firmware_step(bmc)) wake_ms = now_ms; /* more of it is due */
    records_save_log(bmc);
    return wake_ms < bmc->sample_ms ? wake_ms : bmc->sample_ms;
}

/* ---- what comes from outside ---- */

static void load(struct bmc *bmc, struct http_exchange *x) {
    const struct hal_store *store = bmc->hal.store;
    size_t size = sizeof x->request.body;
    int error = store->get(store->ctx, x->load.key, (uint8_t *)x->request.body, &size);
    x->load.size = error ? 0 : size;
}

static void digest(struct bmc *bmc, struct http_exchange *x) {
    const struct hal_mac *mac = bmc->hal.mac;
    x->digest.failed = !mac || mac->sha256(mac->ctx, x->digest.data, x->digest.size, x->digest.out) != HAL_OK;
}

enum http_next bmc_http(struct bmc *bmc, struct http_exchange *x) {
    const struct hal_store *store = bmc->hal.store;
    enum http_next next;
    for (;;) {
        tick(bmc);
        next = http_step(&bmc->core, x, bmc->core.now_ms, bmc->core.wall_ms);
        if (next == HTTP_SAVE && x->save.size > 0)
            x->save.failed = !records_put(bmc, x->save.key, x->save.record, x->save.size);
        else if (next == HTTP_SAVE)
            x->save.failed = store->erase(store->ctx, x->save.key) != HAL_OK;
        else if (next == HTTP_LOAD)
            load(bmc, x);
        else if (next == HTTP_DIGEST)
            digest(bmc, x);
        else if (next == HTTP_FIRMWARE)
            firmware_do(bmc, x);
        else if (next == HTTP_STEP)
            bmc_step(bmc);
        else
            break;
    }
    if (next == HTTP_DONE) firmware_leave(bmc, x);
    records_save_log(bmc); /* whoever is answered may rely on what the log says of it */
    return next;
}

void bmc_http_gone(struct bmc *bmc, struct http_exchange *x) {
    tick(bmc);
    firmware_leave(bmc, x);
    records_save_log(bmc);
}

void bmc_netconsole(struct bmc *bmc, const uint8_t address[4], const uint8_t *data, size_t size) {
    struct core *core = &bmc->core;
    uint64_t now_ms = tick(bmc);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (memcmp(core->settings.node[i].service_address, address, 4) != 0) continue;
        struct console *console = &core->console[i];
        uint64_t earlier_ms = console->panic_ms;
        bool news = console_receive(console, data, size, now_ms) &&
                    (earlier_ms == 0 || now_ms >= earlier_ms + PANIC_EVENT_GAP_MS);
        if (!news) return;
        struct event event = event_make(EVENT_NODE_PANICKED, (uint8_t)(i + 1), console_panic_reason(console));
        core_log(core, &event);
        return;
    }
}

size_t bmc_heartbeat(struct bmc *bmc, const uint8_t address[16], const uint8_t *data, size_t size,
                     uint8_t answer[HEARTBEAT_ANSWER_MAX]) {
    tick(bmc);
    return agents_heartbeat(bmc, address, data, size, answer);
}

void bmc_link(struct bmc *bmc, bool up) {
    bool news = bmc->link_known && bmc->core.link_up != up;
    bmc->core.link_up = up;
    bmc->link_known = true;
    if (!news) return;
    struct event event = event_make(up ? EVENT_LINK_UP : EVENT_LINK_DOWN, 0, NULL);
    core_log(&bmc->core, &event);
}

/* ---- deliveries ---- */

bool bmc_delivery(struct bmc *bmc, struct delivery *delivery, uint64_t *wake_ms) {
    tick(bmc);
    bool any = delivery_next(&bmc->core, delivery, wake_ms);
    if (any) listeners_load_headers(bmc, delivery);
    records_save_log(bmc);
    return any;
}

void bmc_delivered(struct bmc *bmc, const struct delivery *delivery, const char *problem) {
    tick(bmc);
    listeners_settle(bmc, delivery, problem);
    records_save_log(bmc);
}

void bmc_deliveries_end(struct bmc *bmc) {
    tick(bmc);
    listeners_save_positions(bmc, true);
}
