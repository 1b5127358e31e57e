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

#include "service/auth.h"
#include "service/auth_cache.h"

#define SESSIONS "/redfish/v1/SessionService/Sessions"

static void basic_is_derived_once_and_then_remembered(void **state) {
    (void)state;
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    for (unsigned i = 0; i < 5; i++) assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    assert_int_equal(f.derive_count, 1);
    assert_int_equal(count_events(&f, EVENT_LOGIN), 1);
    f.now_ms += AUTH_CACHE_MS;
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    assert_int_equal(f.derive_count, 2);
    assert_int_equal(count_events(&f, EVENT_LOGIN), 1); /* renewed, not a new sign-in */
}

static void a_login_says_who_how_and_from_where(void **state) {
    (void)state;
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    const struct eventlog_entry *entry = latest_event(&f, EVENT_LOGIN);
    assert_non_null(entry);
    assert_string_equal(entry->event.origin.actor, "operator");
    assert_int_equal(entry->event.origin.via, VIA_REDFISH);
    assert_memory_equal(entry->event.origin.address, f.headers.address, 16);
    strcpy(f.headers.http_origin, "https://127.0.0.1:8443");
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    assert_int_equal(latest_event(&f, EVENT_LOGIN)->event.origin.via, VIA_WEB);
}

static void another_password_name_or_peer_is_not_remembered(void **state) {
    (void)state;
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    use_basic(&f, "admin", "correct horsf");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
    use_basic(&f, "operator", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    f.headers.address[15] = 8;
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    assert_int_equal(f.derive_count, 4);
}

static void a_changed_account_is_not_remembered(void **state) {
    (void)state;
    use_basic(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/reader", "{\"Password\": \"new password\"}"), 200);
    use_basic(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
    use_basic(&f, "reader", "new password");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
}

/* A slot that gets a new owner of the same generation must not open with the old owner's credentials. */
static void a_deleted_account_is_not_remembered(void **state) {
    (void)state;
    use_basic(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "DELETE /redfish/v1/AccountService/Accounts/reader", NULL), 204);
    assert_int_equal(request(&f, "POST /redfish/v1/AccountService/Accounts",
                             "{\"UserName\": \"other\", \"Password\": \"something else\", \"RoleId\": \"Administrator\"}"),
                     201);
    use_basic(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
}

static void a_disabled_account_is_shut_out_at_once(void **state) {
    (void)state;
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    char token[SESSION_TOKEN_SIZE];
    memcpy(token, f.token, sizeof token);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/reader", "{\"Enabled\": false}"), 200);
    memcpy(f.token, token, sizeof token);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
}

static void every_refusal_is_the_same(void **state) {
    (void)state;
    static char first[HTTP_BODY_OUT_MAX];
    static const char *const headers[] = {
        "", "Basic", "Basic !!!!", "Basic YWRtaW4=", "Basic OnB3", "Bearer x", "Basic YWRtaW46eA=="};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        strcpy(f.headers.authorization, headers[i]);
        assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
        if (i == 0) strcpy(first, answer(&f));
        assert_string_equal(answer(&f), first);
        assert_string_equal(f.x.response.www_authenticate, "Basic realm=\"super4c-bmc\"");
    }
    strcpy(f.token, "00000000000000000000000000000000");
    assert_int_equal(request(&f, "GET /redfish/v1/NoSuchThing", NULL), 401);
    assert_string_equal(answer(&f), first);
    assert_string_equal(f.x.response.www_authenticate, "Basic realm=\"super4c-bmc\"");
    f.token[0] = '\0';
    assert_int_equal(request(&f, "POST " SESSIONS, "{\"UserName\": \"nobody\", \"Password\": \"x\"}"), 401);
    assert_string_equal(answer(&f), first);
}

static void unknown_names_cost_what_known_ones_do(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{\"UserName\": \"admin\", \"Password\": \"wrong\"}", "{\"UserName\": \"nobody\", \"Password\": \"wrong\"}",
        "{\"UserName\": \"\", \"Password\": \"\"}", "{\"UserName\": \"a name that no account can have\", \"Password\": \"x\"}",
        "{\"UserName\": \"admin\", \"Password\": \"0123456789012345678901234567890123456789012345678901234567890123456789\"}"};
    for (unsigned i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        assert_int_equal(request(&f, "POST " SESSIONS, bodies[i]), 401);
        assert_int_equal(f.derive_count, i + 1);
    }
}

