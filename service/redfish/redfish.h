/* SPDX-License-Identifier: Apache-2.0
 * redfish - the handlers behind the routes, by resource, and the writers that more than one of them needs. A handler is entered
 * again after each duty it asked for; x->phase says where it stands. It changes core only once what it promises is stored. After
 * a controller restart: an exchange in flight is gone with its connection; orders and records it had stored stand. */
#ifndef SERVICE_REDFISH_H
#define SERVICE_REDFISH_H

#include "service/collection.h"
#include "service/http.h"
#include "service/json_writer.h"

#define URI_ROOT      "/redfish/v1"
#define URI_ACCOUNTS  "/redfish/v1/AccountService/Accounts"
#define URI_BOARD     "/redfish/v1/Chassis/Board"
#define URI_BMC       "/redfish/v1/Managers/BMC"
#define URI_EVENT_LOG "/redfish/v1/Managers/BMC/LogServices/EventLog"
#define URI_REGISTRY  "/redfish/v1/Registries/Super4C"
#define URI_ROLES     "/redfish/v1/AccountService/Roles"
#define URI_SENSORS   "/redfish/v1/Chassis/Board/Sensors"
#define URI_SESSIONS  "/redfish/v1/SessionService/Sessions"
#define URI_SYSTEMS   "/redfish/v1/Systems"
#define URI_TASKS     "/redfish/v1/TaskService/Tasks"

/* root.c */
http_handler versions_get, service_root_get, odata_get, metadata_get;
/* sessions.c */
http_handler session_service_get, session_service_patch, sessions_get, sessions_post, session_get, session_delete;
/* accounts.c, account_service.c */
http_handler account_service_get, account_service_patch, accounts_get, accounts_post, account_get, account_patch, account_delete;
http_handler roles_get, role_get;
/* systems.c */
http_handler systems_get, system_get, system_patch, system_console_get;
/* reset.c */
http_handler system_reset, system_module_off, system_reset_info_get, chassis_reset;
/* chassis.c */
http_handler chassis_collection_get, chassis_get;
/* sensors.c */
http_handler sensors_get, sensor_get;
/* manager.c */
http_handler managers_get, manager_get, manager_reset;
/* log.c */
http_handler log_services_get, log_service_get, log_clear, log_entries_get, log_entry_get;
/* tasks.c */
http_handler task_service_get, tasks_get, task_get;
/* events.c */
http_handler event_service_get, event_stream_get;
/* registries.c */
http_handler registries_get, registry_file_get, registry_get;

/* Index of "Node1".."Node4", or -1. */
int node_index(const char *id);
/* The four reset types: "ResetType@Redfish.AllowableValues": [...]. */
void reset_write_types(struct json_writer *w, const char *key);
/* A Task object, and where it is. */
void task_uri(uint32_t id, char uri[HTTP_PATH_SIZE]);
void task_write(struct json_writer *w, const struct power_task *task);
/* Each sensor in order; false past the last. A reading that is not measured is invalid. */
struct sensor {
    char id[COLLECTION_ID_SIZE];
    const char *reading_type, *units;
    bool valid;
    uint64_t taken_ms;   /* monotonic */
    int64_t thousandths; /* of units */
};
bool sensor_at(const struct core *core, unsigned index, struct sensor *sensor);
/* What a wall clock showed at a monotonic time in the past; 0 while it is unknown. */
uint64_t wall_of(const struct core *core, uint64_t then_ms);
/* settings.c. Asks for the settings to be stored; after that settings_save_finish() makes them true and logs what. */
enum http_next settings_save(struct http_exchange *x, const struct settings *wanted);
/* False with the exchange answered when the store refused. */
bool settings_save_finish(struct core *core, struct http_exchange *x, const char *what);

#endif
