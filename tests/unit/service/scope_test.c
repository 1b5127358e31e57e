/* SPDX-License-Identifier: Apache-2.0
 * An account that is bound to a node: the node is all there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "service/router.h"
#include "tests/unit/service/fixture.h"

static struct fixture f;

#define RESET(node) "POST /redfish/v1/Systems/" node "/Actions/ComputerSystem.Reset"

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    assert_true(fixture_account(&f, "second", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD) >= 0);
    assert_true(fixture_account(&f, "scraper", ROLE_METRICS_READER, FIXTURE_PASSWORD) >= 0);
    use_basic(&f, "second", FIXTURE_PASSWORD);
    return 0;
}

static void its_node_is_the_only_one(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/Systems", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    assert_string_equal(member(&f, "Members/0/@odata.id"), "/redfish/v1/Systems/Node2");
    assert_int_equal(request(&f, "GET /redfish/v1/Systems?only", NULL), 200);
    assert_string_equal(member(&f, "Id"), "Node2");
    assert_int_equal(request(&f, "GET /redfish/v1/Chassis", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    assert_string_equal(member(&f, "Members/0/@odata.id"), "/redfish/v1/Chassis/Node2");
    assert_int_equal(request(&f, "PATCH /redfish/v1/Systems/Node2", "{\"AssetTag\": \"mine\"}"), 200);
    assert_int_equal(request(&f, RESET("Node2"), "{\"ResetType\": \"ForceOff\"}"), 204);
    for (unsigned i = 0; i < NODE_COUNT; i++) assert_int_equal(f.pins[i].channel_on, i != 1);
}

/* Fills a route's {} with a node's name, or with what no resource is called. */
static void path_of(const struct route *route, const char *name, char path[HTTP_PATH_SIZE]) {
    size_t length = 0;
    for (const char *at = route->path; *at; at++) {
        if (*at != '{') {
            path[length++] = *at;
            continue;
        }
        length += (size_t)snprintf(&path[length], HTTP_PATH_SIZE - length, "%s", name);
        at++;
    }
    path[length] = '\0';
}

/* The whole table, every method: other nodes, the board and what does not exist give the same 404, before anything else is said.
 */
static void the_rest_is_not_there(void **state) {
    (void)state;
    static const char *const methods[] = {"GET", "POST", "PATCH", "DELETE", "PUT"};
    static const char *const names[] = {"Node1", "Node3", "Board", "BMC", "Node9", "x"};
    char path[HTTP_PATH_SIZE], line[HTTP_PATH_SIZE + 8];
    unsigned count = 0;
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].scope == SCOPE_ANY) continue;
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
            for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
                path_of(&routes[i], names[n], path);
                snprintf(line, sizeof line, "%s %s", methods[m], path);
                int status = request(&f, line, m == 1 || m == 2 ? "{}" : NULL);
                if (status != 404) fail_msg("%s: %d", line, status);
                assert_string_equal(error_name(&f), "ResourceMissingAtURI");
                assert_string_equal(f.x.response.allow ? f.x.response.allow : "", "");
                assert_string_equal(f.x.response.link, "");
                count++;
            }
    }
    assert_true(count > 1000);
    assert_int_equal(f.save_count, 0);
    assert_int_equal(count_events(&f, EVENT_POWER_ORDERED), 0);
    /* so has each role of the whole board a way to see that they are there */
    use_basic(&f, "reader", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/Systems/Node1", NULL), 200);
    assert_int_equal(request(&f, "GET /redfish/v1/Managers/BMC", NULL), 200);
}

/* Orders and tasks of other nodes. */
static void tasks_are_those_of_its_node(void **state) {
    (void)state;
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, RESET("Node1"), "{\"ResetType\": \"ForceOff\"}"), 204);
    assert_int_equal(request(&f, RESET("Node2"), "{\"ResetType\": \"ForceOff\"}"), 204);
    assert_int_equal(request(&f, "POST /redfish/v1/Chassis/Board/Actions/Chassis.Reset", "{\"ResetType\": \"On\"}"), 202);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "3");
    use_basic(&f, "second", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks", NULL), 200);
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks/2", NULL), 200);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks/1", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/1", NULL), 404);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/3", NULL), 404);
}

