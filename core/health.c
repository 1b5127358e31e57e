/* SPDX-License-Identifier: Apache-2.0 */
#include "core/health.h"

#include <string.h>

/* What the witnesses of this life of the node say; times of 0: nothing in this life. */
struct signs {
    uint64_t network_ms[NETWORK_COUNT];
    uint64_t agent_ms; /* the later of both */
    uint64_t ping_ms;
    bool expected;              /* an agent that is silent means something */
    bool fresh;                 /* its agent reported a moment ago: it lives, whatever else is said */
    bool loaded;                /* its last report spoke of overload */
    enum agent_leaving leaving; /* what its last report said of that; at agent_ms */
};

struct judge {
    struct health *health;
    const struct health_limits *limits;
    const struct health_in *in;
    struct signs signs;
};

static uint64_t age_ms(const struct judge *judge, uint64_t at_ms) {
    return at_ms < judge->in->now_ms ? judge->in->now_ms - at_ms : 0;
}

static uint64_t later(uint64_t a, uint64_t b) { return a > b ? a : b; }

static int32_t seconds(uint64_t ms) { return ms / 1000 > INT32_MAX ? INT32_MAX : (int32_t)(ms / 1000); }

static void decide(struct judge *judge, enum health_state state, enum health_reason reason, int32_t first, int32_t second) {
    struct health *health = judge->health;
    if (health->state != state) health->since_ms = judge->in->now_ms;
    health->state = (uint8_t)state;
    health->reason = (uint8_t)reason;
    health->figure[0] = first;
    health->figure[1] = second;
}

/* ---- gathering ---- */

static uint32_t digest(const uint8_t boot_id[16]) { /* FNV-1a */
    uint32_t hash = 0x811c9dc5u;
    for (unsigned i = 0; i < 16; i++) hash = (hash ^ boot_id[i]) * 0x01000193u;
    return hash ? hash : 1;
}

/* A sign counts when it surely was given in this life: what was on its way when the module was cut may come in after the start.
 */
static bool counts(const struct judge *judge, uint64_t at_ms, bool surely_new) {
    uint64_t epoch_ms = judge->health->epoch_ms;
    return at_ms > (surely_new ? epoch_ms : epoch_ms + judge->limits->stale_ms);
}

static bool overloaded(const struct judge *judge) {
    const struct agent_report *report = judge->in->report;
    uint32_t cpus = (report->has & AGENT_HAS_CPUS) && report->cpus ? report->cpus : 1;
    uint32_t pressure = judge->limits->busy_pressure_percent * 100u;
    return ((report->has & AGENT_HAS_LOAD) && report->load_centi > cpus * judge->limits->busy_load_percent) ||
           ((report->has & AGENT_HAS_CPU_PRESSURE) && report->cpu_pressure_centi > pressure) ||
           ((report->has & AGENT_HAS_MEMORY_PRESSURE) && report->memory_pressure_centi > pressure);
}

static void gather(struct judge *judge) {
    const struct health_in *in = judge->in;
    const struct health *health = judge->health;
    struct signs *signs = &judge->signs;
    if (in->enrolled && in->report) {
        bool has_boot = in->report->has & AGENT_HAS_BOOT_ID;
        bool new_boot = has_boot && health->past_boot && digest(in->report->boot_id) != health->past_boot;
        for (unsigned i = 0; i < NETWORK_COUNT; i++) {
            bool good = counts(judge, in->report_ms[i], new_boot || !health->past_boot);
            signs->network_ms[i] = good ? in->report_ms[i] : 0;
            signs->agent_ms = later(signs->agent_ms, signs->network_ms[i]);
        }
        signs->loaded = signs->agent_ms && overloaded(judge);
        signs->leaving = signs->agent_ms ? (enum agent_leaving)in->report->leaving : AGENT_STAYS;
    }
    signs->ping_ms = counts(judge, in->ping_ms, false) ? in->ping_ms : 0;
    bool known = in->baseline && baseline_has(in->baseline, BASELINE_AGENT);
    signs->expected = in->enrolled && (signs->agent_ms || known);
    signs->fresh = signs->agent_ms && age_ms(judge, signs->agent_ms) <= judge->limits->late_ms;
}

