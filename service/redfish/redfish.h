/* SPDX-License-Identifier: Apache-2.0
 * redfish - the handlers behind the routes, by resource, and the writers that more than one of them needs. A handler is entered
 * again after each duty it asked for; x->phase says where it stands. It changes core only once what it promises is stored. After
 * a controller restart: an exchange in flight is gone with its connection; orders and records it had stored stand. */
#ifndef SERVICE_REDFISH_H
#define SERVICE_REDFISH_H

#include "service/collection.h"
#include "service/http.h"
#include "service/json_writer.h"

#define URI_ROOT          "/redfish/v1"
#define URI_ACCOUNTS      "/redfish/v1/AccountService/Accounts"
#define URI_BOARD         "/redfish/v1/Chassis/Board"
#define URI_BMC           "/redfish/v1/Managers/BMC"
#define URI_CERTIFICATES  "/redfish/v1/Managers/BMC/NetworkProtocol/HTTPS/Certificates"
#define URI_EVENT_LOG     "/redfish/v1/Managers/BMC/LogServices/EventLog"
#define URI_REGISTRY      "/redfish/v1/Registries/Super4C"
#define URI_ROLES         "/redfish/v1/AccountService/Roles"
#define URI_SESSIONS      "/redfish/v1/SessionService/Sessions"
#define URI_SYSTEMS       "/redfish/v1/Systems"
#define URI_TASKS         "/redfish/v1/TaskService/Tasks"
#define URI_EVENTS        "/redfish/v1/EventService"
#define URI_SUBSCRIPTIONS "/redfish/v1/EventService/Subscriptions"
#define URI_TELEMETRY     "/redfish/v1/TelemetryService"
#define URI_FIRMWARE      "/redfish/v1/UpdateService/FirmwareInventory"

/* root.c, schemas.c, oem.c, registries.c */
http_handler versions_get, service_root_get, odata_get, metadata_get, json_schemas_get, json_schema_get;
http_handler oem_csdl_get, oem_schema_get;
http_handler registries_get, registry_file_get, registry_get;
/* sessions.c */
http_handler session_service_get, session_service_patch, sessions_get, sessions_post, session_get, session_delete;
/* accounts.c, account_service.c */
http_handler account_service_get, account_service_patch, accounts_get, accounts_post, account_get, account_patch, account_delete;
http_handler roles_get, role_get;
/* systems.c, console.c */
http_handler systems_get, system_get, system_patch, system_console_get;
/* reset.c */
http_handler system_reset, system_module_off, system_reset_info_get, chassis_reset, chassis_reset_info_get;
/* agents.c */
http_handler system_enrol_agent, system_revoke_agent;
/* care.c */
http_handler rolling_restart, rolling_restart_cancel;
/* inventory.c, node_network.c: what is in a node */
http_handler processors_get, processor_get, memories_get, memory_get, node_ethernets_get, node_ethernet_get;
/* storage.c */
http_handler storages_get, storage_get, storage_controllers_get, storage_controller_get, volumes_get, drives_get, drive_get;
http_handler drive_metrics_get;
/* chassis.c */
http_handler chassis_collection_get, chassis_get, chassis_patch;
/* sensors.c, environment.c */
http_handler sensors_get, sensor_get, environment_metrics_get;
/* power_subsystem.c */
http_handler power_subsystem_get, power_supplies_get, power_supply_get, power_supply_metrics_get;
/* thermal.c, controls.c */
http_handler thermal_subsystem_get, thermal_metrics_get, fans_get, fan_get;
http_handler controls_get, control_get, control_patch;
/* legacy.c: Power and Thermal as clients of before 2020 read them */
http_handler legacy_power_get, legacy_thermal_get;
/* manager.c, manager_ethernet.c, network_protocol.c */
http_handler managers_get, manager_get, manager_patch, manager_reset, manager_reset_to_defaults, manager_reset_info_get;
http_handler manager_ethernets_get, manager_ethernet_get, manager_ethernet_patch, network_protocol_get, network_protocol_patch;
/* certificates.c */
http_handler certificate_service_get, certificate_locations_get, certificate_generate_csr, certificate_replace;
http_handler certificates_get, certificate_get;
/* update.c */
http_handler update_service_get, update_upload, firmware_inventory_get, firmware_get;
/* log.c */
http_handler log_services_get, log_service_get, log_clear, log_entries_get, log_entry_get;
http_handler node_log_services_get, node_log_service_get, node_log_entries_get, node_log_entry_get;
/* crash_log.c */
http_handler crash_entries_get, crash_entry_get, crash_text_get, crash_log_clear;
/* tasks.c */
http_handler task_service_get, tasks_get, task_get, task_monitor_get;
/* events.c, subscriptions.c */
http_handler event_service_get, event_stream_get, event_submit_test;
http_handler subscriptions_get, subscriptions_post, subscription_get, subscription_patch, subscription_delete;
http_handler subscription_resume;
/* telemetry.c */
http_handler telemetry_service_get, report_definitions_get, report_definition_get, reports_get, report_get;
http_handler metric_definitions_get, metric_definition_get;
/* service/metrics.c */
http_handler metrics_get;