static void a_failed_derivation_opens_nothing(void **state) {
    (void)state;
    f.derive_fails = true;
    assert_int_equal(request(&f, "POST " SESSIONS, "{\"UserName\": \"admin\", \"Password\": \"" FIXTURE_PASSWORD "\"}"), 500);
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 500);
    assert_int_equal(count_events(&f, EVENT_LOGIN_FAILED), 0);
}

/* Five wrong passwords, and the right one is refused too, at no cost, until the lock ends. */
static void a_name_is_locked_after_wrong_passwords(void **state) {
    (void)state;
    static const char right[] = "{\"UserName\": \"admin\", \"Password\": \"" FIXTURE_PASSWORD "\"}";
    for (unsigned i = 0; i < f.core.lockout.threshold; i++) {
        assert_int_equal(request(&f, "POST " SESSIONS, "{\"UserName\": \"admin\", \"Password\": \"wrong\"}"), 401);
        assert_int_equal(f.x.response.retry_after_s, 0);
    }
    assert_int_equal(count_events(&f, EVENT_ACCOUNT_LOCKED), 1);
    assert_int_equal(latest_event(&f, EVENT_ACCOUNT_LOCKED)->event.arg[0], 30);
    unsigned derive_count = f.derive_count;
    assert_int_equal(request(&f, "POST " SESSIONS, right), 401);
    assert_in_range(f.x.response.retry_after_s, 1, 30);
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
    assert_int_equal(f.derive_count, derive_count);
    f.headers.authorization[0] = '\0';
    f.now_ms += f.x.response.retry_after_s * 1000;
    assert_int_equal(request(&f, "POST " SESSIONS, right), 201);
}

/* Failures count in a row: the right password between them starts anew. */
static void the_right_password_forgives_the_wrong_ones(void **state) {
    (void)state;
    for (unsigned i = 0; i < 3u * f.core.lockout.threshold; i++) {
        f.token[0] = '\0';
        assert_int_equal(request(&f, "POST " SESSIONS, "{\"UserName\": \"admin\", \"Password\": \"wrong\"}"), 401);
        if (i % 4 == 3) sign_in(&f, "admin", FIXTURE_PASSWORD);
    }
    assert_int_equal(count_events(&f, EVENT_ACCOUNT_LOCKED), 0);
}

/* A password is compared whole: 64 bytes fit, and what comes after them counts. */
static void long_passwords_are_not_cut(void **state) {
    (void)state;
    static const char longest[] = "0123456789012345678901234567890123456789012345678901234567890123";
    char body[160];
    assert_int_equal(strlen(longest), PASSWORD_MAX);
    fixture_account(&f, "long", ROLE_READ_ONLY, longest);
    sign_in(&f, "long", longest);
    f.token[0] = '\0';
    snprintf(body, sizeof body, "{\"UserName\": \"long\", \"Password\": \"%sx\"}", longest);
    assert_int_equal(request(&f, "POST " SESSIONS, body), 401);
}

static void an_open_session_outlives_the_lock_of_its_name(void **state) {
    (void)state;
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    char token[SESSION_TOKEN_SIZE];
    memcpy(token, f.token, sizeof token);
    f.token[0] = '\0';
    for (unsigned i = 0; i < 8; i++) request(&f, "POST " SESSIONS, "{\"UserName\": \"admin\", \"Password\": \"wrong\"}");
    memcpy(f.token, token, sizeof token);
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Accounts/admin", NULL), 200);
    assert_string_equal(member(&f, "Locked"), "true");
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/admin", "{\"Locked\": false}"), 200);
    assert_string_equal(member(&f, "Locked"), "false");
}

/* People type their password where the name belongs: such a name is not logged. */
static void names_that_are_no_accounts_are_not_logged(void **state) {
    (void)state;
    request(&f, "POST " SESSIONS, "{\"UserName\": \"hunter2\", \"Password\": \"admin\"}");
    assert_string_equal(latest_text(&f, EVENT_LOGIN_FAILED), "an unknown name");
    request(&f, "POST " SESSIONS, "{\"UserName\": \"admin\", \"Password\": \"hunter2\"}");
    assert_string_equal(latest_text(&f, EVENT_LOGIN_FAILED), "admin");
}