static void watch_boot(struct judge *judge) {
    struct health *health = judge->health;
    const struct agent_report *report = judge->in->report;
    if (!judge->signs.agent_ms || !(report->has & AGENT_HAS_BOOT_ID)) return;
    uint32_t boot = digest(report->boot_id);
    if (boot == health->boot) return;
    health->first_boot = health->boot == 0;
    health->boot = boot;
    health->boot_seen_ms = judge->in->now_ms;
}

static void watch_life(struct judge *judge) {
    struct health *health = judge->health;
    uint64_t on_since_ms = judge->in->power.on_since_ms;
    if (!on_since_ms || on_since_ms == health->epoch_ms) return;
    if (health->boot) health->past_boot = health->boot;
    health->boot = 0;
    health->epoch_ms = on_since_ms;
    health->ran = health->booted = false;
    health->low_since_ms = 0;
}

static void mark(uint64_t *since_ms, bool so, uint64_t now_ms) {
    if (!so)
        *since_ms = 0;
    else if (*since_ms == 0)
        *since_ms = now_ms;
}

static uint32_t grace_ms(const struct judge *judge) {
    struct baseline unknown;
    baseline_init(&unknown);
    return baseline_grace_ms(judge->in->baseline ? judge->in->baseline : &unknown);
}

/* The learned level is for a node whose silence would be noticed, once it was up or should be: firmware draws little. */
static int32_t halted_below_ma(const struct judge *judge) {
    const struct health *health = judge->health;
    bool past_start = health->booted || age_ms(judge, health->epoch_ms) >= grace_ms(judge);
    bool noticed = past_start && (judge->signs.expected || judge->signs.ping_ms);
    int32_t fixed_ma = judge->limits->halted_ma;
    return noticed && judge->in->baseline ? baseline_halted_below_ma(judge->in->baseline, fixed_ma) : fixed_ma;
}

/* Its agent was there to the last, with time to speak, and is one that does not end in an orderly way without a word. */
static bool would_have_told(const struct judge *judge) {
    const struct signs *signs = &judge->signs;
    bool to_the_last = signs->agent_ms && signs->agent_ms + judge->limits->late_ms >= signs->ping_ms;
    return to_the_last && !signs->loaded && signs->leaving == AGENT_STAYS && (judge->in->report->abilities & AGENT_SAYS_GOODBYE);
}

static void watch_measurements(struct judge *judge) {
    struct health *health = judge->health;
    const struct health_in *in = judge->in;
    bool measured = in->rail.valid;
    mark(&health->low_since_ms, measured && in->rail.ma < halted_below_ma(judge), in->now_ms);
    mark(&health->dark_since_ms, in->power.state == POWER_STATE_OFF || !in->power.pads.module_on, in->now_ms);
    mark(&health->others_since_ms, in->others_ms && age_ms(judge, in->others_ms) <= judge->limits->others_ms, in->now_ms);
    health->lone = in->others_ms == 0;
    health->mute = !judge->signs.expected && !judge->signs.ping_ms;
    health->abrupt = would_have_told(judge);
    if (measured && in->rail.ma >= judge->limits->up_ma) health->ran = true;
    if (judge->signs.agent_ms || judge->signs.ping_ms || in->up_text_ms > health->epoch_ms) health->booted = true;
}

/* ---- judging: each returns true when that settles it ---- */

/* A node whose agent goes on reporting long after it was switched off was not: the measurement lies, or the pin has no effect. */
static bool judge_contradiction(struct judge *judge) {
    const struct health *health = judge->health;
    const struct power_view *power = &judge->in->power;
    bool refuted = judge->signs.fresh && health->dark_since_ms &&
                   judge->signs.agent_ms > health->dark_since_ms + judge->limits->stale_ms;
    if (!refuted) return false;
    enum health_reason reason = power->pads.module_on ? HEALTH_BY_FALSE_RAIL : HEALTH_BY_FALSE_PMIC;
    decide(judge, HEALTH_DEGRADED, reason, judge->in->rail.mv, 0);
    return true;
}

