/* SPDX-License-Identifier: Apache-2.0 */
#include "service/heartbeat.h"

#include <string.h>

#include "core/bytes.h"
#include "core/check.h"

/* The head of a frame: docs/heartbeat.md, "Frame". */
enum { AT_VERSION = 4, AT_KIND = 5, AT_NODE = 6, AT_NETWORK = 7, AT_KEY = 8, AT_SESSION = 12, AT_COUNTER = 28, AT_SIZE = 36 };
#define HEAD_SIZE 40
#define BODY_MAX  (HEARTBEAT_SIZE_MAX - HEAD_SIZE - HEARTBEAT_TAG_SIZE)
#define VERSION   1

enum kind { KIND_REPORT = 1, KIND_CHALLENGE, KIND_ANSWER };
enum item { ITEM_ORDER = 64, ITEM_FAN_CURVE, ITEM_FAN_FULL };

_Static_assert(HEAD_SIZE + 2 + 5 + 2 + 1 + 2 * AGENT_FAN_POINT_COUNT + 2 + 1 + HEARTBEAT_TAG_SIZE <= HEARTBEAT_ANSWER_MAX,
               "the longest answer must fit");

static const uint8_t magic[4] = {'S', '4', 'H', 'B'};

uint64_t heartbeat_number(const uint8_t *value, size_t size) {
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) number = number << 8 | value[i];
    return number;
}

static uint64_t counter_of(const struct heartbeat *heartbeat) { return heartbeat_number(&heartbeat->data[AT_COUNTER], 8); }

static enum node_network network_of(const struct heartbeat *heartbeat) {
    return (enum node_network)(heartbeat->data[AT_NETWORK] - 1);
}

/* ---- the log ---- */

static void tell(struct core *core, const struct heartbeat *heartbeat, enum event_code code, const char *text) {
    struct event event = event_make(code, (uint8_t)(heartbeat->index + 1), text);
    text_copy(event.origin.actor, sizeof event.origin.actor, "agent");
    memcpy(event.origin.address, heartbeat->address, sizeof event.origin.address);
    core_log(core, &event);
}

static bool refuse(struct core *core, const struct heartbeat *heartbeat, const char *reason) {
    if (agent_tells_refusal(&core->agent[heartbeat->index], core->now_ms)) tell(core, heartbeat, EVENT_AGENT_REFUSED, reason);
    return false;
}

/* ---- before the tag ---- */

static bool is_from_node(const struct core *core, const struct heartbeat *heartbeat) {
    static const uint8_t ipv4_mapped[12] = {[10] = 0xff, [11] = 0xff};
    const uint8_t *address = core->settings.node[heartbeat->index].service_address;
    return memcmp(heartbeat->address, ipv4_mapped, 12) == 0 && memcmp(&heartbeat->address[12], address, 4) == 0;
}

/* What says that it is a report of a node's agent; whether it is one, its tag will tell. */
static bool names_an_agent(const uint8_t *data, size_t size) {
    return size >= HEAD_SIZE && memcmp(data, magic, sizeof magic) == 0 && data[AT_VERSION] == VERSION &&
           data[AT_KIND] == KIND_REPORT && data[AT_NODE] >= 1 && data[AT_NODE] <= NODE_COUNT && data[AT_NETWORK] >= 1 &&
           data[AT_NETWORK] <= NETWORK_COUNT;
}

static enum agent_budget budget_of(const struct core *core, const struct heartbeat *heartbeat) {
    if (heartbeat->verdict != AGENT_ELSEWHERE) return AGENT_BUDGET_SESSION;
    return is_from_node(core, heartbeat) ? AGENT_BUDGET_NODE : AGENT_BUDGET_STRANGER;
}

bool heartbeat_screen(struct core *core, const uint8_t address[16], const uint8_t *data, size_t size,
                      struct heartbeat *heartbeat) {
    if (!names_an_agent(data, size)) return false;
    *heartbeat = (struct heartbeat){.data = data, .size = size - HEARTBEAT_TAG_SIZE, .index = data[AT_NODE] - 1u};
    memcpy(heartbeat->address, address, sizeof heartbeat->address);
    struct agent *agent = &core->agent[heartbeat->index];
    size_t body_size = heartbeat_number(&data[AT_SIZE], 2);
    if (body_size > BODY_MAX || size != HEAD_SIZE + body_size + HEARTBEAT_TAG_SIZE)
        return refuse(core, heartbeat, "it is shorter or longer than it says");
    if (!agent->enrolled) return refuse(core, heartbeat, "no agent is enrolled for the node");
    if (heartbeat_number(&data[AT_KEY], 4) != agent->generation) return refuse(core, heartbeat, "its key is not the present one");
    heartbeat->verdict = agent_judge(agent, network_of(heartbeat), &data[AT_SESSION], counter_of(heartbeat));
    if (heartbeat->verdict == AGENT_REPEATED) return refuse(core, heartbeat, "it has come before");
    heartbeat->budget = budget_of(core, heartbeat);
    return agent_spend(agent, heartbeat->budget, core->now_ms);
}

