/* SPDX-License-Identifier: Apache-2.0
 * Chassis and what lies below: the same measurement must read the same wherever it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

#define CHASSIS  "/redfish/v1/Chassis"
#define BOARD    CHASSIS "/Board"
#define NODE2    CHASSIS "/Node2"
#define SUPPLIES BOARD "/PowerSubsystem/PowerSupplies"

static struct fixture f;

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    return 0;
}

static void get(const char *uri) {
    char line[HTTP_PATH_SIZE + HTTP_QUERY_SIZE];
    snprintf(line, sizeof line, "GET %s", uri);
    int status = request(&f, line, NULL);
    if (status != 200) fail_msg("%s: %d", line, status);
}

static void expect(const char *path, const char *value) {
    const char *is = member(&f, path);
    if (strcmp(is, value) != 0) fail_msg("%s is %s, not %s", path, is, value);
}

static void feed_inputs(int32_t mv1, int32_t ma1, int32_t mv2, int32_t ma2, bool valid) {
    const struct rail_sample samples[INPUT_COUNT] = {{valid, f.now_ms, mv1, ma1}, {valid, f.now_ms, mv2, ma2}};
    struct event events[INPUT_EVENT_COUNT];
    for (unsigned i = 0; i < 4; i++) inputs_step(&f.core.inputs, samples, events);
}

/* ---- chassis ---- */

static void the_board_comes_first_and_holds_the_nodes(void **state) {
    (void)state;
    get(CHASSIS);
    expect("Members@odata.count", "5");
    expect("Members/0/@odata.id", BOARD);
    expect("Members/4/@odata.id", CHASSIS "/Node4");
    get(BOARD);
    expect("ChassisType", "StandAlone");
    expect("Links/Contains/1/@odata.id", NODE2);
    expect("Links/ComputerSystems", "(absent)"); /* a contained chassis links to them */
    expect("ThermalSubsystem", "(absent)");
    expect("Controls", "(absent)");
    get(NODE2);
    expect("ChassisType", "Module");
    expect("PoweredByParent", "true");
    expect("Links/ContainedBy/@odata.id", BOARD);
    expect("Links/ComputerSystems/0/@odata.id", "/redfish/v1/Systems/Node2");
    expect("Location/PartLocation/ServiceLabel", "CM5 slot 2");
    expect("Location/PartLocation/LocationOrdinalValue", "1");
    expect("PowerState", "On");
    expect("Status/Health", "OK");
}

static void a_node_bound_account_sees_its_chassis_alone(void **state) {
    (void)state;
    fixture_account(&f, "peer2", (enum role)(ROLE_NODE_OPERATOR + 1), FIXTURE_PASSWORD);
    sign_in(&f, "peer2", FIXTURE_PASSWORD);
    get(CHASSIS);
    expect("Members@odata.count", "1");
    expect("Members/0/@odata.id", NODE2);
    get(NODE2);
    expect("Links/ContainedBy", "(absent)");
    expect("Links/ManagedBy", "(absent)");
    assert_null(strstr(answer(&f), "Chassis/Board"));
    get(NODE2 "/Sensors/Node2RailVoltage");
    assert_int_equal(request(&f, "GET " BOARD "/Sensors/DC1Voltage", NULL), 404);
    assert_int_equal(request(&f, "PATCH " BOARD, "{\"AssetTag\": \"x\"}"), 404);
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"x\"}"), 200);
}

static void a_label_is_the_systems_too_and_survives(void **state) {
    (void)state;
    unsigned saved_before = f.save_count;
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"rack 7\"}"), 200);
    expect("AssetTag", "rack 7");
    assert_true(f.save_count > saved_before);
    get("/redfish/v1/Systems/Node2");
    expect("AssetTag", "rack 7");
    assert_int_equal(request(&f, "PATCH " BOARD, "{\"AssetTag\": \"shelf\"}"), 200);
    get(BOARD);
    expect("AssetTag", "shelf");
    get(NODE2);
    expect("AssetTag", "rack 7");
}

static void a_store_that_refuses_leaves_the_label(void **state) {
    (void)state;
    f.store_fails = true;
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"rack 7\"}"), 500);
    f.store_fails = false;
    get(NODE2);
    expect("AssetTag", "");
}

