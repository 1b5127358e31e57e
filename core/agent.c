/* SPDX-License-Identifier: Apache-2.0 */
#include "core/agent.h"

#include <string.h>

#include "core/bytes.h"
#include "core/check.h"

#define RECORD_VERSION 1
#define WINDOW_SIZE    64 /* docs/heartbeat.md, "Sessions, counters, replay" */

/* One second's budget, of each node. A tag costs an ESP32 some 0.2 ms (guessed): the three of four nodes pass a tenth of its time
 * at the worst. A node needs two checks a second, and refused ones only while it has no session. */
static const uint8_t budget_per_s[AGENT_BUDGET_COUNT] = {
    [AGENT_BUDGET_SESSION] = 50,
    [AGENT_BUDGET_NODE] = 50,
    [AGENT_BUDGET_STRANGER] = 50,
    [AGENT_BUDGET_CHALLENGE] = 4, /* docs/heartbeat.md
                                   */
};

void agent_begin(struct agent *agent, const uint8_t random[AGENT_SESSION_SIZE]) {
    *agent = (struct agent){0};
    memcpy(agent->session, random, AGENT_SESSION_SIZE);
    agent->session[0] |= 0x80; /* never all zero, which on the wire is no session */
}

/* ---- enrolment ---- */

void agent_encode(const uint8_t *key, uint32_t generation, uint8_t record[AGENT_RECORD_SIZE]) {
    static const uint8_t none[AGENT_KEY_SIZE];
    struct bytes_writer writer = bytes_writer(record, AGENT_RECORD_SIZE);
    bytes_put_u8(&writer, RECORD_VERSION);
    bytes_put_u8(&writer, key != NULL);
    bytes_put_u32(&writer, generation);
    bytes_put(&writer, key ? key : none, AGENT_KEY_SIZE);
    bytes_seal(&writer);
}

bool agent_load(struct agent *agent, const uint8_t *record, size_t size) {
    if (size != AGENT_RECORD_SIZE || !bytes_sealed(record, size) || record[0] != RECORD_VERSION) return false;
    struct bytes_reader reader = bytes_reader(record, size);
    struct agent fresh = {.fan = agent->fan}; /* what the owner wants of the fan is not the agent's */
    bytes_get_u8(&reader);
    fresh.enrolled = bytes_get_u8(&reader) != 0;
    fresh.generation = bytes_get_u32(&reader);
    bytes_get(&reader, fresh.key, sizeof fresh.key);
    agent_next_session(agent, fresh.session);
    *agent = fresh;
    return true;
}

/* ---- what is known ---- */

uint64_t agent_seen_ms(const struct agent *agent) {
    uint64_t service_ms = agent->link[NETWORK_SERVICE].seen_ms, backplane_ms = agent->link[NETWORK_BACKPLANE].seen_ms;
    return service_ms > backplane_ms ? service_ms : backplane_ms;
}

bool agent_reachable(const struct agent *agent, uint64_t now_ms) {
    uint64_t seen_ms = agent_seen_ms(agent);
    return seen_ms != 0 && now_ms <= seen_ms + AGENT_REACHABLE_MS;
}

bool agent_obeys(const struct agent *agent, uint64_t now_ms) {
    const struct agent_report *report = &agent->report;
    bool able = (report->has & AGENT_HAS_ABILITIES) && (report->abilities & AGENT_CAN_SHUT_DOWN);
    return able && agent_reachable(agent, now_ms);
}

bool agent_is_leaving(const struct agent *agent) {
    return agent->report.leaving == AGENT_SHUTS_DOWN || agent->report.leaving == AGENT_RESTARTS;
}

/* ---- orders ---- */

void agent_order(struct agent *agent, uint32_t id, enum agent_act act) {
    CHECK(id != 0 && act != AGENT_ACT_NONE);
    if (agent->order.id == id) return;
    agent->order = (struct agent_order){.id = id, .act = (uint8_t)act, .state = AGENT_ORDER_WAITING};
}

void agent_order_forget(struct agent *agent) { agent->order = (struct agent_order){0}; }

enum agent_order_state agent_order_state(const struct agent *agent, uint32_t id) {
    return id != 0 && agent->order.id == id ? (enum agent_order_state)agent->order.state : AGENT_ORDER_NONE;
}

const char *agent_order_state_name(enum agent_order_state state) {
    static const char *const names[AGENT_ORDER_STATE_COUNT] = {
        [AGENT_ORDER_WAITING] = "Waiting", [AGENT_ORDER_TAKEN] = "Taken",   [AGENT_ORDER_DONE] = "Done",
        [AGENT_ORDER_REFUSED] = "Refused", [AGENT_ORDER_FAILED] = "Failed",
    };
    return state < AGENT_ORDER_STATE_COUNT ? names[state] : NULL;
}

/* Forward only: what was done cannot be merely taken again. */
static void note_order(struct agent *agent, const struct agent_order *told) {
    struct agent_order *order = &agent->order;
    bool known = told->state > AGENT_ORDER_WAITING && told->state < AGENT_ORDER_STATE_COUNT;
    bool ended = order->state > AGENT_ORDER_TAKEN;
    if (order->id != 0 && told->id == order->id && known && !ended) order->state = told->state;
}

