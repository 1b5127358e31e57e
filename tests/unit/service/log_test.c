/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

static struct fixture f;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    return 0;
}

#define LOG "/redfish/v1/Managers/BMC/LogServices/EventLog"

static int begin_as_admin(void **state) {
    begin(state);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    return 0;
}

static void fill_log(unsigned count, const char *text) {
    for (unsigned i = 0; i < count; i++) {
        struct event event = event_make(EVENT_NODE_PANICKED, 1 + i % NODE_COUNT, text);
        core_log(&f.core, &event);
    }
    fixture_turn(&f);
}

static void an_entry_says_all(void **state) {
    (void)state;
    uint32_t login = latest_event(&f, EVENT_LOGIN)->sequence;
    char get[HTTP_PATH_SIZE + 8];
    snprintf(get, sizeof get, "GET " LOG "/Entries/%u", login);
    assert_int_equal(request(&f, get, NULL), 200);
    assert_string_equal(member(&f, "EntryType"), "Event");
    assert_string_equal(member(&f, "Severity"), "OK");
    assert_string_equal(member(&f, "Message"), "admin signed in.");
    assert_string_equal(member(&f, "MessageId"), "Super4C.1.0.LoginSucceeded");
    assert_string_equal(member(&f, "MessageArgs/0"), "admin");
    assert_string_equal(member(&f, "Created"), "2026-01-01T00:00:21.000Z");
    assert_string_equal(member(&f, "Oem/Super4C/Actor"), "admin");
    assert_string_equal(member(&f, "Oem/Super4C/Via"), "Redfish");
    assert_string_equal(member(&f, "Oem/Super4C/Address"), "192.0.2.7");
    assert_string_equal(member(&f, "Oem/Super4C/UptimeSeconds"), "20");
    assert_string_equal(member(&f, "Links/OriginOfCondition/@odata.id"), "/redfish/v1/Managers/BMC");
    fill_log(2, "oops");
    snprintf(get, sizeof get, "GET " LOG "/Entries/%u", f.core.log.last_sequence);
    assert_int_equal(request(&f, get, NULL), 200);
    assert_string_equal(member(&f, "Links/OriginOfCondition/@odata.id"), "/redfish/v1/Systems/Node2");
    assert_string_equal(member(&f, "Oem/Super4C/Node"), "2");
    assert_string_equal(member(&f, "Oem/Super4C/Address"), "(absent)");
}

static void time_is_left_out_while_unknown(void **state) {
    (void)state;
    f.wall_known = false;
    fixture_turn(&f);
    fill_log(1, "x");
    assert_int_equal(request(&f, "GET " LOG "/Entries?$top=1", NULL), 200);
    assert_string_equal(member(&f, "Members/0/Created"), "(absent)");
    assert_int_equal(request(&f, "GET /redfish/v1/Managers/BMC", NULL), 200);
    assert_string_equal(member(&f, "DateTime"), "(absent)");
}

/* Follows nextLink from the newest to the oldest: each entry once, in order, each page whole and bounded. */
static unsigned walk_pages(const char *first, unsigned *page_count) {
    char line[HTTP_PATH_SIZE + 8];
    unsigned total = 0;
    unsigned long previous = 0;
    snprintf(line, sizeof line, "GET %s", first);
    for (*page_count = 1;; (*page_count)++) {
        assert_int_equal(request(&f, line, NULL), 200);
        assert_true(f.x.response.body_size <= HTTP_BODY_OUT_MAX);
        char path[32];
        for (unsigned i = 0; i < 25; i++) {
            snprintf(path, sizeof path, "Members/%u/Id", i);
            unsigned long id = 0;
            if (sscanf(member(&f, path), "%lu", &id) != 1) break;
            assert_true(previous == 0 || id == previous - 1);
            assert_in_range(i, 0, 23);
            previous = id;
            total++;
        }
        const char *next = member(&f, "Members@odata.nextLink");
        if (strcmp(next, "(absent)") == 0) return total;
        snprintf(line, sizeof line, "GET %s", next);
        assert_in_range(*page_count, 1, 300);
    }
}