static void wrong_values_name_themselves(void **state) {
    (void)state;
    static const struct {
        const char *body, *error, *related;
    } cases[] = {
        {"{\"AssetTag\": \"123456789012345678901234567890123\"}", "StringValueTooLong", "#/AssetTag"},
        {"{\"AssetTag\": \"a\\u0007b\"}", "PropertyValueFormatError", "#/AssetTag"},
        {"{\"AssetTag\": 5}", "PropertyValueTypeError", "#/AssetTag"},
        {"{\"IndicatorLED\": \"Unknown\"}", "PropertyValueNotInList", "#/IndicatorLED"},
        {"{\"LocationIndicatorActive\": \"yes\"}", "PropertyValueTypeError", "#/LocationIndicatorActive"},
        {"{\"ChassisType\": \"Rack\"}", "PropertyNotWritable", "#/ChassisType"},
        {"{\"Colour\": \"red\"}", "PropertyUnknown", "#/Colour"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(request(&f, "PATCH " NODE2, cases[i].body), 400);
        assert_string_equal(error_name(&f), cases[i].error);
        assert_string_equal(error_related(&f), cases[i].related);
    }
    assert_int_equal(request(&f, "PATCH " CHASSIS "/Node5", "{\"AssetTag\": \"x\"}"), 404);
}

static void both_ways_to_light_it_are_one(void **state) {
    (void)state;
    static const struct {
        const char *body, *led, *active;
    } cases[] = {
        {"{\"LocationIndicatorActive\": true}", "Blinking", "true"}, {"{\"IndicatorLED\": \"Lit\"}", "Lit", "true"},
        {"{\"LocationIndicatorActive\": true}", "Lit", "true"},      {"{\"IndicatorLED\": \"Off\"}", "Off", "false"},
        {"{\"IndicatorLED\": \"Blinking\"}", "Blinking", "true"},    {"{\"LocationIndicatorActive\": false}", "Off", "false"},
    };
    static const char *const uris[] = {BOARD, NODE2};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < 2; k++) {
            char line[HTTP_PATH_SIZE];
            snprintf(line, sizeof line, "PATCH %s", uris[k]);
            assert_int_equal(request(&f, line, cases[i].body), 200);
            expect("IndicatorLED", cases[i].led);
            expect("LocationIndicatorActive", cases[i].active);
        }
}

static void the_tag_stands_for_what_can_be_set(void **state) {
    (void)state;
    char etag[sizeof f.x.response.etag];
    get(NODE2);
    memcpy(etag, f.x.response.etag, sizeof etag);
    expect("@odata.etag", etag);
    fixture_pass(&f, 3000);
    f.core.rail[1].ma += 10;
    memcpy(f.headers.if_match, etag, sizeof etag);
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"one\"}"), 200);
    assert_string_not_equal(f.x.response.etag, etag);
    assert_int_equal(request(&f, "PATCH " NODE2, "{\"AssetTag\": \"two\"}"), 412);
}

/* ---- sensors ---- */

static void a_voltage_has_the_limits_the_core_goes_by(void **state) {
    (void)state;
    get(BOARD "/Sensors/DC1Voltage");
    expect("Reading", "19");
    expect("Thresholds/LowerCritical/Reading", "11.4");
    expect("Thresholds/UpperCritical/Reading", "21");
    expect("RelatedItem/0/@odata.id", SUPPLIES "/DC1");
    get(NODE2 "/Sensors/Node2RailVoltage");
    expect("Reading", "5.184");
    expect("Thresholds/LowerCritical/Reading", "4.5");
    expect("Thresholds/LowerCaution/Reading", "4.75");
    expect("Thresholds/UpperCritical", "(absent)");
    expect("PhysicalContext", "VoltageRegulator");
    f.core.power.limits.lost_mv = 4000;
    get(NODE2 "/Sensors/Node2RailVoltage");
    expect("Thresholds/LowerCritical/Reading", "4");
}