/* Orders that ended without moving a pin say nothing about the node. */
static bool failure_matters(enum power_failure failure) {
    switch (failure) {
    case POWER_FAIL_RAIL_STUCK_ON:
    case POWER_FAIL_RAIL_STUCK_OFF:
    case POWER_FAIL_NOT_MEASURED:
    case POWER_FAIL_PIN:
    case POWER_FAIL_MODULE_NO_EFFECT:
        return true;
    default:
        return false;
    }
}

/* Off in one of its forms, or not measured. */
static bool judge_supply(struct judge *judge) {
    const struct power_view *power = &judge->in->power;
    const struct rail_sample *rail = &judge->in->rail;
    const struct signs *signs = &judge->signs;
    bool on = power->pads.module_on && power->pads.channel_on && power->state != POWER_STATE_OFF;
    bool text = judge->in->up_text_ms > judge->health->epoch_ms;
    bool witnessed = signs->expected || signs->ping_ms ||
                     text; /* ... and then its witnesses say more than an order that failed once */
    if (judge_contradiction(judge)) return true;
    if (on && signs->fresh) return false; /* nor does it matter then that the sensor is lost */
    if (!rail->valid)
        decide(judge, HEALTH_UNKNOWN, HEALTH_BY_SENSOR_LOST, 0, 0);
    else if (power->act == POWER_ACT_NONE && power->last_failed && failure_matters(power->last_failure) && !(on && witnessed))
        decide(judge, HEALTH_FAILED, HEALTH_BY_FAILURE, (int32_t)power->last_failure, 0);
    else if (!power->pads.module_on && power->pads.channel_on)
        decide(judge, HEALTH_MODULE_OFF, HEALTH_BY_PMIC, rail->ma, 0);
    else if (power->state == POWER_STATE_OFF)
        decide(judge, HEALTH_OFF, HEALTH_BY_DEAD_RAIL, rail->mv, 0);
    else
        return false;
    return true;
}

static bool draws_little(const struct judge *judge) {
    uint64_t since_ms = judge->health->low_since_ms;
    return since_ms && age_ms(judge, since_ms) >= judge->limits->quiet_ms;
}

/* Netconsole is not authenticated: a report that was surely sent after the panic refutes it. An agent that was silent before
 * cannot; then an answer to a ping does. Of a node without an agent only a late one does: some kernels answer on for a while, and
 * one that restarted itself answers again. Better one node down than one cut. */
static bool judge_panic(struct judge *judge) {
    const struct health_in *in = judge->in;
    const struct signs *signs = &judge->signs;
    uint64_t panic_ms = in->panic_ms, refuted_ms = panic_ms + judge->limits->stale_ms;
    bool reported = panic_ms > judge->health->epoch_ms && panic_ms >= in->up_text_ms;
    bool was_silent = signs->expected && signs->agent_ms + judge->limits->late_ms < panic_ms;
    bool answered = (was_silent && signs->ping_ms > refuted_ms) ||
                    (!signs->expected && signs->ping_ms > panic_ms + judge->limits->alone_ms);
    bool left = signs->leaving != AGENT_STAYS && signs->agent_ms > panic_ms;
    bool refuted = signs->agent_ms > refuted_ms || answered || left;
    if (!reported || refuted || (draws_little(judge) && !signs->fresh)) return false; /* a panicked kernel spins */
    decide(judge, HEALTH_PANICKED, HEALTH_BY_PANIC, seconds(age_ms(judge, panic_ms)), 0);
    return true;
}

/* A network that is known to be in use, and from which nothing comes. */
static bool network_lost(const struct judge *judge, enum node_network network, enum baseline_trait trait) {
    const struct signs *signs = &judge->signs;
    uint64_t at_ms = signs->network_ms[network];
    bool used = at_ms || (judge->in->baseline && baseline_has(judge->in->baseline, trait));
    uint64_t since_ms = later(at_ms, later(judge->health->epoch_ms, judge->health->boot_seen_ms));
    return used && age_ms(judge, since_ms) > judge->limits->lost_ms;
}