static void pages_lead_through_the_whole_log(void **state) {
    (void)state;
    unsigned pages;
    fill_log(300, "sysrq triggered crash");
    assert_int_equal(walk_pages(LOG "/Entries", &pages), EVENTLOG_ENTRY_COUNT);
    assert_int_equal(pages, 11); /* 24 a page */
    assert_int_equal(walk_pages(LOG "/Entries?$skip=250", &pages), 6);
    assert_int_equal(walk_pages(LOG "/Entries?$top=40&$skip=10", &pages), 40);
    assert_int_equal(walk_pages(LOG "/Entries?$top=0", &pages), 0);
    assert_int_equal(walk_pages(LOG "/Entries?$skip=256", &pages), 0);
    assert_int_equal(walk_pages(LOG "/Entries?$skip=2147483647&$top=2147483647", &pages), 0);
}

/* Text that grows sixfold when escaped: fewer on a page, none lost. */
static void pages_are_cut_where_they_are_full(void **state) {
    (void)state;
    unsigned pages;
    fill_log(
        300,
        "\x01\x02\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x01\x02"
        "\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x01\x02");
    assert_int_equal(walk_pages(LOG "/Entries", &pages), EVENTLOG_ENTRY_COUNT);
    assert_in_range(pages, 9, 30);
}

/* Wherever the last entry happens to end, there is room left for the link to the next page. */
static void a_full_page_has_room_for_its_end(void **state) {
    (void)state;
    char text[EVENT_TEXT_SIZE] = "";
    for (unsigned length = 1; length < EVENT_TEXT_SIZE; length++) {
        memset(text, '\x01', length);
        fill_log(EVENTLOG_ENTRY_COUNT, text);
        for (unsigned plain = 0; plain < 2; plain++) {
            assert_int_equal(request(&f, plain ? "GET " LOG "/Entries" : "GET " LOG "/Entries?$top=200", NULL), 200);
            assert_string_not_equal(member(&f, "Members@odata.nextLink"), "(absent)");
        }
    }
}

