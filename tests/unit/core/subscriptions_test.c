/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"

static struct subscriptions table;

static int begin(void **state) {
    (void)state;
    memset(&table, 0, sizeof table);
    return 0;
}

static struct subscription example(uint32_t id) {
    struct subscription subscription = {.id = id,
                                        .next_sequence = 40,
                                        .format = FORMAT_EVENT,
                                        .policy = RETRY_SUSPEND,
                                        .verify_certificate = true,
                                        .destination = "https://listener.example/events",
                                        .context = "rack 3"};
    subscription.filter.codes[1] = 1u << 5;
    subscription.filter.excluded[0] = 1u << 31;
    subscription.filter.origins = ORIGIN_BOARD | 2;
    subscription.filter.severities = 4;
    return subscription;
}

static void a_record_brings_back_what_was_stored(void **state) {
    (void)state;
    uint8_t record[SUBSCRIPTION_RECORD_SIZE], again[SUBSCRIPTION_RECORD_SIZE];
    struct subscription wanted = example(7), read;
    subscription_encode(&wanted, record);
    assert_true(subscription_decode(&read, record, sizeof record));
    assert_memory_equal(&read.filter.codes, &wanted.filter.codes, sizeof read.filter.codes);
    assert_int_equal(read.filter.origins, ORIGIN_BOARD | 2);
    assert_int_equal(read.policy, RETRY_SUSPEND);
    assert_true(read.verify_certificate);
    assert_string_equal(read.destination, "https://listener.example/events");
    assert_string_equal(read.context, "rack 3");
    subscription_encode(&read, again);
    assert_memory_equal(again, record, sizeof record);
    for (size_t i = 0; i < sizeof record; i += 7) {
        record[i] ^= 0x10;
        assert_false(subscription_decode(&read, record, sizeof record));
        record[i] ^= 0x10;
    }
    assert_false(subscription_decode(&read, record, sizeof record - 1));
    wanted.policy = RETRY_COUNT; /* sealed, and still not of this version */
    subscription_encode(&wanted, record);
    assert_false(subscription_decode(&read, record, sizeof record));
}