static bool judge_reports(struct judge *judge) {
    const struct signs *signs = &judge->signs;
    uint64_t life_ms = judge->health->epoch_ms;
    if (!signs->fresh) return false;
    if (network_lost(judge, NETWORK_SERVICE, BASELINE_SERVICE))
        decide(judge, HEALTH_DEGRADED, HEALTH_BY_SERVICE_LOST,
               seconds(age_ms(judge, later(signs->network_ms[NETWORK_SERVICE], life_ms))), 0);
    else if (network_lost(judge, NETWORK_BACKPLANE, BASELINE_BACKPLANE))
        decide(judge, HEALTH_DEGRADED, HEALTH_BY_BACKPLANE_LOST,
               seconds(age_ms(judge, later(signs->network_ms[NETWORK_BACKPLANE], life_ms))), 0);
    else
        decide(judge, HEALTH_UP, HEALTH_BY_REPORTS, seconds(age_ms(judge, signs->agent_ms)), 0);
    return true;
}

static bool judge_low_current(struct judge *judge) {
    const struct health *health = judge->health;
    int32_t ma = judge->in->rail.ma;
    if (!draws_little(judge)) return false;
    if (!health->ran && ma >= judge->limits->empty_ma)
        decide(judge, HEALTH_EMPTY, HEALTH_BY_EMPTY_SLOT, ma, 0);
    else
        decide(judge, HEALTH_HALTED, HEALTH_BY_LOW_CURRENT, ma, halted_below_ma(judge));
    return true;
}

static bool answers_pings(const struct judge *judge) {
    return judge->signs.ping_ms && age_ms(judge, judge->signs.ping_ms) <= judge->limits->lost_ms;
}

/* It said that it goes, and may take its time. Who said that it shuts down is not waited for, and nobody wakes it. */
static bool judge_leaving(struct judge *judge) {
    const struct signs *signs = &judge->signs;
    if (signs->leaving != AGENT_SHUTS_DOWN && signs->leaving != AGENT_RESTARTS) return false;
    uint64_t age = age_ms(judge, signs->agent_ms);
    bool goes = age < grace_ms(judge), gone = signs->leaving == AGENT_SHUTS_DOWN && !answers_pings(judge);
    if (!goes && !gone) return false;
    decide(judge, goes ? HEALTH_STARTING : HEALTH_HALTED, HEALTH_BY_LEAVING, seconds(age), judge->in->rail.ma);
    return true;
}

static bool judge_ping(struct judge *judge) {
    const struct signs *signs = &judge->signs;
    const struct judge *j = judge;
    if (!answers_pings(j)) return false;
    uint64_t agent_age_ms = age_ms(j, later(signs->agent_ms, j->health->epoch_ms));
    if (!signs->expected)
        decide(judge, HEALTH_UP, HEALTH_BY_PING, seconds(age_ms(j, signs->ping_ms)), 0);
    else if (signs->loaded)
        decide(judge, HEALTH_BUSY, HEALTH_BY_PING_LOADED, seconds(agent_age_ms), j->in->report->load_centi);
    else if (signs->agent_ms && agent_age_ms <= j->limits->lost_ms)
        decide(judge, HEALTH_UP, HEALTH_BY_REPORTS, seconds(agent_age_ms), 0);
    else if (signs->agent_ms)
        decide(judge, HEALTH_DEGRADED, HEALTH_BY_AGENT_LOST, seconds(agent_age_ms), 0);
    else if (agent_age_ms < grace_ms(j))
        decide(judge, HEALTH_STARTING, HEALTH_BY_START, seconds(agent_age_ms), j->in->rail.ma);
    else
        decide(judge, HEALTH_DEGRADED, HEALTH_BY_AGENT_ABSENT, seconds(agent_age_ms), 0);
    return true;
}

/* How long nobody but this node has been silent, counted from since_ms. */
static uint64_t silence_ms(const struct judge *judge, uint64_t since_ms) {
    uint64_t heard_ms = judge->health->others_since_ms;
    if (!heard_ms && !judge->health->lone) return 0;
    return age_ms(judge, later(since_ms, heard_ms));
}

