/* SPDX-License-Identifier: Apache-2.0
 * What the nodes' agents tell, in Redfish: each value where a client looks for it, nothing that was not told, and nothing as
 * present that is past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/service/fixture.h"

#define CHASSIS2 "/redfish/v1/Chassis/Node2"
#define SYSTEM2  "/redfish/v1/Systems/Node2"
#define NODE2    1

static struct fixture f;
static struct agent_report report; /* what tell() tells */

static int begin(void **state) {
    (void)state;
    fixture_begin(&f);
    sign_in(&f, "reader", FIXTURE_PASSWORD);
    report = fixture_report();
    return 0;
}

static void tell(void) {
    fixture_tell(&f, NODE2, NETWORK_SERVICE, &report);
    fixture_tell(&f, NODE2, NETWORK_BACKPLANE, &report);
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

static int status_of(const char *uri) {
    char line[HTTP_PATH_SIZE + 8];
    snprintf(line, sizeof line, "GET %s", uri);
    return request(&f, line, NULL);
}

/* ---- the system ---- */

static void a_system_says_what_runs_on_it(void **state) {
    (void)state;
    tell();
    fixture_pass(&f, 2500);
    get(SYSTEM2);
    expect("HostName", "pi-two");
    expect("MemorySummary/TotalSystemMemoryGiB", "7.873");
    expect("ProcessorSummary/LogicalProcessorCount", "4");
    expect("Oem/Super4C/Host/OperatingSystem", "Debian GNU/Linux 12 (bookworm)");
    expect("Oem/Super4C/Host/Kernel", "6.12.34+rpt-rpi-2712");
    expect("Oem/Super4C/Host/BootId", "01234567-89ab-cdef-fedc-ba9876543210");
    expect("Oem/Super4C/Host/UptimeSeconds", "86400");
    expect("Oem/Super4C/Host/Load", "1.52");
    expect("Oem/Super4C/Host/CPUPressurePercent", "3.1");
    expect("Oem/Super4C/Host/MemoryPressurePercent", "0.25");
    expect("Oem/Super4C/Host/ReportAgeSeconds", "2");
    expect("Oem/Super4C/Host/Throttled/0", "undervoltage now");
    expect("Oem/Super4C/Host/Throttled/1", "undervoltage since boot");
    expect("Oem/Super4C/Host/Throttled/2", "throttled now");
    expect("Oem/Super4C/Host/Throttled", "(4 members)");
    get("/redfish/v1/Systems/Node1");
    expect("HostName", "(absent)");
    expect("MemorySummary", "(absent)");
    expect("Oem/Super4C/Host", "(absent)");
}

static void what_is_not_told_is_not_there(void **state) {
    (void)state;
    report = (struct agent_report){.has = AGENT_HAS_UPTIME, .uptime_s = 5, .kernel = "6.1"};
    tell();
    get(SYSTEM2);
    expect("HostName", "(absent)");
    expect("MemorySummary", "(absent)");
    expect("ProcessorSummary/LogicalProcessorCount", "4"); /* the module's */
    expect("Oem/Super4C/Host", "(3 members)");
    get(SYSTEM2 "/Memory/RAM");
    expect("CapacityMiB", "(absent)");
    get(SYSTEM2 "/Processors/CPU");
    expect("Throttled", "(absent)");
    get(SYSTEM2 "/EthernetInterfaces/Backplane");
    expect("Status/State", "UnavailableOffline"); /* the agent finds no such interface */
    expect("MACAddress", "(absent)");
    expect("IPv4Addresses", "(absent)");
}

static void processor_and_memory_are_as_told(void **state) {
    (void)state;
    report.cpus = 2;
    tell();
    get(SYSTEM2 "/Processors/CPU");
    expect("TotalThreads", "2");
    expect("TotalCores", "4");
    expect("Throttled", "true");
    expect("ThrottleCauses/0", "PowerLimit");
    expect("ThrottleCauses", "(1 members)");
    get(SYSTEM2);
    expect("ProcessorSummary/LogicalProcessorCount", "2");
    get(SYSTEM2 "/Memory/RAM");
    expect("CapacityMiB", "8062");
    static const struct {
        uint32_t bits;
        const char *throttled, *cause;
    } cases[] = {
        {0xf0000, "false", "(absent)"}, {0x8, "true", "ThermalLimit"}, {0x4, "true", "Unknown"}, {0x1, "false", "(absent)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        report.throttled = cases[i].bits;
        tell();
        get(SYSTEM2 "/Processors/CPU");
        expect("Throttled", cases[i].throttled);
        expect("ThrottleCauses/0", cases[i].cause);
    }
}

/* ---- temperatures and the fan ---- */

static void a_node_without_agent_has_no_sensors_of_one(void **state) {
    (void)state;
    get(CHASSIS2 "/Sensors");
    expect("Members@odata.count", "4");
    assert_int_equal(status_of(CHASSIS2 "/Sensors/Node2CPUTemperature"), 404);
    tell();
    get(CHASSIS2 "/Sensors");
    expect("Members@odata.count", "8");
    get("/redfish/v1/Chassis/Node1/Sensors");
    expect("Members@odata.count", "4");
    assert_int_equal(status_of("/redfish/v1/Chassis/Node1/Sensors/Node2CPUTemperature"), 404);
    report.has &= ~(uint32_t)(AGENT_HAS_NVME_TEMPERATURE | AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY);
    tell(); /* the drive is gone, and the fan */
    get(CHASSIS2 "/Sensors");
    expect("Members@odata.count", "6");
    assert_int_equal(status_of(CHASSIS2 "/Sensors/Node2NVMeTemperature"), 404);
}

static void a_temperature_is_a_sensor_with_limits(void **state) {
    (void)state;
    tell();
    get(CHASSIS2 "/Sensors/Node2CPUTemperature");
    expect("Reading", "61.3");
    expect("ReadingType", "Temperature");
    expect("ReadingUnits", "Cel");
    expect("Implementation", "Reported");
    expect("ReadingTime", "2026-01-01T00:00:21.000Z");
    expect("Status/Health", "OK");
    expect("Thresholds/UpperCaution/Reading", "80");
    expect("Thresholds/UpperCritical/Reading", "85");
    expect("Thresholds/UpperFatal/Reading", "95");
    expect("RelatedItem/0/@odata.id", SYSTEM2 "/Processors/CPU");
    get(CHASSIS2 "/Sensors/Node2NVMeTemperature");
    expect("Reading", "44.7");
    expect("RelatedItem/0/@odata.id", CHASSIS2 "/Drives/NVMe");
    static const struct {
        int16_t deci_c;
        const char *reading, *health;
    } cases[] = {
        {799, "79.9", "OK"}, {800, "80", "Warning"}, {849, "84.9", "Warning"}, {850, "85", "Critical"}, {-73, "-7.3", "OK"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        report.cpu_deci_c = cases[i].deci_c;
        tell();
        get(CHASSIS2 "/Sensors/Node2CPUTemperature");
        expect("Reading", cases[i].reading);
        expect("Status/Health", cases[i].health);
        get(CHASSIS2 "/Thermal");
        expect("Temperatures/0/ReadingCelsius", cases[i].reading);
        expect("Temperatures/0/Status/Health", cases[i].health);
    }
}

static void every_copy_leads_to_its_sensor(void **state) {
    (void)state;
    static const struct {
        const char *uri, *object;
    } copies[] = {
        {CHASSIS2 "/EnvironmentMetrics", "TemperatureCelsius"},
        {CHASSIS2 "/EnvironmentMetrics", "FanSpeedsPercent/0"},
        {CHASSIS2 "/ThermalSubsystem/ThermalMetrics", "TemperatureReadingsCelsius/0"},
        {CHASSIS2 "/ThermalSubsystem/ThermalMetrics", "TemperatureReadingsCelsius/1"},
        {CHASSIS2 "/ThermalSubsystem/Fans/Fan", "SpeedPercent"},
        {CHASSIS2 "/Controls/Fan", "Sensor"},
    };
    tell();
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        char path[64], source[HTTP_PATH_SIZE], reading[32];
        get(copies[i].uri);
        snprintf(path, sizeof path, "%s/DataSourceUri", copies[i].object);
        snprintf(source, sizeof source, "%s", member(&f, path));
        snprintf(path, sizeof path, "%s/Reading", copies[i].object);
        snprintf(reading, sizeof reading, "%s", member(&f, path));
        assert_string_not_equal(reading, "(absent)");
        get(source);
        expect("Reading", reading);
    }
}

static void a_fan_turns_at_a_share_and_a_speed(void **state) {
    (void)state;
    tell();
    get(CHASSIS2 "/ThermalSubsystem/Fans/Fan");
    expect("SpeedPercent/Reading", "49.02");
    expect("SpeedPercent/SpeedRPM", "2740");
    expect("Status/State", "Enabled");
    expect("Status/Health", "OK");
    get(CHASSIS2 "/Thermal");
    expect("Fans/0/Reading", "2740");
    expect("Fans/0/ReadingUnits", "RPM");
    get(CHASSIS2 "/Controls/Fan");
    expect("ControlMode", "Automatic");
    expect("Oem/Super4C/SetBy", "Kernel");
    expect("Sensor/SpeedRPM", "(absent)"); /* not in this kind of excerpt */
    report.fan_by_agent = 1;
    tell();
    get(CHASSIS2 "/Controls/Fan");
    expect("Oem/Super4C/SetBy", "Agent");
}

static void a_fan_that_should_turn_and_does_not_is_critical(void **state) {
    (void)state;
    static const struct {
        uint32_t has;
        uint16_t rpm;
        uint8_t duty;
        const char *state, *health;
    } cases[] = {
        {AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY, 0, 125, "Enabled", "Critical"},
        {AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY, 0, 0, "Enabled", "OK"},
        {AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY, 0, 59, "Enabled", "OK"},
        {AGENT_HAS_FAN_RPM | AGENT_HAS_FAN_DUTY, 900, 0, "Enabled", "OK"},
        {AGENT_HAS_FAN_RPM, 900, 0, "Enabled", "OK"},
        {AGENT_HAS_FAN_RPM, 0, 0, "Enabled", "(absent)"}, /* whether it should turn is not known */
        {AGENT_HAS_FAN_DUTY, 0, 125, "Enabled", "(absent)"},
        {0, 0, 0, "Absent", "(absent)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        report.has = cases[i].has;
        report.fan_rpm = cases[i].rpm;
        report.fan_duty = cases[i].duty;
        tell();
        static const char *const places[] = {CHASSIS2 "/ThermalSubsystem/Fans/Fan", CHASSIS2 "/ThermalSubsystem",
                                             CHASSIS2 "/Controls/Fan"};
        for (unsigned k = 0; k < 3; k++) {
            get(places[k]);
            expect("Status/State", cases[i].state);
            expect("Status/Health", cases[i].health);
        }
        get(CHASSIS2 "/Thermal");
        expect("Fans/0/Status/Health", cases[i].health);
    }
}

static void the_older_shape_numbers_what_is_there(void **state) {
    (void)state;
    report.has &= ~(uint32_t)(AGENT_HAS_CPU_TEMPERATURE | AGENT_HAS_FAN_RPM);
    tell();
    get(CHASSIS2 "/Thermal");
    expect("Temperatures", "(1 members)");
    expect("Temperatures/0/Name", "NVMe");
    expect("Temperatures/0/MemberId", "0");
    expect("Temperatures/0/UpperThresholdCritical", "80");
    expect("Temperatures/0/UpperThresholdFatal", "(absent)");
    expect("Fans/0/Reading", "49");
    expect("Fans/0/ReadingUnits", "Percent");
}

/* ---- the drive ---- */

static void a_drive_is_as_told(void **state) {
    (void)state;
    tell();
    get(CHASSIS2 "/Drives/NVMe");
    expect("Model", "KINGSTON SNV2S500G");
    expect("SerialNumber", "50026B7686A1B2C3");
    expect("CapacityBytes", "5.00107862e+11");
    assert_non_null(strstr(answer(&f), "\"CapacityBytes\":500107862016"));
    expect("MediaType", "SSD");
    expect("Protocol", "NVMe");
    expect("PredictedMediaLifeLeftPercent", "97");
    expect("Status/State", "Enabled");
    expect("Status/Health", "OK");
    get(CHASSIS2 "/Drives/NVMe/Metrics");
    expect("NVMeSMART/PercentageUsed", "3");
    expect("NVMeSMART/CompositeTemperatureCelsius", "44.7");
    get(SYSTEM2 "/Storage/NVMe/Controllers/NVMe");
    expect("PCIeInterface/PCIeType", "Gen2");
    expect("PCIeInterface/LanesInUse", "1");
    expect("Status/State", "Enabled");
}

static void a_worn_drive_is_told(void **state) {
    (void)state;
    static const struct {
        uint8_t used;
        const char *left, *health, *fails;
    } cases[] = {
        {89, "11", "OK", "false"}, {90, "10", "Warning", "false"}, {100, "0", "Warning", "true"}, {255, "0", "Warning", "true"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        report.nvme_wear_percent = cases[i].used;
        tell();
        get(CHASSIS2 "/Drives/NVMe");
        expect("PredictedMediaLifeLeftPercent", cases[i].left);
        expect("FailurePredicted", cases[i].fails);
        expect("Status/Health", cases[i].health);
        get(CHASSIS2 "/Sensors/Node2NVMeWear");
        expect("ReadingUnits", "%");
        expect("Thresholds/UpperCaution/Reading", "90");
        expect("Thresholds/UpperCritical", "(absent)");
        expect("Status/Health", cases[i].health);
    }
}

static void without_a_drive_it_is_absent(void **state) {
    (void)state;
    get(CHASSIS2 "/Drives/NVMe");
    expect("Status", "(absent)"); /* nobody has looked */
    report.has &= ~(uint32_t)(AGENT_HAS_NVME_CAPACITY | AGENT_HAS_NVME_TEMPERATURE | AGENT_HAS_NVME_WEAR | AGENT_HAS_NVME_LINK);
    report.nvme_model[0] = report.nvme_serial[0] = '\0';
    tell();
    get(CHASSIS2 "/Drives/NVMe");
    expect("Status/State", "Absent");
    expect("Model", "(absent)");
    expect("MediaType", "(absent)");
    get(CHASSIS2 "/Drives/NVMe/Metrics");
    expect("NVMeSMART", "(absent)");
    get(SYSTEM2 "/Storage/NVMe/Controllers/NVMe");
    expect("Status/State", "Absent");
    expect("PCIeInterface", "(absent)");
}

/* ---- the networks ---- */

static void an_interface_is_as_told(void **state) {
    (void)state;
    tell();
    fixture_pass(&f, 3300);
    get(SYSTEM2 "/EthernetInterfaces/Service");
    expect("MACAddress", "2C:CF:67:01:02:0A");
    expect("LinkStatus", "LinkUp");
    expect("SpeedMbps", "1000");
    expect("FullDuplex", "true");
    expect("IPv4Addresses/0/Address", "192.168.1.12");
    expect("IPv4Addresses/0/SubnetMask", "255.255.255.0");
    expect("Status/State", "Enabled");
    expect("Status/Health", "OK");
    expect("Oem/Super4C/LastHeardSeconds", "3");
    expect("Oem/Super4C/CarrierChanges", "3");
    expect("Oem/Super4C/ReceiveErrors", "7");
    expect("Oem/Super4C/TransmitErrors", "0");
    get(SYSTEM2 "/EthernetInterfaces/Backplane");
    expect("MACAddress", "00:E0:4C:68:00:FF");
    expect("SpeedMbps", "2500");
    expect("IPv4Addresses/0/SubnetMask", "255.255.240.0");
    expect("Oem/Super4C/TransmitErrors", "9");
}

static void a_link_that_is_not_as_built_is_a_warning(void **state) {
    (void)state;
    report.interface[NETWORK_BACKPLANE].speed_mbps = 1000;
    report.interface[NETWORK_BACKPLANE].full_duplex = 255;
    tell();
    get(SYSTEM2 "/EthernetInterfaces/Backplane");
    expect("Status/Health", "Warning");
    expect("FullDuplex", "(absent)");
    get(SYSTEM2 "/EthernetInterfaces/Service");
    expect("Status/Health", "OK");
    report.interface[NETWORK_BACKPLANE].speed_mbps = 0; /* not known */
    tell();
    get(SYSTEM2 "/EthernetInterfaces/Backplane");
    expect("Status/Health", "OK");
    expect("SpeedMbps", "(absent)");
    report.interface[NETWORK_BACKPLANE].up = false;
    report.interface[NETWORK_BACKPLANE].speed_mbps = 10;
    report.interface[NETWORK_BACKPLANE].prefix_length = 0;
    tell();
    get(SYSTEM2 "/EthernetInterfaces/Backplane");
    expect("LinkStatus", "NoLink");
    expect("SpeedMbps", "(absent)");
    expect("IPv4Addresses", "(0 members)");
    expect("Status/State", "Enabled");
    expect("Status/Health", "(absent)"); /* a cable that is not plugged in is no fault */
}

static void one_silent_network_shows_at_that_one(void **state) {
    (void)state;
    tell();
    for (unsigned i = 0; i < 61; i++) {
        fixture_pass(&f, 1000);
        fixture_tell(&f, NODE2, NETWORK_BACKPLANE, &report);
    }
    get(SYSTEM2 "/EthernetInterfaces/Service");
    expect("LinkStatus", "LinkUp"); /* as the node sees it */
    expect("Status/Health", "Warning");
    expect("Oem/Super4C/LastHeardSeconds", "61");
    get(SYSTEM2 "/EthernetInterfaces/Backplane");
    expect("Status/Health", "OK");
    expect("Oem/Super4C/LastHeardSeconds", "0");
}

/* ---- what is past ---- */

/* What changes by itself is gone; what a node is made of stays. */
static void expect_past(const char *part_state, const char *interface_state) {
    get(CHASSIS2 "/Sensors/Node2CPUTemperature");
    expect("Reading", "(absent)");
    expect("ReadingTime", "(absent)");
    expect("Status/State", "UnavailableOffline");
    expect("Status/Health", "(absent)");
    get(CHASSIS2 "/ThermalSubsystem/Fans/Fan");
    expect("SpeedPercent/Reading", "(absent)");
    expect("SpeedPercent/SpeedRPM", "(absent)");
    expect("Status/State", "UnavailableOffline");
    get(CHASSIS2 "/Thermal");
    expect("Temperatures/0/ReadingCelsius", "(absent)");
    expect("Fans/0/Reading", "(absent)");
    get(CHASSIS2 "/Controls/Fan");
    expect("Oem", "(absent)"); /* who turns it is not known */
    get(SYSTEM2 "/Processors/CPU");
    expect("Throttled", "(absent)");
    expect("Status/State", part_state);
    get(SYSTEM2 "/EthernetInterfaces/Service");
    expect("LinkStatus", "(absent)");
    expect("IPv4Addresses", "(absent)");
    expect("Oem/Super4C/CarrierChanges", "(absent)");
    expect("MACAddress", "2C:CF:67:01:02:0A");
    expect("Status/State", interface_state);
    expect("Status/Health", "(absent)");
    get(CHASSIS2 "/Drives/NVMe");
    expect("Model", "KINGSTON SNV2S500G");
    expect("Status/State", "StandbyOffline");
    expect("Status/Health", "(absent)");
    get(CHASSIS2 "/Drives/NVMe/Metrics");
    expect("NVMeSMART", "(absent)");
    get(SYSTEM2);
    expect("HostName", "pi-two");
    expect("Oem/Super4C/Host/Kernel", "6.12.34+rpt-rpi-2712");
    expect("Oem/Super4C/Host/Load", "(absent)");
    expect("Oem/Super4C/Host/BootId", "(absent)");
    get(SYSTEM2 "/Memory/RAM");
    expect("CapacityMiB", "8062");
}

static void after_a_minute_of_silence_nothing_is_said_to_be_so(void **state) {
    (void)state;
    tell();
    fixture_pass(&f, AGENT_LOST_MS - 1);
    get(CHASSIS2 "/Sensors/Node2CPUTemperature");
    expect("Reading", "61.3");
    fixture_pass(&f, 1);
    expect_past("Enabled", "StandbyOffline");
    tell();
    get(CHASSIS2 "/Sensors/Node2CPUTemperature");
    expect("Reading", "61.3");
}

static void a_node_that_was_cut_is_not_warm(void **state) {
    (void)state;
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    tell();
    assert_int_equal(request(&f, "POST " SYSTEM2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"ForceOff\"}"), 204);
    expect_past("StandbyOffline", "StandbyOffline");
    assert_int_equal(request(&f, "POST " SYSTEM2 "/Actions/ComputerSystem.Reset", "{\"ResetType\": \"On\"}"), 202);
    fixture_pass(&f, 5000);
    get(SYSTEM2);
    expect("PowerState", "On");
    get(CHASSIS2 "/Sensors/Node2CPUTemperature"); /* from before it was off, though not a minute old */
    expect("Reading", "(absent)");
    tell();
    get(CHASSIS2 "/Sensors/Node2CPUTemperature");
    expect("Reading", "61.3");
}

/* ---- hostile and widest ---- */

static void texts_of_a_node_cannot_break_out(void **state) {
    (void)state;
    snprintf(report.host_name, sizeof report.host_name, "\",\"PowerState\":\"Off\\");
    snprintf(report.nvme_model, sizeof report.nvme_model, "</script>\xc3\xa9\"\\");
    tell();
    get(SYSTEM2);
    expect("HostName", "\",\"PowerState\":\"Off\\");
    expect("PowerState", "On");
    get(CHASSIS2 "/Drives/NVMe");
    expect("Model", "</script>\xc3\xa9\"\\");
}

static void fill(char *text, size_t size) {
    memset(text, '"', size - 1); /* twice as long in JSON */
    text[size - 1] = '\0';
}

static void the_widest_values_fit_every_answer(void **state) {
    (void)state;
    memset(&report, 0xff, sizeof report);
    fill(report.nvme_model, sizeof report.nvme_model);
    fill(report.nvme_serial, sizeof report.nvme_serial);
    fill(report.host_name, sizeof report.host_name);
    fill(report.kernel, sizeof report.kernel);
    fill(report.system, sizeof report.system);
    fill(report.version, sizeof report.version);
    for (unsigned i = 0; i < NETWORK_COUNT; i++) {
        report.interface[i].known = report.interface[i].up = true;
        report.interface[i].full_duplex = 1;
        report.interface[i].prefix_length = 32;
    }
    for (unsigned node = 0; node < NODE_COUNT; node++) fixture_tell(&f, node, NETWORK_SERVICE, &report);
    static const char *const uris[] = {SYSTEM2,
                                       "/redfish/v1/Systems?$expand=.",
                                       SYSTEM2 "/EthernetInterfaces?$expand=.",
                                       SYSTEM2 "/Storage/NVMe/Controllers?$expand=.",
                                       CHASSIS2 "/Drives?$expand=.",
                                       CHASSIS2 "/Drives/NVMe/Metrics",
                                       CHASSIS2 "/Sensors?$expand=.",
                                       CHASSIS2 "/Thermal",
                                       CHASSIS2 "/EnvironmentMetrics",
                                       CHASSIS2 "/ThermalSubsystem/ThermalMetrics",
                                       "/redfish/v1/TelemetryService/MetricReports/Live",
                                       "/redfish/v1/TelemetryService/MetricReportDefinitions/Live",
                                       "/redfish/v1/TelemetryService/MetricDefinitions?$expand=.",
                                       "/redfish/v1/TelemetryService/MetricReports?$expand=.",
                                       "/redfish/v1/schemas/Super4C.v1_0_0.json"};
    for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
        get(uris[i]);
        assert_true(strlen(answer(&f)) > 100);
    }
    get(CHASSIS2 "/Drives/NVMe");
    expect("CapacityBytes", "(absent)"); /* no disk is that large, and no client's integer either */
    get(CHASSIS2 "/Sensors?$expand=.");
    expect("Members/6/Id", "Node2FanSpeed"); /* whole */
}

/* ---- telemetry ---- */

static void what_agents_read_is_live_and_has_no_history(void **state) {
    (void)state;
    tell();
    get("/redfish/v1/TelemetryService/MetricReports/Live");
    assert_non_null(strstr(answer(&f), "{\"MetricId\":\"Node2CPUTemperature\",\"MetricValue\":\"61.3\""));
    get("/redfish/v1/TelemetryService/MetricDefinitions/Node2CPUTemperature");
    expect("MetricType", "Numeric");
    expect("Units", "Cel");
    get("/redfish/v1/TelemetryService/MetricDefinitions/Node2RailEnergy");
    expect("MetricType", "Counter");
    assert_int_equal(status_of("/redfish/v1/TelemetryService/MetricReports/Node2CPUTemperature"), 404);
    assert_int_equal(status_of("/redfish/v1/TelemetryService/MetricReportDefinitions/Node2FanSpeed"), 404);
    get("/redfish/v1/TelemetryService/MetricReports");
    expect("Members@odata.count", "20"); /* Live, and what is measured at the lines */
    fixture_pass(&f, AGENT_LOST_MS);
    get("/redfish/v1/TelemetryService/MetricReports/Live");
    assert_null(strstr(answer(&f), "CPUTemperature"));
}

static void a_revoked_agent_is_forgotten(void **state) {
    (void)state;
    uint8_t record[AGENT_RECORD_SIZE];
    tell();
    agent_encode(NULL, 1, record);
    assert_true(agent_load(&f.core.agent[NODE2], record, sizeof record));
    get(CHASSIS2 "/Sensors");
    expect("Members@odata.count", "4");
    get(CHASSIS2 "/Drives/NVMe");
    expect("Model", "(absent)");
    get(SYSTEM2);
    expect("HostName", "(absent)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_system_says_what_runs_on_it, begin),
        cmocka_unit_test_setup(what_is_not_told_is_not_there, begin),
        cmocka_unit_test_setup(processor_and_memory_are_as_told, begin),
        cmocka_unit_test_setup(a_node_without_agent_has_no_sensors_of_one, begin),
        cmocka_unit_test_setup(a_temperature_is_a_sensor_with_limits, begin),
        cmocka_unit_test_setup(every_copy_leads_to_its_sensor, begin),
        cmocka_unit_test_setup(a_fan_turns_at_a_share_and_a_speed, begin),
        cmocka_unit_test_setup(a_fan_that_should_turn_and_does_not_is_critical, begin),
        cmocka_unit_test_setup(the_older_shape_numbers_what_is_there, begin),
        cmocka_unit_test_setup(a_drive_is_as_told, begin),
        cmocka_unit_test_setup(a_worn_drive_is_told, begin),
        cmocka_unit_test_setup(without_a_drive_it_is_absent, begin),
        cmocka_unit_test_setup(an_interface_is_as_told, begin),
        cmocka_unit_test_setup(a_link_that_is_not_as_built_is_a_warning, begin),
        cmocka_unit_test_setup(one_silent_network_shows_at_that_one, begin),
        cmocka_unit_test_setup(after_a_minute_of_silence_nothing_is_said_to_be_so, begin),
        cmocka_unit_test_setup(a_node_that_was_cut_is_not_warm, begin),
        cmocka_unit_test_setup(texts_of_a_node_cannot_break_out, begin),
        cmocka_unit_test_setup(the_widest_values_fit_every_answer, begin),
        cmocka_unit_test_setup(what_agents_read_is_live_and_has_no_history, begin),
        cmocka_unit_test_setup(a_revoked_agent_is_forgotten, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
