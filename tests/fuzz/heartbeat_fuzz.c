/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target for the datagrams of the nodes' agents. An input is an order in its first byte and a datagram without its tag.
 * It arrives as it is, from somebody without the key: that changes nothing but counts. Then it arrives again as if the agent
 * had made it, with the session, the size and the tag set right: whatever its items say, what is kept keeps to its bounds. The
 * board lives on between inputs. Tags are no HMACs: the caller computes them, and this is the caller. */
#include <string.h>

#include "service/heartbeat.h"
#include "service/utf8.h"
#include "tests/fuzz/fuzz_board.h"

#define HEAD_SIZE       40
#define INPUT_PERIOD_MS 50

enum { ORDER_NEXT_SESSION = 1 << 0, ORDER_KEEP_COUNTER = 1 << 1, ORDER_GIVE_ORDER = 1 << 2, ORDER_ENROL = 1 << 3 };

static struct core core;
static uint64_t counter;
static const uint8_t sender[16] = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 12};

static void make_tag(const uint8_t *key, const uint8_t *data, size_t size, uint8_t tag[HEARTBEAT_TAG_SIZE]) {
    uint32_t state = 0x811c9dc5u;
    for (size_t i = 0; i < AGENT_KEY_SIZE; i++) state = (state ^ key[i]) * 0x01000193u;
    for (size_t i = 0; i < size; i++) state = (state ^ data[i]) * 0x01000193u;
    for (size_t i = 0; i < HEARTBEAT_TAG_SIZE; i++) tag[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
}

static void enrol(unsigned index) {
    uint8_t key[AGENT_KEY_SIZE] = {(uint8_t)(index + 1)}, record[AGENT_RECORD_SIZE];
    agent_encode(key, core.agent[index].generation + 1, record);
    REQUIRE(agent_load(&core.agent[index], record, sizeof record));
}

/* Nodes 1 and 2 have agents, 3 and 4 have none. */
static void begin_board(void) {
    static const uint8_t random[AGENT_SESSION_SIZE] = {1};
    core.settings = settings_default();
    eventlog_init(&core.log);
    for (unsigned i = 0; i < NODE_COUNT; i++) agent_begin(&core.agent[i], random);
    enrol(0);
    enrol(1);
    core.now_ms = 1000;
}

/* ---- what must hold ---- */

static void check_text(const char *text, size_t size) {
    REQUIRE(memchr(text, '\0', size));
    for (size_t at = 0, length = strlen(text); at < length;) {
        size_t step = utf8_length(text + at, length - at);
        REQUIRE(step > 0 && (unsigned char)text[at] >= 0x20 && text[at] != 0x7f);
        at += step;
    }
}

static void check_report(const struct agent_report *report) {
    check_text(report->nvme_model, sizeof report->nvme_model);
    check_text(report->nvme_serial, sizeof report->nvme_serial);
    check_text(report->host_name, sizeof report->host_name);
    check_text(report->kernel, sizeof report->kernel);
    check_text(report->system, sizeof report->system);
    check_text(report->version, sizeof report->version);
    for (unsigned i = 0; i < NETWORK_COUNT; i++) {
        const struct agent_interface *interface = &report->interface[i];
        REQUIRE(interface->prefix_length <= 32);
        REQUIRE(interface->full_duplex <= 1 || interface->full_duplex == 255);
    }
    REQUIRE(report->fan_by_agent <= 1);
    REQUIRE(report->leaving <= AGENT_STOPS);
}

static void require_unchanged(const struct agent before[NODE_COUNT]) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        struct agent now;
        memcpy(&now, &core.agent[i], sizeof now); /* padding too */
        now.budget_s = before[i].budget_s;
        now.refused_ms = before[i].refused_ms;
        memcpy(now.spent, before[i].spent, sizeof now.spent);
        REQUIRE(memcmp((const char *)&now, (const char *)&before[i], sizeof now) == 0);
    }
}

/* ---- the two ways ---- */

/* The size of the answer. */
static size_t arrive(const uint8_t *data, size_t size) {
    static uint8_t answer[HEARTBEAT_ANSWER_MAX];
    struct heartbeat heartbeat;
    uint8_t tag[HEARTBEAT_TAG_SIZE];
    if (!heartbeat_screen(&core, sender, data, size, &heartbeat)) return 0;
    REQUIRE(heartbeat.index < NODE_COUNT && heartbeat.size + HEARTBEAT_TAG_SIZE == size);
    make_tag(core.agent[heartbeat.index].key, data, heartbeat.size, tag);
    size_t answer_size = heartbeat_serve(&core, &heartbeat, tag, answer);
    REQUIRE(answer_size == 0 || (answer_size >= HEAD_SIZE && answer_size + HEARTBEAT_TAG_SIZE <= sizeof answer));
    REQUIRE(answer_size == 0 || heartbeat_number(&answer[36], 2) == answer_size - HEAD_SIZE);
    REQUIRE(answer_size == 0 || heartbeat_number(&answer[28], 8) == heartbeat_number(&data[28], 8));
    return answer_size;
}

static void arrive_from_stranger(const uint8_t *data, size_t size) {
    static struct agent before[NODE_COUNT];
    memcpy(before, core.agent, sizeof before);
    REQUIRE(arrive(data, size) == 0);
    require_unchanged(before);
}

static void put(uint8_t *data, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) data[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static void arrive_from_agent(unsigned order, const uint8_t *data, size_t size) {
    static uint8_t made[HEARTBEAT_SIZE_MAX];
    if (size < HEAD_SIZE || size > sizeof made - HEARTBEAT_TAG_SIZE || data[6] < 1 || data[6] > 2) return;
    struct agent *agent = &core.agent[data[6] - 1];
    if (order & ORDER_ENROL) enrol(data[6] - 1u);
    if (order & ORDER_GIVE_ORDER) agent_order(agent, (uint32_t)(counter | 1), AGENT_ACT_REBOOT);
    memcpy(made, data, size);
    put(&made[8], agent->generation, 4);
    memcpy(&made[12], agent->session, AGENT_SESSION_SIZE);
    if (order & ORDER_NEXT_SESSION) agent_next_session(agent, &made[12]);
    if (!(order & ORDER_KEEP_COUNTER)) put(&made[28], ++counter, 8);
    put(&made[36], size - HEAD_SIZE, 2);
    make_tag(agent->key, made, size, &made[size]);
    arrive(made, size + HEARTBEAT_TAG_SIZE);
    check_report(&agent->report);
    REQUIRE(agent->order.state < AGENT_ORDER_STATE_COUNT);
    REQUIRE(agent_seen_ms(agent) <= core.now_ms && agent->report_ms <= core.now_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (core.now_ms == 0) begin_board();
    if (size == 0) return 0;
    core.now_ms += INPUT_PERIOD_MS;
    arrive_from_stranger(data + 1, size - 1);
    arrive_from_agent(data[0], data + 1, size - 1);
    return 0;
}
