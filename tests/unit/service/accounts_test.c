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

#define ACCOUNTS "/redfish/v1/AccountService/Accounts"
#define SYSTEMS  "/redfish/v1/Systems"

static int begin_as_admin(void **state) {
    begin(state);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    return 0;
}

static void an_account_lives(void **state) {
    (void)state;
    assert_int_equal(request(&f, "POST " ACCOUNTS "/Members",
                             "{\"UserName\": \"ops.2\", \"Password\": \"long enough\", \"RoleId\": \"Operator\"}"),
                     201);
    assert_string_equal(f.x.response.location, ACCOUNTS "/ops.2");
    assert_string_equal(member(&f, "RoleId"), "Operator");
    assert_string_equal(member(&f, "Enabled"), "true");
    assert_string_equal(member(&f, "Password"), "null");
    assert_null(strstr(answer(&f), "long enough"));
    assert_string_equal(f.saved_key[0], "acct3");
    assert_string_equal(latest_text(&f, EVENT_ACCOUNT_CREATED), "ops.2");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/ops.2", "{\"RoleId\": \"ReadOnly\"}"), 200);
    assert_string_equal(member(&f, "RoleId"), "ReadOnly");
    assert_string_equal(latest_text(&f, EVENT_ACCOUNT_CHANGED), "ops.2");
    assert_int_equal(request(&f, "DELETE " ACCOUNTS "/ops.2", NULL), 204);
    assert_string_equal(f.saved_key[0], "acct3");
    assert_int_equal(f.saved_size[0], 0);
    assert_int_equal(request(&f, "GET " ACCOUNTS "/ops.2", NULL), 404);
    assert_int_equal(count_events(&f, EVENT_ACCOUNT_DELETED), 1);
}

static void a_store_that_refuses_leaves_all_as_it_was(void **state) {
    (void)state;
    struct accounts before = f.core.accounts;
    f.store_fails = true;
    assert_int_equal(
        request(&f, "POST " ACCOUNTS, "{\"UserName\": \"new\", \"Password\": \"long enough\", \"RoleId\": \"Operator\"}"), 500);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\", \"RoleId\": \"Operator\"}"), 500);
    assert_int_equal(request(&f, "DELETE " ACCOUNTS "/reader", NULL), 500);
    assert_int_equal(request(&f, "PATCH " SYSTEMS "/Node1", "{\"AssetTag\": \"x\"}"), 500);
    assert_string_equal(error_name(&f), "StoreFailed");
    assert_memory_equal(&before, &f.core.accounts, sizeof before);
    assert_string_equal(f.core.settings.node[0].label, "");
    assert_int_equal(count_events(&f, EVENT_SETTING_CHANGED) + count_events(&f, EVENT_ACCOUNT_CREATED), 0);
}

static void the_table_is_bounded(void **state) {
    (void)state;
    for (unsigned i = 3; i <= ACCOUNT_COUNT; i++) {
        char body[96];
        snprintf(body, sizeof body, "{\"UserName\": \"user%u\", \"Password\": \"long enough\", \"RoleId\": \"ReadOnly\"}", i);
        assert_int_equal(request(&f, "POST " ACCOUNTS, body), i < ACCOUNT_COUNT ? 201 : 400);
    }
    assert_string_equal(error_name(&f), "CreateLimitReachedForResource");
    assert_int_equal(request(&f, "GET " ACCOUNTS "?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "8");
    assert_string_equal(member(&f, "Members/7/UserName"), "user7");
}

static void the_last_administrator_stays(void **state) {
    (void)state;
    assert_int_equal(request(&f, "DELETE " ACCOUNTS "/admin", NULL), 409);
    assert_string_equal(error_name(&f), "ResourceCannotBeDeleted");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/admin", "{\"RoleId\": \"Operator\"}"), 400);
    assert_string_equal(error_related(&f), "#/RoleId");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/admin", "{\"Enabled\": false}"), 400);
    assert_string_equal(error_related(&f), "#/Enabled");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/operator", "{\"RoleId\": \"Administrator\"}"), 200);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/admin", "{\"Enabled\": false}"), 200);
    assert_int_equal(request(&f, "GET " SYSTEMS, NULL), 401);
}

