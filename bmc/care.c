/* SPDX-License-Identifier: Apache-2.0 */
#include "bmc/care.h"

#include <string.h>

#include "bmc/ping.h"
#include "bmc/records.h"
#include "core/bytes.h"

/* ---- start ---- */

static void load_baseline(struct bmc *bmc, unsigned index) {
    const struct hal_store *store = bmc->hal.store;
    uint8_t record[BASELINE_RECORD_SIZE];
    size_t size = sizeof record;
    char key[RECORD_KEY_SIZE];
    records_key(key, "base", index + 1);
    baseline_init(&bmc->core.baseline[index]);
    /* One that cannot be read is learned anew: no loss to tell of. */
    if (store->get(store->ctx, key, record, &size) == 0) (void)baseline_load(&bmc->core.baseline[index], record, size);
}

void care_begin(struct bmc *bmc) {
    for (unsigned i = 0; i < NODE_COUNT; i++) load_baseline(bmc, i);
    recovery_init(&bmc->core.recovery, &board_limits.recovery, bmc->core.now_ms);
    for (unsigned i = 0; i < NODE_COUNT; i++)
        if (bmc->core.settings.node[i].maintenance_min) core_maintain(&bmc->core, i);
}

static void keep_baseline(struct bmc *bmc, unsigned index) {
    uint8_t record[BASELINE_RECORD_SIZE];
    char key[RECORD_KEY_SIZE];
    if (!bmc->core.baseline[index].due) return;
    baseline_record(&bmc->core.baseline[index], record);
    records_key(key, "base", index + 1);
    records_put(bmc, key, record, sizeof record);
}

/* ---- how a node is ---- */

/* A state is logged when it is one to stay with: not what an order passes through, and not what is found after a start. */
static void tell_state(struct bmc *bmc, unsigned index, bool order_under_way) {
    enum health_state state = bmc->core.health[index].state, told = bmc->told_state[index];
    if (state == HEALTH_UNKNOWN || state == told || order_under_way) return;
    bmc->told_state[index] = state;
    if (told == HEALTH_UNKNOWN) return;
    struct event event = event_make(EVENT_NODE_STATE, (uint8_t)(index + 1), health_name(state));
    core_log(&bmc->core, &event);
}

static uint64_t others_heard_ms(const struct bmc *bmc, unsigned index) {
    uint64_t latest_ms = bmc->core.heard_ms;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (i == index) continue;
        uint64_t seen_ms = agent_seen_ms(&bmc->core.agent[i]), ping_ms = bmc->ping_ms[i];
        if (seen_ms > latest_ms) latest_ms = seen_ms;
        if (ping_ms > latest_ms) latest_ms = ping_ms;
    }
    return latest_ms;
}

static const struct agent_report *report_of(const struct agent *agent) { return agent->report_ms ? &agent->report : NULL; }

static void watch_health(struct bmc *bmc, unsigned index) {
    struct core *core = &bmc->core;
    const struct console *console = &core->console[index];
    const struct agent *agent = &core->agent[index];
    const struct health_in in = {
        .now_ms = core->now_ms,
        .power = power_view(&core->power, index),
        .rail = core->rail[index],
        .panic_ms = console->panic_ms,
        .up_text_ms = console->up_ms,
        .text_ms = console->text_ms,
        .enrolled = agent->enrolled,
        .report = report_of(agent),
        .report_ms = {agent->link[NETWORK_SERVICE].seen_ms, agent->link[NETWORK_BACKPLANE].seen_ms},
        .ping_ms = bmc->ping_ms[index],
        .others_ms = others_heard_ms(bmc, index),
        .baseline = &core->baseline[index],
    };
    health_step(&core->health[index], &board_limits.health, &in);
    health_learn(&core->health[index], &in, &core->baseline[index]);
    keep_baseline(bmc, index);
    tell_state(bmc, index, in.power.act != POWER_ACT_NONE);
}

static void log_of_node(struct core *core, unsigned index, struct event event) {
    event.node = (uint8_t)(index + 1);
    core_log(core, &event);
}

static void watch_links(struct core *core, unsigned index) {
    const struct agent *agent = &core->agent[index];
    const struct links_in in = {
        .now_ms = core->now_ms, .report = report_of(agent), .report_ms = agent->report_ms, .boot = core->health[index].boot};
    struct event events[LINK_EVENT_COUNT];
    size_t count = links_step(&core->links[index], &board_limits.links, &in, events);
    for (size_t i = 0; i < count; i++) log_of_node(core, index, events[i]);
}

static void watch_drive(struct core *core, unsigned index) {
    const struct agent *agent = &core->agent[index];
    const struct drive_in in = {.now_ms = core->now_ms,
                                .report = report_of(agent),
                                .report_ms = agent->report_ms,
                                .epoch_ms = core->health[index].epoch_ms};
    struct event events[DRIVE_EVENT_COUNT];
    size_t count = drive_step(&core->drive[index], &core->drive_limits, &in, events);
    for (size_t i = 0; i < count; i++) log_of_node(core, index, events[i]);
}