static void a_rail_that_sags_shows(void **state) {
    (void)state;
    static const struct {
        int32_t mv;
        const char *health;
    } cases[] = {{4750, "OK"}, {4749, "Warning"}, {4500, "Warning"}, {4499, "Critical"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f.core.rail[1].mv = cases[i].mv;
        get(NODE2 "/Sensors/Node2RailVoltage");
        expect("Status/Health", cases[i].health);
        get(NODE2 "/Power");
        expect("Voltages/0/Status/Health", cases[i].health);
        get(NODE2);
        expect("Status/Health", cases[i].health);
    }
}

static void a_rail_that_was_switched_off_is_well(void **state) {
    (void)state;
    assert_int_equal(request(&f, "POST /redfish/v1/Systems/Node2/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}"),
                     204);
    fixture_pass(&f, 5000);
    get(NODE2 "/Sensors/Node2RailVoltage");
    expect("Reading", "0.015");
    expect("Status/Health", "OK");
    get(NODE2);
    expect("PowerState", "Off");
    expect("Status/Health", "OK");
}

static void a_lost_sensor_reads_nothing_anywhere(void **state) {
    (void)state;
    f.sensors_lost = true;
    fixture_turn(&f);
    get(NODE2 "/Sensors/Node2RailPower");
    expect("Reading", "(absent)");
    expect("Status/State", "UnavailableOffline");
    get(NODE2 "/EnvironmentMetrics");
    expect("PowerWatts/Reading", "(absent)");
    expect("PowerWatts/DataSourceUri", NODE2 "/Sensors/Node2RailPower");
    get(BOARD "/Sensors/TotalPower");
    expect("Reading", "(absent)");
    get(BOARD "/Power");
    expect("PowerControl/0/PowerConsumedWatts", "(absent)");
    expect("Voltages/0/ReadingVolts", "(absent)");
    get(SUPPLIES "/DC1");
    expect("LineInputStatus", "(absent)");
    expect("Status/State", "UnavailableOffline");
    get(BOARD "/PowerSubsystem");
    expect("PowerSupplyRedundancy/0/Status/Health", "OK"); /* as last known; a lost sensor is no lost input */
}

static void the_total_is_the_sum_of_the_inputs(void **state) {
    (void)state;
    get(BOARD "/Sensors/TotalPower");
    expect("Reading", "17.155"); /* 17.1 W and 55 mW */
    expect("ElectricalContext", "Total");
    get(BOARD "/EnvironmentMetrics");
    expect("PowerWatts/Reading", "17.155");
    get(BOARD "/Power");
    expect("PowerControl/0/PowerConsumedWatts", "17.155");
}

static void energy_counts_from_the_controllers_start(void **state) {
    (void)state;
    f.core.energy.rail[1].uj = UINT64_C(7200000000);
    f.core.energy.input[0].uj = UINT64_C(3600000000) * 1234;
    f.core.energy.input[1].uj = UINT64_C(3600000000);
    get(NODE2 "/Sensors/Node2RailEnergy");
    expect("ReadingType", "EnergykWh");
    expect("ReadingUnits", "kW.h");
    expect("Reading", "0.002");
    expect("SensorResetTime", "2026-01-01T00:00:01.000Z");
    expect("LifetimeReading", "(absent)"); /* not kept over a restart */
    get(NODE2 "/EnvironmentMetrics");
    expect("EnergykWh/Reading", "0.002");
    expect("EnergykWh/SensorResetTime", "2026-01-01T00:00:01.000Z");
    get(BOARD "/Sensors/TotalEnergy");
    expect("Reading", "1.235");
    get(SUPPLIES "/DC1/Metrics");
    expect("EnergykWh/Reading", "1.234");
}

static void an_excerpt_is_the_excerpt(void **state) {
    (void)state;
    get(NODE2 "/Sensors/Node2RailVoltage?excerpt");
    expect("Reading", "5.184");
    expect("", "(3 members)"); /* and what says which it is */
    expect("@odata.id", NODE2 "/Sensors/Node2RailVoltage");
    get(NODE2 "/Sensors/Node2RailEnergy?excerpt");
    expect("SensorResetTime", "2026-01-01T00:00:01.000Z");
    expect("", "(4 members)");
    assert_int_equal(request(&f, "GET " NODE2 "/Sensors/None?excerpt", NULL), 404);
    assert_int_equal(request(&f, "GET " NODE2 "?excerpt", NULL), 400);
}

static void a_sensor_is_in_its_own_chassis_alone(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " NODE2 "/Sensors/Node1RailVoltage", NULL), 404);
    assert_int_equal(request(&f, "GET " BOARD "/Sensors/Node2RailVoltage", NULL), 404);
    assert_int_equal(request(&f, "GET " CHASSIS "/Rack/Sensors/DC1Voltage", NULL), 404);
    assert_int_equal(request(&f, "GET " CHASSIS "/Rack/Sensors", NULL), 404);
}

/* Whatever says where its value comes from must say the same value. */
static void every_copy_leads_to_its_sensor(void **state) {
    (void)state;
    static const struct {
        const char *uri, *key;
    } copies[] = {
        {BOARD "/EnvironmentMetrics", "PowerWatts"},   {BOARD "/EnvironmentMetrics", "EnergykWh"},
        {NODE2 "/EnvironmentMetrics", "PowerWatts"},   {NODE2 "/EnvironmentMetrics", "EnergykWh"},
        {NODE2 "/EnvironmentMetrics", "Voltage"},      {NODE2 "/EnvironmentMetrics", "CurrentAmps"},
        {SUPPLIES "/DC2/Metrics", "InputVoltage"},     {SUPPLIES "/DC2/Metrics", "InputPowerWatts"},
        {SUPPLIES "/DC2/Metrics", "InputCurrentAmps"}, {SUPPLIES "/DC2/Metrics", "EnergykWh"},
    };
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        char path[64], source[HTTP_PATH_SIZE], reading[32];
        get(copies[i].uri);
        snprintf(path, sizeof path, "%s/DataSourceUri", copies[i].key);
        snprintf(source, sizeof source, "%s", member(&f, path));
        snprintf(path, sizeof path, "%s/Reading", copies[i].key);
        snprintf(reading, sizeof reading, "%s", member(&f, path));
        assert_string_not_equal(reading, "(absent)");
        get(source);
        expect("Reading", reading);
    }
}