static void everybody_may_change_their_own_password_alone(void **state) {
    (void)state;
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"RoleId\": \"Administrator\"}"), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\", \"Enabled\": true}"), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\", \"Locked\": false}"), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"reader\"}"), 400);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 200);
    assert_int_equal(f.core.accounts.slot[2].role, ROLE_READ_ONLY);
    sign_in(&f, "reader", "long enough");
}

static void a_new_password_ends_the_other_sessions(void **state) {
    (void)state;
    char first[SESSION_TOKEN_SIZE], second[SESSION_TOKEN_SIZE];
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    memcpy(first, f.token, sizeof first);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    memcpy(second, f.token, sizeof second);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 200);
    assert_int_equal(request(&f, "GET " SYSTEMS, NULL), 200);
    memcpy(f.token, first, sizeof first);
    assert_int_equal(request(&f, "GET " SYSTEMS, NULL), 401);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"another one\"}"), 200);
    memcpy(f.token, second, sizeof second);
    assert_int_equal(request(&f, "GET " SYSTEMS, NULL), 401);
}

/* ---- a derivation takes time, in which others act ---- */

static void delete_reader(struct fixture *fixture) {
    accounts_delete(&fixture->core.accounts, 2);
    fixture->while_deriving = NULL;
}

static void demote_admin(struct fixture *fixture) {
    fixture->core.accounts.slot[0].role = ROLE_READ_ONLY;
    fixture->while_deriving = NULL;
}

static void close_sessions(struct fixture *fixture) {
    sessions_close_account(&fixture->core.sessions, 0, 0);
    fixture->while_deriving = NULL;
}

static void promote_reader(struct fixture *fixture) {
    fixture->core.accounts.slot[2].role = ROLE_OPERATOR;
    fixture->while_deriving = NULL;
}

static void an_account_gone_meanwhile_is_not_revived(void **state) {
    (void)state;
    f.while_deriving = delete_reader;
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 404);
    assert_int_equal(accounts_find(&f.core.accounts, "reader"), -1);
}

static void a_right_lost_meanwhile_is_lost(void **state) {
    (void)state;
    f.while_deriving = demote_admin;
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 401);
    begin_as_admin(state);
    f.while_deriving = close_sessions;
    assert_int_equal(
        request(&f, "POST " ACCOUNTS, "{\"UserName\": \"new\", \"Password\": \"long enough\", \"RoleId\": \"Operator\"}"), 401);
    assert_int_equal(accounts_find(&f.core.accounts, "new"), -1);
}

static void a_change_made_meanwhile_is_kept(void **state) {
    (void)state;
    f.while_deriving = promote_reader;
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 200);
    assert_string_equal(member(&f, "RoleId"), "Operator");
}

static void an_accounts_tag_follows_its_password(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " ACCOUNTS "/reader", NULL), 200);
    strcpy(f.headers.if_match, f.x.response.etag);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"long enough\"}"), 200);
    assert_string_not_equal(f.x.response.etag, f.headers.if_match);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Password\": \"another one\"}"), 412);
    assert_int_equal(request(&f, "DELETE " ACCOUNTS "/reader", NULL), 412);
}

/* A lock that came meanwhile is not lifted by who did not see it. */
static void an_accounts_tag_follows_its_lock(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " ACCOUNTS "/reader", NULL), 200);
    strcpy(f.headers.if_match, f.x.response.etag);
    for (unsigned i = 0; i < f.core.lockout.threshold; i++) lockout_failed(&f.core.lockout, "reader", true, f.now_ms, NULL);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Locked\": false}"), 412);
    f.headers.if_match[0] = '\0';
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"Locked\": false}"), 200);
    assert_string_equal(member(&f, "Locked"), "false");
}