/* ---- orders ---- */

/* The task, 0 when the order was refused. */
static uint32_t order(struct core *core, enum power_act act, unsigned index, const char *who) {
    struct origin origin = {.via = VIA_CONTROLLER};
    uint32_t task_id = 0;
    text_copy(origin.actor, sizeof origin.actor, who);
    bool taken = power_order(&core->power, act, (uint8_t)(1u << index), &origin, core->now_ms, &task_id) == POWER_ACCEPTED;
    return taken ? task_id : 0;
}

static enum power_act power_act_of(enum recovery_act act) {
    static const enum power_act acts[RECOVERY_ACT_COUNT] = {[RECOVERY_NONE] = POWER_ACT_NONE,
                                                            [RECOVERY_ASK] = POWER_GRACEFUL_RESTART,
                                                            [RECOVERY_RESTART] = POWER_FORCE_RESTART,
                                                            [RECOVERY_CYCLE] = POWER_CYCLE};
    return acts[act];
}

/* ---- cooling ---- */

static void cool(struct core *core, unsigned index) {
    struct agent *agent = &core->agent[index];
    const struct node_settings *settings = &core->settings.node[index];
    const struct cooling_in in = {.now_ms = core->now_ms,
                                  .report = report_of(agent),
                                  .report_ms = agent->report_ms,
                                  .epoch_ms = core->health[index].epoch_ms,
                                  .known_fan = baseline_has(&core->baseline[index], BASELINE_FAN),
                                  .may_cut = !settings->protect};
    struct cooling_out out;
    cooling_step(&core->cooling[index], &core->cooling_limits, &in, &out);
    for (size_t i = 0; i < out.event_count; i++) log_of_node(core, index, out.events[i]);
    agent->fan.full = out.fan_full;
    agent->fan.point_count = settings->fan_point_count;
    memcpy(agent->fan.point, settings->fan_point, sizeof agent->fan.point);
    if (out.shut_down) (void)order(core, POWER_GRACEFUL_SHUTDOWN, index, "cooling"); /* the next level does not depend on it */
    if (out.cut) (void)order(core, POWER_FORCE_OFF, index, "cooling");               /* wanted again until it is off */
}

/* ---- recovery ---- */

static struct recovery_settings recovery_settings_of(const struct core *core) {
    struct recovery_settings settings = {.budget = core->settings.disruption_budget,
                                         .input_mw = core->settings.input_watts * 1000u};
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        settings.node[i].mode = (uint8_t)core_recovery_mode(core, i);
        settings.node[i].shielded = core->settings.node[i].protect;
    }
    return settings;
}

static struct recovery_node_in recovery_evidence(const struct core *core, unsigned index) {
    bool overheated = core->cooling[index].level >= COOLING_SHUTDOWN;
    return (struct recovery_node_in){.health = &core->health[index],
                                     .baseline = &core->baseline[index],
                                     .power = power_view(&core->power, index),
                                     .reachable = agent_obeys(&core->agent[index], core->now_ms),
                                     .text_kept = !core->console[index].crash_pending,
                                     .down_by_us = overheated || rolling_has_down(&core->rolling, index)};
}

static void recover(struct core *core, const struct recovery_in *in) {
    struct recovery_out out;
    recovery_step(&core->recovery, in, &out);
    for (size_t i = 0; i < out.event_count; i++) core_log(core, &out.events[i]);
    if (out.act == RECOVERY_NONE) return;
    recovery_ordered(&core->recovery, out.index, order(core, power_act_of(out.act), out.index, POWER_RECOVERY_ACTOR),
                     core->now_ms);
}

static void roll(struct core *core, const struct recovery_in *in) {
    struct rolling_out out;
    rolling_step(&core->rolling, &board_limits.rolling, &core->recovery, in, &out);
    if (out.event.code != EVENT_NONE) core_log(core, &out.event);
    if (out.act == RECOVERY_NONE) return;
    rolling_ordered(&core->rolling, order(core, power_act_of(out.act), out.index, "rolling restart"), core->now_ms);
}

void care_step(struct bmc *bmc) {
    struct core *core = &bmc->core;
    ping_step(bmc);
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        watch_health(bmc, i);
        watch_links(core, i);
        watch_drive(core, i);
        cool(core, i);
    }
    struct recovery_settings settings = recovery_settings_of(core);
    struct recovery_in in = {.now_ms = core->now_ms, .wall_ms = core->wall_ms, .settings = &settings, .inputs = &core->inputs};
    for (unsigned i = 0; i < NODE_COUNT; i++) in.node[i] = recovery_evidence(core, i);
    recover(core, &in);
    roll(core, &in);
}