static void a_whole_collection_fits(void **state) {
    (void)state;
    get(BOARD "/Sensors?$expand=.");
    expect("Members/9/Id", "TotalEnergy");
    expect("Members@odata.count", "10");
    get(CHASSIS "?$expand=.");
    expect("Members/4/ChassisType", "Module");
}

/* ---- power supplies ---- */

static void one_supply_carries_and_one_stands_by(void **state) {
    (void)state;
    get(SUPPLIES "/DC1");
    expect("Status/State", "Enabled");
    expect("LineInputStatus", "Normal");
    expect("InputNominalVoltageType", "null"); /* Redfish has no word for 19 V */
    get(SUPPLIES "/DC2");
    expect("Status/State", "StandbySpare");
    expect("LineInputStatus", "Normal");
    get(BOARD "/PowerSubsystem");
    expect("CapacityWatts", "(absent)");
    expect("PowerSupplyRedundancy/0/RedundancyType", "Failover");
    expect("PowerSupplyRedundancy/0/ActiveRedundancyGroup/0/@odata.id", SUPPLIES "/DC1");
    expect("PowerSupplyRedundancy/0/RedundancyGroup", "(2 members)");
    expect("PowerSupplyRedundancy/0/Status/Health", "OK");
}

static void a_lost_input_shows_in_every_form(void **state) {
    (void)state;
    feed_inputs(8600, 4, 18500, 900, true);
    get(SUPPLIES "/DC1");
    expect("LineInputStatus", "LossOfInput");
    expect("Status/State", "UnavailableOffline");
    get(SUPPLIES "/DC2");
    expect("Status/State", "Enabled");
    get(BOARD "/PowerSubsystem");
    expect("PowerSupplyRedundancy/0/ActiveRedundancyGroup/0/@odata.id", SUPPLIES "/DC2");
    expect("PowerSupplyRedundancy/0/Status/Health", "Warning");
    expect("Status/HealthRollup", "Warning");
    get(BOARD "/Power");
    expect("PowerSupplies/0/Status/State", "UnavailableOffline");
    expect("Redundancy/0/Status/Health", "Warning");
    get(BOARD);
    expect("Status/HealthRollup", "Warning");
    get(BOARD "/Sensors/DC1Voltage");
    expect("Reading", "8.6"); /* an unplugged socket floats */
    expect("Status/Health", "OK");
}

static void an_input_out_of_range_shows(void **state) {
    (void)state;
    feed_inputs(11200, 3, 12000, 900, true);
    get(SUPPLIES "/DC1");
    expect("LineInputStatus", "OutOfRange");
    expect("Status/Health", "Critical");
    get(BOARD "/Sensors/DC1Voltage");
    expect("Status/Health", "Critical");
    get(SUPPLIES "/DC2");
    expect("InputNominalVoltageType", "DC12V");
    feed_inputs(21008, 900, 12000, 3, true);
    get(BOARD "/Sensors/DC1Voltage");
    expect("Status/Health", "Critical");
}

/* ---- what the controller has no wire to ---- */

static void a_fan_is_named_and_nothing_is_made_up(void **state) {
    (void)state;
    get(NODE2 "/ThermalSubsystem/Fans/Fan");
    expect("SpeedPercent", "(absent)");
    expect("Status/State", "UnavailableOffline");
    expect("Status/Health", "(absent)");
    get(NODE2 "/Thermal");
    expect("Fans/0/Name", "Fan");
    expect("Fans/0/Reading", "(absent)");
    expect("Temperatures", "(0 members)");
    get(NODE2 "/Controls/Fan");
    expect("Sensor", "(absent)");
    expect("SetPoint", "(absent)");
    expect("ControlMode", "Automatic");
    expect("RelatedItem/0/@odata.id", NODE2 "/ThermalSubsystem/Fans/Fan");
    get(NODE2 "/Controls/Fan?excerpt");
    expect("", "(2 members)");
}