static void headers_belong_to_one_subscription(void **state) {
    (void)state;
    uint8_t record[SUBSCRIPTION_HEADERS_RECORD_MAX];
    char headers[SUBSCRIPTION_HEADERS_SIZE], longest[SUBSCRIPTION_HEADERS_SIZE];
    size_t size = subscription_headers_encode(7, "Authorization: Bearer x\n", record);
    subscription_headers_decode(7, record, size, headers);
    assert_string_equal(headers, "Authorization: Bearer x\n");
    subscription_headers_decode(8, record, size, headers); /* the slot has a new owner */
    assert_string_equal(headers, "");
    subscription_headers_decode(7, record, 0, headers);
    assert_string_equal(headers, "");
    memset(longest, 'h', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    size = subscription_headers_encode(7, longest, record);
    subscription_headers_decode(7, record, size, headers);
    assert_string_equal(headers, longest);
}

static void load(unsigned slot, uint32_t id, uint32_t next_sequence, uint32_t last_sequence) {
    uint8_t record[SUBSCRIPTION_RECORD_SIZE];
    struct subscription stored = example(id);
    stored.next_sequence = next_sequence;
    subscription_encode(&stored, record);
    assert_true(subscriptions_load(&table, slot, record, sizeof record, last_sequence));
}

static void a_restart_goes_on_where_each_was_told(void **state) {
    (void)state;
    uint8_t positions[POSITIONS_RECORD_SIZE];
    load(0, 5, 10, 100);
    load(3, 9, 20, 100);
    table.push[0].next_sequence = 60;
    table.push[3].next_sequence = 70;
    table.moved = true;
    assert_true(subscriptions_unsaved(&table, 1000, false, positions));
    memset(&table, 0, sizeof table);
    load(0, 5, 10, 100);
    load(3, 12, 80, 100); /* another one in this slot since */
    subscriptions_load_positions(&table, positions, sizeof positions, 100);
    assert_int_equal(table.push[0].next_sequence, 60);
    assert_int_equal(table.push[3].next_sequence, 80);
    assert_int_equal(table.last_id, 12);
    assert_int_equal(subscriptions_new_id(&table), 13);
}

static void positions_beyond_the_log_are_not_believed(void **state) {
    (void)state;
    uint8_t positions[POSITIONS_RECORD_SIZE];
    load(0, 5, 60, 100);
    table.push[0].next_sequence = 90;
    table.moved = true;
    assert_true(subscriptions_unsaved(&table, 0, false, positions));
    memset(&table, 0, sizeof table);
    load(0, 5, 60, 4); /* the log was lost: its numbers begin anew */
    subscriptions_load_positions(&table, positions, sizeof positions, 4);
    assert_int_equal(table.push[0].next_sequence, 5);
    positions[9] ^= 1;
    table.push[0].next_sequence = 3;
    subscriptions_load_positions(&table, positions, sizeof positions, 100);
    assert_int_equal(table.push[0].next_sequence, 3);
}

static void positions_are_stored_now_and_then(void **state) {
    (void)state;
    uint8_t record[POSITIONS_RECORD_SIZE];
    assert_false(subscriptions_unsaved(&table, 0, true, record));
    table.moved = true;
    assert_true(subscriptions_unsaved(&table, 500, false, record));
    assert_false(subscriptions_unsaved(&table, 100000, false, record));
    table.moved = true;
    assert_false(subscriptions_unsaved(&table, 501 + POSITIONS_SAVE_MS - 2, false, record));
    assert_true(subscriptions_unsaved(&table, 501, true, record));
    table.moved = true;
    assert_true(subscriptions_unsaved(&table, 501 + POSITIONS_SAVE_MS, false, record));
}

static void a_change_keeps_how_far_it_was_told(void **state) {
    (void)state;
    struct subscription wanted = example(1);
    subscriptions_commit(&table, 2, &wanted);
    assert_int_equal(subscriptions_find(&table, 1), 2);
    table.push[2].next_sequence = 99;
    table.push[2].under_way = true;
    wanted.policy = RETRY_FOREVER;
    strcpy(wanted.context, "rack 4");
    subscriptions_commit(&table, 2, &wanted);
    assert_int_equal(table.push[2].next_sequence, 99);
    assert_true(table.push[2].under_way);
    assert_int_equal(table.push[2].policy, RETRY_FOREVER);
    assert_string_equal(table.push[2].context, "rack 4");
    subscriptions_delete(&table, 2);
    assert_int_equal(subscriptions_find(&table, 1), -1);
    assert_int_equal(subscriptions_find(&table, 0), -1);
}

static bool wants(const struct subscription_filter *filter, uint16_t code, uint8_t node, enum event_severity severity) {
    return subscription_wants(filter, code, node, severity);
}

static void filters_let_through_what_they_name(void **state) {
    (void)state;
    struct subscription_filter none = {0}, filter = {0};
    assert_true(wants(&none, EVENT_LINK_DOWN, 0, EVENT_WARNING));
    assert_true(wants(&none, EVENT_NONE, 2, EVENT_OK)); /* a test event of another registry */
    filter.codes[EVENT_LINK_DOWN / 32] = 1u << EVENT_LINK_DOWN % 32;
    assert_true(wants(&filter, EVENT_LINK_DOWN, 0, EVENT_WARNING));
    assert_false(wants(&filter, EVENT_LINK_UP, 0, EVENT_OK));
    filter.registry = true; /* named by either is enough */
    assert_true(wants(&filter, EVENT_LINK_UP, 0, EVENT_OK));
    assert_false(wants(&filter, EVENT_NONE, 0, EVENT_OK));
    filter.excluded[EVENT_LINK_UP / 32] = 1u << EVENT_LINK_UP % 32;
    assert_false(wants(&filter, EVENT_LINK_UP, 0, EVENT_OK));
    filter = (struct subscription_filter){.origins = 1u << 1};
    assert_true(wants(&filter, EVENT_RAIL_LOST, 2, EVENT_CRITICAL));
    assert_false(wants(&filter, EVENT_RAIL_LOST, 1, EVENT_CRITICAL));
    assert_false(wants(&filter, EVENT_LINK_UP, 0, EVENT_OK));
    filter = (struct subscription_filter){.types = ORIGIN_TYPE_MANAGER};
    assert_true(wants(&filter, EVENT_LINK_UP, 0, EVENT_OK));
    assert_false(wants(&filter, EVENT_RAIL_LOST, 4, EVENT_CRITICAL));
    filter = (struct subscription_filter){.severities = 1u << EVENT_CRITICAL | 1u << EVENT_WARNING};
    assert_true(wants(&filter, EVENT_RAIL_LOST, 4, EVENT_CRITICAL));
    assert_false(wants(&filter, EVENT_LINK_UP, 0, EVENT_OK));
}

static void streams_have_a_bounded_number_of_places(void **state) {
    (void)state;
    struct stream_seat seat = {.account = 1, .events = true};
    uint32_t ids[STREAM_COUNT];
    for (unsigned i = 0; i < STREAM_COUNT; i++) {
        ids[i] = stream_seat_take(&table, &seat);
        assert_int_equal(ids[i], i + 1);
    }
    assert_int_equal(stream_seat_take(&table, &seat), 0);
    stream_seat_leave(&table, ids[4]);
    stream_seat_leave(&table, ids[4]);
    stream_seat_leave(&table, 0);
    assert_null(stream_seat_find(&table, ids[4]));
    assert_non_null(stream_seat_find(&table, ids[5]));
    assert_int_equal(stream_seat_take(&table, &seat), STREAM_COUNT + 1); /* never an old number */
}

static void memory_is_within_what_the_chip_has(void **state) {
    (void)state;
    assert_in_range(sizeof(struct subscriptions), 1, 2700);
    assert_in_range(sizeof(struct history), 1, 3000);
    assert_in_range(sizeof(struct subscriptions) + sizeof(struct history) + sizeof(struct test_event), 1, 5900);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_record_brings_back_what_was_stored, begin),
        cmocka_unit_test_setup(headers_belong_to_one_subscription, begin),
        cmocka_unit_test_setup(a_restart_goes_on_where_each_was_told, begin),
        cmocka_unit_test_setup(positions_beyond_the_log_are_not_believed, begin),
        cmocka_unit_test_setup(positions_are_stored_now_and_then, begin),
        cmocka_unit_test_setup(a_change_keeps_how_far_it_was_told, begin),
        cmocka_unit_test_setup(filters_let_through_what_they_name, begin),
        cmocka_unit_test_setup(streams_have_a_bounded_number_of_places, begin),
        cmocka_unit_test(memory_is_within_what_the_chip_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