static void clearing_stores_the_base_first(void **state) {
    (void)state;
    fill_log(20, "x");
    uint32_t last = f.core.log.last_sequence;
    f.store_fails = true;
    assert_int_equal(request(&f, "POST " LOG "/Actions/LogService.ClearLog", "{}"), 500);
    assert_non_null(eventlog_find(&f.core.log, last));
    f.store_fails = false;
    assert_int_equal(request(&f, "POST " LOG "/Actions/LogService.ClearLog", NULL), 204);
    assert_string_equal(f.saved_key[0], "log.base");
    assert_int_equal(f.saved_size[0], 4);
    assert_null(eventlog_find(&f.core.log, last));
    assert_int_equal(request(&f, "GET " LOG "/Entries", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    assert_string_equal(member(&f, "Members/0/MessageId"), "Super4C.1.0.LogCleared");
    assert_string_equal(member(&f, "Members/0/Oem/Super4C/Actor"), "admin");
}

#define NODE2_LOG "/redfish/v1/Systems/Node2/LogServices/EventLog"

/* The same memory, looked at through one node: its entries, each once and in order, over all pages. */
static void a_nodes_log_is_its_own(void **state) {
    (void)state;
    char line[HTTP_PATH_SIZE + 8];
    fill_log(EVENTLOG_ENTRY_COUNT, "sysrq triggered crash");
    uint32_t last = f.core.log.last_sequence, of_node2 = 0;
    while (f.core.log.entries[last % EVENTLOG_ENTRY_COUNT].event.node != 2) last--;
    assert_int_equal(request(&f, "GET " NODE2_LOG, NULL), 200);
    assert_string_equal(member(&f, "Entries/@odata.id"), NODE2_LOG "/Entries");
    assert_string_equal(member(&f, "Actions"), "(absent)");
    assert_int_equal(request(&f, "POST " NODE2_LOG "/Actions/LogService.ClearLog", "{}"), 404);
    snprintf(line, sizeof line, "GET " NODE2_LOG "/Entries");
    for (unsigned page = 0; page < 5; page++) {
        assert_int_equal(request(&f, line, NULL), 200);
        assert_string_equal(member(&f, "Members@odata.count"), "64");
        for (unsigned i = 0; i < 24; i++) {
            char path[48], wanted[HTTP_PATH_SIZE];
            snprintf(path, sizeof path, "Members/%u/@odata.id", i);
            if (strcmp(member(&f, path), "(absent)") == 0) break;
            snprintf(wanted, sizeof wanted, NODE2_LOG "/Entries/%u", last - 4 * of_node2++);
            assert_string_equal(member(&f, path), wanted);
            snprintf(path, sizeof path, "Members/%u/Oem/Super4C/Node", i);
            assert_string_equal(member(&f, path), "2");
        }
        const char *next = member(&f, "Members@odata.nextLink");
        if (strcmp(next, "(absent)") == 0) break;
        snprintf(line, sizeof line, "GET %s", next);
    }
    assert_int_equal(of_node2, 64);
    snprintf(line, sizeof line, "GET " NODE2_LOG "/Entries/%u", last);
    assert_int_equal(request(&f, line, NULL), 200);
    assert_string_equal(member(&f, "Links/OriginOfCondition/@odata.id"), "/redfish/v1/Systems/Node2");
    snprintf(line, sizeof line, "GET " NODE2_LOG "/Entries/%u", last - 1); /* node 1's */
    assert_int_equal(request(&f, line, NULL), 404);
    assert_int_equal(request(&f, "GET " NODE2_LOG "/Entries?$top=3&$skip=62", NULL), 200);
    assert_string_equal(member(&f, "Members"), "(2 members)");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node5/LogServices/EventLog/Entries", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node5/LogServices", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node2/LogServices/Other", NULL), 404);
}

/* Sign-ins, other nodes and the controller's own events are nothing to an account that is bound to a node. */
static void a_node_account_reads_its_node_alone(void **state) {
    (void)state;
    assert_true(fixture_account(&f, "second", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD) >= 0);
    fill_log(8, "secret of its node");
    sign_in(&f, "second", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET " NODE2_LOG "/Entries", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "2");
    assert_null(strstr(answer(&f), "Node1"));
    assert_null(strstr(answer(&f), "Managers"));
    assert_int_equal(request(&f, "GET " LOG "/Entries", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node1/LogServices/EventLog/Entries", NULL), 404);
}

static void the_registry_explains_every_event(void **state) {
    (void)state;
    size_t count;
    const struct event_type *types = event_types(&count);
    assert_int_equal(request(&f, "GET /redfish/v1/Registries/Super4C/Super4C.1.0.json", NULL), 200);
    for (size_t i = 0; i < count; i++) {
        char path[96];
        snprintf(path, sizeof path, "Messages/%s/Resolution", types[i].id);
        assert_string_equal(member(&f, path), types[i].resolution);
    }
    assert_string_equal(member(&f, "Messages/PowerOrderFailed/Message"), "Node %1: order failed: %2; rail at %3 mV, %4 mA.");
    assert_string_equal(member(&f, "Messages/PowerOrderFailed/NumberOfArgs"), "4");
    assert_string_equal(member(&f, "Messages/PowerOrderFailed/ParamTypes/1"), "string");
    assert_string_equal(member(&f, "Messages/PowerOrderFailed/ParamTypes/2"), "number");
    assert_string_equal(member(&f, "Messages/LinkDown/ParamTypes"), "(absent)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_entry_says_all, begin_as_admin),
        cmocka_unit_test_setup(time_is_left_out_while_unknown, begin_as_admin),
        cmocka_unit_test_setup(pages_lead_through_the_whole_log, begin_as_admin),
        cmocka_unit_test_setup(pages_are_cut_where_they_are_full, begin_as_admin),
        cmocka_unit_test_setup(a_full_page_has_room_for_its_end, begin_as_admin),
        cmocka_unit_test_setup(clearing_stores_the_base_first, begin_as_admin),
        cmocka_unit_test_setup(a_nodes_log_is_its_own, begin_as_admin),
        cmocka_unit_test_setup(a_node_account_reads_its_node_alone, begin_as_admin),
        cmocka_unit_test_setup(the_registry_explains_every_event, begin_as_admin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
