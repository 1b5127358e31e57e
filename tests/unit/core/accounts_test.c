/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/accounts.h"
#include "core/lockout.h"
#include "core/sessions.h"
#include "core/settings.h"

static struct accounts accounts;
static const uint8_t decoy[PASSWORD_SALT_SIZE] = {1, 2, 3};

static struct account person(const char *name, enum role role, uint8_t key) {
    struct account account = {.role = (uint8_t)role, .enabled = true, .generation = 1, .hash = {.iterations = 10}};
    strncpy(account.name, name, sizeof account.name - 1);
    memset(account.hash.key, key, sizeof account.hash.key);
    return account;
}

static enum account_error put(int slot, const struct account *account) {
    uint8_t record[ACCOUNT_RECORD_SIZE];
    enum account_error error = accounts_put(&accounts, &slot, account, record);
    if (error == ACCOUNT_OK) accounts_commit(&accounts, slot, account);
    return error;
}

static int setup(void **state) {
    (void)state;
    accounts_init(&accounts, 1000, decoy);
    struct account admin = person("admin", ROLE_ADMINISTRATOR, 0xaa);
    assert_int_equal(put(-1, &admin), ACCOUNT_OK);
    return 0;
}

static void only_the_right_key_opens(void **state) {
    (void)state;
    uint8_t key[PASSWORD_KEY_SIZE];
    memset(key, 0xaa, sizeof key);
    assert_int_equal(accounts_verify(&accounts, "admin", key), 0);
    for (unsigned bit = 0; bit < 8 * sizeof key; bit++) {
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(accounts_verify(&accounts, "admin", key) < 0);
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(accounts_verify(&accounts, "root", key) < 0);
    assert_true(accounts_verify(&accounts, "", key) < 0);
    memset(key, 0, sizeof key); /* the key of a blank slot */
    assert_true(accounts_verify(&accounts, "nobody", key) < 0);
    accounts.slot[0].enabled = false;
    memset(key, 0xaa, sizeof key);
    assert_true(accounts_verify(&accounts, "admin", key) < 0);
}

static void an_unknown_name_costs_as_much(void **state) {
    (void)state;
    struct password_hash challenge = accounts_challenge(&accounts, "nobody");
    assert_int_equal(challenge.iterations, 1000);
    assert_memory_equal(challenge.salt, decoy, sizeof decoy);
}

static void the_last_administrator_stays(void **state) {
    (void)state;
    assert_int_equal(accounts_may_delete(&accounts, 0), ACCOUNT_LAST_ADMINISTRATOR);
    struct account admin = accounts.slot[0];
    admin.enabled = false;
    assert_int_equal(put(0, &admin), ACCOUNT_LAST_ADMINISTRATOR);
    admin.enabled = true;
    admin.role = ROLE_OPERATOR;
    assert_int_equal(put(0, &admin), ACCOUNT_LAST_ADMINISTRATOR);
    struct account second = person("second", ROLE_ADMINISTRATOR, 1);
    assert_int_equal(put(-1, &second), ACCOUNT_OK);
    assert_int_equal(put(0, &admin), ACCOUNT_OK);
}

static void names_and_bounds(void **state) {
    (void)state;
    struct account again = person("admin", ROLE_OPERATOR, 1);
    assert_int_equal(put(-1, &again), ACCOUNT_EXISTS);
    static const char *const bad[] = {"", "-x", ".x", "a b", "a/b", "../..", "aaaaaaaaaaaaaaaaa", "<b>", "\xc3\xa9"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(account_name_ok(bad[i]));
    assert_true(account_name_ok("aaaaaaaaaaaaaaaa"));
    for (int i = 1; i < ACCOUNT_COUNT; i++) {
        char name[3] = {'u', (char)('0' + i), 0};
        struct account user = person(name, ROLE_READ_ONLY, 1);
        assert_int_equal(put(-1, &user), ACCOUNT_OK);
    }
    struct account more = person("more", ROLE_READ_ONLY, 1);
    assert_int_equal(put(-1, &more), ACCOUNT_FULL);
    assert_non_null(password_problem("short", "admin"));
    assert_non_null(password_problem("administrator", "administrator"));
    assert_non_null(password_problem("aaaaaaaaaaaa", "admin"));
    assert_non_null(password_problem("tab\there!", "admin"));
    assert_null(password_problem("8 chars!", "admin"));
}

static void a_record_comes_back(void **state) {
    (void)state;
    struct accounts other;
    uint8_t record[ACCOUNT_RECORD_SIZE];
    struct account wanted = person("ops", ROLE_OPERATOR, 0x5c);
    wanted.must_change = true;
    int slot = -1;
    assert_int_equal(accounts_put(&accounts, &slot, &wanted, record), ACCOUNT_OK);
    assert_int_equal(slot, 1);
    accounts_init(&other, 1, decoy);
    assert_true(accounts_load(&other, 1, record, sizeof record));
    assert_string_equal(other.slot[1].name, "ops");
    assert_true(other.slot[1].must_change && other.slot[1].enabled);
    record[30] ^= 1;
    assert_false(accounts_load(&other, 2, record, sizeof record));
}

static void a_lock_doubles_and_is_not_lengthened(void **state) {
    (void)state;
    struct lockout lockout;
    lockout_init(&lockout, 3, 1000, 5000, 60000);
    uint64_t now_ms = 100000;
    assert_true(lockout_failed(&lockout, "admin", true, now_ms, NULL) == 0);
    assert_true(lockout_failed(&lockout, "admin", true, now_ms, NULL) == 0);
    assert_true(lockout_failed(&lockout, "admin", true, now_ms, NULL) == 1000);
    assert_true(lockout_remaining_ms(&lockout, "admin", now_ms + 400) == 600);
    assert_true(lockout_remaining_ms(&lockout, "other", now_ms) == 0);
    assert_true(lockout_remaining_ms(&lockout, "admin", now_ms + 1000) == 0);
    assert_true(lockout_failed(&lockout, "admin", true, now_ms + 1000, NULL) == 2000);
    assert_true(lockout_failed(&lockout, "admin", true, now_ms + 3000, NULL) == 4000);
    assert_true(lockout_failed(&lockout, "admin", true, now_ms + 7000, NULL) == 5000);
    for (unsigned i = 0; i < 100; i++) lockout_failed(&lockout, "admin", true, now_ms + 20000, NULL);
    assert_true(lockout_remaining_ms(&lockout, "admin", now_ms + 20000) == 5000);
    lockout_succeeded(&lockout, "admin");
    assert_true(lockout_failed(&lockout, "admin", true, now_ms + 30000, NULL) == 0);
    assert_true(lockout_failed(&lockout, "admin", true, now_ms + 200000, NULL) == 0); /* long forgotten */
    assert_true(lockout_failed(&lockout, "admin", true, now_ms + 200000, NULL) == 0);
}

static void many_names_do_not_free_a_locked_one(void **state) {
    (void)state;
    struct lockout lockout;
    lockout_init(&lockout, 2, 60000, 60000, 3600000);
    lockout_failed(&lockout, "admin", true, 1000, NULL);
    lockout_failed(&lockout, "admin", true, 1000, NULL);
    for (unsigned i = 0; i < 200; i++) {
        char name[4] = {'n', (char)('a' + i % 26), (char)('a' + i / 26), 0};
        lockout_failed(&lockout, name, false, 2000 + i, NULL);
    }
    assert_true(lockout_remaining_ms(&lockout, "admin", 3000) > 0);
}

static void sessions_expire_and_give_way(void **state) {
    (void)state;
    struct sessions sessions;
    struct session evicted, expired;
    const struct origin origin = {.actor = "admin"};
    sessions_init(&sessions, 1000);
    char tokens[SESSION_COUNT + 1][SESSION_TOKEN_SIZE];
    for (unsigned i = 0; i <= SESSION_COUNT; i++) {
        const uint8_t random[16] = {(uint8_t)i, 0xfe};
        struct session *session = sessions_open(&sessions, 0, &origin, random, 100 + i, 0, &evicted);
        memcpy(tokens[i], session->token, SESSION_TOKEN_SIZE);
        assert_int_equal(evicted.id, i < SESSION_COUNT ? 0 : 1); /* the longest idle */
    }
    assert_null(sessions_use(&sessions, tokens[0], 200));
    assert_non_null(sessions_use(&sessions, tokens[1], 200));
    assert_null(sessions_use(&sessions, "", 200));
    assert_null(sessions_use(&sessions, "00000000000000000000000000000000", 200));
    assert_null(sessions_use(&sessions, tokens[2], 1103));     /* idle too long */
    assert_non_null(sessions_use(&sessions, tokens[1], 1199)); /* used meanwhile */
    unsigned count = 0;
    while (sessions_expire(&sessions, 1199, &expired)) count++;
    assert_int_equal(count, SESSION_COUNT - 1);
    assert_non_null(sessions_use(&sessions, tokens[1], 1200));
    sessions_close_account(&sessions, 0, 0);
    assert_null(sessions_use(&sessions, tokens[1], 1200));
}

static void settings_are_whole_or_refused(void **state) {
    (void)state;
    uint8_t record[SETTINGS_RECORD_SIZE];
    struct settings settings = settings_default(), read = settings_default();
    assert_null(settings_problem(&settings));
    settings.node[3].on_delay_s = 3600;
    settings.node[3].restore = 2;
    strcpy(settings.node[0].label, "rack 7, shelf 2");
    size_t size = settings_encode(&settings, record);
    assert_true(settings_decode(&read, record, size));
    assert_memory_equal(&settings, &read, sizeof settings);
    for (unsigned i = 0; i < size; i++) {
        record[i] ^= 0x40;
        assert_false(settings_decode(&read, record, size));
        record[i] ^= 0x40;
    }
    settings.node[3].on_delay_s = 3601;
    assert_string_equal(settings_problem(&settings), "PowerOnDelaySeconds");
    settings = settings_default();
    strcpy(settings.host_name, "-bad");
    assert_string_equal(settings_problem(&settings), "HostName");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_the_right_key_opens, setup),
        cmocka_unit_test_setup(an_unknown_name_costs_as_much, setup),
        cmocka_unit_test_setup(the_last_administrator_stays, setup),
        cmocka_unit_test_setup(names_and_bounds, setup),
        cmocka_unit_test_setup(a_record_comes_back, setup),
        cmocka_unit_test(a_lock_doubles_and_is_not_lengthened),
        cmocka_unit_test(many_names_do_not_free_a_locked_one),
        cmocka_unit_test(sessions_expire_and_give_way),
        cmocka_unit_test(settings_are_whole_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