/* ---- sessions and counters ---- */

void agent_next_session(const struct agent *agent, uint8_t session[AGENT_SESSION_SIZE]) {
    memcpy(session, agent->session, AGENT_SESSION_SIZE);
    for (unsigned i = AGENT_SESSION_SIZE - 1; i >= AGENT_SESSION_SIZE - 4; i--)
        if (++session[i] != 0) break;
}

static bool was_seen(const struct agent_link *link, uint64_t counter) {
    if (counter > link->highest) return false;
    uint64_t below = link->highest - counter;
    return below == 0 || below > WINDOW_SIZE || (link->window >> (below - 1) & 1) != 0;
}

static void mark_seen(struct agent_link *link, uint64_t counter) {
    if (counter < link->highest) {
        link->window |= 1ull << (link->highest - counter - 1);
        return;
    }
    uint64_t ahead = counter - link->highest;
    CHECK(ahead > 0); /* else it was seen, and is not taken */
    link->window = ahead > WINDOW_SIZE ? 0 : (link->window << 1 | 1) << (ahead - 1);
    link->highest = counter;
}

enum agent_verdict agent_judge(const struct agent *agent, enum node_network network, const uint8_t session[AGENT_SESSION_SIZE],
                               uint64_t counter) {
    uint8_t next[AGENT_SESSION_SIZE];
    CHECK(network < NETWORK_COUNT);
    if (memcmp(session, agent->session, AGENT_SESSION_SIZE) == 0)
        return was_seen(&agent->link[network], counter) ? AGENT_REPEATED : AGENT_GOOD;
    agent_next_session(agent, next);
    if (memcmp(session, next, AGENT_SESSION_SIZE) != 0) return AGENT_ELSEWHERE;
    return counter == 0 ? AGENT_REPEATED : AGENT_BEGINS; /* counters begin at 1 */
}

bool agent_spend(struct agent *agent, enum agent_budget budget, uint64_t now_ms) {
    uint32_t second = (uint32_t)(now_ms / 1000);
    if (agent->budget_s != second) memset(agent->spent, 0, sizeof agent->spent);
    agent->budget_s = second;
    if (agent->spent[budget] >= budget_per_s[budget]) return false;
    agent->spent[budget]++;
    return true;
}

void agent_refund(struct agent *agent, enum agent_budget budget) {
    CHECK(agent->spent[budget] > 0);
    agent->spent[budget]--;
}

/* ---- reports ---- */

/* Evidence of life stays: the agent has begun anew, the node has not been silent. */
static void begin_session(struct agent *agent) {
    agent_next_session(agent, agent->session);
    for (unsigned i = 0; i < NETWORK_COUNT; i++) agent->link[i] = (struct agent_link){.seen_ms = agent->link[i].seen_ms};
}

static bool is_newest(const struct agent *agent, uint64_t counter) {
    return counter > agent->link[NETWORK_SERVICE].highest && counter > agent->link[NETWORK_BACKPLANE].highest;
}

static bool has_other_boot(const struct agent_report *known, const struct agent_report *told) {
    bool both = known->has & told->has & AGENT_HAS_BOOT_ID;
    return both && memcmp(known->boot_id, told->boot_id, sizeof told->boot_id) != 0;
}

unsigned agent_take(struct agent *agent, enum agent_verdict verdict, const struct agent_heartbeat *heartbeat, uint64_t now_ms) {
    CHECK(verdict == AGENT_GOOD || verdict == AGENT_BEGINS);
    struct agent_link *link = &agent->link[heartbeat->network];
    unsigned news = agent->connected ? 0 : AGENT_NEWS_CONTACT;
    if (verdict == AGENT_BEGINS) begin_session(agent);
    bool newest = is_newest(agent, heartbeat->counter);
    mark_seen(link, heartbeat->counter);
    link->seen_ms = now_ms;
    agent->connected = true;
    if (!newest) return news;
    if (has_other_boot(&agent->report, &heartbeat->report)) {
        news |= AGENT_NEWS_BOOT;
        if (agent->order.act == AGENT_ACT_REBOOT && agent->order.state == AGENT_ORDER_WAITING)
            agent->order.state = AGENT_ORDER_DONE;
    }
    note_order(agent, &heartbeat->order);
    agent->report = heartbeat->report;
    agent->report_ms = now_ms;
    return news;
}

bool agent_lost(struct agent *agent, uint64_t now_ms) {
    if (!agent->connected || now_ms < agent_seen_ms(agent) + AGENT_LOST_MS) return false;
    agent->connected = false;
    return true;
}

bool agent_tells_refusal(struct agent *agent, uint64_t now_ms) {
    if (agent->refused_ms != 0 && now_ms < agent->refused_ms + AGENT_REFUSED_GAP_MS) return false;
    agent->refused_ms = now_ms;
    return true;
}