static void a_guesser_does_not_push_out_the_log(void **state) {
    (void)state;
    char body[80];
    for (unsigned i = 0; i < 200; i++) {
        snprintf(body, sizeof body, "{\"UserName\": \"name%u\", \"Password\": \"wrong\"}", i);
        assert_int_equal(request(&f, "POST " SESSIONS, body), 401);
    }
    assert_int_equal(count_events(&f, EVENT_LOGIN_FAILED), LOGIN_LOG_BURST);
    fixture_pass(&f, LOGIN_LOG_PERIOD_MS);
    request(&f, "GET /redfish/v1", NULL);
    assert_int_equal(count_events(&f, EVENT_LOGINS_SUPPRESSED), 1);
    assert_int_equal(latest_event(&f, EVENT_LOGINS_SUPPRESSED)->event.arg[0], 200 - LOGIN_LOG_BURST);
    assert_int_equal(f.core.login_failures_unlogged, 0);
}

static void a_token_prevails_over_basic(void **state) {
    (void)state;
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    strcpy(f.token, "00000000000000000000000000000000");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
    assert_int_equal(f.derive_count, 0);
}

static void a_session_ends(void **state) {
    (void)state;
    char line[HTTP_PATH_SIZE + 8];
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    snprintf(line, sizeof line, "DELETE %s", f.x.response.location);
    assert_int_equal(request(&f, line, NULL), 204);
    assert_int_equal(count_events(&f, EVENT_LOGOUT), 1);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    f.now_ms += f.core.sessions.timeout_ms;
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 401);
}

static void a_session_answer_is_whole(void **state) {
    (void)state;
    assert_int_equal(
        request(&f, "POST " SESSIONS "/Members", "{\"UserName\": \"reader\", \"Password\": \"" FIXTURE_PASSWORD "\"}"), 201);
    assert_int_equal(strlen(f.x.response.auth_token), 32);
    assert_string_equal(f.x.response.location, member(&f, "@odata.id"));
    assert_string_equal(f.x.response.link, "<https://redfish.dmtf.org/schemas/v1/Session.v1_8_0.json>; rel=describedby");
    assert_string_equal(member(&f, "UserName"), "reader");
    assert_string_equal(member(&f, "ClientOriginIPAddress"), "192.0.2.7");
    assert_string_equal(member(&f, "@Message.ExtendedInfo"), "(absent)");
    assert_null(strstr(answer(&f), FIXTURE_PASSWORD));
    assert_null(strstr(answer(&f), f.x.response.auth_token));
}

static void others_sessions_are_not_seen(void **state) {
    (void)state;
    char get[HTTP_PATH_SIZE + 8], remove[HTTP_PATH_SIZE + 8];
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    snprintf(get, sizeof get, "GET %s", f.x.response.location);
    snprintf(remove, sizeof remove, "DELETE %s", f.x.response.location);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, get, NULL), 404);
    assert_int_equal(request(&f, remove, NULL), 404);
    assert_int_equal(request(&f, "GET " SESSIONS, NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET " SESSIONS, NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "3");
}

static void the_longest_idle_session_is_given_up(void **state) {
    (void)state;
    for (unsigned i = 0; i < SESSION_COUNT + 1; i++) {
        f.now_ms += 10;
        sign_in(&f, "reader", FIXTURE_PASSWORD);
    }
    assert_int_equal(count_events(&f, EVENT_SESSION_EVICTED), 1);
}

/* ---- first use ---- */

static void a_fresh_board_lets_nothing_happen_before_the_password(void **state) {
    (void)state;
    static const char *const lines[] = {"GET /redfish/v1/Systems",
                                        "POST /redfish/v1/Systems/Node1/Actions/ComputerSystem.Reset",
                                        "GET /redfish/v1/AccountService/Accounts",
                                        "GET /redfish/v1/EventService/SSE",
                                        "PATCH /redfish/v1/AccountService",
                                        "GET /redfish/v1/Managers/BMC/LogServices/EventLog/Entries"};
    fixture_begin_fresh(&f);
    sign_in(&f, "admin", "ABCDE-12345");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/0/MessageId"), "Base.1.19.PasswordChangeRequired");
    assert_string_equal(member(&f, "@Message.ExtendedInfo/0/MessageArgs/0"), "/redfish/v1/AccountService/Accounts/admin");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(request(&f, lines[i], NULL), 403);
        assert_string_equal(error_name(&f), "PasswordChangeRequired");
    }
    assert_int_equal(request(&f, "GET /redfish/v1", NULL), 200);
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Accounts/admin", NULL), 200);
    assert_string_equal(member(&f, "PasswordChangeRequired"), "true");
}

