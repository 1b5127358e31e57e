/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

#define LOG   "/redfish/v1/Systems/Node2/LogServices/CrashLog"
#define CLEAR "POST " LOG "/Actions/LogService.ClearLog"
#define NODE2 1

static struct fixture f;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    return 0;
}

static void expect(const char *path, const char *value) { assert_string_equal(member(&f, path), value); }

static void get(const char *uri) {
    char line[HTTP_PATH_SIZE + 8];
    snprintf(line, sizeof line, "GET %s", uri);
    assert_int_equal(request(&f, line, NULL), 200);
}

/* Panics 1 to count. */
static void keep(unsigned count) {
    for (unsigned i = 1; i <= count; i++) {
        char text[128];
        snprintf(text, sizeof text, "eth0: link up\nKernel panic - not syncing: number %u\nCall trace:\n dump_backtrace+0x9c\n",
                 i);
        fixture_keep_crash(&f, NODE2, text);
        fixture_pass(&f, 1000);
    }
}

static void a_log_without_panics_is_there(void **state) {
    (void)state;
    get("/redfish/v1/Systems/Node2/LogServices");
    expect("Members@odata.count", "2");
    expect("Members/1/@odata.id", LOG);
    get(LOG);
    expect("LogEntryType", "Event");
    expect("MaxNumberOfRecords", "4");
    expect("OverWritePolicy", "WrapsWhenFull");
    get(LOG "/Entries");
    expect("Members", "(0 members)");
    expect("Members@odata.count", "0");
    assert_int_equal(request(&f, "GET " LOG "/Entries/1", NULL), 404);
    assert_int_equal(request(&f, "GET " LOG "/Entries/1/attachment", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node5/LogServices/CrashLog/Entries", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/Managers/BMC/LogServices/CrashLog", NULL), 404);
}

static void an_entry_says_what_and_leads_to_the_text(void **state) {
    (void)state;
    keep(1);
    get(LOG "/Entries/1");
    expect("@odata.id", LOG "/Entries/1");
    expect("EntryType", "Event");
    expect("Severity", "Critical");
    expect("Created", "2026-01-01T00:00:21.000Z");
    expect("Message", "Node 2: kernel panic: Kernel panic - not syncing: number 1");
    expect("MessageId", "Super4C.1.0.NodePanicked");
    expect("MessageArgs", "(2 members)");
    expect("MessageArgs/0", "2");
    expect("DiagnosticDataType", "OS");
    expect("AdditionalDataURI", LOG "/Entries/1/attachment");
    expect("AdditionalDataSizeBytes", "84");
    expect("Links/OriginOfCondition/@odata.id", "/redfish/v1/Systems/Node2");
    get(LOG "/Entries/1/attachment");
    assert_string_equal(f.x.response.content_type, "text/plain; charset=utf-8");
    assert_string_equal(answer(&f), crash_text(&f.crash[NODE2][0]));
}

/* The message is the registry's, its marks replaced by the arguments. */
static void its_message_is_the_registrys(void **state) {
    (void)state;
    char template[128], text[256];
    keep(1);
    get("/redfish/v1/Registries/Super4C/Super4C.1.0.json");
    snprintf(template, sizeof template, "%s", member(&f, "Messages/NodePanicked/Message"));
    char *first = strstr(template, "%1"), *second = strstr(template, "%2");
    assert_true(first && second > first);
    *first = *second = '\0';
    snprintf(text, sizeof text, "%s2%sKernel panic - not syncing: number 1%s", template, first + 2, second + 2);
    get(LOG "/Entries/1");
    expect("Message", text);
}

static void the_newest_come_first_and_the_oldest_goes(void **state) {
    (void)state;
    keep(6);
    get(LOG "/Entries");
    expect("@odata.id", LOG "/Entries");
    expect("Members", "(4 members)");
    expect("Members@odata.count", "4");
    for (unsigned i = 0; i < 4; i++) {
        char path[32], id[8];
        snprintf(path, sizeof path, "Members/%u/Id", i);
        snprintf(id, sizeof id, "%u", 6 - i);
        expect(path, id);
    }
    assert_int_equal(request(&f, "GET " LOG "/Entries/2", NULL), 404);
    get(LOG "/Entries/3");
    get(LOG "/Entries?$top=2&$skip=1");
    expect("Members", "(2 members)");
    expect("Members/0/Id", "5");
    get(LOG "/Entries?$skip=2147483647");
    expect("Members", "(0 members)");
    get(LOG "/Entries?$top=0");
    expect("Members", "(0 members)");
}

