/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/crash.h"

static struct crash crash;
static uint8_t *const record = crash.record;

static void a_record_comes_back_whole(void **state) {
    (void)state;
    struct crash_view view = {0};
    crash = (struct crash){.wall_ms = 1767225600123, .number = 65000};
    memset(crash_text(&crash), 'x', CRASH_TEXT_SIZE - 1);
    crash_seal(&crash);
    assert_true(crash_decode(&view, record, CRASH_RECORD_SIZE));
    assert_int_equal(view.wall_ms, 1767225600123);
    assert_int_equal(view.number, 65000);
    assert_int_equal(strlen(view.text), CRASH_TEXT_SIZE - 1);
}

static void what_is_no_record_is_refused(void **state) {
    (void)state;
    struct crash_view view = {.number = 7};
    crash_seal(&crash);
    assert_false(crash_decode(&view, record, CRASH_RECORD_SIZE - 1));
    assert_false(crash_decode(&view, record, 0));
    for (size_t i = 0; i < CRASH_RECORD_SIZE; i += 37) {
        record[i] ^= 1;
        assert_false(crash_decode(&view, record, CRASH_RECORD_SIZE));
        record[i] ^= 1;
    }
    memset(crash_text(&crash), 'x', CRASH_TEXT_SIZE); /* without an end */
    crash_seal(&crash);
    assert_false(crash_decode(&view, record, CRASH_RECORD_SIZE));
    assert_int_equal(view.number, 7);
    crash = (struct crash){.number = 0};
    crash_seal(&crash);
    assert_false(crash_decode(&view, record, CRASH_RECORD_SIZE));
    assert_int_equal(view.number, 7);
}

static void every_slot_has_a_key_of_its_own(void **state) {
    (void)state;
    char keys[NODE_COUNT * CRASH_COUNT][CRASH_KEY_SIZE];
    for (unsigned i = 0; i < NODE_COUNT * CRASH_COUNT; i++) {
        crash_key(keys[i], i % NODE_COUNT, i / NODE_COUNT);
        for (unsigned k = 0; k < i; k++) assert_string_not_equal(keys[i], keys[k]);
    }
    assert_string_equal(keys[0], "crash1");
    assert_string_equal(keys[NODE_COUNT * CRASH_COUNT - 1], "crash16");
}

static uint16_t keep(struct crash_index *index) {
    uint16_t number;
    unsigned slot = crash_next(index, &number);
    crash_found(index, slot, number);
    return number;
}

static void expect(const struct crash_index *index, unsigned age, uint16_t number) {
    int slot = crash_slot(index, age);
    assert_true(slot >= 0);
    assert_int_equal(index->number[slot], number);
}

static void the_oldest_makes_room(void **state) {
    (void)state;
    struct crash_index index = {0};
    assert_int_equal(crash_slot(&index, 0), -1);
    for (unsigned i = 1; i <= 10; i++) {
        assert_int_equal(keep(&index), i);
        assert_int_equal(crash_count(&index), i < CRASH_COUNT ? i : CRASH_COUNT);
        for (unsigned age = 0; age < crash_count(&index); age++) expect(&index, age, (uint16_t)(i - age));
        assert_int_equal(crash_slot(&index, crash_count(&index)), -1);
    }
    index.number[crash_slot(&index, 1)] = 0;
    assert_int_equal(crash_count(&index), CRASH_COUNT - 1);
    expect(&index, 1, 8);
    assert_int_equal(keep(&index), 11);
    expect(&index, CRASH_COUNT - 1, 7); /* there was a place */
}

/* The store gives them in the order of the slots, and numbers begin anew after 65535. */
static void any_order_gives_the_same_index(void **state) {
    (void)state;
    static const uint16_t numbers[CRASH_COUNT] = {1, 65534, 2, 65535};
    for (unsigned first = 0; first < CRASH_COUNT; first++) {
        struct crash_index index = {0};
        for (unsigned i = 0; i < CRASH_COUNT; i++)
            crash_found(&index, (first + i) % CRASH_COUNT, numbers[(first + i) % CRASH_COUNT]);
        assert_int_equal(index.last, 2);
        expect(&index, 0, 2);
        expect(&index, 3, 65534);
        assert_int_equal(keep(&index), 3);
        expect(&index, 3, 65535);
    }
    struct crash_index index = {.last = UINT16_MAX};
    assert_int_equal(keep(&index), 1);
}

static void the_telling_line_is_the_first_cause(void **state) {
    (void)state;
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"eth0: up\n[   12.5] Unable to handle kernel NULL pointer dereference at 0\nKernel panic - not syncing: Oops\n",
         "Unable to handle kernel NULL pointer dereference at 0"},
        {"Kernel panic - not syncing: Attempted to kill init!", "Kernel panic - not syncing: Attempted to kill init!"},
        {"a\n<2>BUG: unable\nCall Trace:\n", "BUG: unable"},
        {"nothing known\nat all\n", "nothing known"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length;
        const char *line = crash_telling_line(cases[i].text, &length);
        assert_int_equal(length, strlen(cases[i].line));
        assert_memory_equal(line, cases[i].line, length);
    }
}

static void a_flood_of_panics_wears_no_flash(void **state) {
    (void)state;
    struct crash_index index = {0};
    unsigned kept = 0;
    for (uint64_t ms = 1000; ms <= 24 * 3600000; ms += 1000) kept += crash_may_keep(&index, ms);
    assert_in_range(kept, 24 * 6, 24 * 6 + CRASH_BURST);
    struct crash_index rested = {0};
    for (unsigned day = 0; day < 3; day++)
        for (unsigned i = 0; i <= CRASH_BURST; i++)
            assert_int_equal(crash_may_keep(&rested, (day + 1) * 86400000ull + i), i < CRASH_BURST);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_comes_back_whole),        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(every_slot_has_a_key_of_its_own),  cmocka_unit_test(the_oldest_makes_room),
        cmocka_unit_test(any_order_gives_the_same_index),   cmocka_unit_test(the_telling_line_is_the_first_cause),
        cmocka_unit_test(a_flood_of_panics_wears_no_flash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
