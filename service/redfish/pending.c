/* SPDX-License-Identifier: Apache-2.0
 * Handlers still to be written. */
#include "service/redfish/redfish.h"
#include "service/reply.h"

__attribute__((weak)) enum http_next json_schemas_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next json_schema_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next chassis_reset_info_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next processors_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next processor_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next memories_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next memory_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next node_ethernets_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next node_ethernet_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next storages_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next storage_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next storage_controllers_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next storage_controller_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next volumes_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next drives_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next drive_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next chassis_patch(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next environment_metrics_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next power_subsystem_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next power_supplies_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next power_supply_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next power_supply_metrics_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next thermal_subsystem_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next thermal_metrics_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next fans_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next fan_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next controls_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next control_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next legacy_power_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next legacy_thermal_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next manager_patch(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next manager_reset_to_defaults(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next manager_reset_info_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next manager_ethernets_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next manager_ethernet_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next manager_ethernet_patch(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next network_protocol_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next network_protocol_patch(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next certificate_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next certificate_locations_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next certificate_generate_csr(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next certificate_replace(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next certificates_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next certificate_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next update_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next firmware_inventory_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next firmware_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next node_log_services_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next node_log_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next node_log_entries_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next node_log_entry_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next task_monitor_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next event_submit_test(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next subscriptions_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next subscriptions_post(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next subscription_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next subscription_patch(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next subscription_delete(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next telemetry_service_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next report_definitions_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next report_definition_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next reports_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next report_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
__attribute__((weak)) enum http_next metrics_get(struct core *core, struct http_exchange *x) {
    (void)core;
    return reply_error(x, 501, MESSAGE(GENERAL_ERROR));
}