static uint64_t hung_after_ms(const struct judge *judge) {
    const struct signs *signs = &judge->signs;
    const struct health_limits *limits = judge->limits;
    bool both = signs->agent_ms && signs->ping_ms && signs->leaving != AGENT_STOPS;
    uint64_t after_ms = both ? limits->silent_ms : limits->alone_ms;
    if (signs->loaded) after_ms = later(after_ms, limits->busy_ms);
    return judge->health->lone ? later(after_ms, limits->lone_ms) : after_ms;
}

static void decide_unheard(struct judge *judge, uint64_t age, enum health_reason otherwise) {
    bool network_down = !judge->health->lone && !judge->health->others_since_ms;
    decide(judge, HEALTH_DEGRADED, network_down ? HEALTH_BY_NETWORK_DOWN : otherwise, seconds(age), judge->in->rail.ma);
}

/* Somebody has stopped the agent: its silence says nothing of the node. A ping that was answered until then still does. */
static bool judge_stopped(struct judge *judge) {
    const struct signs *signs = &judge->signs;
    if (signs->leaving != AGENT_STOPS) return false;
    uint64_t last_ms = later(signs->agent_ms, signs->ping_ms);
    bool pinged = signs->ping_ms && signs->ping_ms + judge->limits->lost_ms >= signs->agent_ms;
    if (pinged && silence_ms(judge, last_ms) >= hung_after_ms(judge))
        decide(judge, HEALTH_HUNG, HEALTH_BY_SILENCE, seconds(age_ms(judge, last_ms)), judge->in->rail.ma);
    else
        decide(judge, HEALTH_DEGRADED, HEALTH_BY_AGENT_STOPPED, seconds(age_ms(judge, signs->agent_ms)), judge->in->rail.ma);
    return true;
}

/* Its kernel has handed over to user space since it last spoke: it restarts by itself, and has the time of a start for that. */
static bool restarts_itself(const struct judge *judge, uint64_t last_ms) {
    return judge->in->up_text_ms > last_ms && age_ms(judge, last_ms) < grace_ms(judge);
}

/* It has spoken in this life, and its agent is late. */
static bool judge_silence(struct judge *judge) {
    const struct signs *signs = &judge->signs;
    uint64_t last_ms = later(signs->agent_ms, signs->ping_ms), age = age_ms(judge, last_ms);
    if (!last_ms || (signs->expected && !signs->agent_ms)) return false;
    if (restarts_itself(judge, last_ms))
        decide(judge, HEALTH_STARTING, HEALTH_BY_USER_SPACE, 0, 0);
    else if (silence_ms(judge, last_ms) >= hung_after_ms(judge))
        decide(judge, HEALTH_HUNG, HEALTH_BY_SILENCE, seconds(age), judge->in->rail.ma);
    else if (signs->loaded)
        decide(judge, HEALTH_BUSY, HEALTH_BY_LATE_LOADED, seconds(age_ms(judge, signs->agent_ms)), judge->in->report->load_centi);
    else if (age <= judge->limits->lost_ms)
        decide(judge, HEALTH_UP, signs->agent_ms ? HEALTH_BY_REPORTS : HEALTH_BY_PING, seconds(age), 0);
    else
        decide_unheard(judge, age, HEALTH_BY_NO_SIGN_YET);
    return true;
}

/* An agent is known to be there and has not spoken in this life. Kernel words double its time: it works at something. */
static bool judge_first_sign(struct judge *judge) {
    uint64_t epoch_ms = judge->health->epoch_ms, ping_ms = judge->signs.ping_ms, age = age_ms(judge, epoch_ms);
    if (!judge->signs.expected) return false;
    uint32_t allowed_ms = grace_ms(judge);
    bool speaks = judge->in->text_ms > epoch_ms && age_ms(judge, judge->in->text_ms) < judge->limits->alone_ms;
    uint64_t silent_ms = ping_ms ? judge->limits->alone_ms : allowed_ms;
    if (judge->health->lone) silent_ms = later(silent_ms, judge->limits->lone_ms);
    if (age < (speaks ? 2 * (uint64_t)allowed_ms : allowed_ms))
        decide(judge, HEALTH_STARTING, HEALTH_BY_START, seconds(age), judge->in->rail.ma);
    else if (silence_ms(judge, later(epoch_ms, ping_ms)) >= silent_ms)
        decide(judge, HEALTH_HUNG, HEALTH_BY_NO_FIRST_SIGN, seconds(age), judge->in->rail.ma);
    else
        decide_unheard(judge, age, HEALTH_BY_NO_SIGN_YET);
    return true;
}