/* Index of "Node1".."Node4", or -1. */
int node_index(const char *id);
/* "On", "Off", "PoweringOn", "PoweringOff"; NULL while it is not measured. */
const char *power_state_word(const struct power_view *view);
/* 404 for the path's first {}, which names no system. */
enum http_next system_none(struct http_exchange *x);
/* "Board" or "Node1".."Node4"; and 404 when the path's first {} is neither. */
bool chassis_exists(const char *id);
enum http_next chassis_none(struct http_exchange *x);
/* Of a schema or registry file: its one language and where it is; key: "Uri" when here, "PublicationUri" when elsewhere. */
void file_write_location(struct json_writer *w, const char *key, const char *uri);
/* The reset types that these nodes have at present, as an array of that key. Graceful ones need an agent on a node. */
void reset_write_types(const struct core *core, struct json_writer *w, const char *key, uint8_t node_mask);
/* An ActionInfo whose one parameter is ResetType; between these two the array "AllowableValues" is written. */
struct json_writer reset_info_begin(struct http_exchange *x);
enum http_next reset_info_end(struct http_exchange *x, struct json_writer *w);
/* A Task object, and where it is. */
void task_uri(uint32_t id, char uri[HTTP_PATH_SIZE]);
void task_write(struct json_writer *w, const struct power_task *task);
/* A task is there for who may see all its nodes: its name and its messages tell of each. */
bool task_visible(const struct http_exchange *x, const struct power_task *task);
/* The order's answer: 204, the error with 500, or while it runs 202 with the task and its monitor. */
enum http_next task_reply(struct http_exchange *x, const struct power_task *task);
/* Begins the answer 202 to an order whose task has this Id; the caller writes the task. */
struct json_writer task_reply_begin(struct http_exchange *x, const char *id);
/* The latest update of the controller's own firmware, as a task beside those of power. False when there is none for who asks. */
bool update_task_id(const struct core *core, const struct http_exchange *x, char id[COLLECTION_ID_SIZE]);
void update_task_write(const struct core *core, struct json_writer *w);
enum http_next update_task_reply(struct core *core, struct http_exchange *x);
/* "BMC_A" and "BMC_B", each a slot of it; NULL past the last. */
const char *firmware_slot_id(unsigned slot);
/* Each sensor in order, those of the nodes' agents last; false past the last. A reading that is not measured is invalid. */
struct sensor {
    char id[COLLECTION_ID_SIZE]; /* unique on the board: "Node1RailVoltage" */
    uint8_t node;                /* 1..NODE_COUNT, in whose chassis it is; 0 = the board's */
    const char *reading_type, *units;
    bool valid;
    uint64_t taken_ms;   /* monotonic */
    int64_t thousandths; /* of units */
    bool has_rpm;        /* a fan's: what it turns with, besides */
    uint16_t rpm;
};
/* It counts since the controller's start. */
bool sensor_counts(const struct sensor *sensor);
bool sensor_at(const struct core *core, unsigned index, struct sensor *sensor);
/* "/redfish/v1/Chassis/Node1/Sensors/Node1RailVoltage" */
void sensor_uri(const struct sensor *sensor, char uri[COLLECTION_URI_SIZE]);
/* True when the node with this index, or for -1 the board itself, exists for who asks. */
bool exists(const struct http_exchange *x, int node);
/* What a wall clock showed at a monotonic time in the past; 0 while it is unknown. */
uint64_t wall_of(const struct core *core, uint64_t then_ms);
/* settings.c. Asks for the settings to be stored; after that settings_save_finish() makes them true and logs what. */
enum http_next settings_save(struct http_exchange *x, const struct settings *wanted);
/* False with the exchange answered when the store refused. */
bool settings_save_finish(struct core *core, struct http_exchange *x, const char *what);
/* What a PATCH sets of AssetTag, and of LocationIndicatorActive or its forerunner IndicatorLED, which are one mark to find a part
 * by. True when nothing is wrong with it; else the exchange is answered. */
struct body_shape;
struct json_value;
bool settings_take_label(struct http_exchange *x, const struct json_value *body, char label[NODE_LABEL_SIZE]);
bool settings_take_locate(struct http_exchange *x, const struct body_shape *shape, const struct json_value *body,
                          uint8_t *locate);
void settings_write_locate(struct json_writer *w, uint8_t locate);

#endif
