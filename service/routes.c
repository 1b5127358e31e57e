/* SPDX-License-Identifier: Apache-2.0
 * Everything that can be asked for: path, schema, query parameters, for which accounts it exists, methods and who may. */
#include "service/query.h"
#include "service/redfish/oem.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/router.h"

#define V1      "/redfish/v1"
#define SYSTEM  V1 "/Systems/{}"
#define CHASSIS V1 "/Chassis/{}"
#define BMC     V1 "/Managers/BMC"

/* One line a resource, so that who may do what is read at a glance. */
/* clang-format off */
const struct route routes[] = {
    {"/redfish", NULL, QUERY_NONE, SCOPE_ANY, {GET(versions_get, OPEN)}},
    {V1, SCHEMA_SERVICE_ROOT, QUERY_NONE, SCOPE_ANY, {GET(service_root_get, ANYONE)}},
    {V1 "/odata", NULL, QUERY_NONE, SCOPE_ANY, {GET(odata_get, OPEN)}},
    {V1 "/$metadata", NULL, QUERY_NONE, SCOPE_ANY, {GET(metadata_get, OPEN)}},
    {"/metrics", NULL, QUERY_NONE, SCOPE_ANY, {GET(metrics_get, METRICS)}},

    {V1 "/SessionService", SCHEMA_SESSION_SERVICE, QUERY_NONE, SCOPE_ANY, {GET(session_service_get, LOGIN), PATCH(session_service_patch, MANAGER)}},
    {V1 "/SessionService/Sessions", SCHEMA_SESSION_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(sessions_get, LOGIN), POST(sessions_post, OPEN)}},
    {V1 "/SessionService/Sessions/Members", SCHEMA_SESSION_COLLECTION, QUERY_NONE, SCOPE_ANY, {POST(sessions_post, OPEN)}},
    {V1 "/SessionService/Sessions/{}", SCHEMA_SESSION, QUERY_NONE, SCOPE_ANY, {GET(session_get, SELF), DELETE(session_delete, SELF)}},

    {V1 "/AccountService", SCHEMA_ACCOUNT_SERVICE, QUERY_NONE, SCOPE_ANY, {GET(account_service_get, LOGIN), PATCH(account_service_patch, USERS)}},
    {V1 "/AccountService/Accounts", SCHEMA_ACCOUNT_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(accounts_get, LOGIN), POST(accounts_post, USERS)}},
    {V1 "/AccountService/Accounts/Members", SCHEMA_ACCOUNT_COLLECTION, QUERY_NONE, SCOPE_ANY, {POST(accounts_post, USERS)}},
    {V1 "/AccountService/Accounts/{}", SCHEMA_ACCOUNT, QUERY_NONE, SCOPE_ANY, {GET(account_get, SELF), PATCH(account_patch, SELF), DELETE(account_delete, USERS)}},
    {V1 "/AccountService/Roles", SCHEMA_ROLE_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(roles_get, LOGIN)}},
    {V1 "/AccountService/Roles/{}", SCHEMA_ROLE, QUERY_NONE, SCOPE_ANY, {GET(role_get, LOGIN)}},

    {V1 "/Systems", SCHEMA_SYSTEM_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(systems_get, LOGIN)}},
    {SYSTEM, SCHEMA_SYSTEM, QUERY_NONE, SCOPE_NODE, {GET(system_get, LOGIN), PATCH(system_patch, COMPONENTS)}},
    {SYSTEM "/Actions/ComputerSystem.Reset", NULL, QUERY_NONE, SCOPE_NODE, {POST(system_reset, COMPONENTS)}},
    {SYSTEM "/Actions/Oem/Super4C.ModuleOff", NULL, QUERY_NONE, SCOPE_NODE, {POST(system_module_off, COMPONENTS)}},
    {SYSTEM "/Actions/Oem/Super4C.EnrolAgent", NULL, QUERY_NONE, SCOPE_NODE, {POST(system_enrol_agent, COMPONENTS)}},
    {SYSTEM "/Actions/Oem/Super4C.RevokeAgent", NULL, QUERY_NONE, SCOPE_NODE, {POST(system_revoke_agent, COMPONENTS)}},
    {SYSTEM "/ResetActionInfo", SCHEMA_ACTION_INFO, QUERY_NONE, SCOPE_NODE, {GET(system_reset_info_get, LOGIN)}},
    {SYSTEM "/Processors", SCHEMA_PROCESSOR_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(processors_get, LOGIN)}},
    {SYSTEM "/Processors/{}", SCHEMA_PROCESSOR, QUERY_NONE, SCOPE_NODE, {GET(processor_get, LOGIN)}},
    {SYSTEM "/Memory", SCHEMA_MEMORY_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(memories_get, LOGIN)}},
    {SYSTEM "/Memory/{}", SCHEMA_MEMORY, QUERY_NONE, SCOPE_NODE, {GET(memory_get, LOGIN)}},
    {SYSTEM "/EthernetInterfaces", SCHEMA_ETHERNET_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(node_ethernets_get, LOGIN)}},
    {SYSTEM "/EthernetInterfaces/{}", SCHEMA_ETHERNET, QUERY_NONE, SCOPE_NODE, {GET(node_ethernet_get, LOGIN)}},
    {SYSTEM "/Storage", SCHEMA_STORAGE_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(storages_get, LOGIN)}},
    {SYSTEM "/Storage/{}", SCHEMA_STORAGE, QUERY_NONE, SCOPE_NODE, {GET(storage_get, LOGIN)}},
    {SYSTEM "/Storage/NVMe/Controllers", SCHEMA_STORAGE_CONTROLLER_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(storage_controllers_get, LOGIN)}},
    {SYSTEM "/Storage/NVMe/Controllers/{}", SCHEMA_STORAGE_CONTROLLER, QUERY_NONE, SCOPE_NODE, {GET(storage_controller_get, LOGIN)}},
    {SYSTEM "/Storage/NVMe/Volumes", SCHEMA_VOLUME_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(volumes_get, LOGIN)}},
    {SYSTEM "/LogServices", SCHEMA_LOG_SERVICE_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(node_log_services_get, LOGIN)}},
    {SYSTEM "/LogServices/{}", SCHEMA_LOG_SERVICE, QUERY_NONE, SCOPE_NODE, {GET(node_log_service_get, LOGIN)}},
    {SYSTEM "/LogServices/EventLog/Entries", SCHEMA_LOG_ENTRY_COLLECTION, QUERY_PAGE, SCOPE_NODE, {GET(node_log_entries_get, LOGIN)}},
    {SYSTEM "/LogServices/EventLog/Entries/{}", SCHEMA_LOG_ENTRY, QUERY_NONE, SCOPE_NODE, {GET(node_log_entry_get, LOGIN)}},
    {SYSTEM "/LogServices/CrashLog/Actions/LogService.ClearLog", NULL, QUERY_NONE, SCOPE_NODE, {POST(crash_log_clear, COMPONENTS)}},
    {SYSTEM "/LogServices/CrashLog/Entries", SCHEMA_LOG_ENTRY_COLLECTION, QUERY_PAGE, SCOPE_NODE, {GET(crash_entries_get, LOGIN)}},
    {SYSTEM "/LogServices/CrashLog/Entries/{}", SCHEMA_LOG_ENTRY, QUERY_NONE, SCOPE_NODE, {GET(crash_entry_get, LOGIN)}},
    {SYSTEM "/LogServices/CrashLog/Entries/{}/attachment", NULL, QUERY_NONE, SCOPE_NODE, {GET(crash_text_get, LOGIN)}},
    {SYSTEM "/Oem/Super4C/Console", NULL, QUERY_NONE, SCOPE_NODE, {GET(system_console_get, LOGIN)}},

    {V1 "/Chassis", SCHEMA_CHASSIS_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(chassis_collection_get, LOGIN)}},
    {CHASSIS, SCHEMA_CHASSIS, QUERY_NONE, SCOPE_NODE, {GET(chassis_get, LOGIN), PATCH(chassis_patch, COMPONENTS)}},
    {V1 "/Chassis/Board/Actions/Chassis.Reset", NULL, QUERY_NONE, SCOPE_BOARD, {POST(chassis_reset, COMPONENTS)}},
    {V1 "/Chassis/Board/Actions/Oem/Super4C.RollingRestart", NULL, QUERY_NONE, SCOPE_BOARD, {POST(rolling_restart, COMPONENTS)}},
    {V1 "/Chassis/Board/Actions/Oem/Super4C.CancelRollingRestart", NULL, QUERY_NONE, SCOPE_BOARD, {POST(rolling_restart_cancel, COMPONENTS)}},
    {V1 "/Chassis/Board/ResetActionInfo", SCHEMA_ACTION_INFO, QUERY_NONE, SCOPE_BOARD, {GET(chassis_reset_info_get, LOGIN)}},
    {CHASSIS "/Sensors", SCHEMA_SENSOR_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(sensors_get, LOGIN)}},
    {CHASSIS "/Sensors/{}", SCHEMA_SENSOR, QUERY_EXCERPT, SCOPE_NODE, {GET(sensor_get, LOGIN)}},
    {CHASSIS "/EnvironmentMetrics", SCHEMA_ENVIRONMENT_METRICS, QUERY_NONE, SCOPE_NODE, {GET(environment_metrics_get, LOGIN)}},
    {V1 "/Chassis/Board/PowerSubsystem", SCHEMA_POWER_SUBSYSTEM, QUERY_NONE, SCOPE_BOARD, {GET(power_subsystem_get, LOGIN)}},
    {V1 "/Chassis/Board/PowerSubsystem/PowerSupplies", SCHEMA_POWER_SUPPLY_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(power_supplies_get, LOGIN)}},
    {V1 "/Chassis/Board/PowerSubsystem/PowerSupplies/{}", SCHEMA_POWER_SUPPLY, QUERY_NONE, SCOPE_BOARD, {GET(power_supply_get, LOGIN)}},
    {V1 "/Chassis/Board/PowerSubsystem/PowerSupplies/{}/Metrics", SCHEMA_POWER_SUPPLY_METRICS, QUERY_NONE, SCOPE_BOARD, {GET(power_supply_metrics_get, LOGIN)}},
    {CHASSIS "/ThermalSubsystem", SCHEMA_THERMAL_SUBSYSTEM, QUERY_NONE, SCOPE_NODE, {GET(thermal_subsystem_get, LOGIN)}},
    {CHASSIS "/ThermalSubsystem/ThermalMetrics", SCHEMA_THERMAL_METRICS, QUERY_NONE, SCOPE_NODE, {GET(thermal_metrics_get, LOGIN)}},
    {CHASSIS "/ThermalSubsystem/Fans", SCHEMA_FAN_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(fans_get, LOGIN)}},
    {CHASSIS "/ThermalSubsystem/Fans/{}", SCHEMA_FAN, QUERY_NONE, SCOPE_NODE, {GET(fan_get, LOGIN)}},
    {CHASSIS "/Controls", SCHEMA_CONTROL_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(controls_get, LOGIN)}},
    {CHASSIS "/Controls/{}", SCHEMA_CONTROL, QUERY_EXCERPT, SCOPE_NODE, {GET(control_get, LOGIN), PATCH(control_patch, COMPONENTS)}},
    {CHASSIS "/Drives", SCHEMA_DRIVE_COLLECTION, QUERY_COLLECTION, SCOPE_NODE, {GET(drives_get, LOGIN)}},
    {CHASSIS "/Drives/{}", SCHEMA_DRIVE, QUERY_NONE, SCOPE_NODE, {GET(drive_get, LOGIN)}},
    {CHASSIS "/Drives/{}/Metrics", SCHEMA_DRIVE_METRICS, QUERY_NONE, SCOPE_NODE, {GET(drive_metrics_get, LOGIN)}},
    {CHASSIS "/Power", SCHEMA_POWER, QUERY_NONE, SCOPE_NODE, {GET(legacy_power_get, LOGIN)}},
    {CHASSIS "/Thermal", SCHEMA_THERMAL, QUERY_NONE, SCOPE_NODE, {GET(legacy_thermal_get, LOGIN)}},

    {V1 "/Managers", SCHEMA_MANAGER_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(managers_get, LOGIN)}},
    {V1 "/Managers/{}", SCHEMA_MANAGER, QUERY_NONE, SCOPE_BOARD, {GET(manager_get, LOGIN), PATCH(manager_patch, MANAGER)}},
    {BMC "/Actions/Manager.Reset", NULL, QUERY_NONE, SCOPE_BOARD, {POST(manager_reset, MANAGER)}},
    {BMC "/Actions/Manager.ResetToDefaults", NULL, QUERY_NONE, SCOPE_BOARD, {POST(manager_reset_to_defaults, MANAGER)}},
    {BMC "/ResetActionInfo", SCHEMA_ACTION_INFO, QUERY_NONE, SCOPE_BOARD, {GET(manager_reset_info_get, LOGIN)}},
    {BMC "/NetworkProtocol", SCHEMA_NETWORK_PROTOCOL, QUERY_NONE, SCOPE_BOARD, {GET(network_protocol_get, LOGIN), PATCH(network_protocol_patch, MANAGER)}},
    {BMC "/NetworkProtocol/HTTPS/Certificates", SCHEMA_CERTIFICATE_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(certificates_get, LOGIN)}},
    {BMC "/NetworkProtocol/HTTPS/Certificates/{}", SCHEMA_CERTIFICATE, QUERY_NONE, SCOPE_BOARD, {GET(certificate_get, LOGIN)}},
    {BMC "/EthernetInterfaces", SCHEMA_ETHERNET_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(manager_ethernets_get, LOGIN)}},
    {BMC "/EthernetInterfaces/{}", SCHEMA_ETHERNET, QUERY_NONE, SCOPE_BOARD, {GET(manager_ethernet_get, LOGIN), PATCH(manager_ethernet_patch, MANAGER)}},
    {BMC "/LogServices", SCHEMA_LOG_SERVICE_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(log_services_get, LOGIN)}},
    {BMC "/LogServices/{}", SCHEMA_LOG_SERVICE, QUERY_NONE, SCOPE_BOARD, {GET(log_service_get, LOGIN)}},
    {BMC "/LogServices/EventLog/Actions/LogService.ClearLog", NULL, QUERY_NONE, SCOPE_BOARD, {POST(log_clear, MANAGER)}},
    {BMC "/LogServices/EventLog/Entries", SCHEMA_LOG_ENTRY_COLLECTION, QUERY_PAGE, SCOPE_BOARD, {GET(log_entries_get, LOGIN)}},
    {BMC "/LogServices/EventLog/Entries/{}", SCHEMA_LOG_ENTRY, QUERY_NONE, SCOPE_BOARD, {GET(log_entry_get, LOGIN)}},

    {V1 "/EventService", SCHEMA_EVENT_SERVICE, QUERY_NONE, SCOPE_ANY, {GET(event_service_get, LOGIN)}},
    {V1 "/EventService/Actions/EventService.SubmitTestEvent", NULL, QUERY_NONE, SCOPE_BOARD, {POST(event_submit_test, MANAGER)}},
    {V1 "/EventService/SSE", NULL, QUERY_FILTER, SCOPE_ANY, {GET(event_stream_get, LOGIN)}},
    {V1 "/EventService/Subscriptions", SCHEMA_EVENT_DESTINATION_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(subscriptions_get, LOGIN), POST(subscriptions_post, COMPONENTS)}},
    {V1 "/EventService/Subscriptions/Members", SCHEMA_EVENT_DESTINATION_COLLECTION, QUERY_NONE, SCOPE_BOARD, {POST(subscriptions_post, COMPONENTS)}},
    {V1 "/EventService/Subscriptions/{}", SCHEMA_EVENT_DESTINATION, QUERY_NONE, SCOPE_BOARD, {GET(subscription_get, LOGIN), PATCH(subscription_patch, COMPONENTS), DELETE(subscription_delete, COMPONENTS)}},
    {V1 "/EventService/Subscriptions/{}/Actions/EventDestination.ResumeSubscription", NULL, QUERY_NONE, SCOPE_BOARD, {POST(subscription_resume, COMPONENTS)}},

    {V1 "/TaskService", SCHEMA_TASK_SERVICE, QUERY_NONE, SCOPE_ANY, {GET(task_service_get, LOGIN)}},
    {V1 "/TaskService/Tasks", SCHEMA_TASK_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(tasks_get, LOGIN)}},
    {V1 "/TaskService/Tasks/{}", SCHEMA_TASK, QUERY_NONE, SCOPE_ANY, {GET(task_get, LOGIN)}},
    {V1 "/TaskService/TaskMonitors/{}", NULL, QUERY_NONE, SCOPE_ANY, {GET(task_monitor_get, LOGIN)}},

    {V1 "/UpdateService", SCHEMA_UPDATE_SERVICE, QUERY_NONE, SCOPE_BOARD, {GET(update_service_get, LOGIN)}},
    {V1 "/UpdateService/Upload", NULL, QUERY_NONE, SCOPE_BOARD, {POST(update_upload, MANAGER)}},
    {V1 "/UpdateService/FirmwareInventory", SCHEMA_SOFTWARE_INVENTORY_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(firmware_inventory_get, LOGIN)}},
    {V1 "/UpdateService/FirmwareInventory/{}", SCHEMA_SOFTWARE_INVENTORY, QUERY_NONE, SCOPE_BOARD, {GET(firmware_get, LOGIN)}},

    {V1 "/TelemetryService", SCHEMA_TELEMETRY_SERVICE, QUERY_NONE, SCOPE_BOARD, {GET(telemetry_service_get, LOGIN)}},
    {V1 "/TelemetryService/MetricDefinitions", SCHEMA_METRIC_DEFINITION_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(metric_definitions_get, LOGIN)}},
    {V1 "/TelemetryService/MetricDefinitions/{}", SCHEMA_METRIC_DEFINITION, QUERY_NONE, SCOPE_BOARD, {GET(metric_definition_get, LOGIN)}},
    {V1 "/TelemetryService/MetricReportDefinitions", SCHEMA_METRIC_REPORT_DEFINITION_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(report_definitions_get, LOGIN)}},
    {V1 "/TelemetryService/MetricReportDefinitions/{}", SCHEMA_METRIC_REPORT_DEFINITION, QUERY_NONE, SCOPE_BOARD, {GET(report_definition_get, LOGIN)}},
    {V1 "/TelemetryService/MetricReports", SCHEMA_METRIC_REPORT_COLLECTION, QUERY_COLLECTION, SCOPE_BOARD, {GET(reports_get, LOGIN)}},
    {V1 "/TelemetryService/MetricReports/{}", SCHEMA_METRIC_REPORT, QUERY_NONE, SCOPE_BOARD, {GET(report_get, LOGIN)}},

    {V1 "/CertificateService", SCHEMA_CERTIFICATE_SERVICE, QUERY_NONE, SCOPE_BOARD, {GET(certificate_service_get, LOGIN)}},
    {V1 "/CertificateService/Actions/CertificateService.GenerateCSR", NULL, QUERY_NONE, SCOPE_BOARD, {POST(certificate_generate_csr, MANAGER)}},
    {V1 "/CertificateService/Actions/CertificateService.ReplaceCertificate", NULL, QUERY_NONE, SCOPE_BOARD, {POST(certificate_replace, MANAGER)}},
    {V1 "/CertificateService/CertificateLocations", SCHEMA_CERTIFICATE_LOCATIONS, QUERY_NONE, SCOPE_BOARD, {GET(certificate_locations_get, LOGIN)}},

    {V1 "/JsonSchemas", SCHEMA_JSON_SCHEMA_FILE_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(json_schemas_get, LOGIN)}},
    {V1 "/JsonSchemas/{}", SCHEMA_JSON_SCHEMA_FILE, QUERY_NONE, SCOPE_ANY, {GET(json_schema_get, LOGIN)}},
    {OEM_CSDL_URI, NULL, QUERY_NONE, SCOPE_ANY, {GET(oem_csdl_get, LOGIN)}},
    {OEM_SCHEMA_URI, NULL, QUERY_NONE, SCOPE_ANY, {GET(oem_schema_get, LOGIN)}},
    {V1 "/Registries", SCHEMA_REGISTRY_FILE_COLLECTION, QUERY_COLLECTION, SCOPE_ANY, {GET(registries_get, LOGIN)}},
    {V1 "/Registries/{}", SCHEMA_REGISTRY_FILE, QUERY_NONE, SCOPE_ANY, {GET(registry_file_get, LOGIN)}},
    {V1 "/Registries/Super4C/Super4C.1.0.json", SCHEMA_REGISTRY, QUERY_NONE, SCOPE_ANY, {GET(registry_get, LOGIN)}},
};
/* clang-format on */

const size_t route_count = sizeof routes / sizeof routes[0];