/* Nobody expects it to speak: the current is all there is, and silence is no fault. */
static void judge_current(struct judge *judge) {
    uint64_t age = age_ms(judge, judge->health->epoch_ms);
    int32_t ma = judge->in->rail.ma;
    if (judge->in->up_text_ms > judge->health->epoch_ms)
        decide(judge, HEALTH_UP, HEALTH_BY_USER_SPACE, 0, 0);
    else if (age < judge->limits->start_ms || ma < judge->limits->up_ma)
        decide(judge, HEALTH_STARTING, HEALTH_BY_START, seconds(age), ma);
    else
        decide(judge, HEALTH_UP, HEALTH_BY_CURRENT, ma, seconds(age));
}

bool health_step(struct health *health, const struct health_limits *limits, const struct health_in *in) {
    struct judge judge = {.health = health, .limits = limits, .in = in};
    uint8_t before = health->state;
    watch_life(&judge);
    gather(&judge);
    watch_boot(&judge);
    watch_measurements(&judge);
    bool settled = judge_supply(&judge) || judge_panic(&judge) || judge_reports(&judge) || judge_low_current(&judge) ||
                   judge_leaving(&judge) || judge_stopped(&judge) || judge_ping(&judge) || judge_silence(&judge) ||
                   judge_first_sign(&judge);
    if (!settled) judge_current(&judge);
    return health->state != before;
}

bool health_lives(enum health_state state) { return state == HEALTH_UP || state == HEALTH_BUSY || state == HEALTH_DEGRADED; }

/* ---- learning ---- */

#define FIRMWARE_MAX_MS 30000 /* before the kernel's clock starts; beside as long as all that follows (guessed) */

/* The boot is over with the first report of this life. A life that was adopted has an unknown beginning, and a node may have
 * stopped in between: the system's own uptime tells whether it began with ours, and at once. */
static void learn_boot(const struct health *health, const struct health_in *in, struct baseline *baseline) {
    const struct agent_report *report = in->report;
    if (health->boot_seen_ms != in->now_ms || !health->first_boot || !(report->has & AGENT_HAS_UPTIME)) return;
    uint64_t life_ms = in->now_ms - health->epoch_ms, uptime_ms = report->uptime_s * UINT64_C(1000);
    if (uptime_ms <= life_ms + 1000 && life_ms <= 2 * uptime_ms + FIRMWARE_MAX_MS) baseline_booted(baseline, life_ms);
}

static void learn_current(struct health *health, const struct health_in *in, struct baseline *baseline) {
    if (!in->rail.valid || (health->learnt_ms && in->now_ms < health->learnt_ms + BASELINE_PERIOD_MS)) return;
    if (in->now_ms < health->since_ms + BASELINE_PERIOD_MS) return; /* settled */
    bool witnessed = health->reason == HEALTH_BY_REPORTS || health->reason == HEALTH_BY_PING;
    if (health->state == HEALTH_UP && witnessed)
        baseline_idle(baseline, in->rail.ma);
    else if (health->state == HEALTH_MODULE_OFF && in->power.act == POWER_ACT_NONE)
        baseline_halted(baseline, in->rail.ma);
    else
        return;
    health->learnt_ms = in->now_ms;
}

void health_learn(struct health *health, const struct health_in *in, struct baseline *baseline) {
    if (in->enrolled && in->report && health->boot) {
        static const enum baseline_trait traits[NETWORK_COUNT] = {BASELINE_SERVICE, BASELINE_BACKPLANE};
        for (unsigned i = 0; i < NETWORK_COUNT; i++)
            if (in->report_ms[i] > health->epoch_ms) baseline_trait(baseline, traits[i]);
        baseline_trait(baseline, BASELINE_AGENT);
        if (in->report->has & AGENT_HAS_FAN_RPM) baseline_trait(baseline, BASELINE_FAN);
        learn_boot(health, in, baseline);
    }
    learn_current(health, in, baseline);
}
