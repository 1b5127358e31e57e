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

#include <cjson/cJSON.h>
#include <stdlib.h>

#define URI_COUNT_MAX 400

/* Every resource that can be reached by following @odata.id from the root. */
static char *uris[URI_COUNT_MAX];
static unsigned uri_count;

static int begin_walk(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    /* one of everything: a running task, a panic, an entry for each node */
    assert_int_equal(
        request(&f, "POST /redfish/v1/Systems/Node1/Actions/ComputerSystem.Reset", "{\"ResetType\": \"PowerCycle\"}"), 202);
    static const char panic[] = "Kernel panic - not syncing: test\n";
    console_receive(&f.core.console[1], (const uint8_t *)panic, strlen(panic), f.now_ms);
    fixture_keep_crash(&f, 1, panic);
    const struct agent_report report = fixture_report();
    fixture_tell(&f, 3, NETWORK_SERVICE, &report);
    fixture_turn(&f);
    return 0;
}

static int end_walk(void **state) {
    (void)state;
    while (uri_count) free(uris[--uri_count]);
    return 0;
}

static void note(const char *uri) {
    for (unsigned i = 0; i < uri_count; i++)
        if (strcmp(uris[i], uri) == 0) return;
    assert_true(uri_count < URI_COUNT_MAX);
    uris[uri_count] = malloc(strlen(uri) + 1);
    assert_non_null(uris[uri_count]);
    strcpy(uris[uri_count++], uri);
}

static void note_links(const cJSON *item) {
    for (const cJSON *child = item->child; child; child = child->next) {
        bool link = child->string && strcmp(child->string, "@odata.id") == 0;
        /* "...#/Voltages/0" is a place within a resource (RFC 6901), which is looked at as a whole */
        if (link) child->valuestring[strcspn(child->valuestring, "#")] = '\0';
        if (link) note(child->valuestring);
        note_links(child);
    }
}

static cJSON *get(const char *uri) {
    char line[HTTP_PATH_SIZE + 8];
    snprintf(line, sizeof line, "GET %s", uri);
    int status = request(&f, line, NULL);
    if (status != 200) fail_msg("%s: %d", uri, status);
    const char *text = answer(&f);
    cJSON_InitHooks(NULL);
    return cJSON_Parse(text);
}