/* ---- the answer ---- */

static void put_number(struct bytes_writer *out, uint64_t number, unsigned size) {
    for (unsigned i = size; i > 0; i--) bytes_put_u8(out, (uint8_t)(number >> (8 * (i - 1))));
}

static void put_items(struct bytes_writer *out, const struct agent *agent) {
    if (agent->order.state == AGENT_ORDER_WAITING) {
        put_number(out, ITEM_ORDER << 8 | 5, 2);
        put_number(out, agent->order.id, 4);
        put_number(out, agent->order.act, 1);
    }
    unsigned count = agent->fan.point_count;
    CHECK(count <= AGENT_FAN_POINT_COUNT);
    put_number(out, ITEM_FAN_CURVE << 8 | (1 + 2 * count), 2);
    put_number(out, count, 1);
    for (unsigned i = 0; i < count; i++) put_number(out, agent->fan.point[i].celsius << 8 | agent->fan.point[i].duty, 2);
    put_number(out, ITEM_FAN_FULL << 8 | 1, 2);
    put_number(out, agent->fan.full, 1);
}

/* Node, network, key and counter are the report's. */
static size_t answer_with(const struct agent *agent, const struct heartbeat *heartbeat, enum kind kind, uint8_t *answer) {
    struct bytes_writer out = bytes_writer(answer, HEARTBEAT_ANSWER_MAX - HEARTBEAT_TAG_SIZE);
    bytes_put(&out, heartbeat->data, HEAD_SIZE);
    answer[AT_KIND] = (uint8_t)kind;
    if (kind == KIND_ANSWER)
        put_items(&out, agent);
    else
        agent_next_session(agent, &answer[AT_SESSION]);
    CHECK(!out.overflow);
    struct bytes_writer size = bytes_writer(&answer[AT_SIZE], 4); /* and what is reserved */
    put_number(&size, (out.used - HEAD_SIZE) << 16, 4);
    return out.used;
}

/* ---- after the tag ---- */

/* In a time that does not tell how much of it is right. */
static bool is_equal(const uint8_t *a, const uint8_t *b) {
    uint8_t difference = 0;
    for (size_t i = 0; i < HEARTBEAT_TAG_SIZE; i++) difference |= a[i] ^ b[i];
    return difference == 0;
}

static void take(struct core *core, const struct heartbeat *heartbeat) {
    static const char *const network_names[NETWORK_COUNT] = {"service", "backplane"};
    struct agent_heartbeat told = {.network = network_of(heartbeat), .counter = counter_of(heartbeat)};
    heartbeat_read_items(&heartbeat->data[HEAD_SIZE], heartbeat->size - HEAD_SIZE, &told);
    unsigned news = agent_take(&core->agent[heartbeat->index], heartbeat->verdict, &told, core->now_ms);
    if (news & AGENT_NEWS_CONTACT) tell(core, heartbeat, EVENT_AGENT_CONNECTED, network_names[told.network]);
    if (news & AGENT_NEWS_BOOT) tell(core, heartbeat, EVENT_NODE_BOOTED, NULL);
}

size_t heartbeat_serve(struct core *core, const struct heartbeat *heartbeat, const uint8_t tag[HEARTBEAT_TAG_SIZE],
                       uint8_t answer[HEARTBEAT_ANSWER_MAX]) {
    struct agent *agent = &core->agent[heartbeat->index];
    if (!is_equal(tag, &heartbeat->data[heartbeat->size])) return refuse(core, heartbeat, "its tag is wrong");
    if (heartbeat->verdict == AGENT_ELSEWHERE) {
        bool may = agent_spend(agent, AGENT_BUDGET_CHALLENGE, core->now_ms);
        return may ? answer_with(agent, heartbeat, KIND_CHALLENGE, answer) : 0;
    }
    agent_refund(agent, heartbeat->budget);
    take(core, heartbeat);
    return answer_with(agent, heartbeat, KIND_ANSWER, answer);
}
