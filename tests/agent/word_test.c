/* SPDX-License-Identifier: Apache-2.0
 * The enrolment word: what is taken, and what is said about one that was mistyped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/word.h"

/* Made by another implementation (tests/agent/controller.py): node 3, generation 7, key 00 01 .. 1f, 192.0.2.1, 198.51.100.2. */
static const char good[] = "S4A1-AEBQAAAAA4AACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7QAAAIA4MM3EALOBFQSS";
static const char newer[] = "S4A1-AIBQAAAAA4AACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7QAAAIA4MM3EAJIB3FUF";
static const char node5[] = "S4A1-AECQAAAAA4AACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAAAAAAAXVDLF";

static struct word word;
static char problem[WORD_PROBLEM_SIZE];

static void expect_problem(const char *text, const char *words) {
    problem[0] = '\0';
    assert_int_equal(word_read(text, &word, problem), -1);
    if (!strstr(problem, words)) fail_msg("'%s' does not say '%s'", problem, words);
}

static void a_good_word_is_read(void **state) {
    (void)state;
    assert_int_equal(word_read(good, &word, problem), 0);
    assert_int_equal(word.node, 3);
    assert_int_equal(word.generation, 7);
    for (unsigned i = 0; i < WIRE_KEY_SIZE; i++) assert_int_equal(word.key[i], i);
    assert_memory_equal(word.controller[NETWORK_SERVICE], ((uint8_t[]){192, 0, 2, 1}), 4);
    assert_memory_equal(word.controller[NETWORK_BACKPLANE], ((uint8_t[]){198, 51, 100, 2}), 4);
}

static void small_letters_are_as_good(void **state) {
    (void)state;
    char small[sizeof good];
    for (size_t i = 0; i < sizeof good; i++) small[i] = (char)(good[i] >= 'A' && good[i] <= 'Z' ? good[i] + 32 : good[i]);
    assert_int_equal(word_read(small, &word, problem), 0);
    assert_int_equal(word.node, 3);
}

static void every_single_mistyped_character_is_found(void **state) {
    (void)state;
    for (size_t i = sizeof WORD_PREFIX - 1; i < sizeof good - 1; i++) {
        char wrong[sizeof good];
        memcpy(wrong, good, sizeof good);
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        expect_problem(wrong, "checksum");
    }
}

static void it_says_what_is_wrong(void **state) {
    (void)state;
    char wrong[sizeof good + 1];
    expect_problem("", "begins with S4A1-");
    expect_problem("hello", "begins with S4A1-");
    memcpy(wrong, good, sizeof good);
    wrong[sizeof good - 2] = '\0';
    expect_problem(wrong, "84 characters instead of 85: some are missing");
    (void)snprintf(wrong, sizeof wrong, "%sA", good);
    expect_problem(wrong, "too many");
    memcpy(wrong, good, sizeof good);
    wrong[5] = '0';
    expect_problem(wrong, "character 6, '0', is none of A to Z and 2 to 7; it may be the letter O");
    wrong[5] = '\xff';
    expect_problem(wrong, "character 6, '?'");
    expect_problem(newer, "newer");
    expect_problem(node5, "node that the board does not have");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_word_is_read),
        cmocka_unit_test(small_letters_are_as_good),
        cmocka_unit_test(every_single_mistyped_character_is_found),
        cmocka_unit_test(it_says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
