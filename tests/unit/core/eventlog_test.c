/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/eventlog.h"

static struct eventlog log_, other;
static uint8_t medium[EVENTLOG_ENTRY_COUNT][EVENTLOG_RECORD_SIZE];

static int setup(void **state) {
    (void)state;
    eventlog_init(&log_);
    memset(medium, 0, sizeof medium);
    return 0;
}

static void save_all(void) {
    unsigned slot;
    uint8_t record[EVENTLOG_RECORD_SIZE];
    while (eventlog_unsaved(&log_, &slot, record)) {
        memcpy(medium[slot], record, sizeof record);
        eventlog_saved(&log_);
    }
}

static uint32_t append(int32_t number) {
    struct event event = event_make(EVENT_POWER_DONE, 2, "ForceOff");
    event.arg[0] = number;
    event.arg[1] = -7;
    event.origin = (struct origin){.actor = "admin", .via = VIA_WEB, .address = {[15] = 9}};
    return eventlog_append(&log_, &event, 5000, 1234567890123u);
}

static void load(uint32_t base) {
    eventlog_init(&other);
    for (unsigned slot = 0; slot < EVENTLOG_ENTRY_COUNT; slot++) eventlog_load(&other, slot, medium[slot], EVENTLOG_RECORD_SIZE);
    eventlog_loaded(&other, base);
}

static void an_entry_is_shown_only_when_saved(void **state) {
    (void)state;
    assert_int_equal(append(1), 1);
    assert_null(eventlog_find(&log_, 1));
    save_all();
    assert_non_null(eventlog_find(&log_, 1));
    assert_int_equal(eventlog_first(&log_), 1);
    assert_int_equal(eventlog_last(&log_), 1);
}

static void it_comes_back_whole(void **state) {
    (void)state;
    append(42);
    save_all();
    load(0);
    const struct eventlog_entry *entry = eventlog_find(&other, 1);
    assert_non_null(entry);
    assert_true(entry->wall_ms == 1234567890123u);
    assert_int_equal(entry->uptime_s, 5);
    assert_int_equal(entry->event.arg[0], 42);
    assert_true(entry->event.arg[1] == -7);
    assert_string_equal(entry->event.origin.actor, "admin");
    assert_int_equal(entry->event.origin.address[15], 9);
    char message[160];
    event_message(&entry->event, message, sizeof message);
    assert_string_equal(message, "Node 2: ForceOff completed; rail at 42 mV, -7 mA.");
}

static void the_ring_forgets_the_oldest(void **state) {
    (void)state;
    for (int i = 1; i <= EVENTLOG_ENTRY_COUNT + 10; i++) {
        append(i);
        save_all();
    }
    load(0);
    assert_int_equal(eventlog_first(&other), 11);
    assert_int_equal(eventlog_last(&other), EVENTLOG_ENTRY_COUNT + 10);
    assert_null(eventlog_find(&other, 10));
    assert_int_equal(eventlog_find(&other, 11)->event.arg[0], 11);
}

static void more_than_the_ring_between_two_saves(void **state) {
    (void)state;
    for (int i = 1; i <= 3 * EVENTLOG_ENTRY_COUNT; i++) append(i);
    save_all();
    assert_int_equal(eventlog_last(&log_), 3 * EVENTLOG_ENTRY_COUNT);
    load(0);
    assert_int_equal(eventlog_first(&other), 2 * EVENTLOG_ENTRY_COUNT + 1);
}

static void clearing_survives_and_numbers_go_on(void **state) {
    (void)state;
    append(1);
    append(2);
    save_all();
    uint32_t base = eventlog_clear(&log_);
    assert_true(eventlog_last(&log_) < eventlog_first(&log_));
    load(base);
    assert_null(eventlog_find(&other, 2));
    memset(medium, 0, sizeof medium);
    load(base);
    struct event event = event_make(EVENT_LINK_UP, 0, NULL);
    assert_int_equal(eventlog_append(&other, &event, 0, 0), 3);
}

/* Every byte of a record torn, every bit of it flipped: it is the entry or it is nothing. */
static void a_damaged_record_is_skipped(void **state) {
    (void)state;
    append(1);
    save_all();
    uint8_t record[EVENTLOG_RECORD_SIZE];
    for (unsigned bit = 0; bit < 8 * EVENTLOG_RECORD_SIZE; bit++) {
        memcpy(record, medium[1], sizeof record);
        record[bit / 8] ^= (uint8_t)(1u << bit % 8);
        eventlog_init(&other);
        assert_false(eventlog_load(&other, 1, record, sizeof record));
    }
    for (size_t size = 0; size < EVENTLOG_RECORD_SIZE; size++) assert_false(eventlog_load(&other, 1, medium[1], size));
    assert_false(eventlog_load(&other, 2, medium[1], EVENTLOG_RECORD_SIZE)); /* in another's slot */
    assert_true(eventlog_load(&other, 1, medium[1], EVENTLOG_RECORD_SIZE));
}

static void every_event_can_be_told(void **state) {
    (void)state;
    size_t count;
    const struct event_type *types = event_types(&count);
    assert_true(count > 30);
    for (size_t i = 0; i < count; i++) {
        struct event event = event_make((enum event_code)types[i].code, 3, "text");
        char message[200];
        size_t length = event_message(&event, message, sizeof message);
        assert_true(length > 0 && length == strlen(message) && length < sizeof message - 1);
        assert_null(strchr(message, '%'));
        assert_true(event_message(&event, message, 8) == 7); /* cut, terminated */
        for (size_t j = 0; j < i; j++) assert_true(types[j].code != types[i].code && strcmp(types[j].id, types[i].id) != 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_entry_is_shown_only_when_saved, setup),
        cmocka_unit_test_setup(it_comes_back_whole, setup),
        cmocka_unit_test_setup(the_ring_forgets_the_oldest, setup),
        cmocka_unit_test_setup(more_than_the_ring_between_two_saves, setup),
        cmocka_unit_test_setup(clearing_survives_and_numbers_go_on, setup),
        cmocka_unit_test_setup(a_damaged_record_is_skipped, setup),
        cmocka_unit_test(every_event_can_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
