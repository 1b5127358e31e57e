/* SPDX-License-Identifier: Apache-2.0
 * Datagrams of the agents: what counts, what is refused, what is answered; enrolment and its end. Tags are not HMACs here: the
 * caller computes them, and this test is the caller. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "service/heartbeat.h"
#include "tests/unit/service/fixture.h"

#define SYSTEM   "/redfish/v1/Systems/Node2"
#define ENROL    "POST " SYSTEM "/Actions/Oem/Super4C.EnrolAgent"
#define REVOKE   "POST " SYSTEM "/Actions/Oem/Super4C.RevokeAgent"
#define HEAD     40
#define SHORTEST (HEAD + HEARTBEAT_TAG_SIZE)

static struct fixture f;
static uint8_t datagram[HEARTBEAT_SIZE_MAX + 16], answer_bytes[HEARTBEAT_ANSWER_MAX];
static size_t datagram_size, tag_count;
static uint8_t session[AGENT_SESSION_SIZE];
static const uint8_t stranger[16] = {[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2, [15] = 9};

static struct agent *agent(void) { return &f.core.agent[1]; }

/* ---- the agent's side ---- */

static void make_tag(const uint8_t *key, const uint8_t *data, size_t size, uint8_t tag[HEARTBEAT_TAG_SIZE]) {
    uint32_t state = 0x811c9dc5u;
    for (size_t i = 0; i < AGENT_KEY_SIZE; i++) state = (state ^ key[i]) * 0x01000193u;
    for (size_t i = 0; i < size; i++) state = (state ^ data[i]) * 0x01000193u;
    for (size_t i = 0; i < HEARTBEAT_TAG_SIZE; i++) tag[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
}

static void put(size_t at, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) datagram[at + i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static void seal(void) {
    make_tag(agent()->key, datagram, datagram_size - HEARTBEAT_TAG_SIZE, &datagram[datagram_size - HEARTBEAT_TAG_SIZE]);
}

static void report_with(unsigned network, uint64_t counter, const void *body, size_t size) {
    memset(datagram, 0, sizeof datagram);
    memcpy(datagram, "S4HB\1\1\2", 7);
    put(7, network, 1);
    put(8, agent()->generation, 4);
    memcpy(&datagram[12], session, sizeof session);
    put(28, counter, 8);
    put(36, size, 2);
    memcpy(&datagram[HEAD], body, size);
    datagram_size = SHORTEST + size;
    seal();
}

/* The size of the answer, without its tag. */
static size_t send_from(const uint8_t address[16]) {
    struct heartbeat heartbeat;
    uint8_t tag[HEARTBEAT_TAG_SIZE];
    f.core.now_ms = f.now_ms;
    if (!heartbeat_screen(&f.core, address, datagram, datagram_size, &heartbeat)) return 0;
    tag_count++;
    make_tag(f.core.agent[heartbeat.index].key, heartbeat.data, heartbeat.size, tag);
    return heartbeat_serve(&f.core, &heartbeat, tag, answer_bytes);
}

static size_t send(void) { return send_from(stranger); }

static size_t report(unsigned network, uint64_t counter) {
    report_with(network, counter, "", 0);
    return send();
}

/* The latest entry of the log, once it is stored. */
static const struct event *told(enum event_code code) {
    fixture_turn(&f);
    const struct eventlog_entry *entry = latest_event(&f, code);
    if (!entry) fail_msg("no event %d", (int)code);
    return &entry->event;
}

static uint64_t answered(size_t at, size_t size) { return heartbeat_number(&answer_bytes[at], size); }

static void enrol(void) { assert_int_equal(request(&f, ENROL, "{}"), 200); }

static void take_session(void) { memcpy(session, &answer_bytes[12], sizeof session); }

/* A node whose agent is enrolled and in a session; its counter is at 1. */
static int setup_session(void **state) {
    (void)state;
    static const uint8_t random[AGENT_SESSION_SIZE] = {4, 5, 6};
    fixture_begin(&f);
    use_basic(&f, "operator", FIXTURE_PASSWORD);
    for (unsigned i = 0; i < NODE_COUNT; i++) agent_begin(&f.core.agent[i], random);
    enrol();
    memset(session, 0, sizeof session);
    assert_int_equal(report(1, 1), HEAD);
    take_session();
    assert_true(report(1, 1) > HEAD);
    tag_count = 0;
    return 0;
}

static int setup(void **state) {
    setup_session(state);
    enrol(); /* anew: nothing has been heard with this key */
    memset(session, 0, sizeof session);
    return 0;
}

/* ---- challenge and answer ---- */

static void a_first_report_is_challenged_and_the_second_counts(void **state) {
    (void)state;
    assert_int_equal(report(1, 77), HEAD);
    assert_memory_equal(answer_bytes, "S4HB\1\2\2\1", 8);
    assert_int_equal(answered(8, 4), agent()->generation);
    assert_int_equal(answered(28, 8), 77);
    assert_int_equal(answered(36, 4), 0); /* an empty body: no longer than the shortest report */
    assert_int_equal(agent_seen_ms(agent()), 0);
    take_session();
    size_t size = report(2, 78);
    assert_int_equal(size, HEAD + 3 + 3); /* no order; the kernel sets the fan; not full */
    assert_memory_equal(answer_bytes, "S4HB\1\3\2\2", 8);
    assert_memory_equal(&answer_bytes[12], session, sizeof session);
    assert_int_equal(answered(28, 8), 78);
    assert_int_equal(answered(36, 4), (uint64_t)(size - HEAD) << 16);
    assert_memory_equal(&answer_bytes[HEAD], "\x41\x01\x00\x42\x01\x00", 6);
    assert_int_equal(agent()->link[NETWORK_BACKPLANE].seen_ms, f.now_ms);
    assert_int_equal(agent()->link[NETWORK_SERVICE].seen_ms, 0);
    assert_string_equal(told(EVENT_AGENT_CONNECTED)->text, "backplane");
}

static void challenges_are_four_a_second(void **state) {
    (void)state;
    unsigned count = 0;
    for (unsigned i = 1; i <= 40; i++) count += report(1, i) > 0;
    assert_int_equal(count, 4);
    f.now_ms += 1000;
    assert_int_equal(report(1, 41), HEAD);
}

static void the_answer_brings_what_the_controller_wants(void **state) {
    (void)state;
    static const uint8_t wanted[] = {64, 5, 0, 0,  1,  7,  2,   /* order 263: reboot */
                                     65, 5, 2, 40, 75, 60, 255, /* two points */
                                     66, 1, 1};
    agent_order(agent(), 263, AGENT_ACT_REBOOT);
    agent()->fan = (struct agent_fan){.point_count = 2, .full = true, .point = {{40, 75}, {60, 255}}};
    assert_int_equal(report(1, 2), HEAD + sizeof wanted);
    assert_memory_equal(&answer_bytes[HEAD], wanted, sizeof wanted);
    report_with(1, 3, "\x17\x05\0\0\1\7\1", 7); /* taken */
    assert_int_equal(send(), HEAD + sizeof wanted - 7);
    assert_int_equal(agent_order_state(agent(), 263), AGENT_ORDER_TAKEN);
    report_with(1, 4, "\x17\x05\0\0\1\7\4", 7); /* failed */
    send();
    assert_int_equal(agent_order_state(agent(), 263), AGENT_ORDER_FAILED);
    for (unsigned i = 0; i < AGENT_FAN_POINT_COUNT; i++) agent()->fan.point[i].celsius = (uint8_t)i;
    agent()->fan.point_count = AGENT_FAN_POINT_COUNT;
    agent_order(agent(), 264, AGENT_ACT_SHUT_DOWN);
    assert_true(report(1, 5) + HEARTBEAT_TAG_SIZE <= HEARTBEAT_ANSWER_MAX); /* the longest there is */
}

/* ---- what a report says ---- */

static const uint8_t full_report[] = {
    1,   16, 1,   2,   3,    4,    5,    6,    7,    8,    9,   10,   11,   12,  13, 14,  15,  16, /* boot id */
    2,   4,  0,   1,   0x51, 0x80,                                                                 /* 86400 s */
    3,   2,  0,   125, 4,    2,    1,    0,    5,    2,    2,   0,             /* load 1.25, PSI 2.56 % and 5.12 % */
    6,   4,  0,   0,   0x1f, 0x80, 7,    1,    4,    8,    2,   0xff, 0xf6,    /* 8064 MiB, 4 CPUs, -1.0 degrees */
    9,   4,  0,   5,   0,    1,    10,   2,    0x12, 0x34, 11,  2,    128,  1, /* throttled, fan */
    12,  4,  'D', 'i', 's',  'k',  13,   3,    'S',  '/',  '1',                /* NVMe */
    14,  8,  0,   0,   0,    0x74, 0x70, 0x7d, 0,    0,    15,  2,    1,    144, 16, 1,   101, 17,  2,   3,   1,  18, 30,  1,
    1,   3,  232, 1,   24,   10,   0,    0,    12,   2,    0,   0,    0,    0,   1,  0,   0,   0,   3,   0,   0,  0,  4,   0,
    0,   0,  5,   0,   0,    18,   30,   2,    0,    0,    0,   255,  0,    0,   0,  0,   0,   2,   0,   0,   0,  0,  2,   0,
    0,   0,  9,   0,   0,    0,    0,    0,    0,    0,    0,   0,    0,    19,  5,  'n', 'o', 'd', 'e', '2', 20, 3,  '6', '.',
    '6', 21, 6,   'D', 'e',  'b',  0xc3, 0xa4, 'n',  22,   3,   '1',  '.',  '0', 24, 1,   3,   25,  1,   2,
};

static void every_item_reaches_its_place(void **state) {
    (void)state;
    report_with(1, 2, full_report, sizeof full_report);
    assert_true(send() > 0);
    const struct agent_report *r = &agent()->report;
    assert_int_equal(r->has, (1u << 17) - 1);
    assert_int_equal(r->boot_id[15], 16);
    assert_int_equal(r->uptime_s, 86400);
    assert_int_equal(r->load_centi, 125);
    assert_int_equal(r->memory_pressure_centi, 256);
    assert_int_equal(r->cpu_pressure_centi, 512);
    assert_int_equal(r->memory_mib, 8064);
    assert_int_equal(r->cpus, 4);
    assert_int_equal(r->cpu_deci_c, -10);
    assert_int_equal(r->throttled, 0x50001);
    assert_int_equal(r->fan_rpm, 0x1234);
    assert_int_equal(r->fan_duty, 128);
    assert_int_equal(r->fan_by_agent, 1);
    assert_string_equal(r->nvme_model, "Disk");
    assert_string_equal(r->nvme_serial, "S/1");
    assert_true(r->nvme_bytes == 0x74707d0000u);
    assert_int_equal(r->nvme_deci_c, 400);
    assert_int_equal(r->nvme_wear_percent, 101);
    assert_int_equal(r->nvme_generation, 3);
    assert_int_equal(r->nvme_lanes, 1);
    assert_string_equal(r->host_name, "node2");
    assert_string_equal(r->kernel, "6.6");
    assert_string_equal(r->system, "Deb\xc3\xa4n");
    assert_string_equal(r->version, "1.0");
    assert_int_equal(r->abilities, AGENT_CAN_SHUT_DOWN | AGENT_CAN_SET_FAN);
    assert_int_equal(r->findings, AGENT_FOUND_BACKPLANE_DEFAULT_ROUTE);
    assert_int_equal(agent()->report_ms, f.now_ms);
}

static void each_interface_is_told_apart(void **state) {
    (void)state;
    report_with(1, 2, full_report, sizeof full_report);
    send();
    const struct agent_interface *service = &agent()->report.interface[NETWORK_SERVICE];
    const struct agent_interface *backplane = &agent()->report.interface[NETWORK_BACKPLANE];
    assert_true(service->known && service->up && backplane->known && !backplane->up);
    assert_int_equal(service->speed_mbps, 1000);
    assert_int_equal(service->full_duplex, 1);
    assert_int_equal(service->prefix_length, 24);
    assert_memory_equal(service->address, "\x0a\0\0\x0c", 4);
    assert_memory_equal(service->mac, "\2\0\0\0\0\1", 6);
    assert_int_equal(service->carrier_changes, 3);
    assert_int_equal(service->receive_errors, 4);
    assert_int_equal(service->transmit_errors, 5);
    assert_int_equal(backplane->full_duplex, 255);
    assert_int_equal(backplane->carrier_changes, 9);
}

static bool says_nothing(const struct agent_heartbeat *told) {
    const struct agent_report *r = &told->report;
    bool text = r->nvme_model[0] || r->nvme_serial[0] || r->host_name[0] || r->kernel[0] || r->system[0] || r->version[0];
    bool interface = r->interface[NETWORK_SERVICE].known || r->interface[NETWORK_BACKPLANE].known;
    return r->has == 0 && !text && !interface && told->order.id == 0;
}

static void an_item_that_cannot_be_is_passed_over(void **state) {
    (void)state;
    static const struct {
        size_t size;
        uint8_t body[20]; /* the rest is zero */
    } cases[] = {
        {5, {2, 3, 0, 0, 1}},       /* another length */
        {7, {2, 5, 0, 0, 0, 0, 1}}, /* ... */
        {4, {200, 2, 1, 1}},        /* unknown type */
        {2, {19, 0}},               /* an empty text */
        {4, {19, 2, 0x1b, 'z'}},    /* a control character */
        {4, {19, 2, 0x7f, 'z'}},    /* ... */
        {4, {19, 2, 0xc2, 0x9b}},   /* one of Latin-1: CSI */
        {4, {19, 2, 0xc3, 'z'}},    /* no UTF-8 */
        {4, {19, 2, 0, 'z'}},       /* the terminator */
        {19, {22, 17, '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '1', '2', '3', '4', '5', '6', '7'}}, /* too long */
        {4, {11, 2, 0x80, 2}},             /* nobody we know sets the fan */
        {32, {18, 30, 3, 1}},              /* a third network */
        {32, {18, 30, 0, 1}},              /* none */
        {32, {18, 30, 1, 2}},              /* neither up nor down */
        {32, {18, 30, 1, 1, 0, 0, 2}},     /* neither full nor half */
        {32, {18, 30, 1, 1, 0, 0, 1, 33}}, /* a prefix of 33 bits */
        {7, {23, 5, 0, 0, 1, 7, 0}},       /* an order in no state */
        {7, {23, 5, 0, 0, 1, 7, 5}},       /* ... */
        {5, {2, 4, 0, 0, 0}},              /* cut off */
        {1, {2}},                          /* ... */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t body[32] = {0};
        memcpy(body, cases[i].body, sizeof cases[i].body);
        struct agent_heartbeat told;
        memset(&told, 0xa5, sizeof told);
        heartbeat_read_items(body, cases[i].size, &told);
        if (!says_nothing(&told)) fail_msg("case %u", (unsigned)i);
    }
}

static void what_comes_before_the_fault_counts(void **state) {
    (void)state;
    report_with(1, 2, "\x07\x01\x04\x07\x01\x08\x02\x04\0", 9);
    assert_true(send() > 0); /* a sign of life all the same */
    assert_int_equal(agent()->report.has, AGENT_HAS_CPUS);
    assert_int_equal(agent()->report.cpus, 8); /* the last one counts */
}

/* ---- what is refused ---- */

static void nothing_has_changed(const struct agent *before) {
    struct agent now = *agent();
    now.budget_s = before->budget_s; /* that somebody tried may be counted */
    memcpy(now.spent, before->spent, sizeof now.spent);
    now.refused_ms = before->refused_ms;
    assert_memory_equal(&now, before, sizeof now);
}

static void a_datagram_cut_anywhere_changes_nothing(void **state) {
    (void)state;
    report_with(1, 2, full_report, sizeof full_report);
    struct agent before = *agent();
    size_t whole = datagram_size;
    for (datagram_size = 0; datagram_size < whole; datagram_size++) assert_int_equal(send(), 0);
    for (datagram_size = whole + 1; datagram_size <= whole + 8; datagram_size++) assert_int_equal(send(), 0);
    nothing_has_changed(&before);
    assert_int_equal(tag_count, 0); /* and cost no HMAC */
    datagram_size = whole;
    assert_true(send() > 0);
}

static void a_datagram_with_any_bit_wrong_changes_nothing(void **state) {
    (void)state;
    report_with(1, 2, "\x07\x01\x04", 3);
    struct agent before = *agent();
    for (size_t bit = 0; bit < 8 * datagram_size; bit++) {
        if (bit % 8 == 0) f.now_ms += 1000; /* a budget for each byte */
        datagram[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(send(), 0);
        datagram[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    nothing_has_changed(&before);
    assert_true(send() > 0);
}

static void a_repeated_datagram_changes_nothing_and_costs_no_tag(void **state) {
    (void)state;
    assert_true(report(1, 2) > 0);
    struct agent before = *agent();
    tag_count = 0;
    f.now_ms += 5000;
    assert_int_equal(send(), 0);
    nothing_has_changed(&before);
    assert_int_equal(tag_count, 0);
    assert_string_equal(told(EVENT_AGENT_REFUSED)->text, "it has come before");
}

static void a_datagram_of_an_earlier_session_brings_a_challenge_alone(void **state) {
    (void)state;
    uint8_t earlier[sizeof datagram];
    report_with(1, 2, full_report, sizeof full_report);
    memcpy(earlier, datagram, sizeof earlier);
    memset(session, 0, sizeof session); /* the agent begins anew */
    report(1, 1);
    take_session();
    assert_true(report(1, 2) > HEAD);
    struct agent before = *agent();
    memcpy(datagram, earlier, sizeof earlier);
    datagram_size = SHORTEST + sizeof full_report;
    assert_int_equal(send(), HEAD);
    nothing_has_changed(&before);
    assert_true(report(1, 3) > HEAD); /* who is in the session stays in it */
}

static void only_the_node_named_is_meant(void **state) {
    (void)state;
    struct agent before = *agent();
    report_with(1, 2, "", 0);
    datagram[6] = 3; /* a node without an agent */
    seal();
    assert_int_equal(send(), 0);
    assert_int_equal(told(EVENT_AGENT_REFUSED)->node, 3);
    assert_string_equal(told(EVENT_AGENT_REFUSED)->text, "no agent is enrolled for the node");
    report_with(1, 2, "", 0);
    put(8, agent()->generation - 1, 4);
    seal();
    assert_int_equal(send(), 0);
    assert_string_equal(told(EVENT_AGENT_REFUSED)->text, "its key is not the present one");
    nothing_has_changed(&before);
    assert_int_equal(tag_count, 0);
}

static void a_refusal_is_logged_with_its_address_once_an_hour(void **state) {
    (void)state;
    report_with(1, 2, "", 0);
    datagram[datagram_size - 1] ^= 1;
    for (unsigned i = 0; i < 100; i++) send();
    fixture_turn(&f);
    assert_int_equal(count_events(&f, EVENT_AGENT_REFUSED), 1);
    const struct event *event = told(EVENT_AGENT_REFUSED);
    assert_string_equal(event->text, "its tag is wrong");
    assert_memory_equal(event->origin.address, stranger, sizeof stranger);
    f.now_ms += AGENT_REFUSED_GAP_MS;
    send();
    fixture_turn(&f);
    assert_int_equal(count_events(&f, EVENT_AGENT_REFUSED), 2);
}

/* ---- floods ---- */

static void forge(uint64_t counter, const uint8_t *in_session) {
    report_with(1, counter, "", 0);
    if (in_session) memcpy(&datagram[12], in_session, AGENT_SESSION_SIZE);
    datagram[datagram_size - 1] ^= 1;
}

static void a_flood_of_forgeries_costs_bounded_work_and_silences_nobody(void **state) {
    (void)state;
    static const uint8_t elsewhere[AGENT_SESSION_SIZE] = {1};
    for (uint64_t i = 2; i < 10000; i++) {
        forge(i, elsewhere);
        send();
    }
    assert_in_range(tag_count, 1, 60);
    assert_true(report(1, 2) > HEAD); /* within the same second */
    assert_true(report(2, 3) > HEAD);
}

static void a_flood_within_the_session_costs_bounded_work(void **state) {
    (void)state;
    for (uint64_t i = 2; i < 10000; i++) {
        forge(i, NULL);
        send();
    }
    assert_in_range(tag_count, 1, 60);
    f.now_ms += 1000;
    assert_true(report(1, 2) > HEAD);
}

static void a_flood_from_elsewhere_keeps_no_node_from_beginning(void **state) {
    (void)state;
    uint8_t own[16] = {[10] = 0xff, [11] = 0xff};
    memcpy(&own[12], f.core.settings.node[1].service_address, 4);
    for (uint64_t i = 1; i < 1000; i++) {
        forge(i, NULL);
        send();
    }
    report_with(1, 1000, "", 0);
    assert_int_equal(send(), 0);
    assert_int_equal(send_from(own), HEAD);
}

/* ---- enrolment ---- */

static void enrolment_shows_the_word_once(void **state) {
    (void)state;
    f.core.network.agent_port = 6668;
    assert_int_equal(request(&f, ENROL, "{\"ServiceController\": \"10.0.0.2\"}"), 200);
    assert_string_equal(f.x.response.cache_control, "no-store");
    char word[128], command[160];
    snprintf(word, sizeof word, "%s", member(&f, "Word"));
    assert_int_equal(strlen(word), 85);
    assert_memory_equal(word, "S4A1-AEBA", 9); /* version 1, node 2 */
    assert_int_equal(strspn(word + 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 80);
    snprintf(command, sizeof command, "super4c-agent enrol %s", word);
    assert_string_equal(member(&f, "Command"), command);
    assert_string_equal(member(&f, "KeyGeneration"), "3");
    assert_string_equal(f.saved_key[0], "agent2");
    assert_int_equal(f.saved_size[0], AGENT_RECORD_SIZE);
    assert_true(agent()->enrolled);
    assert_int_equal(told(EVENT_AGENT_ENROLLED)->arg[0], 3);
    assert_string_equal(told(EVENT_AGENT_ENROLLED)->origin.actor, "operator");
    assert_int_equal(request(&f, "GET " SYSTEM, NULL), 200);
    assert_null(strstr(answer(&f), word + 10));
    assert_string_equal(member(&f, "Oem/Super4C/Agent/Enrolled"), "true");
    f.core.network.agent_port = 7000;
    request(&f, ENROL, NULL); /* no body at all is {} */
    assert_memory_equal(member(&f, "Command"), "super4c-agent enrol --port 7000 S4A1-", 37);
}

static void bad_addresses_are_named_and_nothing_is_changed(void **state) {
    (void)state;
    struct agent before = *agent();
    static const char *const bodies[] = {"{\"ServiceController\": \"10.0.0\"}", "{\"BackplaneController\": \"bmc.local\"}",
                                         "{\"ServiceController\": 5}", "{\"Key\": \"x\"}"};
    static const char *const names[] = {"ActionParameterValueFormatError", "ActionParameterValueFormatError",
                                        "ActionParameterValueTypeError", "ActionParameterUnknown"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        assert_int_equal(request(&f, ENROL, bodies[i]), 400);
        assert_string_equal(error_name(&f), names[i]);
    }
    assert_int_equal(request(&f, "POST /redfish/v1/Systems/Node9/Actions/Oem/Super4C.EnrolAgent", "{}"), 404);
    assert_memory_equal(&before, agent(), sizeof before);
}

static void what_cannot_be_stored_or_computed_changes_nothing(void **state) {
    (void)state;
    struct agent before = *agent();
    f.store_fails = true;
    assert_int_equal(request(&f, ENROL, "{}"), 500);
    assert_int_equal(request(&f, REVOKE, "{}"), 500);
    f.store_fails = false;
    f.digest_fails = true;
    assert_int_equal(request(&f, ENROL, "{}"), 500);
    assert_memory_equal(&before, agent(), sizeof before);
    assert_true(report(1, 2) > HEAD);
}

static void a_new_key_voids_the_old_one_at_once(void **state) {
    (void)state;
    uint8_t key[AGENT_KEY_SIZE];
    memcpy(key, agent()->key, sizeof key);
    report_with(1, 2, "", 0);
    enrol();
    assert_memory_not_equal(key, agent()->key, sizeof key);
    assert_int_equal(send(), 0);
    put(8, agent()->generation, 4); /* ... nor under the new key's number */
    assert_int_equal(send(), 0);
    assert_string_equal(member(&f, "Oem/Super4C/Agent/ServiceSeen"), "(absent)");
}

static void a_revoked_key_is_good_for_nothing(void **state) {
    (void)state;
    report_with(1, 2, "", 0);
    assert_int_equal(request(&f, REVOKE, "{}"), 204);
    assert_int_equal(send(), 0);
    assert_int_equal(count_events(&f, EVENT_AGENT_REVOKED), 1);
    unsigned saves = f.save_count;
    assert_int_equal(request(&f, REVOKE, "{}"), 204); /* it is so already */
    assert_int_equal(f.save_count, saves);
    assert_int_equal(count_events(&f, EVENT_AGENT_REVOKED), 1);
    request(&f, "GET " SYSTEM, NULL);
    assert_string_equal(member(&f, "Oem/Super4C/Agent/Enrolled"), "false");
    uint32_t generation = agent()->generation;
    enrol();
    assert_int_equal(agent()->generation, generation + 1);
}

static void who_may_enrol(void **state) {
    (void)state;
    use_basic(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, ENROL, "{}"), 403);
    assert_int_equal(request(&f, REVOKE, "{}"), 403);
    fixture_account(&f, "two", ROLE_NODE_OPERATOR + 1, FIXTURE_PASSWORD);
    fixture_account(&f, "three", ROLE_NODE_OPERATOR + 2, FIXTURE_PASSWORD);
    use_basic(&f, "three", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, ENROL, "{}"), 404);
    use_basic(&f, "two", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, ENROL, "{}"), 200);
    assert_int_equal(request(&f, REVOKE, "{}"), 204);
}

static void the_system_tells_of_its_agent(void **state) {
    (void)state;
    report_with(2, 2, full_report, sizeof full_report);
    send();
    agent_order(agent(), 9, AGENT_ACT_REBOOT);
    f.now_ms += 4500;
    request(&f, "GET " SYSTEM, NULL);
    assert_string_equal(member(&f, "Oem/Super4C/Agent/Version"), "1.0");
    assert_string_equal(member(&f, "Oem/Super4C/Agent/ServiceSeen"), "4");
    assert_string_equal(member(&f, "Oem/Super4C/Agent/BackplaneSeen"), "4");
    assert_string_equal(member(&f, "Oem/Super4C/Agent/OrderState"), "Waiting");
    assert_string_equal(member(&f, "Actions/Oem/#Super4C.EnrolAgent/target"), SYSTEM "/Actions/Oem/Super4C.EnrolAgent");
    request(&f, "GET /redfish/v1/Systems/Node1", NULL);
    assert_string_equal(member(&f, "Oem/Super4C/Agent"), "(1 members)"); /* Enrolled: false, and no more */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_first_report_is_challenged_and_the_second_counts, setup),
        cmocka_unit_test_setup(challenges_are_four_a_second, setup),
        cmocka_unit_test_setup(the_answer_brings_what_the_controller_wants, setup_session),
        cmocka_unit_test_setup(every_item_reaches_its_place, setup_session),
        cmocka_unit_test_setup(each_interface_is_told_apart, setup_session),
        cmocka_unit_test(an_item_that_cannot_be_is_passed_over),
        cmocka_unit_test_setup(what_comes_before_the_fault_counts, setup_session),
        cmocka_unit_test_setup(a_datagram_cut_anywhere_changes_nothing, setup_session),
        cmocka_unit_test_setup(a_datagram_with_any_bit_wrong_changes_nothing, setup_session),
        cmocka_unit_test_setup(a_repeated_datagram_changes_nothing_and_costs_no_tag, setup_session),
        cmocka_unit_test_setup(a_datagram_of_an_earlier_session_brings_a_challenge_alone, setup_session),
        cmocka_unit_test_setup(only_the_node_named_is_meant, setup_session),
        cmocka_unit_test_setup(a_refusal_is_logged_with_its_address_once_an_hour, setup_session),
        cmocka_unit_test_setup(a_flood_of_forgeries_costs_bounded_work_and_silences_nobody, setup_session),
        cmocka_unit_test_setup(a_flood_within_the_session_costs_bounded_work, setup_session),
        cmocka_unit_test_setup(a_flood_from_elsewhere_keeps_no_node_from_beginning, setup),
        cmocka_unit_test_setup(enrolment_shows_the_word_once, setup),
        cmocka_unit_test_setup(bad_addresses_are_named_and_nothing_is_changed, setup),
        cmocka_unit_test_setup(what_cannot_be_stored_or_computed_changes_nothing, setup_session),
        cmocka_unit_test_setup(a_new_key_voids_the_old_one_at_once, setup_session),
        cmocka_unit_test_setup(a_revoked_key_is_good_for_nothing, setup_session),
        cmocka_unit_test_setup(who_may_enrol, setup),
        cmocka_unit_test_setup(the_system_tells_of_its_agent, setup_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