static void an_empty_slot_is_absent(void **state) {
    (void)state;
    f.core.health[1].state = HEALTH_EMPTY;
    get(NODE2);
    expect("Status/State", "Absent");
    expect("Status/Health", "(absent)");
    get(NODE2 "/ThermalSubsystem/Fans/Fan");
    expect("Status/State", "Absent");
    get(BOARD);
    expect("Status/HealthRollup", "OK");
}

static void the_board_has_no_fan(void **state) {
    (void)state;
    static const char *const none[] = {
        "ThermalSubsystem", "ThermalSubsystem/Fans", "ThermalSubsystem/ThermalMetrics", "ThermalSubsystem/Fans/Fan",
        "Controls",         "Controls/Fan"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        char line[HTTP_PATH_SIZE];
        snprintf(line, sizeof line, "GET " BOARD "/%s", none[i]);
        assert_int_equal(request(&f, line, NULL), 404);
    }
    get(BOARD "/Thermal");
    expect("Fans", "(0 members)");
}

/* ---- the older shape ---- */

static void the_older_shape_has_places(void **state) {
    (void)state;
    get(BOARD "/Power");
    expect("PowerControl/0/@odata.id", BOARD "/Power#/PowerControl/0");
    expect("PowerControl/0/MemberId", "0");
    expect("Voltages/1/@odata.id", BOARD "/Power#/Voltages/1");
    expect("Voltages/1/ReadingVolts", "18.5");
    expect("Voltages/1/LowerThresholdCritical", "11.4");
    expect("PowerSupplies/0/LineInputVoltage", "19");
    expect("PowerSupplies/0/Redundancy/0/@odata.id", BOARD "/Power#/Redundancy/0");
    expect("Redundancy/0/RedundancySet/1/@odata.id", BOARD "/Power#/PowerSupplies/1");
    get(NODE2 "/Power");
    expect("PowerControl/0/PowerConsumedWatts", "3.317");
    expect("Voltages/0/ReadingVolts", "5.184");
    expect("PowerControl/0/Name", "Node 2");
    expect("PowerSupplies", "(0 members)");
    expect("Redundancy", "(absent)");
    assert_int_equal(request(&f, "GET " CHASSIS "/Rack/Power", NULL), 404);
    assert_int_equal(request(&f, "GET " CHASSIS "/Rack/Thermal", NULL), 404);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_board_comes_first_and_holds_the_nodes, begin),
        cmocka_unit_test_setup(a_node_bound_account_sees_its_chassis_alone, begin),
        cmocka_unit_test_setup(a_label_is_the_systems_too_and_survives, begin),
        cmocka_unit_test_setup(a_store_that_refuses_leaves_the_label, begin),
        cmocka_unit_test_setup(wrong_values_name_themselves, begin),
        cmocka_unit_test_setup(both_ways_to_light_it_are_one, begin),
        cmocka_unit_test_setup(the_tag_stands_for_what_can_be_set, begin),
        cmocka_unit_test_setup(a_voltage_has_the_limits_the_core_goes_by, begin),
        cmocka_unit_test_setup(a_rail_that_sags_shows, begin),
        cmocka_unit_test_setup(a_rail_that_was_switched_off_is_well, begin),
        cmocka_unit_test_setup(a_lost_sensor_reads_nothing_anywhere, begin),
        cmocka_unit_test_setup(the_total_is_the_sum_of_the_inputs, begin),
        cmocka_unit_test_setup(energy_counts_from_the_controllers_start, begin),
        cmocka_unit_test_setup(an_excerpt_is_the_excerpt, begin),
        cmocka_unit_test_setup(a_sensor_is_in_its_own_chassis_alone, begin),
        cmocka_unit_test_setup(every_copy_leads_to_its_sensor, begin),
        cmocka_unit_test_setup(a_whole_collection_fits, begin),
        cmocka_unit_test_setup(one_supply_carries_and_one_stands_by, begin),
        cmocka_unit_test_setup(a_lost_input_shows_in_every_form, begin),
        cmocka_unit_test_setup(an_input_out_of_range_shows, begin),
        cmocka_unit_test_setup(a_fan_is_named_and_nothing_is_made_up, begin),
        cmocka_unit_test_setup(an_empty_slot_is_absent, begin),
        cmocka_unit_test_setup(the_board_has_no_fan, begin),
        cmocka_unit_test_setup(the_older_shape_has_places, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