static void the_first_password_opens_the_board_and_voids_the_code(void **state) {
    (void)state;
    fixture_begin_fresh(&f);
    sign_in(&f, "admin", "ABCDE-12345");
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/admin", "{\"Password\": \"ABCDE-12345\"}"), 400);
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/admin", "{\"RoleId\": \"ReadOnly\"}"), 403);
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/admin", "{\"Password\": \"correct horse\"}"), 200);
    assert_string_equal(member(&f, "PasswordChangeRequired"), "false");
    assert_string_equal(f.saved_key[0], "setup");
    assert_int_equal(f.saved_size[0], 0);
    assert_string_equal(f.saved_key[1], "acct0");
    assert_int_equal(f.core.setup_code[0], '\0');
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    f.token[0] = '\0';
    assert_int_equal(request(&f, "POST " SESSIONS, "{\"UserName\": \"admin\", \"Password\": \"ABCDE-12345\"}"), 401);
    sign_in(&f, "admin", "correct horse");
}

static void a_first_password_that_is_not_stored_changes_nothing(void **state) {
    (void)state;
    fixture_begin_fresh(&f);
    sign_in(&f, "admin", "ABCDE-12345");
    f.store_fails = true;
    assert_int_equal(request(&f, "PATCH /redfish/v1/AccountService/Accounts/admin", "{\"Password\": \"correct horse\"}"), 500);
    assert_string_equal(error_name(&f), "StoreFailed");
    assert_string_equal(f.core.setup_code, "ABCDE-12345");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 403);
    sign_in(&f, "admin", "ABCDE-12345");
}

/* The vectors of the SipHash reference implementation: key 00..0f, message 00, 01, ... */
static void siphash_is_siphash(void **state) {
    (void)state;
    const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    uint8_t message[16];
    for (unsigned i = 0; i < sizeof message; i++) message[i] = (uint8_t)i;
    struct auth_digest none = siphash128(key, message, 0), fifteen = siphash128(key, message, 15);
    assert_int_equal(none.half[0], 0xe6a825ba047f81a3);
    assert_int_equal(none.half[1], 0x930255c71472f66d);
    assert_int_equal(fifteen.half[0], 0x11a8b03399e99354);
    assert_int_equal(fifteen.half[1], 0xd9c3cf970fec087e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(basic_is_derived_once_and_then_remembered, begin),
        cmocka_unit_test_setup(a_login_says_who_how_and_from_where, begin),
        cmocka_unit_test_setup(another_password_name_or_peer_is_not_remembered, begin),
        cmocka_unit_test_setup(a_changed_account_is_not_remembered, begin),
        cmocka_unit_test_setup(a_deleted_account_is_not_remembered, begin),
        cmocka_unit_test_setup(a_disabled_account_is_shut_out_at_once, begin),
        cmocka_unit_test_setup(every_refusal_is_the_same, begin),
        cmocka_unit_test_setup(unknown_names_cost_what_known_ones_do, begin),
        cmocka_unit_test_setup(a_failed_derivation_opens_nothing, begin),
        cmocka_unit_test_setup(a_name_is_locked_after_wrong_passwords, begin),
        cmocka_unit_test_setup(the_right_password_forgives_the_wrong_ones, begin),
        cmocka_unit_test_setup(long_passwords_are_not_cut, begin),
        cmocka_unit_test_setup(an_open_session_outlives_the_lock_of_its_name, begin),
        cmocka_unit_test_setup(names_that_are_no_accounts_are_not_logged, begin),
        cmocka_unit_test_setup(a_guesser_does_not_push_out_the_log, begin),
        cmocka_unit_test_setup(a_token_prevails_over_basic, begin),
        cmocka_unit_test_setup(a_session_ends, begin),
        cmocka_unit_test_setup(a_session_answer_is_whole, begin),
        cmocka_unit_test_setup(others_sessions_are_not_seen, begin),
        cmocka_unit_test_setup(the_longest_idle_session_is_given_up, begin),
        cmocka_unit_test_setup(a_fresh_board_lets_nothing_happen_before_the_password, begin),
        cmocka_unit_test_setup(the_first_password_opens_the_board_and_voids_the_code, begin),
        cmocka_unit_test_setup(a_first_password_that_is_not_stored_changes_nothing, begin),
        cmocka_unit_test_setup(siphash_is_siphash, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
