/* SPDX-License-Identifier: Apache-2.0
 * Files that are missing, garbage, endless or no files at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/tree.h"

static char root[] = "/tmp/super4c-agent-tree-XXXXXX";
static struct tree tree = {root};

static void put(const char *name, const char *text, size_t size) {
    char path[TREE_PATH_SIZE];
    assert_true(tree_path(&tree, path, name));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static struct reading number(const char *text) {
    put("/n", text, strlen(text));
    return tree_number(&tree, "/%s", "n");
}

static int begin(void **state) {
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", root);
    return system(command); /* NOLINT(cert-env33-c): our own directory */
}

static void a_number_is_all_of_the_file(void **state) {
    (void)state;
    assert_int_equal(number("52000\n").value, 52000);
    assert_int_equal(number("-5\n").value, -5);
    static const char *const wrong[] = {
        "", "\n", "x", "12x", "1 2", " 12", "0x10", "99999999999999999999", "1111111111111111111111111111111111111111", "--1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(number(wrong[i]).known);
    put("/n", "1\0", 2);
    assert_false(tree_number(&tree, "/n").known);
    assert_false(tree_number(&tree, "/missing").known);
    assert_false(tree_number(&tree, "/").known);
}

static void hexadecimal_with_or_without_0x(void **state) {
    (void)state;
    assert_int_equal(hex_number_of("50005\n").value, 0x50005);
    assert_int_equal(hex_number_of("0x50005").value, 0x50005);
    assert_false(hex_number_of("xyz").known);
}

static void a_pipe_with_nobody_at_it_does_not_stop_us(void **state) {
    (void)state;
    char path[TREE_PATH_SIZE], text[16];
    assert_true(tree_path(&tree, path, "/pipe"));
    assert_int_equal(mkfifo(path, 0600), 0);
    (void)alarm(5);
    assert_false(tree_text(&tree, text, sizeof text, "/pipe"));
    (void)alarm(0);
}

static void a_text_is_the_first_line(void **state) {
    (void)state;
    char text[16];
    put("/t", "one\ntwo\n", 8);
    assert_true(tree_text(&tree, text, sizeof text, "/t"));
    assert_string_equal(text, "one");
    put("/t", "\xff\xff\n", 3);
    assert_false(tree_text(&tree, text, sizeof text, "/t"));
    put("/t", "a\0b", 3);
    assert_false(tree_text(&tree, text, sizeof text, "/t"));
}

static bool count(void *ctx, const char *name) {
    (void)name;
    return ++*(unsigned *)ctx == 200;
}

static void each_entry_is_visited_once(void **state) {
    (void)state;
    char name[32];
    unsigned seen = 0;
    char path[TREE_PATH_SIZE];
    assert_true(tree_path(&tree, path, "/many"));
    assert_int_equal(mkdir(path, 0700), 0);
    for (unsigned i = 0; i < 150; i++) {
        (void)snprintf(name, sizeof name, "/many/entry-with-a-name-%u", i);
        put(name, "", 0);
    }
    assert_false(tree_each(&tree, "/many", count, &seen));
    assert_int_equal(seen, 150);
    seen = 199;
    assert_true(tree_each(&tree, "/many", count, &seen));
    assert_int_equal(seen, 200);
    assert_false(tree_each(&tree, "/missing", count, &seen));
}

static void a_path_that_is_too_long_is_no_path(void **state) {
    (void)state;
    char text[8], name[TREE_PATH_SIZE];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(tree_read(&tree, text, sizeof text, "/%s/%s", name, name), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_all_of_the_file),
        cmocka_unit_test(hexadecimal_with_or_without_0x),
        cmocka_unit_test(a_pipe_with_nobody_at_it_does_not_stop_us),
        cmocka_unit_test(a_text_is_the_first_line),
        cmocka_unit_test(each_entry_is_visited_once),
        cmocka_unit_test(a_path_that_is_too_long_is_no_path),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
