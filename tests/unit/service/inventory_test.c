/* SPDX-License-Identifier: Apache-2.0
 * What is in a node: the datasheet's facts, the slot's state, and nothing that no wire tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

static struct fixture f;

#define NODE3   "/redfish/v1/Systems/Node3"
#define DRIVES3 "/redfish/v1/Chassis/Node3/Drives"

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    assert_true(fixture_account(&f, "third", (enum role)(ROLE_NODE_OPERATOR + 2), FIXTURE_PASSWORD) >= 0);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    return 0;
}

static void get(const char *path) {
    char line[HTTP_PATH_SIZE + 8];
    snprintf(line, sizeof line, "GET %s", path);
    int status = request(&f, line, NULL);
    if (status != 200) fail_msg("%s: %d", line, status);
    assert_string_equal(member(&f, "@odata.id"), path);
}

static void a_module_has_what_every_module_has(void **state) {
    (void)state;
    get(NODE3 "/Processors");
    assert_string_equal(member(&f, "Members@odata.count"), "1");
    assert_string_equal(member(&f, "Members/0/@odata.id"), NODE3 "/Processors/CPU");
    get(NODE3 "/Processors/CPU");
    assert_string_equal(member(&f, "ProcessorArchitecture"), "ARM");
    assert_string_equal(member(&f, "InstructionSet"), "ARM-A64");
    assert_string_equal(member(&f, "TotalThreads"), "4");
    assert_string_equal(member(&f, "Status/State"), "Enabled");
    assert_string_equal(member(&f, "Status/Health"), "(absent)");
    assert_string_equal(member(&f, "SerialNumber"), "(absent)");
    get(NODE3 "/Memory");
    get(NODE3 "/Memory/RAM");
    assert_string_equal(member(&f, "MemoryDeviceType"), "LPDDR4_SDRAM");
    assert_string_equal(member(&f, "CapacityMiB"), "(absent)");
    assert_string_equal(member(&f, "Links/Chassis/@odata.id"), "/redfish/v1/Chassis/Node3");
}

static void two_networks_and_nothing_invented(void **state) {
    (void)state;
    get(NODE3 "/EthernetInterfaces");
    assert_string_equal(member(&f, "Members@odata.count"), "2");
    get(NODE3 "/EthernetInterfaces/Service");
    get(NODE3 "/EthernetInterfaces/Backplane");
    assert_string_equal(member(&f, "Name"), "Backplane Network");
    static const char *const unknown[] = {"MACAddress", "SpeedMbps", "LinkStatus", "IPv4Addresses"};
    for (unsigned i = 0; i < 4; i++) assert_string_equal(member(&f, unknown[i]), "(absent)");
}

static void storage_leads_to_the_drive_in_the_chassis(void **state) {
    (void)state;
    get(NODE3 "/Storage");
    assert_string_equal(member(&f, "Members/0/@odata.id"), NODE3 "/Storage/NVMe");
    get(NODE3 "/Storage/NVMe");
    assert_string_equal(member(&f, "Drives/0/@odata.id"), DRIVES3 "/NVMe");
    assert_string_equal(member(&f, "Links/Enclosures/0/@odata.id"), "/redfish/v1/Chassis/Node3");
    get(NODE3 "/Storage/NVMe/Controllers");
    get(NODE3 "/Storage/NVMe/Controllers/NVMe");
    assert_string_equal(member(&f, "SupportedDeviceProtocols/0"), "NVMe");
    get(NODE3 "/Storage/NVMe/Volumes");
    assert_string_equal(member(&f, "Members@odata.count"), "0");
    get(DRIVES3);
    get(DRIVES3 "/NVMe");
    assert_string_equal(member(&f, "Links/Storage/@odata.id"), NODE3 "/Storage/NVMe");
    assert_string_equal(member(&f, "CapacityBytes"), "(absent)");
}

static void an_empty_slot_has_no_module(void **state) {
    (void)state;
    f.core.health[2].state = HEALTH_EMPTY;
    get(NODE3);
    assert_string_equal(member(&f, "Status/State"), "Absent");
    assert_string_equal(member(&f, "Model"), "(absent)");
    assert_string_equal(member(&f, "ProcessorSummary"), "(absent)");
    get(NODE3 "/Processors/CPU");
    assert_string_equal(member(&f, "Status/State"), "Absent");
    assert_string_equal(member(&f, "Model"), "(absent)");
    get(NODE3 "/Memory/RAM");
    assert_string_equal(member(&f, "MemoryType"), "(absent)");
}

static void every_state_has_its_words(void **state) {
    (void)state;
    static const struct {
        enum health_state state;
        const char *node_state, *node_health, *part_state;
    } cases[HEALTH_STATE_COUNT] = {
        {HEALTH_UNKNOWN, "UnavailableOffline", "Warning", "UnavailableOffline"},
        {HEALTH_EMPTY, "Absent", "(absent)", "Absent"},
        {HEALTH_OFF, "StandbyOffline", "OK", "StandbyOffline"},
        {HEALTH_MODULE_OFF, "StandbyOffline", "OK", "StandbyOffline"},
        {HEALTH_STARTING, "Starting", "OK", "Enabled"},
        {HEALTH_UP, "Enabled", "OK", "Enabled"},
        {HEALTH_PANICKED, "Enabled", "Critical", "Enabled"},
        {HEALTH_HALTED, "Quiesced", "Warning", "Quiesced"},
        {HEALTH_FAILED, "Enabled", "Critical", "UnavailableOffline"},
        {HEALTH_BUSY, "Enabled", "OK", "Enabled"},
        {HEALTH_DEGRADED, "Enabled", "Warning", "Enabled"},
        {HEALTH_HUNG, "Enabled", "Critical", "Enabled"},
    };
    for (unsigned i = 0; i < HEALTH_STATE_COUNT; i++) {
        f.core.health[2].state = (uint8_t)cases[i].state;
        get(NODE3);
        assert_string_equal(member(&f, "Status/State"), cases[i].node_state);
        assert_string_equal(member(&f, "Status/Health"), cases[i].node_health);
        get(NODE3 "/Memory/RAM");
        assert_string_equal(member(&f, "Status/State"), cases[i].part_state);
        get(NODE3 "/EthernetInterfaces/Service");
        assert_string_equal(member(&f, "Status/State"), cases[i].part_state);
    }
}

static const char *const paths[] = {"/Processors",
                                    "/Processors/CPU",
                                    "/Memory",
                                    "/Memory/RAM",
                                    "/EthernetInterfaces",
                                    "/EthernetInterfaces/Service",
                                    "/Storage",
                                    "/Storage/NVMe",
                                    "/Storage/NVMe/Controllers",
                                    "/Storage/NVMe/Controllers/NVMe",
                                    "/Storage/NVMe/Volumes",
                                    "/LogServices",
                                    "/LogServices/EventLog"};
#define PATH_COUNT (sizeof paths / sizeof paths[0])

static int status_of(const char *base, const char *path) {
    char line[HTTP_PATH_SIZE + 8];
    snprintf(line, sizeof line, "GET %s%s", base, path);
    return request(&f, line, NULL);
}

static void what_is_not_there_is_not_found(void **state) {
    (void)state;
    static const char *const wrong[] = {"/Processors/GPU", "/Memory/CPU", "/EthernetInterfaces/NVMe", "/Storage/SATA",
                                        "/Storage/NVMe/Controllers/1"};
    for (size_t i = 0; i < PATH_COUNT; i++) {
        assert_int_equal(status_of("/redfish/v1/Systems/Node4", paths[i]), 200);
        assert_int_equal(status_of("/redfish/v1/Systems/Node5", paths[i]), 404);
        assert_int_equal(status_of("/redfish/v1/Systems/Board", paths[i]), 404);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_int_equal(status_of(NODE3, wrong[i]), 404);
    assert_int_equal(status_of("/redfish/v1/Chassis/Board", "/Drives"), 404); /* only nodes have drives */
    assert_int_equal(status_of("/redfish/v1/Chassis/Board", "/Drives/NVMe"), 404);
    assert_int_equal(status_of("/redfish/v1/Chassis/Node9", "/Drives"), 404);
    assert_int_equal(status_of(DRIVES3, "/SATA"), 404);
}

static void a_node_account_sees_its_own_parts(void **state) {
    (void)state;
    sign_in(&f, "third", FIXTURE_PASSWORD);
    for (size_t i = 0; i < PATH_COUNT; i++) {
        assert_int_equal(status_of(NODE3, paths[i]), 200);
        assert_null(strstr(answer(&f), "Managers"));
        assert_null(strstr(answer(&f), "Board"));
        assert_int_equal(status_of("/redfish/v1/Systems/Node2", paths[i]), 404);
    }
    get(DRIVES3 "/NVMe");
    assert_int_equal(status_of("/redfish/v1/Chassis/Node2", "/Drives"), 404);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_module_has_what_every_module_has, begin),
        cmocka_unit_test_setup(two_networks_and_nothing_invented, begin),
        cmocka_unit_test_setup(storage_leads_to_the_drive_in_the_chassis, begin),
        cmocka_unit_test_setup(an_empty_slot_has_no_module, begin),
        cmocka_unit_test_setup(every_state_has_its_words, begin),
        cmocka_unit_test_setup(what_is_not_there_is_not_found, begin),
        cmocka_unit_test_setup(a_node_account_sees_its_own_parts, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