static const char *text_of(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static const char *last_segment(const char *uri) { return strrchr(uri, '/') + 1; }

/* DSP0266, 8: what every resource must be. */
static void check_resource(const char *uri, const cJSON *root) {
    const char *type = text_of(root, "@odata.type");
    if (strcmp(text_of(root, "@odata.id"), uri) != 0) fail_msg("%s calls itself %s", uri, text_of(root, "@odata.id"));
    if (type[0] != '#' || !strchr(type, '.')) fail_msg("%s has type %s", uri, type);
    if (!text_of(root, "Name")[0]) fail_msg("%s has no name", uri);
    bool collection = strstr(type, "Collection.") != NULL;
    if (collection) {
        const cJSON *members = cJSON_GetObjectItemCaseSensitive(root, "Members");
        const cJSON *count = cJSON_GetObjectItemCaseSensitive(root, "Members@odata.count");
        assert_true(cJSON_IsArray(members) && cJSON_IsNumber(count));
        if (!cJSON_HasObjectItem(root, "Members@odata.nextLink")) assert_int_equal(cJSON_GetArraySize(members), count->valueint);
    } else if (strcmp(uri, "/redfish/v1/") != 0 && strcmp(text_of(root, "Id"), last_segment(uri)) != 0) {
        fail_msg("%s has Id %s", uri, text_of(root, "Id"));
    }
    assert_string_not_equal(f.x.response.etag, "");
    assert_non_null(strstr(f.x.response.allow, "GET"));
    if (strncmp(type, "#Super4C.", 9) == 0) return; /* ours is published nowhere */
    /* the schema in the header is the one in the body */
    char described[160];
    const char *dot = strrchr(type, '.');
    snprintf(described, sizeof described, "<https://redfish.dmtf.org/schemas/v1/%.*s.json>; rel=describedby",
             (int)(dot - type - 1), type + 1);
    assert_string_equal(f.x.response.link, described);
}

/* An action's target is below its resource, and answers to POST with a judgement of the body, not with 404 or 405. */
static void check_actions(const char *uri, const cJSON *actions) {
    for (const cJSON *action = actions ? actions->child : NULL; action; action = action->next) {
        if (strcmp(action->string, "Oem") == 0) {
            check_actions(uri, action);
            continue;
        }
        char expected[HTTP_PATH_SIZE], line[HTTP_PATH_SIZE + 8];
        bool oem = strncmp(action->string, "#Super4C.", 9) == 0;
        snprintf(expected, sizeof expected, "%s/Actions/%s%s", uri, oem ? "Oem/" : "", action->string + 1);
        assert_string_equal(text_of(action, "target"), expected);
        snprintf(line, sizeof line, "POST %s", expected);
        assert_int_equal(request(&f, line, "{\"NoSuchParameter\": 1}"), 400);
        assert_string_equal(error_name(&f), "ActionParameterUnknown");
        const char *info = text_of(action, "@Redfish.ActionInfo");
        if (info[0]) note(info);
    }
}

static void every_resource_that_is_linked_is_there(void **state) {
    (void)state;
    static const char *const wanted[] = {"/redfish/v1/Systems/Node4",
                                         "/redfish/v1/Systems/Node4/ResetActionInfo",
                                         "/redfish/v1/Systems/Node2/Oem/Super4C/Console",
                                         "/redfish/v1/Chassis/Board/Sensors/TotalPower",
                                         "/redfish/v1/Chassis/Board/PowerSubsystem/PowerSupplies/DC2/Metrics",
                                         "/redfish/v1/Chassis/Board/Power",
                                         "/redfish/v1/Chassis/Node4/Sensors/Node4RailPower",
                                         "/redfish/v1/Chassis/Node4/EnvironmentMetrics",
                                         "/redfish/v1/Chassis/Node4/Sensors/Node4CPUTemperature",
                                         "/redfish/v1/Chassis/Node4/Drives/NVMe/Metrics",
                                         "/redfish/v1/TelemetryService/MetricDefinitions/Node4FanSpeed",
                                         "/redfish/v1/Chassis/Node4/ThermalSubsystem/Fans/Fan",
                                         "/redfish/v1/Chassis/Node4/ThermalSubsystem/ThermalMetrics",
                                         "/redfish/v1/Chassis/Node4/Controls/Fan",
                                         "/redfish/v1/Chassis/Node4/Thermal",
                                         "/redfish/v1/Managers/BMC/LogServices/EventLog/Entries/1",
                                         "/redfish/v1/Systems/Node2/LogServices/CrashLog/Entries/1",
                                         "/redfish/v1/TaskService/Tasks/1",
                                         "/redfish/v1/AccountService/Accounts/reader",
                                         "/redfish/v1/AccountService/Roles/ReadOnly",
                                         "/redfish/v1/SessionService/Sessions/1",
                                         "/redfish/v1/Registries/Super4C",
                                         "/redfish/v1/EventService"};
    note("/redfish/v1/");
    for (unsigned i = 0; i < uri_count; i++) {
        cJSON *root = get(uris[i]);
        check_resource(uris[i], root);
        note_links(root);
        check_actions(uris[i], cJSON_GetObjectItemCaseSensitive(root, "Actions"));
        cJSON_Delete(root);
    }
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        bool found = false;
        for (unsigned k = 0; k < uri_count; k++) found = found || strcmp(uris[k], wanted[i]) == 0;
        if (!found) fail_msg("%s is not linked", wanted[i]);
    }
}

/* The services that odata names are resources too. */
static void odata_names_what_is_there(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET /redfish/v1/odata", NULL), 200);
    for (unsigned i = 0;; i++) {
        char path[32], uri[HTTP_PATH_SIZE];
        snprintf(path, sizeof path, "value/%u/url", i);
        assert_int_equal(request(&f, "GET /redfish/v1/odata", NULL), 200);
        snprintf(uri, sizeof uri, "%s", member(&f, path));
        if (strcmp(uri, "(absent)") == 0) {
            assert_true(i > 5);
            return;
        }
        cJSON_Delete(get(uri));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_resource_that_is_linked_is_there, begin_walk, end_walk),
        cmocka_unit_test_setup_teardown(odata_names_what_is_there, begin_walk, end_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