static void names_of_no_entry_are_not_found(void **state) {
    (void)state;
    keep(1);
    static const char *const ids[] = {"0", "01", "2", "65537", "-1", "1x", "%20"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char line[HTTP_PATH_SIZE];
        snprintf(line, sizeof line, "GET " LOG "/Entries/%s/attachment", ids[i]);
        assert_int_equal(request(&f, line, NULL), 404);
    }
    assert_int_equal(request(&f, "POST " LOG "/Entries/1/attachment", "{}"), 405);
}

/* The text is a stranger's words: it stays text in JSON, whatever is in it, and four of the worst fit one answer. */
static void the_worst_texts_fit(void **state) {
    (void)state;
    char text[CRASH_TEXT_SIZE];
    memset(text, '\x01', sizeof text);
    memcpy(text, "Kernel panic\",\"Id\":\"9\\", 22);
    text[sizeof text - 1] = '\0';
    for (unsigned i = 0; i < CRASH_COUNT; i++) fixture_keep_crash(&f, NODE2, text);
    get(LOG "/Entries");
    expect("Members", "(4 members)");
    expect("Members/3/Id", "1");
    expect("Members/3/AdditionalDataSizeBytes", "3071");
    get(LOG "/Entries/4/attachment");
    assert_int_equal(f.x.response.body_size, CRASH_TEXT_SIZE - 1);
}

static void a_record_that_cannot_be_read_is_told(void **state) {
    (void)state;
    keep(2);
    f.crash[NODE2][0].number = 0; /* gone from the store */
    get(LOG "/Entries");
    expect("Members", "(1 members)");
    expect("Members/0/Id", "2");
    assert_int_equal(request(&f, "GET " LOG "/Entries/1", NULL), 500);
    assert_int_equal(request(&f, "GET " LOG "/Entries/1/attachment", NULL), 500);
}

static void clearing_takes_them_from_the_store(void **state) {
    (void)state;
    keep(3);
    fixture_keep_crash(&f, 0, "Kernel panic: another node's");
    assert_int_equal(request(&f, CLEAR, "{\"All\": true}"), 400);
    f.store_fails = true;
    assert_int_equal(request(&f, CLEAR, "{}"), 500);
    get(LOG "/Entries");
    expect("Members@odata.count", "3");
    f.store_fails = false;
    assert_int_equal(request(&f, CLEAR, "{}"), 204);
    for (unsigned i = 0; i < CRASH_COUNT; i++) assert_int_equal(f.crash[NODE2][i].number, 0);
    get(LOG "/Entries");
    expect("Members@odata.count", "0");
    get("/redfish/v1/Systems/Node1/LogServices/CrashLog/Entries");
    expect("Members@odata.count", "1");
    const struct eventlog_entry *told = latest_event(&f, EVENT_CRASH_LOG_CLEARED);
    assert_non_null(told);
    assert_int_equal(told->event.node, 2);
    assert_int_equal(told->event.arg[0], 3);
    assert_string_equal(told->event.origin.actor, "operator");
    keep(1); /* numbers go on */
    get(LOG "/Entries/4");
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, CLEAR, "{}"), 403);
}

static void a_node_account_sees_its_own_alone(void **state) {
    (void)state;
    keep(1);
    assert_true(fixture_account(&f, "second", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD) >= 0);
    assert_true(fixture_account(&f, "third", (enum role)(ROLE_NODE_OPERATOR + 2), FIXTURE_PASSWORD) >= 0);
    sign_in(&f, "third", FIXTURE_PASSWORD);
    static const char *const paths[] = {"GET " LOG, "GET " LOG "/Entries", "GET " LOG "/Entries/1",
                                        "GET " LOG "/Entries/1/attachment"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) assert_int_equal(request(&f, paths[i], NULL), 404);
    assert_int_equal(request(&f, CLEAR, "{}"), 404);
    sign_in(&f, "second", FIXTURE_PASSWORD);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) assert_int_equal(request(&f, paths[i], NULL), 200);
    assert_int_equal(request(&f, CLEAR, "{}"), 204);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_log_without_panics_is_there, begin),
        cmocka_unit_test_setup(an_entry_says_what_and_leads_to_the_text, begin),
        cmocka_unit_test_setup(its_message_is_the_registrys, begin),
        cmocka_unit_test_setup(the_newest_come_first_and_the_oldest_goes, begin),
        cmocka_unit_test_setup(names_of_no_entry_are_not_found, begin),
        cmocka_unit_test_setup(the_worst_texts_fit, begin),
        cmocka_unit_test_setup(a_record_that_cannot_be_read_is_told, begin),
        cmocka_unit_test_setup(clearing_takes_them_from_the_store, begin),
        cmocka_unit_test_setup(a_node_account_sees_its_own_alone, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