/* What the board's other parts are called appears in nothing that this account can read, by whatever link it gets there. */
static void no_answer_names_another_node(void **state) {
    (void)state;
    static const char *const others[] = {"Node1", "Node3", "Node4", "Chassis/Board", "Managers/BMC"};
    use_basic(&f, "admin", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, RESET("Node1"), "{\"ResetType\": \"ForceOff\"}"), 204);
    assert_int_equal(request(&f, RESET("Node2"), "{\"ResetType\": \"ForceRestart\"}"), 204);
    use_basic(&f, "second", FIXTURE_PASSWORD);
    for (size_t i = 0; i < route_count; i++) {
        char path[HTTP_PATH_SIZE], line[HTTP_PATH_SIZE + 8];
        bool roles = strstr(routes[i].path, "Roles") != NULL; /* what there is to choose from is no secret */
        if (roles || !routes[i].method.handler[ROUTE_GET] || strstr(routes[i].path, "SSE")) continue;
        path_of(&routes[i], "Node2", path);
        snprintf(line, sizeof line, "GET %s", path);
        if (request(&f, line, NULL) != 200) continue;
        for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
            if (strstr(answer(&f), others[k])) fail_msg("%s names %s", path, others[k]);
    }
}

/* Read without signing in the root names everything; a node account finds what exists for it; wrong credentials are a stranger's,
 * and counted as wrong. */
static void the_root_is_as_large_as_the_account(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/", NULL), 200);
    assert_string_equal(member(&f, "Managers/@odata.id"), "(absent)");
    assert_string_equal(member(&f, "Systems/@odata.id"), "/redfish/v1/Systems");
    f.headers.authorization[0] = '\0';
    assert_int_equal(request(&f, "GET /redfish/v1/", NULL), 200);
    assert_string_equal(member(&f, "Managers/@odata.id"), "/redfish/v1/Managers");
    use_basic(&f, "second", "wrong password");
    unsigned failures = count_events(&f, EVENT_LOGIN_FAILED);
    assert_int_equal(request(&f, "GET /redfish/v1/", NULL), 200);
    assert_string_equal(member(&f, "Managers/@odata.id"), "/redfish/v1/Managers");
    assert_int_equal(count_events(&f, EVENT_LOGIN_FAILED), failures + 1);
    assert_int_equal(request(&f, "DELETE /redfish/v1/", NULL), 405);
}

static void the_metrics_reader_reads_metrics(void **state) {
    (void)state;
    use_basic(&f, "scraper", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "GET /metrics", NULL), 200);
    for (size_t i = 0; i < route_count; i++) {
        char path[HTTP_PATH_SIZE], line[HTTP_PATH_SIZE + 8];
        const struct route *route = &routes[i];
        if (!route->method.handler[ROUTE_GET] || route->method.access[ROUTE_GET] <= ACCESS_ANYONE) continue;
        if (route->method.access[ROUTE_GET] == ACCESS_METRICS) continue;
        path_of(route, "Node2", path);
        snprintf(line, sizeof line, "GET %s", path);
        int status = request(&f, line, NULL);
        if (status != 403) fail_msg("%s: %d", line, status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(its_node_is_the_only_one, begin),
        cmocka_unit_test_setup(the_rest_is_not_there, begin),
        cmocka_unit_test_setup(tasks_are_those_of_its_node, begin),
        cmocka_unit_test_setup(no_answer_names_another_node, begin),
        cmocka_unit_test_setup(the_root_is_as_large_as_the_account, begin),
        cmocka_unit_test_setup(the_metrics_reader_reads_metrics, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