/* A new account may be told to choose its own password; until it does it can do that and sign out. */
static void a_password_change_can_be_demanded(void **state) {
    (void)state;
    static const char *const body =
        "{\"UserName\": \"new\", \"Password\": \"long enough\", \"RoleId\": \"Operator\", \"PasswordChangeRequired\": true}";
    assert_int_equal(request(&f, "POST " ACCOUNTS, body), 201);
    assert_string_equal(member(&f, "PasswordChangeRequired"), "true");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"PasswordChangeRequired\": true}"), 200);
    assert_string_equal(member(&f, "PasswordChangeRequired"), "true");
    sign_in(&f, "new", "long enough");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/new", "{\"PasswordChangeRequired\": false}"), 403);
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/new", "{\"Password\": \"longer still\"}"), 200);
    assert_string_equal(member(&f, "PasswordChangeRequired"), "false");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
}

/* Every role of ours can be given and does what its name says; scope_test.c has the rest. */
static void roles_of_ours(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Roles", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "8");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"RoleId\": \"Node3Operator\"}"), 200);
    assert_string_equal(member(&f, "Links/Role/@odata.id"), "/redfish/v1/AccountService/Roles/Node3Operator");
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Roles/Node3Operator", NULL), 200);
    assert_string_equal(member(&f, "AssignedPrivileges"), "(3 members)");
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Roles/MetricsReader", NULL), 200);
    assert_string_equal(member(&f, "AssignedPrivileges"), "(0 members)");
    assert_string_equal(member(&f, "OemPrivileges/0"), "ReadMetrics");
    assert_int_equal(request(&f, "PATCH " ACCOUNTS "/reader", "{\"RoleId\": \"Node5Operator\"}"), 400);
}

static void roles_are_as_predefined(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Roles/Operator", NULL), 200);
    assert_string_equal(member(&f, "AssignedPrivileges"), "(3 members)");
    assert_string_equal(member(&f, "AssignedPrivileges/2"), "ConfigureComponents");
    assert_int_equal(request(&f, "GET /redfish/v1/AccountService/Roles/Administrator", NULL), 200);
    assert_string_equal(member(&f, "AssignedPrivileges"), "(5 members)");
    assert_int_equal(request(&f, "DELETE /redfish/v1/AccountService/Roles/Operator", NULL), 405);
}

static void lockout_is_set_and_applied(void **state) {
    (void)state;
    assert_int_equal(
        request(&f, "PATCH /redfish/v1/AccountService", "{\"AccountLockoutThreshold\": 2, \"AccountLockoutDuration\": 7}"), 200);
    assert_string_equal(member(&f, "AccountLockoutDuration"), "7");
    assert_string_equal(f.saved_key[0], "settings");
    f.token[0] = '\0';
    for (unsigned i = 0; i < 2; i++)
        request(&f, "POST /redfish/v1/SessionService/Sessions", "{\"UserName\": \"reader\", \"Password\": \"wrong\"}");
    request(&f, "POST /redfish/v1/SessionService/Sessions", "{\"UserName\": \"reader\", \"Password\": \"wrong\"}");
    assert_int_equal(f.x.response.retry_after_s, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_account_lives, begin_as_admin),
        cmocka_unit_test_setup(a_store_that_refuses_leaves_all_as_it_was, begin_as_admin),
        cmocka_unit_test_setup(the_table_is_bounded, begin_as_admin),
        cmocka_unit_test_setup(the_last_administrator_stays, begin_as_admin),
        cmocka_unit_test_setup(everybody_may_change_their_own_password_alone, begin_as_admin),
        cmocka_unit_test_setup(a_new_password_ends_the_other_sessions, begin_as_admin),
        cmocka_unit_test_setup(an_account_gone_meanwhile_is_not_revived, begin_as_admin),
        cmocka_unit_test_setup(a_right_lost_meanwhile_is_lost, begin_as_admin),
        cmocka_unit_test_setup(a_change_made_meanwhile_is_kept, begin_as_admin),
        cmocka_unit_test_setup(an_accounts_tag_follows_its_password, begin_as_admin),
        cmocka_unit_test_setup(an_accounts_tag_follows_its_lock, begin_as_admin),
        cmocka_unit_test_setup(roles_are_as_predefined, begin_as_admin),
        cmocka_unit_test_setup(roles_of_ours, begin_as_admin),
        cmocka_unit_test_setup(a_password_change_can_be_demanded, begin_as_admin),
        cmocka_unit_test_setup(lockout_is_set_and_applied, begin_as_admin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
